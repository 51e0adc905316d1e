"""Untrusted text for a screen: what would act is shown as a sign, widths are in screen columns."""

from __future__ import annotations

import re
from unicodedata import category, combining, east_asian_width

# Controls, formats (bidi marks, zero-width ones), line and paragraph separators, halves of surrogate pairs.
ACTING = frozenset(("Cc", "Cf", "Zl", "Zp", "Cs"))
SURROGATE = "[\ud800-\udfff]"


# What a CI runner takes for a command wherever it stands in a line (GitHub's `##[`, Azure's, TeamCity's); and
# what GitHub's takes for one where a line begins with it.
COMMAND = re.compile(r"(?<=#)#(?=\[|vso\[|teamcity\[)")
_LEADING = re.compile(r"(?<=^:):|(?<=\s:):")


def sign(character: str) -> str:
    """The character, or what stands for one that acts: a control picture (U+2400 block), else `<U+202E>`."""
    if character.isprintable() or category(character) not in ACTING:
        return character
    return stand_in(character)


def stand_in(character: str) -> str:
    """What is shown for a character that is not sent."""
    point = ord(character)
    if point < 0x20:
        return chr(0x2400 + point)
    return "\u2421" if point == 0x7F else f"<U+{point:04X}>"


def visible(text: str) -> str:
    """The text on one line, nothing in it acting on a terminal or a CI runner."""
    shown = text if text.isprintable() else "".join(map(sign, text))
    shown = COMMAND.sub("<U+0023>", shown) if "##" in shown else shown
    return _LEADING.sub("<U+003A>", shown, count=1) if shown.lstrip().startswith("::") else shown


def encodable(text: str) -> str:
    """The text without lone surrogates (a file name that is not UTF-8 brings them): no encoder takes them."""
    return re.sub(SURROGATE, lambda half: stand_in(half[0]), text)


def width(text: str) -> int:
    """Screen columns: two for East Asian wide and fullwidth (UAX #11), none for marks and joining jamo."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    if combining(character) or category(character) in {"Mn", "Me"} or "\u1160" <= character <= "\u11ff":
        return 0
    return 2 if east_asian_width(character) in {"W", "F"} else 1
