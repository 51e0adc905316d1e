"""Objects to judge: those of the examples and of generated blueprints, and copies of them with one slip."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from valid_blueprints import made

from mtc.load import load_text
from mtc.model.document import Tree
from mtc.model.plan import Plan
from mtc.pipeline import compile_blueprint
from mtc.plan import make_plan
from mtc.render import render_plan

ROOT = Path(__file__).parents[2]
CRDS = ROOT.parent / "shared" / "crds"
NAMES = ("guide", "minimal", "current", "many")
EXTRA = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra, namespace: %b}\ndata: {a: b}\n"
EXTRAS = {"extras/alerts.yaml": EXTRA % b"clearml", "extras/budget.yaml": EXTRA % b"'{{ tenant.namespace }}'"}
Body = dict[str, Any]
Slip = tuple[str, tuple[str | int, ...], Body]  # what, where, the object with it


@cache
def example_bodies() -> tuple[Body, ...]:
    """Every object of the four examples."""
    found: list[Body] = []
    for name in NAMES:
        compiled = compile_blueprint(ROOT / "blueprints" / f"{name}.yaml")
        assert compiled.tree is not None, compiled.diagnostics
        found += [dict(document.body) for document in compiled.tree.documents]
    return tuple(found)


def generated(seed: int) -> tuple[Plan, Tree] | None:
    """A generated blueprint, rendered; None where its pinned ports collide, which its maker does not look at.
    Extra manifests are whole ones; nobody has the SOPS files, so Secrets are made by hand instead."""
    blueprint, _, files = made(seed)
    if blueprint["spec"]["secrets"]["provider"] == "sops":
        blueprint["spec"]["secrets"]["provider"] = "manual"
    extras = {path: EXTRAS.get(path, content) for path, content in files.items()}
    loaded = load_text(json.dumps(blueprint), "blueprint.yaml", files=extras)
    assert loaded.value is not None, loaded.diagnostics
    plan = make_plan(loaded.value).value
    if plan is None:
        return None
    with patch("mtc.render.runbook.runbook", return_value=""):  # prose, which no proof reads
        return plan, render_plan(plan)


def generated_bodies(seed: int) -> list[Body] | None:
    """Every object of a generated blueprint, if it renders."""
    found = generated(seed)
    return None if found is None else [dict(document.body) for document in found[1].documents]


@cache
def one_of_each() -> list[Body]:
    """The largest object of each kind among the examples'."""
    largest: dict[tuple[str, str], Body] = {}
    for body in example_bodies():
        key = body["apiVersion"], body["kind"]
        if key not in largest or len(json.dumps(body)) > len(json.dumps(largest[key])):
            largest[key] = body
    return [largest[key] for key in sorted(largest)]


def routes(value: Any, route: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every route of a body."""
    yield route
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in below:
        yield from routes(child, (*route, key))


def changed(body: Body, route: tuple[str | int, ...], value: Any) -> Body:
    """A copy of the body with another value at a route."""
    copy: Any = deepcopy(body)
    if not route:
        return dict(value)
    inner = copy
    for step in route[:-1]:
        inner = inner[step]
    inner[route[-1]] = value
    return dict(copy)


def without(body: Body, route: tuple[str | int, ...]) -> Body:
    """A copy of the body without what is at a route."""
    copy = deepcopy(body)
    inner: Any = copy
    for step in route[:-1]:
        inner = inner[step]
    del inner[route[-1]]
    return copy


def value_at(body: Body, route: tuple[str | int, ...]) -> Any:
    inner: Any = body
    for step in route:
        inner = inner[step]
    return inner


def is_free(body: Body, route: tuple[str | int, ...]) -> bool:
    """True inside a release's values, which are its chart's."""
    return body["kind"] == "HelmRelease" and route[:2] == ("spec", "values")


def slips(body: Body) -> Iterator[Slip]:
    """Each of a dozen slips at each place."""
    for route in routes(body):
        if is_free(body, route):
            continue
        value = value_at(body, route)
        if isinstance(value, dict):
            yield "field", route, changed(body, route, {**value, "tpyo": "x"})
        if not route:
            continue
        yield "missing", route, without(body, route)
        for what, other in (
            ("null", None), ("text", "A b/c"), ("number", 7), ("fraction", 1.5), ("flag", True),
            ("list", ["x"]), ("map", {"x": "y"}), ("empty", ""), ("long", "x" * 300), ("negative", -1),
        ):  # fmt: skip
            if type(other) is not type(value) or other != value:
                yield what, route, changed(body, route, other)
