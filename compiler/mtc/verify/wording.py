"""What a schema refuses, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mtc.model.source import Data, Route
from mtc.model.spelling import clipped, nearest, quoted
from mtc.schemas import SchemaNode, Violation
from mtc.verify.faults import Fault

_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a map",
    "null": "null",
}
_LIMITS = {
    "minLength": "at least {} characters long",
    "maxLength": "at most {} characters long",
    "minItems": "a list of at least {}",
    "maxItems": "a list of at most {}",
    "minProperties": "a map of at least {}",
    "maxProperties": "a map of at most {}",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "pattern": "text like {}",
    "uniqueItems": "a list without repetitions",
}


def about(body: Mapping[str, Data]) -> str:
    """The object in a sentence: its kind and name."""
    metadata = body.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    kind = clipped(str(body.get("kind")))
    return f"{kind} {quoted(name)}" if isinstance(name, str) and name else kind


def in_words(violations: Iterable[Violation], body: Mapping[str, Data]) -> Iterator[Fault]:
    """The faults of an object; a field whose name is misspelt is not said to be missing, too."""
    meant: set[Route] = set()
    said: set[tuple[Route, str]] = set()
    lacking: list[tuple[Route, str]] = []
    for violation in violations:
        if violation.keyword == "additionalProperties":
            for name in violation.expected:
                fault, guess = _unknown_field((*violation.route, name), violation.node, body)
                meant.add((*violation.route, guess or ""))
                yield fault
        elif violation.keyword in ("required", "dependentRequired"):
            lacking.append((violation.route, str(violation.expected)))
        else:
            fault = _misfit(violation, body)
            if (fault.route, fault.message) not in said:
                said.add((fault.route, fault.message))
                yield fault
    for route, name in dict.fromkeys(lacking):
        if (*route, name) not in meant:
            message = f"{about(body)} lacks `{shown((*route, name))}`"
            yield Fault("tree/shape", route, message, "add it", rule=name)


def _misfit(violation: Violation, body: Mapping[str, Data]) -> Fault:
    who, route = about(body), violation.route
    if violation.keyword == "falseSchema":
        rule = _described(violation.around)
        message = f"{who} cannot have `{shown(route)}` here"
        message += f": `{shown(route[:-1])}` must be {rule}" if rule else ""
        return Fault("tree/shape", route, message, "take it out", rule=violation.keyword, on_key=True)
    if violation.key is not None:
        must = _expected(violation)
        message = f"the key {quoted(violation.key)} in `{shown(route)}` of {who} must be {must}"
        at_key = (*route, violation.key)
        return Fault("tree/shape", at_key, message, "rename it", rule=violation.keyword, on_key=True)
    return _value(violation, body)


def _unknown_field(route: Route, node: SchemaNode, body: Mapping[str, Data]) -> tuple[Fault, str | None]:
    """The fault, and the field that was probably meant."""
    guess = nearest(str(route[-1]), node.get("properties", ()))
    way_out = f"did you mean `{guess}`?" if guess else "take it out"
    message = f"{about(body)} has no field `{shown(route)}`"
    return Fault("tree/shape", route, message, way_out, on_key=True), guess


def _value(violation: Violation, body: Mapping[str, Data]) -> Fault:
    route, must = violation.route, _expected(violation)
    rule, where = violation.keyword, f"`{shown(route)}` of {about(body)}"
    if is_private(route, body):
        way_out = "change it; its value is not shown here"
        return Fault("tree/secret", route, f"{where} must be {must}", way_out, rule=rule)
    value = at(body, route)
    told = f"is {_quoted(value)}, and " if _is_short(value) else ""
    return Fault("tree/shape", route, f"{where} {told}must be {must}", rule=rule, value=value)


def _expected(violation: Violation) -> str:
    node, keyword, expected = violation.node, violation.keyword, violation.expected
    if "description" in node:
        return str(node["description"])
    if keyword == "type":
        types = expected if isinstance(expected, list) else [expected]
        return " or ".join(_TYPES[str(name)] for name in types)
    if keyword == "enum":
        return "one of " + ", ".join(f"`{choice}`" for choice in node["enum"])
    if keyword == "const":
        return f"`{node['const']}`"
    if keyword in _LIMITS:
        return _LIMITS[keyword].format(node[keyword])
    return _described(violation.around) or "what its kind allows"


def _described(nodes: tuple[SchemaNode, ...]) -> str | None:
    return next((str(node["description"]) for node in nodes if "description" in node), None)


def is_private(route: Route, body: Mapping[str, Data]) -> bool:
    """True inside a Secret's data, whose values are never shown."""
    return body.get("kind") == "Secret" and route[:1] in {("data",), ("stringData",)}


def at(body: Mapping[str, Data], route: Route) -> Data:
    """What stands at a route of the body; None where nothing does."""
    value: Any = body
    for step in route:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    found: Data = value
    return found


def shown(route: Route) -> str:
    """`spec.ingress[0].from`; a key that is no plain word stands in brackets: `metadata.labels["a b"]`."""
    text = ""
    for step in route:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step.replace("-", "").replace("_", "").isalnum():
            text += f".{step}" if text else step
        else:
            text += f'["{clipped(step)}"]'
    return text


def _is_short(value: Data) -> bool:
    return value is None or isinstance(value, (str, int, float))


def _quoted(value: Data) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    return quoted(value) if isinstance(value, str) and value else "empty" if value == "" else f"`{value}`"
