"""What may be shown: everything but what bears a secret, or looks like it.

A tree holds no secret by rights; somebody's edit may have put one there, and a comment on a pull request is
read by more people than the repository. So text is withheld by its place (a Secret's data, what SOPS
encrypted), by its key's name, and by its shape.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from mtc.model.tokens import REFERENCE_NAME, SECRET_NAME, TOKENS

HIDDEN = "(hidden)"
LONGEST = 160  # characters of a value
# A reference, not a value: `$(NAME)` and what a template takes from a Secret.
_REFERENCE_TEXT = re.compile(r'\A"?\$\([A-Za-z0-9_]+\)"?\Z|\A\s*\{\{[^{}]*\}\}\s*\Z')
_ENCRYPTED = re.compile(r"ENC\[[A-Z0-9_]+,data:")


def secret_key(key: str) -> bool:
    """True for a name that says that its value is a secret."""
    word = key.rpartition(".")[2].rstrip("s")
    return bool(SECRET_NAME.search(word)) and not REFERENCE_NAME.search(word)


def secret_text(text: str) -> bool:
    """True for a text of a known token's shape, or an encrypted one."""
    return bool(_ENCRYPTED.search(text)) or any(
        marker in text and _shape(shape).search(text) for _, marker, shape in TOKENS
    )


@cache
def _shape(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def withheld(keys: tuple[str, ...], value: Any) -> bool:
    """True where a text below these keys may not be shown. Numbers and booleans hold no secret."""
    if not isinstance(value, str):
        return False
    if _REFERENCE_TEXT.match(value):
        return False
    named = keys[-2:-1] if keys[-1:] == ("value",) else keys[-1:]
    return secret_text(value) or any(map(secret_key, named))


def shown(keys: tuple[str, ...], value: Any) -> str:
    """A value as a short text, what bears a secret withheld at any depth."""
    safe = masked(keys, value)
    text = safe if isinstance(safe, str) else json.dumps(safe, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def masked(keys: tuple[str, ...], value: Any) -> Any:
    """The value with `(hidden)` in the place of every text that may not be shown."""
    if isinstance(value, Mapping):
        return {key: masked((*keys, str(key)), child) for key, child in value.items()}
    if isinstance(value, (list, tuple)):
        return [masked(keys, child) for child in value]
    return HIDDEN if withheld(keys, value) else value


def masked_line(line: str) -> str:
    """A line of a text, withheld where it holds a token, or sets a name that says so."""
    name, sep, value = line.partition("=" if "=" in line.partition(":")[0] else ":")
    word = name.strip().strip("\"'").rpartition(" ")[2]
    if secret_text(line) or (sep and value.strip(" \"',") and secret_key(word) and not _is_code(value)):
        return HIDDEN
    return line


def _is_code(value: str) -> bool:
    """A reference or an expression, as in a program or a template: no literal to hide."""
    text = value.strip()
    return text.startswith(("{{", "$(", "$", "str", "None", "self.", "(")) or text in {"|", ">"}
