"""One Kubernetes object, and the tree of files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, Protocol, TypeAlias

from mtc.model.files import Files
from mtc.model.source import Data, Route

Words: TypeAlias = tuple[str, ...]


class Identity(NamedTuple):
    """What tells two objects apart in a cluster: API group, kind, namespace ("" cluster-wide), name."""

    group: str
    kind: str
    namespace: str
    name: str


class Document:
    """One object: where it lies in the tree, its body, and the blueprint node that it came from.

    `secret_bearing` marks documents whose values are never shown (encrypted or secret data). No dataclass:
    every start would pay a millisecond for it.
    """

    __slots__ = ("_body", "_secret_bearing", "origin", "path", "tenant")

    def __init__(
        self,
        path: str,
        body: Mapping[str, Data],
        origin: Route,
        tenant: str | None = None,
        secret_bearing: bool = False,
    ) -> None:
        self.path, self.origin, self.tenant = path, origin, tenant
        self._body: Mapping[str, Data] | None = body
        self._secret_bearing = secret_bearing

    @property
    def body(self) -> Mapping[str, Data]:
        """The object."""
        assert self._body is not None
        return self._body

    @property
    def secret_bearing(self) -> bool:
        """See the class."""
        return self._secret_bearing

    def moved(self, path: str) -> Document:
        """The same at another path."""
        return Document(path, self.body, self.origin, self.tenant, self.secret_bearing)

    @property
    def key(self) -> str:
        """The identity's parts, a line each: what it costs least to tell two documents apart by."""
        return "\n".join(identity_of(self.body))

    @property
    def identity(self) -> Identity:
        """Group, kind, namespace and name; empty where the body has none."""
        return identity_of(self.body)

    @property
    def kind(self) -> tuple[str, str]:
        """Group and kind."""
        return identity_of(self.body)[:2]


class Hole(NamedTuple):
    """A place of a form's body that takes words: the text there, with marks, and what makes it of words."""

    route: Route
    text: str
    make: Callable[[Words], str]


class Form(Protocol):
    """What the documents of many tenants have in common; `words` are what each one fills in."""

    @property
    def outline(self) -> Mapping[str, Data]:
        """The common body, with a mark wherever a word goes."""

    @property
    def kind(self) -> tuple[str, str]:
        """Group and kind, which no word changes."""

    @property
    def holes(self) -> tuple[Hole, ...] | None:
        """Every value that takes words; None where a key does too."""

    def body(self, words: Words) -> Mapping[str, Data]:
        """The whole body. What holds no mark is one object for all."""

    def key(self, words: Words) -> str:
        """The identity's parts, a line each, without the body."""


class Stencil(Protocol):
    """The forms of one shape of tenants, one for each document that such a tenant has."""

    @property
    def forms(self) -> Sequence[Form]:
        """In the order of the documents."""

    def keys(self, words: Words) -> Sequence[str]:
        """The documents' keys, in the same order."""

    def together(self, holes: Sequence[Hole]) -> Callable[[Words], Sequence[str]]:
        """What makes the texts of some of the forms' holes, in their order: all at once, which is cheap."""


class Sheet(Protocol):
    """One tenant's documents, as good as made: a stencil, and the words for it."""

    @property
    def stencil(self) -> Stencil:
        """What they are filled into."""

    @property
    def words(self) -> Words:
        """What is filled in."""

    @property
    def name(self) -> str:
        """The tenant's."""

    def documents(self) -> Sequence[Drawn]:
        """The documents, each made now."""


class Drawn(Document):
    """A document that was filled into a form: its body is made only when somebody asks for it.

    Two drawn documents of one `form` differ by their `words` alone.
    """

    __slots__ = ("form", "words")

    def __init__(self, path: str, origin: Route, tenant: str | None, form: Form, words: Words) -> None:
        self.path, self.origin, self.tenant = path, origin, tenant
        self.form, self.words = form, words
        self._body = None
        self._secret_bearing = False  # a form has no secret to show

    @property
    def body(self) -> Mapping[str, Data]:
        """The body, made at the first look."""
        if self._body is None:
            self._body = self.form.body(self.words)
        return self._body

    @property
    def key(self) -> str:
        """The identity's parts, a line each."""
        return self.form.key(self.words)

    @property
    def identity(self) -> Identity:
        """Group, kind, namespace and name."""
        return Identity._make(self.key.split("\n"))

    @property
    def kind(self) -> tuple[str, str]:
        """Group and kind."""
        return self.form.kind


def identity_of(body: Mapping[str, Data]) -> Identity:
    """The identity of an object's body; wrong types count as empty (the schema checks say so)."""
    metadata = body.get("metadata")
    names = metadata if isinstance(metadata, Mapping) else {}
    api_version = str(body.get("apiVersion") or "")
    group = api_version.rpartition("/")[0]
    return Identity(
        group, str(body.get("kind") or ""), str(names.get("namespace") or ""), str(names.get("name") or "")
    )


def listed(body: Mapping[str, Data]) -> list[Data] | None:
    """The objects of a List (`…List`), which kustomize takes apart; None of another object."""
    items = body.get("items")
    return items if str(body.get("kind")).endswith("List") and isinstance(items, list) else None


class Tree:
    """A rendered tree: the objects, and the files. Each half is made when somebody first asks for it: a proof
    needs no texts, and who writes files needs no objects."""

    def __init__(
        self,
        files: Callable[[], Files],
        documents: Callable[[], Iterable[Document]],
        parts: Sequence[Document | Sheet] | None = None,
    ) -> None:
        self._files, self._documents, self._parts = files, documents, parts

    @property
    def parts(self) -> Sequence[Document | Sheet]:
        """The same objects as `documents`, in no order that counts; what was drawn is still sheets."""
        return self.documents if self._parts is None else self._parts

    @cached_property
    def files(self) -> Files:
        """All of them."""
        return self._files()

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """The objects, folder by folder."""
        return tuple(self._documents())

    def of_kind(self, *kinds: str) -> Iterable[Document]:
        """The documents of these kinds, in order."""
        return (document for document in self.documents if document.kind[1] in kinds)
