"""The JSON Schemas that ship with mtc, and what breaks them; the owner of jsonschema-rs.

`schema/` holds the blueprint's contract and, in folders, what Kubernetes and its controllers take. A file
there names another by its path (`meta.json#/$defs/label`), as every JSON Schema tool reads it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

from mtc.model.failure import CompilerFailure
from mtc.model.record import Record
from mtc.model.source import Data, Route

SchemaNode: TypeAlias = "Mapping[str, Any]"
BASE = "mtc:///"  # where the files are, as far as their references are concerned


class Violation(Record, frozen=True):
    """A keyword of a schema that the data breaks. `node` is the schema node that has the keyword, `around`
    those that it lies in, the innermost first; `key` is set where a map's key, not its value, is at fault."""

    route: Route
    keyword: str
    node: SchemaNode
    expected: Any
    key: str | None = None
    around: tuple[SchemaNode, ...] = ()


@cache
def schema_text(name: str) -> str:
    """The file `schema/<name>`, as a wheel has it beside this module, or a checkout at its top."""
    package = Path(__file__).resolve().parent
    for folder in (package / "schema", package.parent.parent / "schema"):
        path = folder / name
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise CompilerFailure(f"mtc is installed without {name}: install it again")


class Validator:
    """A schema, ready to judge. `files` are those that it may refer to: all of `schema/`."""

    def __init__(self, schema: SchemaNode) -> None:
        jsonschema_rs = _library()
        self._schema = dict(schema)
        self._validator = jsonschema_rs.validator_for(
            self._schema,
            base_uri=BASE,
            retriever=_retrieved,
            formats={"cidr": _is_network},
            validate_formats=True,
        )
        self.accepts = self._validator.is_valid
        """(data) → True where nothing breaks the schema: a few microseconds for a manifest."""

    def violations(self, data: Data) -> Iterator[Violation]:
        """Everything in the data that the schema refuses, in the validator's order."""
        for error in self._validator.iter_errors(data):
            yield self._violation(error, _place(error, data))

    def _violation(self, error: Any, route: Route) -> Violation:
        kind, key = error.kind, None
        if kind.name == "propertyNames":
            key = str(kind.error.instance)
            error, kind = kind.error, kind.error.kind
        nodes = self._nodes(error)
        keyword = kind.name if kind.name == "falseSchema" else str(error.schema_path[-1])
        return Violation(route, keyword, nodes[0], kind.value, key, tuple(nodes[1:]))

    def _nodes(self, error: Any) -> list[SchemaNode]:
        """The schema nodes on the way to the keyword, the innermost first."""
        place = str(error.absolute_keyword_location or "")
        node: Any = self._schema
        file = place.removeprefix(BASE).partition("#")[0]
        if file:
            node = _retrieved(BASE + file)
        nodes = [node]
        for step in error.schema_path[:-1]:
            node = node[step]
            nodes.append(node)
        return [found for found in reversed(nodes) if isinstance(found, Mapping)]


def _place(error: Any, data: Data) -> Route:
    """Where in the data it is.

    jsonschema-rs says the number 1 for the key "01", and nothing for an empty key: of the places that it may
    mean, this is the first that holds what it found wrong; the whole where there is none.
    """
    places = _places(data, tuple(error.instance_path))
    first, second = next(places, ((), data)), next(places, None)
    if second is None:
        return first[0]
    alike = (route for route, value in chain((first, second), places) if _alike(value, error.instance))
    return next(alike, first[0])


def _places(data: Data, path: Route) -> Iterator[tuple[Route, Data]]:
    """What the path may lead to: routes, and the data there."""
    if isinstance(data, dict) and "" in data:
        yield from ((("", *route), value) for route, value in _places(data[""], path))
    if not path:
        yield (), data
        return
    for key, child in _below(data, path[0]):
        yield from (((key, *route), value) for route, value in _places(child, path[1:]))


def _below(data: Data, step: str | int) -> Iterator[tuple[str | int, Data]]:
    if isinstance(data, list) and isinstance(step, int):
        yield from ((step, child) for child in data[step : step + 1])
    elif isinstance(data, dict):
        keys = (step,) if isinstance(step, str) else _numbered(step)
        yield from ((key, data[key]) for key in keys if key in data)


def _numbered(step: int) -> Iterator[str]:
    """The keys that jsonschema-rs says as this number, but for longer ones."""
    return (f"{sign}{zeros * '0'}{step}" for sign in ("", "+") for zeros in range(64))


def _alike(one: Data, other: Data) -> bool:
    return type(one) is type(other) and one == other


def _library() -> Any:
    """jsonschema-rs, loaded when something is checked.

    It asks email.utils for the date of its own build, which takes two thirds of its time. A stand-in has the
    date as it is written, and everything else of the real one.
    """
    asked = "email.utils"
    if "jsonschema_rs" in sys.modules or asked in sys.modules:
        return import_module("jsonschema_rs")

    def real(name: str) -> Any:
        sys.modules.pop(asked)
        return getattr(import_module(asked), name)

    stand_in = ModuleType(asked)
    vars(stand_in).update(parsedate_to_datetime=str, __getattr__=real)
    sys.modules[asked] = stand_in
    try:
        return import_module("jsonschema_rs")
    finally:
        if sys.modules.get(asked) is stand_in:
            del sys.modules[asked]


@cache
def node_at(uri: str) -> Any:
    """The node of a schema at `<file>#<JSON pointer>`."""
    file, _, pointer = uri.partition("#")
    node = _retrieved(BASE + file)
    for step in filter(None, pointer.split("/")):
        name = step.replace("~1", "/").replace("~0", "~")
        node = node[int(name)] if isinstance(node, list) else node[name]
    return node


@cache
def _is_network(text: str) -> bool:
    """The format `cidr`, in full: no pattern knows IPv6."""
    from ipaddress import ip_network  # noqa: PLC0415

    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return "/" in text


@cache
def _retrieved(uri: str) -> Any:
    return json.loads(schema_text(uri.removeprefix(BASE)))
