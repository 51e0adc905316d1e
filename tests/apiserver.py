"""How a container's environment reaches the ClearML server: kubelet's expansion, then the server's own parser.

Written from the two programs' behaviour (kubernetes third_party/forked/golang/expansion; `BasicConfig` of
clearml-server 2.3), on purpose without anything of `mtc.encodings`. pyhocon is the server's own library.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pyhocon import ConfigFactory, ConfigTree

PREFIXES = ("TRAINS__", "CLEARML__")  # the later wins


def container_environment(
    entries: Iterable[Mapping[str, Any]], secrets: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """What a process sees of `env:`; a later entry of the same name wins, as kubelet has it.

    Raises KeyError where an entry names a Secret, or a key of one, that `secrets` does not hold.
    """
    seen: dict[str, str] = {}
    for entry in entries:
        if "valueFrom" in entry:
            assert set(entry) == {"name", "valueFrom"}
            reference = entry["valueFrom"]["secretKeyRef"]
            seen[entry["name"]] = secrets[reference["name"]][reference["key"]]
        else:
            assert set(entry) == {"name", "value"}
            assert isinstance(entry["value"], str), "Kubernetes takes nothing but text here"
            seen[entry["name"]] = expanded(entry["value"], seen)
    return seen


def expanded(text: str, earlier: Mapping[str, str]) -> str:
    """`$$` is one `$`; `$(NAME)` an earlier variable's value if there is one; all else stays."""
    out, at = "", 0
    while at < len(text):
        if text[at] != "$" or at + 1 == len(text):
            out, at = out + text[at], at + 1
        elif text[at + 1] == "$":
            out, at = out + "$", at + 2
        elif text[at + 1] == "(" and ")" in text[at + 2 :]:
            end = text.index(")", at + 2)
            out, at = out + earlier.get(text[at + 2 : end], text[at : end + 1]), end + 1
        else:
            out, at = out + "$", at + 1
    return out


def server_configuration(environment: Mapping[str, str]) -> dict[str, Any]:
    """The tree that the server merges over its defaults."""
    tree = ConfigTree()
    for prefix in PREFIXES:
        for name in sorted(name for name in environment if name.startswith(prefix)):
            path = name[len(prefix) :].replace("__", ".").lower()
            line = ConfigFactory.parse_string(f"{path}: {environment[name]}")
            tree = ConfigTree.merge_configs(tree, line)
    plain = tree.as_plain_ordered_dict()
    assert isinstance(plain, dict)
    return plain
