"""The author's words in our sentences: quoted so that they fit, and the known name probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

LIKELY = 0.75  # difflib's ratio: one slip in four letters
POSSIBLE = 0.6
LONGEST = 60
MOST = 300  # known names that are compared: a blueprint can name twenty thousand, and misspell each


def clipped(text: str) -> str:
    """The text's first line, and as much of it as stays readable."""
    line = text.split("\n", 1)[0][:LONGEST]
    return line if line == text else f"{line}…"


def quoted(text: str) -> str:
    """The same in backticks."""
    return f"`{clipped(text)}`"


def nearest(
    written: str, known: Iterable[str], *, at_least: float = POSSIBLE, most: int | None = MOST
) -> str | None:
    """The known name most like the written one (case aside), or None where nothing is near enough.

    The first so many names are compared; `most` None compares all of them, for who asks once.
    """
    import difflib  # noqa: PLC0415 - only when something is misspelt

    plain = {name.lower(): name for name in islice(known, most)}
    found = difflib.get_close_matches(clipped(written).lower(), plain, n=1, cutoff=at_least)
    return plain[found[0]] if found else None
