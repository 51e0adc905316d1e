"""Where in an author's template a part of the object stands that it makes.

What Jinja renders has lines of its own. So the template itself is read as YAML, with tags and comments
blanked out and each `{{ … }}` as a word of its width: every other character stays in its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from mtc.model.source import Data, Route, Source, Span
from mtc.yamlio.parse import parse

_TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.S)
_VALUE = re.compile(r"\{\{.*?\}\}", re.S)
_VISIBLE = re.compile(r"[^\n]")


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


def _documents(text: bytes, name: str) -> list[Source]:
    plain = _TAG.sub(lambda tag: _VISIBLE.sub(" ", tag[0]), text.decode("utf-8", "replace"))
    plain = _VALUE.sub(lambda value: "x" * len(value[0]), plain)
    parsed = parse(plain, name, several=True)
    return [replace(parsed.source, root=root) for root in parsed.roots]
