"""Where in an author's template a part of the object stands that it makes.

What Jinja renders has lines of its own. So the template itself is read as YAML, with tags and comments
blanked out and each `{{ … }}` as a word of its width: every other character stays in its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from mtc.model.record import changed
from mtc.model.source import Data, Route, Source, Span
from mtc.yamlio.parse import parse

_VISIBLE = re.compile(r"[^\n]")
# Jinja's brackets, and what stands for them and what is in them.
_BRACKETS = (("{#", "#}", " "), ("{%", "%}", " "), ("{{", "}}", "x"))


def place(text: bytes, name: str, body: Mapping[str, Data], route: Route, *, on_key: bool) -> Span | None:
    """The span of a route of the object in its template, or of the nearest part around it that is written.

    None where the text is no YAML, or more than one of its documents could have made the object.
    """
    found = [one for one in _documents(text, name) if one.written(("kind",)) == body.get("kind")]
    if len(found) > 1:
        metadata = body.get("metadata")
        label = metadata.get("name") if isinstance(metadata, dict) else None
        found = [one for one in found if one.written(("metadata", "name")) == label]
    if len(found) != 1:
        return None
    return found[0].key(route) if on_key else found[0].value(route)


@lru_cache(maxsize=8)  # thousands of faults may lie in one template
def _documents(text: bytes, name: str) -> list[Source]:
    plain = text.decode("utf-8", "replace")
    for opening, closing, stand_in in _BRACKETS:
        plain = _covered(plain, opening, closing, stand_in)
    parsed = parse(plain, name, several=True)
    return [changed(parsed.source, root=root) for root in parsed.roots]


def _covered(text: str, opening: str, closing: str, stand_in: str) -> str:
    """The text with what is between brackets covered, in linear time whatever the text is."""
    parts: list[str] = []
    done = 0
    while (start := text.find(opening, done)) >= 0 and (end := text.find(closing, start)) >= 0:
        parts += text[done:start], _VISIBLE.sub(stand_in, text[start : end + 2])
        done = end + 2
    return "".join((*parts, text[done:]))
