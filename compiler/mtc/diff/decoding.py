"""An object's body as people think of it: variables by name, ClearML's decoded, JSON as data.

Lists of named things become maps, so that they are matched by name; what is left of their order is told by
`order`. The body stays what it was where it cannot be decoded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mtc.encodings import PREFIX, expand_env, read_hocon, variable_path

_DEEPEST = 60  # levels of JSON in a text; what is deeper stays text

NAMES = ("name", "mountPath", "secretKey")  # what the entries of Kubernetes' lists are told apart by


class Named(dict[str, Any]):
    """A list of named things as a map; its keys stand in the list's order."""

    __slots__ = ()


def decoded(value: Any, key: str = "") -> Any:
    """The value with its lists of named things as maps, and texts that encode something as what they mean."""
    if isinstance(value, Mapping):
        return {name: decoded(child, str(name)) for name, child in value.items()}
    if isinstance(value, list):
        return _list(value)
    if isinstance(value, str) and key.endswith(".json"):
        return _json(value)
    return value


def _list(value: list[Any]) -> Any:
    for by in NAMES:
        if value and all(isinstance(item, Mapping) and isinstance(item.get(by), str) for item in value):
            names = [item[by] for item in value]
            if len(set(names)) == len(names):
                return Named(entry(item, by) for item in value)
    return [decoded(item) for item in value]


def entry(item: Mapping[str, Any], by: str) -> tuple[str, Any]:
    """(name, what it is) of one named thing; a variable is its value."""
    name = item[by]
    rest = {key: child for key, child in item.items() if key != by}
    if by == "name" and set(rest) <= {"value"} and rest:
        return variable(name, rest["value"])
    return name, decoded(rest)


def variable(name: str, value: Any) -> tuple[str, Any]:
    """An environment variable: of ClearML's, the path in its configuration and the typed value there."""
    if not isinstance(value, str) or not name.startswith(PREFIX):
        return name, value
    try:
        return ".".join(variable_path(name)), read_hocon(expand_env(value, {}))
    except ValueError:  # nothing that the compiler wrote
        return name, value


def _json(text: str) -> Any:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return found if _is_shallow(found, _DEEPEST) else text


def _is_shallow(value: Any, levels: int) -> bool:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels > 0 and all(_is_shallow(child, levels - 1) for child in children)
