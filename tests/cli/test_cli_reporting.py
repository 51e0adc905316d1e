"""Diagnostics: the stream, the format, the colours."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest
from mtc_process import MTC, PATIENCE, blueprint, environment, mtc

from mtc.report import FORMATS

YELLOW_OR_BOLD = "\x1b["


@pytest.fixture
def warned(tmp_path: Path) -> Path:
    """A blueprint with warnings and nothing else: a standard profile leaves egress open."""
    path = tmp_path / "warned.yaml"
    path.write_text(blueprint("acme", isolation="standard"), encoding="utf-8")
    return path


def test_good_blueprints_are_met_with_silence(prod: Path) -> None:
    assert mtc("validate", prod, prod) == (0, "", "")


def test_text_goes_to_stderr(warned: Path) -> None:
    run = mtc("validate", warned)
    assert (run.code, run.out) == (0, "")
    assert "warning[isolation/open-egress]" in run.err
    assert f"--> {warned}:7:" in run.err
    assert "isolation: {profile: standard}" in run.err, "the line is quoted"


def test_strict_takes_warnings_for_errors(warned: Path) -> None:
    run = mtc("validate", warned, "--strict")
    assert run.code == 1
    assert "error[isolation/open-egress]" in run.err


@pytest.mark.parametrize("format_", [name for name in FORMATS if name != "text"])
def test_formats_for_programs_go_to_stdout(warned: Path, format_: str) -> None:
    run = mtc("validate", warned, "--format", format_)
    assert (run.code, run.err) == (0, "")
    assert "isolation/open-egress" in run.out
    if format_ != "github":
        assert json.loads(run.out)


def test_sarif_brings_the_rules_manual(warned: Path) -> None:
    log = json.loads(mtc("validate", warned, "--format", "sarif").out)
    (rule,) = [rule for rule in log["runs"][0]["tool"]["driver"]["rules"] if rule["id"] == "isolation/open-egress"]
    heading, _, manual = mtc("explain", "isolation/open-egress").out.partition("\n\n")
    assert heading == "warning[isolation/open-egress]"
    assert rule["help"]["text"] == manual.strip()
    assert rule["shortDescription"]["text"] == manual.split("\n")[0]


@pytest.mark.parametrize("format_", [name for name in FORMATS if name != "text"])
def test_a_report_into_a_file_and_the_text_for_the_log(warned: Path, tmp_path: Path, format_: str) -> None:
    report = tmp_path / "report"
    run = mtc("validate", warned, "--format", format_, "-o", report)
    assert run == (0, "", mtc("validate", warned).err)
    assert report.read_text(encoding="utf-8") == mtc("validate", warned, "--format", format_).out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report", "warned.yaml"]


def test_a_lock_file_stands_for_its_blueprint(warned: Path) -> None:
    lock = warned.with_name("warned.lock.yaml")
    assert mtc("lock", warned).code == 0
    assert mtc("validate", lock) == mtc("validate", warned) == mtc("validate", warned, lock)
    warned.unlink()
    assert "error[" in mtc("validate", lock).err, "alone, it is what it is"


def test_a_text_report_into_a_file_and_the_exit_code(warned: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    assert mtc("validate", warned, "--strict", "-o", report) == (1, "", "")
    assert report.read_text(encoding="utf-8") == mtc("validate", warned, "--strict").err


def test_a_report_that_cannot_be_written(warned: Path, tmp_path: Path) -> None:
    run = mtc("validate", warned, "-o", tmp_path / "no" / "report.txt")
    assert run == (3, "", f"mtc: cannot write {tmp_path}/no/report.txt: no such file or directory\n")


def test_max_bounds_what_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "many.yaml"
    names = ["Bad_0", "Bad_1", "Bad_2", "Bad_3"]
    path.write_text(blueprint(*names), encoding="utf-8")
    everything, one = mtc("validate", path), mtc("validate", path, "--max", "1")
    assert (everything.code, one.code) == (1, 1)
    assert everything.err.count("error[") >= len(names)
    assert one.err.count("error[") == 1


def on_a_terminal(*arguments: str | Path, **more: str) -> str:
    """What a run says where stderr is a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [MTC, *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env=environment(TERM="xterm") | more,
    )
    os.close(theirs)
    said = b""
    while True:
        try:
            chunk = os.read(ours, 4096)
        except OSError:  # Linux: EIO once the last writer is gone
            break
        if not chunk:
            break
        said += chunk
    os.close(ours)
    process.wait(timeout=PATIENCE)
    return said.decode()


def test_colours_are_for_terminals(warned: Path) -> None:
    assert YELLOW_OR_BOLD in on_a_terminal("validate", warned)
    assert YELLOW_OR_BOLD not in mtc("validate", warned).err


@pytest.mark.parametrize("more", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colours_where_they_are_not_wanted(warned: Path, more: dict[str, str]) -> None:
    said = on_a_terminal("validate", warned, **more)
    assert "isolation/open-egress" in said
    assert "\x1b" not in said
