"""What a schema says of the text at one place of a body, when all else of that body has been judged.

Two bodies that are alike but for such texts are both good if one of them is, and the other's texts keep
these rules. Where that cannot be told from the schema alone, there is no answer, and nobody relies on one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from posixpath import dirname, join
from typing import Any, Final

from mtc.model.source import Route
from mtc.schemas import node_at

# Keywords that look at the object or list itself, and not at a text below it.
_OF_THE_WHOLE: Final = frozenset(
    (
        *("$schema", "$id", "$defs", "description", "title", "default", "examples", "type", "required"),
        *("propertyNames", "minProperties", "maxProperties", "minItems", "maxItems", "dependentRequired"),
        *("minLength", "maxLength", "pattern", "minimum", "maximum"),
    )
)
_CHILDREN: Final = ("properties", "additionalProperties", "items")
# Where one of these looks at the text, what else the schema asks may hang on it.
_CONDITIONS: Final = ("oneOf", "anyOf", "not", "if")
# What one of these asks is asked always: who does not keep it is judged whole, and may be good.
_PARTS: Final = ("allOf", "then", "else")


class Undecided(Exception):
    """The schema ties the text to something else in the body."""


def rules_at(uri: str, route: Route) -> tuple[str, ...]:
    """The schemas (`file#pointer`) that the text at `route` has to keep; `uri` is the body's. Undecided."""
    return tuple(dict.fromkeys(_rules(uri, route)))


def _rules(uri: str, route: Route) -> Iterator[str]:
    node = node_at(uri)
    if node is True:
        return
    if not isinstance(node, Mapping):
        raise Undecided(uri)
    if not route:
        yield uri
        return
    for keyword in node:
        for place, rest in _next(uri, node, keyword, route):
            found = _rules(place, rest)
            if keyword in _CONDITIONS and next(found, None) is not None:
                raise Undecided(uri)
            yield from found


def _next(uri: str, node: Mapping[str, Any], keyword: str, route: Route) -> Iterator[tuple[str, Route]]:
    """Where a keyword of the node says something of the text, and the rest of the way to it from there."""
    place, value = f"{uri}/{keyword}", node[keyword]
    if keyword == "$ref":
        yield _resolved(uri, value), route
    elif keyword in (*_PARTS, *_CONDITIONS):
        if isinstance(value, list):
            yield from ((f"{place}/{number}", route) for number in range(len(value)))
        else:
            yield place, route
    elif keyword in _CHILDREN:
        yield from _child(place, keyword, node, route)
    elif keyword not in _OF_THE_WHOLE:
        raise Undecided(place)  # const, enum, uniqueItems, and whatever this does not know


def _child(place: str, keyword: str, node: Mapping[str, Any], route: Route) -> Iterator[tuple[str, Route]]:
    step, rest = route[0], route[1:]
    named = node.get("properties", {})
    if keyword == "properties" and step in named:
        yield f"{place}/{_escaped(str(step))}", rest
        return
    below = isinstance(step, str) and step not in named if keyword == "additionalProperties" else False
    if below or (keyword == "items" and isinstance(step, int)):
        yield place, rest


def _resolved(uri: str, reference: str) -> str:
    file = uri.partition("#")[0]
    other, _, pointer = reference.partition("#")
    return f"{join(dirname(file), other) if other else file}#{pointer}"


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
