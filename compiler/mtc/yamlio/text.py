"""Bytes to the text of a YAML file: UTF-8, bounded, without characters that readers disagree about."""

from __future__ import annotations

import re

from mtc.model.diagnostic import Diagnostic, Label, Outcome
from mtc.model.source import Span

MAX_BYTES = 64 * 1024 * 1024
# Not printable to YAML 1.2 (chapter 5.1), or a line break to YAML 1.1 alone (U+0085, U+2028, U+2029). Python
# takes 6 ms to compile the same set written as what is fit, and for ASCII alone a fifth of what all takes.
_UNFIT = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
_UNFIT_BEYOND = f"{_UNFIT}-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff"
# Nor may an escape make them: kustomize's writer leaves them as they are, and its reader refuses them, or
# makes a blank of U+0085.
LOST = "[\x7f-\x9f\ud800-\udfff\ufffe\uffff]"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def decode(data: str | bytes, name: str) -> Outcome[str]:
    """The text, a leading byte order mark off. Faults: yaml/too-large, yaml/encoding, yaml/character."""
    if len(data) > MAX_BYTES:
        return Outcome(None, (too_large(name, Label(Span(name, 1, 1, 1, 2))),))
    try:
        text = data if isinstance(data, str) else data.decode("utf-8")
    except UnicodeDecodeError as error:
        return Outcome(None, (_not_utf8(error, name),))
    text = text.removeprefix("\ufeff")
    unfit = re.search(f"[{_UNFIT if text.isascii() else _UNFIT_BEYOND}]", text)
    if unfit is None:
        return Outcome(text)
    return Outcome(None, (_unfit(text, unfit.start(), name),))


def too_large(name: str, label: Label) -> Diagnostic:
    """yaml/too-large: over 64 MiB, which no blueprint needs and no cluster could apply."""
    message = f"`{name}` is larger than {MAX_BYTES // 1024 // 1024} MiB"
    return Diagnostic("yaml/too-large", message, label, "split it, or take generated data out of it")


def _not_utf8(error: UnicodeDecodeError, name: str) -> Diagnostic:
    """yaml/encoding: bytes that are not UTF-8, the one encoding that every tool on the way reads."""
    data: bytes = error.object
    if data.startswith(_UTF16):
        message, way_out = "the file is UTF-16", "save it as UTF-8"
    elif b"\0" in data:
        message, way_out = "the file is binary, not text", "name a YAML file"
    else:
        message, way_out = f"byte 0x{data[error.start]:02x} is not UTF-8", "save the file as UTF-8"
        guess = data[error.start : error.start + 1].decode("cp1252", errors="ignore")
        if guess.isalpha():
            message += f"; in Windows-1252 it is `{guess}`"
    return Diagnostic("yaml/encoding", message, _label(data[: error.start].decode("utf-8"), name), way_out)


def _unfit(text: str, offset: int, name: str) -> Diagnostic:
    """yaml/character: a control character, or a line break to YAML 1.1 that is none to YAML 1.2."""
    label = _label(text[:offset], name)
    character = ord(text[offset])
    if character == 0:
        return Diagnostic("yaml/encoding", "the file is binary, not text", label, "name a YAML file")
    escape = f"\\x{character:02x}" if character < 0x100 else f"\\u{character:04x}"
    message = f"character U+{character:04X} cannot stand in a YAML file as it is"
    way_out = "" if re.match(LOST, text[offset]) else f", or write `{escape}` between double quotes"
    return Diagnostic("yaml/character", message, label, f"take it out{way_out}")


def _label(before: str, name: str) -> Label:
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    line, column = len(lines), len(lines[-1]) + 1
    return Label(Span(name, line, column, line, column + 1))
