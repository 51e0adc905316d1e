"""Small pieces of sentences: routes, choices, values on one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mtc.model.source import Data, Route
from mtc.model.spelling import clipped, quoted

MOST_SHOWN = 9  # names in a choice: more is a page, not a sentence


ANY = "[]"  # in a route: every item of a list


def dotted(route: Route) -> str:
    """`spec.tenants[3].name`."""
    steps = (f"[{s}]" if isinstance(s, int) else s if s == ANY else f".{clipped(s)}" for s in route)
    return "".join(steps).removeprefix(".")


def choices(names: Iterable[str], joint: str = "and") -> str:
    """`a`, `b` and `c`; the first nine of more."""
    return phrases([quoted(name) for name in names], joint)


def phrases(parts: Sequence[str], joint: str = "and") -> str:
    """a, b and c; the first nine of more."""
    if len(parts) > MOST_SHOWN:
        return ", ".join(parts[:MOST_SHOWN]) + ", …"
    return f" {joint} ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)


def flow(value: Data) -> str:
    """A short value as the author would write it on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value) or '""'
