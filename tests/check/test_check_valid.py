"""Nothing false on good input: valid blueprints over the whole language give what was put in, and no more."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from valid_blueprints import made
from valid_choices import WARTS

from mtc.check import ALL_RULES, apply_allow, check_blueprint
from mtc.load import load_text, schema_text

COUNT = 500


def said(blueprint: dict[str, Any], files: Mapping[str, bytes]) -> dict[str, str]:
    """Code to message of everything that is said."""
    outcome = load_text(json.dumps(blueprint), "blueprint.yaml", files=files)
    assert outcome.value is not None, outcome.diagnostics
    assert outcome.diagnostics == ()
    return {d.code: d.message for d in apply_allow(outcome.value, check_blueprint(outcome.value))}


def test_five_hundred_blueprints_give_what_was_put_in() -> None:
    seen: set[str] = set()
    silent = 0
    for seed in range(COUNT):
        blueprint, expected, files = made(seed)
        found = said(blueprint, files)
        assert set(found) == expected, f"seed {seed}: {found} instead of {sorted(expected)}"
        seen |= expected
        silent += not expected
    warnings = {rule.code for rule in ALL_RULES if rule.severity == "warning"}
    assert seen == warnings, "every warning is put in somewhere"
    assert set(WARTS) == warnings
    assert silent > COUNT / 10, "and many blueprints have none"


def test_they_cover_the_whole_language() -> None:
    schema = json.loads(schema_text())
    wanted = {path for path in fields(schema, schema, ()) if path}
    written: set[tuple[str, ...]] = set()
    for seed in range(COUNT):
        written |= set(paths(made(seed)[0], schema, schema, ()))
    assert {".".join(path) for path in wanted - written} == set()


def fields(node: Any, schema: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every field of the schema; what all layers of a tenant have is one place."""
    node = resolved(node, schema)
    yield path
    for name, child in node.get("properties", {}).items():
        yield from fields(child, schema, layered((*path, name)))
    for child in (node.get("additionalProperties"), node.get("items")):
        if isinstance(child, dict):
            yield from fields(child, schema, layered((*path, "*")))


def paths(data: Any, node: Any, schema: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The fields that a blueprint writes, under the schema's names for them."""
    node = resolved(node, schema)
    yield path
    if isinstance(data, dict):
        for name, value in data.items():
            known = name in node.get("properties", {})
            child = node["properties"][name] if known else node.get("additionalProperties")
            if isinstance(child, dict) and value is not None:
                yield from paths(value, child, schema, layered((*path, name if known else "*")))
    elif isinstance(data, list) and isinstance(node.get("items"), dict):
        for value in data:
            yield from paths(value, node["items"], schema, layered((*path, "*")))


def resolved(node: Any, schema: Any) -> Any:
    """The schema node, its reference followed."""
    while "$ref" in node:
        target = schema
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


def layered(path: tuple[str, ...]) -> tuple[str, ...]:
    """One path for a setting, whichever layer it stands in."""
    for layer in (("spec", "tenantDefaults"), ("spec", "profiles", "*"), ("spec", "tenants", "*")):
        if path[: len(layer)] == layer and len(path) > len(layer):
            return ("tenant", *path[len(layer) :])
    return path
