"""What is worth a test below the process: files replaced whole, the bar's patience, tables."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtc.cli.progress import CLEAR, Progress
from mtc.cli.saving import save
from mtc.cli.tables import cell, spaced, table_text
from mtc.model.failure import DiskError
from mtc.report.visible import width


def test_save_keeps_permissions_and_links(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o640)
    link.symlink_to(target)
    save(link, "new")
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "new"
    assert target.stat().st_mode & 0o777 == 0o640
    assert len(list(tmp_path.iterdir())) == 2


def test_save_gives_new_files_the_usual_permissions(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        save(tmp_path / "new", "text")
    finally:
        os.umask(mask)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o640


def test_save_into_a_folders_place(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(DiskError, match=r"cannot write .*taken"):
        save(tmp_path / "taken", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"], "no half-written file stays"


def test_save_on_a_full_disk(tmp_path: Path) -> None:
    (tmp_path / "full").symlink_to("/dev/full")
    with pytest.raises(DiskError, match="no space left"):
        save(tmp_path / "full", "text")


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def drawn(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, terminal: bool) -> list[str]:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    clock, seen = Clock(), []
    with Progress("writing", clock) as progress:
        for moment, done in ((0.5, 1), (1.0, 2), (1.05, 3), (1.2, 4)):
            clock.now = moment
            progress(done, 4)
            seen.append(capsys.readouterr().err)
    return [*seen, capsys.readouterr().err]


def test_the_bar_waits_a_second_and_leaves_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    half = CLEAR + "writing [" + "#" * 15 + "." * 15 + "] 2/4"
    whole = CLEAR + "writing [" + "#" * 30 + "] 4/4"
    assert drawn(capsys, monkeypatch, terminal=True) == ["", half, "", whole, CLEAR]


def test_no_bar_without_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert drawn(capsys, monkeypatch, terminal=False) == [""] * 5


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), min_size=1, max_size=6))
def test_columns_stand_below_one_another(rows: list[tuple[str, str]]) -> None:
    shown = [[cell(left), cell(right)] for left, right in rows]
    lines = table_text(shown).split("\n")[:-1]
    assert len(lines) == len(rows)
    start = max(width(left) for left, _ in shown) + 2
    for line, (left, right) in zip(lines, shown, strict=True):
        assert line == (left + " " * (start - width(left)) + right).rstrip()


def test_cells() -> None:
    assert [cell(None), cell([]), cell(True), cell(False), cell(0)] == ["-", "-", "yes", "no", "0"]
    assert cell(["a", 1]) == "a, 1"
    assert "\x1b" not in cell("\x1b[31m")
    assert spaced("firstPort") == "first port"
