"""`python -m bench`: its exit code, what it leaves behind, and the clocks around a render's stages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench import __main__ as command
from bench.cases import Workshop, all_cases
from bench.measuring import Case
from bench.results import Results, read, write
from bench.stages import STAGES


@pytest.fixture
def one_case(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The command with a single small case, its files in a folder of their own."""

    def cases(shop: Workshop) -> Iterator[Case]:
        yield Case("sleep", ("sleep", "0.05"), 3)

    monkeypatch.setattr(command, "all_cases", cases)
    monkeypatch.setattr(command, "stages", lambda shop, size: {"rest": 1.0})
    monkeypatch.setattr(command, "proofs", lambda shop: {})
    monkeypatch.setattr(command, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(command, "BASELINE", tmp_path / "baseline.json")
    monkeypatch.setattr(sys, "argv", ["bench", "--quick", "--no-peers"])
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(command.signal, "signal", lambda *_: None)
    return tmp_path


def ran(folder: Path) -> Results:
    found = read(folder / "results.json")
    assert found is not None
    return found


def test_a_loss_against_the_baseline_is_said_and_is_exit_code_1(
    one_case: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main() == 0
    assert "no baseline" in capsys.readouterr().out
    found = ran(one_case)
    assert [figure.name for figure in found.figures] == ["sleep"]
    assert found.figures[0].wall > 0.05
    much = replace(found, figures=(replace(found.figures[0], ratio=1e6, work=1e6),))
    write(much, one_case / "baseline.json")
    assert command.main() == 0
    assert "no case is more than 15 % worse" in capsys.readouterr().out
    little = replace(found, figures=(replace(found.figures[0], ratio=0.01, work=0.01),))
    write(little, one_case / "baseline.json")
    assert command.main() == 1
    said = capsys.readouterr().out
    assert "LOST sleep: " in said
    assert "0.01 in the baseline" in said
    assert {path.name for path in one_case.iterdir()} == {"results.json", "baseline.json"}


def test_every_stage_of_a_render_has_its_clock(tmp_path: Path) -> None:
    """A stage whose function has another name now would be counted as `rest`, silently."""
    spent = command.stages(Workshop(tmp_path, quick=True), 2)
    assert set(spent) == {*(stage for stage, _, _ in STAGES), "isolation", "rest"}
    assert all(taken > 0 for taken in spent.values())
    assert spent["isolation"] < spent["verify"]


def test_the_proof_is_timed_under_every_profile(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(command, "PROOF", {"10": 1.0})
    found = command.proofs(Workshop(tmp_path, quick=True))
    assert list(found) == ["standard", "strict", "strict, a stream port each"]
    assert all(0 < seconds < 1 for spent in found.values() for seconds in spent.values())


def test_quick_cases_are_cases_of_the_full_run() -> None:
    """Else `BENCH=quick` would compare nothing with the baseline; the inputs are made, nothing is run."""
    names = {}
    for quick in (True, False):
        shop = _Named(Path("nowhere"), quick)
        names[quick] = [case.name for case in shop.cases()]
    assert set(names[True]) < set(names[False])
    assert len(set(names[False])) == len(names[False])


class _Named(Workshop):
    """A workshop that makes nothing: for the cases' names."""

    def source(self, tenants: int, kind: str = "base", change: object = None) -> Path:
        return self.folder / f"{kind}{tenants}.yaml"

    def tree(self, tenants: int, kind: str = "base", change: object = None) -> Path:
        return self.folder / f"{kind}{tenants}"

    def render(self, source: Path, out: Path) -> None:
        return None

    def cases(self) -> Iterator[Case]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("bench.cases.shutil.copytree", lambda *_, **__: None)
            patch.setattr(Path, "write_text", lambda *_, **__: 0)
            yield from all_cases(self)
