"""The grid has a cell for each pair of classes, with the state that the proof gives it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtc.model.grid import Cell
from mtc.pipeline import plan_blueprint, prove_plan
from mtc.verify.grid import network_grid

ROOT = Path(__file__).resolve().parents[2]


def cells(path: Path) -> dict[tuple[str, str], Cell]:
    plan = plan_blueprint(path).plan
    assert plan is not None
    grid = network_grid(prove_plan(plan), plan)
    assert [len(row) for row in grid.cells] == [len(grid.targets)] * len(grid.sources)
    found = [cell for row in grid.cells for cell in row if cell is not None]
    assert len({(cell.source, cell.target) for cell in found}) == len(found)
    return {(cell.source, cell.target): cell for cell in found}


def test_strict_has_nothing_open_for_a_tenant() -> None:
    grid = cells(ROOT / "blueprints" / "current.yaml")
    mine = {target: (cell.state, cell.ports) for (source, target), cell in grid.items() if source == "acme"}
    assert mine["apiserver"] == ("meant", "TCP 8008")
    assert mine["internet"] == ("meant", "every port")
    for target in ("globex", "databases, apps", "metadata service", "private networks", "other namespaces"):
        assert mine[target] == ("closed", "")
    assert {state for state, _ in mine.values()} == {"meant", "closed"}
    assert grid["internet", "globex"].state == "exposed"
    assert grid["internet", "globex"].ports == "TCP 31110-31119; UDP 31110-31119"


def test_standard_leaves_the_way_out_open_and_nothing_else() -> None:
    grid = cells(ROOT / "blueprints" / "guide.yaml")
    assert grid["acme", "metadata service"].state == "open"
    assert grid["acme", "globex"].state == "exposed"  # its sessions, in port mode
    assert grid["globex", "acme"].state == "closed"
    assert grid["acme", "redis-shared"].ports == "TCP 6379"
    assert "forbidden" not in {cell.state for cell in grid.values()}


def test_the_guides_holes_are_seen(tmp_path: Path) -> None:
    text = (ROOT / "blueprints" / "guide.yaml").read_text(encoding="utf-8")
    path = tmp_path / "guide.yaml"
    path.write_text(text.replace("profile: standard", "profile: guide"), encoding="utf-8")
    grid = cells(path)
    assert grid["acme", "redis-shared"].state == "forbidden"
    assert grid["acme", "apiserver"].state == "forbidden"


@pytest.mark.parametrize("name", ["many", "minimal"])
def test_every_example_has_a_grid(name: str) -> None:
    states = {cell.state for cell in cells(ROOT / "blueprints" / f"{name}.yaml").values()}
    assert {"meant", "closed", "open"} <= states
    assert "forbidden" not in states
