"""What the author probably meant: text in the form that its field takes, a list as a map, a field's home."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from mtc.load.places import Places
from mtc.load.shapes import MAP, Shape
from mtc.load.wording import choices, flow
from mtc.model.source import Data, Route
from mtc.model.spelling import quoted

LONGEST = 63  # characters of a text to propose: a label's; beyond it there is more to do than to respell
MOST_NAMES = 3  # of a list that is to become a map


def spelled(text: str, pattern: str) -> str | None:
    """The text, changed as little as its field's pattern asks for; None where that is no small change."""
    for guess in _spellings(text):
        if guess and re.search(pattern, guess) and len(guess) <= LONGEST:
            return guess
    return None


def _spellings(text: str) -> Iterator[str]:
    yield text.strip()
    yield text.strip().lower()
    yield re.sub(r"^[a-z]+://([^/:]+).*$", r"\1", text.strip().lower())  # a host out of a URL
    yield re.sub(r"[^a-z0-9]+", "-", _ascii(text).lower()).strip("-")  # a label
    yield re.sub(r"^([0-9.]+)\s*([KMGTPE]i?)?B?$", r"\1\2", text.strip())  # `16 GB`, a quantity
    yield re.sub(r"^([0-9]+)\s*([hms])[a-z]*$", r"\1\2", text.strip().lower())  # `1 hour`, a duration


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def as_map(found: Data, shape: Shape | None) -> str | None:
    """What a list would be as a map of this shape: its names, or those of its items, become keys."""
    if not isinstance(found, list) or not found or shape is None:
        return None
    below = shape.field("any-name")
    if below is None or shape.fields:
        return None  # its keys are fixed: names are none of them
    if MAP in below.types and all(isinstance(item, str) for item in found):
        return f"write a map: `{flow({str(item): {} for item in found[:MOST_NAMES]})}`"
    names = [item["name"] for item in found if isinstance(item, dict) and isinstance(item.get("name"), str)]
    if len(names) < len(found):
        return None
    return f"write a map, the names its keys: {choices([f'{name}: …' for name in names[:MOST_NAMES]])}"


def as_list(found: Data, shape: Shape | None) -> str | None:
    """What a map would be as a list, where its items have names."""
    if not isinstance(found, dict) or not found or shape is None or shape.items is None:
        return None
    names = [f"- name: {name}" for name in list(found)[:MOST_NAMES]]
    return f"write a list, each key a name: {choices(names)}" if "name" in shape.items.fields else None


def above(field: str, route: Route, places: Places) -> str | None:
    """The key just above a field that it should be indented below: nothing else stands there."""
    found = places.data(route)
    if not isinstance(found, dict):
        return None
    keys = list(found)
    before = keys[: keys.index(field)]
    while before and places.shape((*route, before[-1])) is None:
        before.pop()  # unknown like the field: it slipped with it
    if not before or found[before[-1]] is not None:
        return None
    shape = places.shape((*route, before[-1]))
    return before[-1] if shape is not None and field in shape.fields else None


def chart_values(field: str, route: Route, places: Places) -> str | None:
    """Where a value of a chart goes, if the unknown field is a map that may be one."""
    found = places.data((*route, field))
    shape = places.shape(route)
    if not isinstance(found, dict) or shape is None:
        return None
    if "values" in shape.fields:
        return f"a value of its chart goes into {quoted('values')}"
    if "agent" in shape.fields or "server" in shape.fields:
        where = "spec.server.values" if "server" in shape.fields else "agent.values"
        return f"a value of a chart goes into the chart's `values`, such as `{where}`"
    return None
