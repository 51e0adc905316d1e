"""One Kubernetes object, and the tree of files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from mtc.model.source import Data, Route


class Identity(NamedTuple):
    """What tells two objects apart in a cluster: API group, kind, namespace ("" cluster-wide), name."""

    group: str
    kind: str
    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class Document:
    """One object: where it lies in the tree, its body, and the blueprint node that it came from.

    `secret_bearing` marks documents whose values are never shown (encrypted or secret data).
    """

    path: str
    body: Mapping[str, Data]
    origin: Route
    tenant: str | None = None
    secret_bearing: bool = False

    @property
    def identity(self) -> Identity:
        """Group, kind, namespace and name; empty where the body has none."""
        return identity_of(self.body)


def identity_of(body: Mapping[str, Data]) -> Identity:
    """The identity of an object's body; wrong types count as empty (the schema checks say so)."""
    metadata = body.get("metadata")
    names = metadata if isinstance(metadata, Mapping) else {}
    api_version = str(body.get("apiVersion") or "")
    group = api_version.rpartition("/")[0]
    return Identity(
        group, str(body.get("kind") or ""), str(names.get("namespace") or ""), str(names.get("name") or "")
    )


@dataclass(frozen=True)
class Tree:
    """A rendered tree: `files` maps POSIX paths (sorted) to whole contents; `documents` are the objects."""

    files: Mapping[str, bytes] = field(repr=False)
    documents: tuple[Document, ...] = field(repr=False)

    def of_kind(self, *kinds: str) -> Iterable[Document]:
        """The documents of these kinds, in order."""
        return (document for document in self.documents if document.body.get("kind") in kinds)
