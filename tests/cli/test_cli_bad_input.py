"""What is no blueprint: one clear message, exit code 1, nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest
from mtc_process import blueprint, mtc

BAD = {
    "empty": (b"", "yaml/empty"),
    "binary": (b"\x7fELF\0\0\xff\xfe" * 100, "yaml/encoding"),
    "list": (b"- a\n- b\n", "schema/type"),
    "scalar": (b"hello\n", "schema/type"),
    "deep": (b"[" * 10_000 + b"]" * 10_000, "yaml/too-deep"),
    "deep-block": (b"".join(b" " * depth + b"a:\n" for depth in range(2000)), "yaml/too-deep"),
    "duplicate": (blueprint("acme").encode() + b"  domain: again.example.com\n", "yaml/duplicate-key"),
    "unclosed": (b"spec: {a: [\n", "yaml/syntax"),
    "latin-1": ("name: J\u00fcrgen\n".encode("latin-1"), "yaml/encoding"),
}


@pytest.mark.parametrize("command", ["validate", "render"])
@pytest.mark.parametrize("kind", BAD)
def test_bad_input(kind: str, command: str, tmp_path: Path) -> None:
    content, code = BAD[kind]
    path = tmp_path / "prod.yaml"
    path.write_bytes(content)
    more = ["-o", tmp_path / "out"] if command == "render" else []
    run = mtc(command, path, *more)
    assert (run.code, run.out) == (1, "")
    assert f"error[{code}]" in run.err
    assert len(run.err) < 2000
    assert [found.name for found in tmp_path.iterdir()] == ["prod.yaml"]


def test_a_folder(tmp_path: Path) -> None:
    run = mtc("validate", tmp_path)
    assert run.code == 1
    assert "error[files/directory]" in run.err


def test_nothing_there(tmp_path: Path) -> None:
    run = mtc("validate", tmp_path / "prod.yaml")
    assert run.code == 1
    assert "error[files/missing]" in run.err


def test_a_hundred_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "prod.yaml"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    run = mtc("validate", path)
    assert run.code == 1
    assert "error[yaml/too-large]" in run.err


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    """A file name may be any bytes; it is shown, not choked on."""
    run = mtc("validate", tmp_path / "p\udcffd.yaml")
    assert run.code == 1
    assert "error[files/missing]" in run.err


def test_a_broken_lock_file(prod: Path) -> None:
    prod.with_name("prod.lock.yaml").write_text("ports: [1, 2]\n", encoding="utf-8")
    run = mtc("validate", prod)
    assert run.code == 1
    assert "prod.lock.yaml:1:" in run.err


def test_escapes_in_a_name_do_not_reach_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "prod.yaml"
    path.write_text(blueprint('"\\e[31mred"'), encoding="utf-8")
    run = mtc("validate", path)
    assert run.code == 1
    assert "\x1b" not in run.err
