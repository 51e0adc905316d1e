"""Trees whose drawn tenants have other forms, or other words: what a builder with a fault would draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mtc.model.document import Document, Tree
from mtc.model.record import changed
from mtc.render.shapes import Drawing
from mtc.render.stencil import Stencil

Body = Mapping[str, Any]


def drawings(tree: Tree) -> list[Drawing]:
    """The tenants that were drawn."""
    return [part for part in tree.parts if isinstance(part, Drawing)]


def redrawn(tree: Tree, change: Callable[[Body], Body | None], only: str | None = None) -> Tree:
    """The tree with another body for each form of its tenants, or without it; `only` says of which stencil's
    tenant."""
    known: dict[int, Stencil] = {}

    def other(drawing: Drawing) -> Drawing:
        old = drawing.stencil
        if only is not None and drawing.name != only:
            return drawing
        if id(old) not in known:
            made = [(document, change(form.outline)) for form, document in zip(old.forms, drawing.documents(), strict=True)]
            documents = [Document(f"{n}.yaml", body, one.origin, one.tenant) for n, (one, body) in enumerate(made) if body]
            known[id(old)] = Stencil([documents], "", {})
        return changed(drawing, stencil=known[id(old)])

    return _with(tree, other)


def reworded(tree: Tree, change: Callable[[Drawing], tuple[str, ...]]) -> Tree:
    """The tree with other words for its tenants."""
    return _with(tree, lambda drawing: changed(drawing, words=change(drawing)))


def loose(tree: Tree) -> Tree:
    """The same tree, every document of it for itself."""
    parts: list[Document] = []
    for part in tree.parts:
        parts += part.documents() if isinstance(part, Drawing) else [part]  # type: ignore[list-item]
    return Tree(lambda: tree.files, lambda: parts)


def _with(tree: Tree, other: Callable[[Drawing], Drawing]) -> Tree:
    parts = [other(part) if isinstance(part, Drawing) else part for part in tree.parts]
    documents = loose(Tree(lambda: tree.files, lambda: (), parts)).documents
    return Tree(lambda: tree.files, lambda: documents, parts)
