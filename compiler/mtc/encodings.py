"""Value encodings: what a value goes through between the blueprint and the program that reads it.

An environment variable of the ClearML server passes YAML, Helm, Kubernetes' `$(NAME)` expansion and the
server's HOCON parser; an agent's skips the last. Each reader has its writer here, and each writer its own
model of the reader, so that `prove` can decode what was written and stop the compile when a value changed.
The tests hold the models against the real readers (pyhocon, PyYAML, ruamel.yaml, kubectl).

Facts: the server's `BasicConfig` reads `path: value` as one HOCON line for each variable, lower-casing the
path and splitting it at `__`; kubelet turns `$$` into `$` and `$(NAME)` into an earlier variable's value
(kubernetes third_party/forked/golang/expansion).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from mtc.model.failure import CompilerFailure

ConfigValue: TypeAlias = "bool | int | float | str | Sequence[ConfigValue] | None"

PREFIX = "CLEARML__"
PREFIXES = ("TRAINS__", PREFIX)  # what the server reads its configuration from; the older first
# Elements that the server's parser keeps as they are: no case to lose, no run of `_` to split at.
PATH_ELEMENT = re.compile(r"[a-z0-9](?:(?:[a-z0-9]|_(?!_)|-)*[a-z0-9])?\Z")
# What a Secret's value may not hold where it is spliced between HOCON quotes; the server's parser (pyparsing)
# makes spaces of a tab before it looks at anything.
UNSAFE_IN_QUOTES = ('"', "\\", "\n", "\t")

_HOCON = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_HOCON_BACK = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class EncodingError(CompilerFailure):
    """A written value does not decode to what was meant: a bug of ours, never the author's fault."""


def variable_name(path: Sequence[str]) -> str:
    """`("services", "auth", "x")` → `CLEARML__services__auth__x`."""
    return PREFIX + "__".join(path)


def variable_path(name: str) -> tuple[str, ...]:
    """The reverse, as the server reads it: lower-cased, split at `__`, and empty steps left out."""
    return tuple(step for step in variable_steps(name) if step)


def variable_steps(name: str) -> tuple[str, ...]:
    """The same with its empty steps, which the server's parser does not see."""
    prefix = next((prefix for prefix in PREFIXES if name.startswith(prefix)), "")
    return tuple(name.removeprefix(prefix).replace("__", ".").lower().split("."))


def hocon(value: ConfigValue) -> str:
    """A typed value as HOCON: text always quoted (so that `1e3`, `10m` and ids stay text), the rest bare.

    Raises ValueError for an empty text in a list, which the server's parser drops.
    """
    if isinstance(value, str):
        return f'"{value.translate(_HOCON)}"'
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if "" in value:
        raise ValueError("the server's parser drops empty texts from lists")
    return f"[{', '.join(hocon(item) for item in value)}]"


def read_hocon(text: str) -> ConfigValue:
    """What the server's parser makes of `hocon`'s output: our model of it, for that output and no more.

    Raises ValueError for what `hocon` cannot have written; numbers in other forms and commas without a blank,
    as authors write them, are read all the same.
    """
    try:
        value, end = _read_hocon(text, 0)
    except RecursionError:
        raise ValueError("lists in lists in lists, too many of them") from None
    if end != len(text):
        raise ValueError(f"text after the value at {end}")
    return value


_BARE = re.compile(r"null|true|false|-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?")
_BARE_WORDS: Mapping[str, ConfigValue] = {"null": None, "true": True, "false": False}


def _read_hocon(text: str, at: int) -> tuple[ConfigValue, int]:
    if text[at : at + 1] == '"':
        return _read_quoted(text, at + 1)
    if text[at : at + 1] == "[":
        return _read_list(text, at + 1)
    match = _BARE.match(text, at)
    if match is None:
        raise ValueError(f"no value at {at}")
    word = match.group()
    if word in _BARE_WORDS:
        return _BARE_WORDS[word], match.end()
    return (int(word) if word.lstrip("-").isdigit() else float(word)), match.end()


def _read_list(text: str, at: int) -> tuple[list[ConfigValue], int]:
    items: list[ConfigValue] = []
    while text[at : at + 1] != "]":
        if items:
            if text[at : at + 1] != ",":
                raise ValueError(f"no comma at {at}")
            at += 2 if text[at + 1 : at + 2] == " " else 1
        item, at = _read_hocon(text, at)
        if item == "":
            raise ValueError(f"an empty text in a list, which the server drops, before {at}")
        items.append(item)
    return items, at + 1


def _read_quoted(text: str, at: int) -> tuple[str, int]:
    out: list[str] = []
    while at < len(text):
        char = text[at]
        if char == '"':
            return "".join(out), at + 1
        if char == "\\":
            at += 1
            char = _HOCON_BACK.get(text[at : at + 1], "")
        elif char in _HOCON_BACK.values():
            char = ""  # a line break stops the server's parser, and a tab becomes spaces
        if not char:
            raise ValueError(f"no character of a text at {at}")
        out.append(char)
        at += 1
    raise ValueError("no closing quote")


# The parser takes the words of values out of what follows them: `null.example.com` is no text to it.
_WORD = r"(?!(?i:true|false|null)[./:-])[A-Za-z][A-Za-z0-9_./:-]*"
# No blank outside quotes: what an author wrote for the parser himself, in the plainest of its forms.
_PLAINLY_READ = re.compile(rf"(?:{_WORD}|\[{_WORD}(?:,{_WORD})*\])\Z")


def plainly_read(text: str) -> bool:
    """True where the server's parser surely reads a value that an author wrote as HOCON or as a plain word.

    Most other text stops the server when it starts, or loses its end.
    """
    if _PLAINLY_READ.match(text):
        return True
    try:
        read_hocon(text)
    except ValueError:
        return False
    return True


def container_env(text: str) -> str:
    """A literal for `env[].value`: every `$` doubled, because kubelet halves it."""
    return text.replace("$", "$$")


_REFERENCE = re.compile(r"\$(?:\$|\(([^)]*)\))")


def expand_env(text: str, earlier: Mapping[str, str]) -> str:
    """What kubelet makes of `env[].value`: `$$` is `$`, `$(NAME)` an earlier variable; the rest stays."""

    def replace(match: re.Match[str]) -> str:
        name = match.group(1)
        return "$" if name is None else earlier.get(name, match.group())

    return _REFERENCE.sub(replace, text)


def config_variable(value: ConfigValue) -> str:
    """A ClearML configuration value as `env[].value`: HOCON, then the doubled `$`. Proven on the way."""
    written = container_env(hocon(value))
    read = read_hocon(expand_env(written, {}))
    if not _same(read, value):
        raise EncodingError("a configuration value would not reach the server as it was written")
    return written


def plain_variable(value: str) -> str:
    """A plain text as `env[].value`. Proven on the way."""
    written = container_env(value)
    if expand_env(written, {}) != value:
        raise EncodingError("a variable would not reach its program as it was written")
    return written


def secret_reference(variable: str) -> str:
    """A ClearML configuration value that another variable (from a Secret) brings: `"$(NAME)"` in quotes."""
    return f'"$({variable})"'


def _same(left: ConfigValue, right: ConfigValue) -> bool:
    if isinstance(left, Sequence) and not isinstance(left, str):
        return (
            isinstance(right, Sequence)
            and not isinstance(right, str)
            and len(left) == len(right)
            and all(_same(one, other) for one, other in zip(left, right, strict=True))
        )
    return type(left) is type(right) and left == right


def holds_substitution(text: str) -> bool:
    """True when Flux's variable substitution would touch the text: it turns `$$` into `$` and reads `${`."""
    return "${" in text or "$$" in text
