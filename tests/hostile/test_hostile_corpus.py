"""Every attack of the corpus gets a clear error, in bounded time and memory, and nothing is written."""

from __future__ import annotations

import json
import re
import resource
import signal
import subprocess
from pathlib import Path

import pytest

from cli.mtc_process import MTC, environment
from hostile.corpus import FOLDERS, GOOD, HUGE, SMALL, of_spec
from plan.test_plan_confinement import ATTACKS
from write.folders import snapshot

MEMORY = 2 << 30  # bytes of address space: a machine of CI has more
PROCESSOR = 60  # seconds; the slowest takes about ten
PAGE = Path(__file__).parents[2] / "docs" / "security.md"


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR))


def mtc(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A run that may take so much and no more; it ends by itself, and not by a bug."""
    done = subprocess.run(
        [MTC, *arguments],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        preexec_fn=limited,
        timeout=300,
        check=False,
    )
    assert done.returncode not in {-signal.SIGKILL, -signal.SIGXCPU}, arguments
    assert done.returncode == 1, done.stderr[:500]
    return done


def quiet(text: str) -> bool:
    """Nothing in it acts on a terminal or on a CI runner."""
    lines = text.splitlines()
    return (
        all(character == "\n" or character.isprintable() for character in text)
        and "##[" not in text
        and "##vso[" not in text
        and not any(re.match(r"\s*::[^:]", line) for line in lines)
    )


def test_every_small_one_is_refused(tmp_path: Path) -> None:
    for name, (text, _) in SMALL.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    run = mtc("validate", "--format", "json", *(f"{name}.yaml" for name in SMALL), cwd=tmp_path)
    said: dict[str, set[str]] = {}
    for found in json.loads(run.stdout)["diagnostics"]:
        said.setdefault(found["primary"]["file"], set()).add(found["code"])
        assert len(found["message"]) < 400
    missed = {name: said.get(f"{name}.yaml") for name, (_, code) in SMALL.items() if code not in said.get(f"{name}.yaml", ())}
    assert missed == {}
    assert quiet(run.stdout)


@pytest.mark.parametrize("format_", ["text", "github", "gitlab", "sarif"])
def test_no_report_lets_them_act(format_: str, tmp_path: Path) -> None:
    for name, (text, _) in SMALL.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    names = [f"{name}.yaml" for name, (text, _) in SMALL.items() if len(text) < 10_000]
    run = mtc("validate", "--format", format_, *names, cwd=tmp_path)
    said = run.stdout + run.stderr
    assert len(said) > 1_000
    if format_ == "github":
        assert all(line.startswith(("::error file=", "::warning file=")) for line in said.splitlines())
        assert quiet(said.replace("::error file=", "").replace("::warning file=", ""))
    else:
        assert quiet(said)


@pytest.mark.parametrize("name", HUGE)
def test_a_huge_one_is_refused_in_bounded_time_and_memory(name: str, tmp_path: Path) -> None:
    make, code = HUGE[name]
    (tmp_path / "prod.yaml").write_text(make(), encoding="utf-8")
    run = mtc("render", "prod.yaml", "-o", "out", "--max", "5", cwd=tmp_path)
    assert f"error[{code}]" in run.stderr, run.stderr[:500]
    assert len(run.stderr) < 5_000
    assert [path.name for path in tmp_path.iterdir()] == ["prod.yaml"]


@pytest.mark.parametrize("name", FOLDERS)
def test_what_lies_around_it_is_refused(name: str, tmp_path: Path) -> None:
    make, code = FOLDERS[name]
    folder = tmp_path / "repository"
    folder.mkdir()
    (tmp_path / "victim").write_text("ports: {}\n", encoding="utf-8")
    (folder / "prod.yaml").write_text(GOOD, encoding="utf-8")
    make(folder)
    before = {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")}
    run = mtc("render", "prod.yaml", "-o", "out", "--max", "5", cwd=folder)
    assert f"error[{code}]" in run.stderr, run.stderr[:500]
    assert len(run.stderr) < 5_000
    assert "root:" not in run.stderr
    assert "PATH=" not in run.stderr
    assert {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_the_blueprint_that_they_vary_is_a_good_one(tmp_path: Path) -> None:
    (tmp_path / "prod.yaml").write_text(GOOD, encoding="utf-8")
    done = subprocess.run([MTC, "render", "prod.yaml", "-o", "out"], cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(snapshot(tmp_path / "out")) > 20


def test_a_file_that_is_not_of_the_run_is_not_quoted(tmp_path: Path) -> None:
    """The name in a fault begins in the blueprint's folder, and we stand in another, which has such a file too."""
    folder = tmp_path / "deep"
    folder.mkdir()
    (folder / "prod.yaml").write_text(of_spec("extras: {tenant: [extra.yaml]}"), encoding="utf-8")
    (folder / "extra.yaml").write_text("a: [1\n", encoding="utf-8")
    (tmp_path / "extra.yaml").write_text("hunter2\n", encoding="utf-8")
    run = mtc("validate", "deep/prod.yaml", cwd=tmp_path)
    assert "extra.yaml:1:" in run.stderr
    assert "hunter2" not in run.stderr


def test_the_page_counts_them() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert f"{len(ATTACKS)} attacks on it" in page
    assert f"{len(SMALL) + len(HUGE) + len(FOLDERS)} hostile blueprints" in page
