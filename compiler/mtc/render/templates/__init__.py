"""Texts for people, and the one way to fill them: Jinja2 templates beside this file.

Manifests are never made here (they are built as data). `fill` takes a template's name and its values;
`plain` and `code` put words of the author's into Markdown, tables included.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent
# Characters that begin something in CommonMark or GitHub's tables, wherever they stand in a line.
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>&|~#!$]")
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_FENCED = re.compile(r"[^`|<>&\s\x00-\x1f\x7f-\x9f]+(?: [^`|<>&\s\x00-\x1f\x7f-\x9f]+)*\Z")


def plain(text: object) -> str:
    """The text as Markdown shows it letter by letter: special characters as entities, one line."""
    return _SPECIAL.sub(lambda found: f"&#{ord(found.group())};", _BREAKS.sub(" ", str(text)).strip())


def code(text: object) -> str:
    """The text in code letters: backticks, or HTML where the text would break them or a table's cell."""
    words = str(text)
    return f"`{words}`" if _FENCED.match(words) else f"<code>{plain(words)}</code>"


def fill(template: str, values: dict[str, Any]) -> str:
    """The template's text with the values in it; a name that no value has raises UndefinedError (a bug).

    Filters beside Jinja2's own: `plain` and `code` for Markdown, `yaml` for a scalar, `sh` for a shell word.
    """
    from shlex import quote  # noqa: PLC0415 - as Jinja2: only when a text is made

    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415

    from mtc.yamlio.emit import scalar  # noqa: PLC0415

    environment = Environment(
        loader=FileSystemLoader(_FOLDER, encoding="utf-8"),
        undefined=StrictUndefined,
        autoescape=False,  # it is not HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"plain": plain, "code": code, "yaml": scalar, "sh": quote}
    return environment.get_template(template).render(values)
