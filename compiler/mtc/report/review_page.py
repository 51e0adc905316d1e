"""A review as one page of HTML: no network, no script but its own, readable at a thousand changed tenants.

Its Content-Security-Policy allows nothing but this style and this script, by their digests: whatever text of
the author's got through the escaping could load and run nothing. Without the script the page is whole; with
it, it can be searched. Jinja2 fills it, escaping everything.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from mtc.model.review import RISK_CLASSES, Change, Review
from mtc.report.review_groups import (
    PLATFORM,
    Said,
    bundles,
    class_counts,
    code_parts,
    headline,
    intents,
    risks,
)
from mtc.report.review_text import edit_line
from mtc.report.visible import encodable, visible

_FOLDER = Path(__file__).parent / "templates"
NAMES = 12  # tenants named beside a sentence before the rest is folded
OBJECTS = 200  # objects named of those that changed in one way


def render_page(review: Review) -> str:
    """The page, ending in a line feed."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - only for a page

    environment = Environment(
        loader=FileSystemLoader(_FOLDER, encoding="utf-8"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"shown": visible, "line": edit_line, "parts": _parts, "thousands": _thousands}
    style, script = _read("review.css"), _read("review.js")
    values = {
        "review": review,
        "headline": headline(review),
        "counts": class_counts(review),
        "risks": [_row(each) for each in risks(review.risks)],
        "intents": [_row(each) for each in intents(review.intents)],
        "tenants": _tenants(review),
        "bundles": [_bundle(each.changes) for each in bundles(review.changes)],
        "style": style,
        "script": script,
        "policy": f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'",
    }
    return encodable(environment.get_template("review.html.j2").render(values))


def _read(file: str) -> str:
    return (_FOLDER / file).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """What a Content-Security-Policy calls an inline style or script by."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _row(said: Said) -> dict[str, Any]:
    return {"said": said, "first": said.tenants[:NAMES], "rest": said.tenants[NAMES:]}


def _tenants(review: Review) -> list[dict[str, Any]]:
    """A row for each changed tenant, and for the platform: its worst risk, how much is said and changed."""
    worst: dict[str, int] = {}
    lines: dict[str, int] = {}
    objects: dict[str, int] = {}
    for risk in review.risks:
        who, rank = risk.tenant or PLATFORM, RISK_CLASSES.index(risk.risk_class)
        worst[who] = min(worst.get(who, rank), rank)
    for intent in review.intents:
        lines[intent.tenant or PLATFORM] = lines.get(intent.tenant or PLATFORM, 0) + 1
    for change in review.changes:
        objects[change.tenant or PLATFORM] = objects.get(change.tenant or PLATFORM, 0) + 1
    names = [PLATFORM, *review.tenants] if objects.get(PLATFORM) else list(review.tenants)
    return [
        {
            "name": name,
            "worst": RISK_CLASSES[worst[name]] if name in worst else "",
            "lines": lines.get(name, 0),
            "objects": objects.get(name, 0),
        }
        for name in names
    ]


def _bundle(changes: tuple[Change, ...]) -> dict[str, Any]:
    return {"sample": changes[0], "changes": changes[:OBJECTS], "more": max(0, len(changes) - OBJECTS)}


def _parts(message: str) -> Iterator[tuple[bool, str]]:
    return code_parts(visible(message))


def _thousands(number: int) -> str:
    return f"{number:,}"
