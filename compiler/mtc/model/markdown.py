"""The author's words in Markdown, tables included: nothing in them begins anything."""

from __future__ import annotations

import re

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
