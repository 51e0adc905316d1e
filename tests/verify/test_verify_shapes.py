"""verify/shapes: what mtc's schemas accept, the real readers accept; what they refuse, and what they let pass."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conforming import NEWEST, OLDEST, WITHOUT_SCHEMA, refused, write_schemas
from rendered import Body, Slip, changed, example_bodies, generated_bodies, one_of_each, slips, value_at

from mtc.verify.faults import Fault
from mtc.verify.shapes import shape_faults

GENERATED = 250
# Quantities are text or numbers, a port is a number or a name.
TWO_TYPES = {"port", "hard", "limits", "requests", "max", "min", "default", "defaultRequest"}


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


@pytest.fixture(scope="module")
def slipped() -> list[tuple[Slip, bool]]:
    """Thousands of objects with one slip, and whether mtc refuses them."""
    found = [slip for body in one_of_each() for slip in slips(body)]
    assert len(found) > 5000
    return [(slip, bool(faults(slip[2]))) for slip in found]


def test_what_passes_with_a_slip_in_it_passes_kubeconform(
    slipped: list[tuple[Slip, bool]], tmp_path: Path
) -> None:
    passed = [slip for slip, wrong in slipped if not wrong and slip[2].get("kind") != WITHOUT_SCHEMA]
    assert 200 < len(passed) < len(slipped) // 5
    wrong = refused(
        [body for _, _, body in passed], write_schemas(tmp_path / "schemas", NEWEST), tmp_path / "objects"
    )
    assert [(passed[number][:2], message) for number, message in wrong.items()] == []


def test_a_misspelt_field_passes_only_where_any_key_may_stand(slipped: list[tuple[Slip, bool]]) -> None:
    passed = {route[-1] for (what, route, _), wrong in slipped if what == "field" and not wrong}
    assert passed <= {"labels", "annotations", "matchLabels", "data"}


def test_no_null_passes_and_wrong_types_pass_only_where_two_are_right(
    slipped: list[tuple[Slip, bool]],
) -> None:
    assert [slip[:2] for slip, wrong in slipped if slip[0] == "null" and not wrong] == []
    for (what, route, body), wrong in slipped:
        if wrong or what not in ("text", "number", "fraction", "flag", "list", "map"):
            continue
        before = next(
            one
            for one in one_of_each()
            if (one["apiVersion"], one["kind"]) == (body["apiVersion"], body["kind"])
        )
        old, new = type(value_at(before, route)), type(value_at(body, route))
        assert old is new or TWO_TYPES & set(route), (what, route)


META = {"name": "x", "namespace": "acme"}
LONG = "x" * 64
VALUES: list[tuple[str, tuple[str | int, ...], list[Any], list[Any]]] = [
    # kind, where, what is refused, what is near to it and right
    ("Namespace", ("metadata", "name"), ["Acme", "a.b", "-a", LONG], ["a", "a-1", "1", "x" * 63]),
    ("ConfigMap", ("metadata", "name"), ["A", "a..b", "a_b", "x" * 254], ["a.b", "a-b.c1", "x" * 253]),
    ("ConfigMap", ("metadata", "labels", "k"), ["a b", "-a", LONG, 1, True], ["", "A.b_c-d", "x" * 63]),
    ("ConfigMap", ("metadata", "annotations", "k"), [1, None, "x" * 262145], ["", "any text: [it] is", "ü"]),
    ("Job", ("metadata", "name"), [LONG, "a_b"], ["a.b", "x" * 63]),
    ("Role", ("metadata", "name"), ["a/b", "..", ""], ["a:b", "A"]),
    ("HelmRelease", ("metadata", "name"), [LONG, "A"], ["x" * 63]),
    ("HelmRelease", ("spec", "releaseName"), ["x" * 54, "a_b", ""], ["x" * 53, "a.b"]),
    ("HelmRelease", ("spec", "interval"), ["1d", "10", "", 5, "1h30"], ["1h30m", "1.5h", "90s", "5ms"]),
    ("HelmRepository", ("spec", "timeout"), ["1h"], ["60s", "1m30s"]),
    ("HelmRepository", ("spec", "url"), ["ftp://x", "https://", "x"], ["https://x/y", "oci://r/c"]),
    ("OCIRepository", ("spec", "url"), ["https://x"], ["oci://x"]),
    ("ExternalSecret", ("spec", "refreshInterval"), ["1d", 60], ["0", "1h", "1.5h"]),
    ("LimitRange", ("spec", "limits", 0, "max", "cpu"), ["-1", -1, "1 Gi", "lots", True], ["500m", 2, 0.5, "1e3", "1Gi"]),
    (
        "NetworkPolicy",
        ("spec", "ingress", 0, "ports", 0, "port"),
        [0, 65536, "HTTP", "80", "x" * 16, 1.5],
        [1, 65535, "http", "a-1"],
    ),
    (
        "NetworkPolicy",
        ("spec", "ingress", 0, "from", 0, "ipBlock", "cidr"),
        ["10.0.0.0", "10.0.0.0/33", "256.0.0.0/8", "fd00:::/8", "fd00::/129", "010.0.0.0/8"],
        ["10.1.2.3/8", "0.0.0.0/0", "::/0", "fd00::/64", "::ffff:10.0.0.0/104"],
    ),
]  # fmt: skip
START: dict[str, Body] = {
    "ConfigMap": {"metadata": META | {"labels": {"k": "v"}, "annotations": {"k": "v"}}},
    "Role": {"metadata": META},
    "LimitRange": {"metadata": META, "spec": {"limits": [{"type": "Container", "max": {"cpu": 1}}]}},
    "NetworkPolicy": {
        "metadata": META,
        "spec": {
            "podSelector": {},
            "ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}], "ports": [{"port": 1}]}],
        },
    },
}


@pytest.mark.parametrize(("kind", "route", "refuses", "allows"), VALUES)
def test_the_rules_of_values(
    kind: str, route: tuple[str | int, ...], refuses: list[Any], allows: list[Any]
) -> None:
    start = next(
        body
        for body in one_of_each()
        if body["kind"] == kind and "kustomize.config" not in body["apiVersion"]
    )
    start = start | START.get(kind, {})
    for value in allows:
        assert faults(changed(start, route, value)) == [], value
    for value in refuses:
        found = faults(changed(start, route, value))
        assert [fault.route for fault in found] == [route], value


def test_judging_changes_nothing_and_needs_no_order() -> None:
    bodies = list(example_bodies())
    before = json.dumps(bodies)
    wrong = changed(bodies[0], ("metadata", "name"), "A")
    assert [number for number, _ in shape_faults([wrong, *bodies, wrong])] == [0, len(bodies) + 1]
    assert json.dumps(bodies) == before
