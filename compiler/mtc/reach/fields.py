"""Reading typed fields out of documents that may hold anything."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeGuard

Document = Mapping[str, object]
_MAPPINGS = (dict, Mapping)


class ReachError(ValueError):
    """A document, a case or a question that has no meaning here; the text says where and why.

    The evaluator never guesses: what the API server would refuse (ill-typed fields, unknown fields, an
    ipBlock beside a podSelector) raises this instead of being read as something looser.
    """


def is_mapping(value: object) -> TypeGuard[Document]:
    """Whether `value` is a mapping; the first class answers for nearly all, and ten times faster."""
    return isinstance(value, _MAPPINGS)


def fields(value: object, where: str, known: Collection[str]) -> Document:
    """`value` as a mapping whose keys are all among `known`; null counts as absent and gives {}."""
    if value is None:
        return {}
    if not is_mapping(value):
        raise ReachError(f"{where} must be a mapping, not {_kind(value)}")
    for key in value:
        if key not in known:
            raise ReachError(f"{where} has an unknown field {key!r}; known are {', '.join(known)}")
    return value


def items(value: object, where: str) -> Sequence[object]:
    """`value` as a list; null counts as absent and gives an empty one."""
    if value is None:
        return ()
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        raise ReachError(f"{where} must be a list, not {_kind(value)}")
    return value


def text(value: object, where: str) -> str:
    """`value` as a string that is not empty."""
    if not isinstance(value, str):
        raise ReachError(f"{where} must be a string, not {_kind(value)}")
    if not value:
        raise ReachError(f"{where} must not be empty")
    return value


def labels(value: object, where: str) -> dict[str, str]:
    """`value` as a mapping of strings to strings (a value may be empty, a key may not); null gives {}."""
    if value is None:
        return {}
    if not is_mapping(value):
        raise ReachError(f"{where} must be a mapping, not {_kind(value)}")
    found: dict[str, str] = {}
    for key, entry in value.items():
        if not isinstance(entry, str):
            raise ReachError(f"{where}[{key!r}] must be a string, not {_kind(entry)}")
        found[text(key, f"a key of {where}")] = entry
    return found


def _kind(value: object) -> str:
    names = {type(None): "null", bool: "a boolean", int: "a number", float: "a number", str: "a string"}
    shape = "a mapping" if is_mapping(value) else "a list" if isinstance(value, list | tuple) else ""
    return names.get(type(value)) or shape or f"a {type(value).__name__}"


def objects(documents: Iterable[object]) -> Iterator[tuple[str, str, Document]]:
    """(apiVersion, kind, object) of each Kubernetes object; the items of a List come one by one.

    A document that is null (an empty one between two `---`) is passed over. Items of a typed list
    (NetworkPolicyList) may leave out their apiVersion and kind, as the API server lets them.
    """
    for number, document in enumerate(documents):
        if isinstance(document, dict):
            version, kind = document.get("apiVersion"), document.get("kind")
            if isinstance(version, str) and isinstance(kind, str) and not kind.endswith("List"):
                yield version, kind, document  # nearly all, and ten times faster
                continue
        pending: deque[tuple[str, object, str, str]] = deque([(f"document {number}", document, "", "")])
        while pending:
            where, found, inherited, listed = pending.popleft()
            if found is None:
                continue
            if not is_mapping(found):
                raise ReachError(f"{where} must be a mapping, not {_kind(found)}")
            version, kind = found.get("apiVersion", inherited), found.get("kind", listed)
            if not isinstance(version, str) or not isinstance(kind, str):
                raise ReachError(f"{where}: apiVersion and kind must be strings")
            if kind.endswith("List") and "items" in found:
                inner = items(found["items"], f"{where}.items")
                named = [(f"{where}.items[{index}]", item) for index, item in enumerate(inner)]
                pending.extendleft((at, item, version, kind[:-4]) for at, item in reversed(named))
            else:
                yield version, kind, found


def identity(document: Document, default_namespace: str = "") -> tuple[Document, str, str]:
    """(metadata, namespace, name) of an object; an absent or empty namespace gives `default_namespace`."""
    metadata = document.get("metadata")
    if not is_mapping(metadata):
        raise ReachError(f"metadata must be a mapping, not {_kind(metadata)}")
    name = text(metadata.get("name"), "metadata.name")
    if metadata.get("namespace") in (None, ""):
        return metadata, default_namespace, name
    return metadata, text(metadata["namespace"], "metadata.namespace"), name
