"""What a plain scalar means to YAML 1.1 and to YAML 1.2, where that is one thing; else why it is not.

Text stays text where a 1.1 reader would see a boolean or a date (`yes`, `2024-01-01`): we emit it quoted.
A number that the two read differently has no right answer, so it is an error. The forms are those of
PyYAML's resolver (1.1) and of the YAML 1.2 core schema, chapter 10.3.
"""

from __future__ import annotations

import math
import re

from mtc.model.record import Record
from mtc.model.source import NULLS, Scalar

WORDS: dict[str, Scalar] = {
    **dict.fromkeys(NULLS),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
NUMBER_STARTS = frozenset("0123456789+-.")
LONGEST = 400  # digits; what is longer overflows anyway, and Python's int() refuses to read it

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"(?:[-+]?[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+][0-9]+)?")
# The rest is compiled when it is asked for: most blueprints have no such number.
_INFINITE = r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
_SEXAGESIMAL = r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"
_SOMEWHERE = (  # a number to some reader, and why it is none to another
    (r"[-+]?0[0-9]+", "leading-zero"),
    (r"[-+]?0[bo][0-7]+|[-+]0x[0-9a-fA-F]+", "prefix"),
    (r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "exponent"),
)


class Unclear(Record, frozen=True):
    """A plain scalar that has no single meaning, or one that no JSON reader can hold."""

    code: str
    message: str
    help: str


AMBIGUOUS = "values/ambiguous"
UNREPRESENTABLE = "values/unrepresentable"
UNCLEAR = {
    "leading-zero": Unclear(
        AMBIGUOUS,
        "a number with a leading zero is octal to YAML 1.1 and decimal to YAML 1.2",
        "write the number without the zero, or quote it if it is text",
    ),
    "prefix": Unclear(
        AMBIGUOUS,
        "a number with this prefix is a number to one version of YAML and text to the other",
        "write the number in decimal, or quote it if it is text",
    ),
    "sexagesimal": Unclear(
        AMBIGUOUS,
        "digits joined by colons are a number in base 60 to YAML 1.1 and text to YAML 1.2",
        "quote it: it is text",
    ),
    "underscore": Unclear(
        AMBIGUOUS,
        "digits with underscores are a number to YAML 1.1 and text to YAML 1.2",
        "write the number without underscores, or quote it if it is text",
    ),
    "exponent": Unclear(
        AMBIGUOUS,
        "a number in this form is text to YAML 1.1 and a number to YAML 1.2",
        "write it with a point and a signed exponent, such as `1.0e+3`, or quote it if it is text",
    ),
    "infinite": Unclear(
        UNREPRESENTABLE,
        "infinity and not-a-number have no form in JSON",
        "write a number, or quote it if it is text",
    ),
    "too-large": Unclear(
        UNREPRESENTABLE,
        "the number does not fit in 53 bits, so Helm and other readers of JSON round it",
        "quote it: as text it stays exact",
    ),
}


EXACT = 2**53  # the largest whole number up to which a float, all that JSON's readers promise, has each


def resolve(text: str) -> Scalar | Unclear:
    """The one value that YAML 1.1 and 1.2 readers give a plain scalar (for `yes` and dates, see above)."""
    if text in WORDS:
        return WORDS[text]
    if text[:1] not in NUMBER_STARTS:
        return text
    if _INTEGER.fullmatch(text):
        return _integer(text, 10)
    if _FLOAT.fullmatch(text):
        return _float(text)
    if _HEXADECIMAL.fullmatch(text):
        return _integer(text, 16)
    if re.fullmatch(_INFINITE, text):
        return UNCLEAR["infinite"]
    return _unclear(text) or text


def _unclear(text: str) -> Unclear | None:
    """Why readers disagree about a text that some of them take for a number."""
    if re.fullmatch(_SEXAGESIMAL, text):
        return UNCLEAR["sexagesimal"]
    bare = text.replace("_", "")
    if bare != text and (_INTEGER.fullmatch(bare) or _FLOAT.fullmatch(bare) or _HEXADECIMAL.fullmatch(bare)):
        return UNCLEAR["underscore"]
    return next((UNCLEAR[reason] for form, reason in _SOMEWHERE if re.fullmatch(form, bare)), None)


def _integer(text: str, base: int) -> int | Unclear:
    if len(text) > LONGEST:
        return UNCLEAR["too-large"]
    value = int(text, base)
    return value if abs(value) <= EXACT else UNCLEAR["too-large"]


def _float(text: str) -> float | Unclear:
    value = float(text)
    return value if math.isfinite(value) else UNCLEAR["too-large"]
