"""verify/shapes: what mtc's schemas accept, the real readers accept; what they refuse, and what they let pass."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conforming import NEWEST, OLDEST, WITHOUT_SCHEMA, refused, write_schemas
from rendered import example_bodies, generated_bodies, one_of_each, slips

from mtc.verify.faults import Fault
from mtc.verify.shapes import shape_faults

GENERATED = 250


def faults(*bodies: Any) -> list[Fault]:
    return [fault for _, fault in shape_faults(bodies)]


def test_the_examples_have_no_fault() -> None:
    assert len(example_bodies()) > 250
    assert faults(*example_bodies()) == []


@pytest.mark.parametrize("minor", [OLDEST, NEWEST])
def test_kubeconform_accepts_the_examples(minor: str, tmp_path: Path) -> None:
    assert refused(example_bodies(), write_schemas(tmp_path / "schemas", minor), tmp_path / "objects") == {}


def test_generated_blueprints_have_no_fault_and_kubeconform_agrees(tmp_path: Path) -> None:
    planned = [found for seed in range(GENERATED) if (found := generated_bodies(seed)) is not None]
    count = len(planned)
    assert count >= 200
    bodies = [body for found in planned for body in found]
    assert faults(*bodies) == []
    assert refused(bodies, write_schemas(tmp_path / "schemas", NEWEST), tmp_path / "objects") == {}


def test_what_passes_with_a_slip_in_it_passes_kubeconform(tmp_path: Path) -> None:
    slipped = [found for body in one_of_each() for found in slips(body)]
    passed = [found for found in slipped if not faults(found[2]) and found[2].get("kind") != WITHOUT_SCHEMA]
    assert len(slipped) > 5000
    assert 200 < len(passed) < len(slipped) // 5
    wrong = refused(
        [body for _, _, body in passed], write_schemas(tmp_path / "schemas", NEWEST), tmp_path / "objects"
    )
    assert [(passed[number][:2], message) for number, message in wrong.items()] == []
