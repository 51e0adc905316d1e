"""The contract: schema/blueprint.schema.json, and what breaks it; the owner of jsonschema-rs.

One file serves editors, documentation and this compiler, so none of them can know another language.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from mtc.load.shapes import Contract, SchemaNode
from mtc.model.failure import CompilerFailure
from mtc.model.source import Data, Route

SCHEMA = "blueprint.schema.json"


@dataclass(frozen=True)
class Violation:
    """A keyword of the schema that the data breaks. `node` is the schema node that has the keyword;
    `key` is set where a map's key, not its value, is at fault."""

    route: Route
    keyword: str
    node: SchemaNode
    expected: Any
    key: str | None = None


@cache
def schema_text() -> str:
    """The published schema, as a wheel has it beside this package, or a checkout at its top."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "schema", package.parent.parent / "schema"):
        path = folder / SCHEMA
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise CompilerFailure(f"mtc is installed without {SCHEMA}: install it again")


@cache
def blueprint_contract() -> Contract:
    """The blueprint's schema as shapes."""
    return Contract(json.loads(schema_text()))


def violations(data: Data, contract: Contract) -> Iterator[Violation]:
    """Everything in the data that the schema refuses, in the validator's order."""
    import jsonschema_rs  # noqa: PLC0415 - 30 ms: only when something is checked

    for error in jsonschema_rs.Draft7Validator(dict(contract.schema)).iter_errors(data):
        yield _violation(error, contract)


def _violation(error: Any, contract: Contract) -> Violation:
    route: Route = tuple(error.instance_path)
    kind, key = error.kind, None
    if kind.name == "propertyNames":
        key = str(kind.error.instance)
        error, kind = kind.error, kind.error.kind
    keyword = str(error.schema_path[-1])
    node: Any = contract.schema
    for step in error.schema_path[:-1]:
        node = node[step]
    return Violation(route, keyword, node, kind.value, key)
