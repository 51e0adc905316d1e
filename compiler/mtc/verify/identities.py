"""No two objects of a tree may be one: the second would overwrite the first, or fight it for ever."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mtc.model.blueprint import Blueprint
from mtc.model.diagnostic import Diagnostic, Label
from mtc.model.document import Document, Sheet, Tree


def collisions(tree: Tree, blueprint: Blueprint) -> Iterator[Diagnostic]:
    """Every object that is another's double, with both places."""
    keys = [key for part in tree.parts for key in _keys(part)]
    if len(set(keys)) == len(keys):
        return
    seen: dict[str, Document] = {}
    for document in tree.documents:
        first = seen.setdefault(document.key, document)
        if first is not document:
            yield collision(blueprint, first, document)


def _keys(part: Document | Sheet) -> Sequence[str]:
    return (part.key,) if isinstance(part, Document) else part.stencil.keys(part.words)


def collision(blueprint: Blueprint, first: Document, second: Document) -> Diagnostic:
    """Two objects of the tree share API group, kind, namespace and name.

    In one Flux Kustomization the build fails; in two, they overwrite each other at every interval, and when
    one goes the other is deleted with it.

    Fails: an extra manifest that is the NetworkPolicy `default-deny-ingress` of a tenant's namespace.
    Passes: the same with a name of its own.
    """
    _, kind, namespace, name = second.identity
    where = f" in namespace `{namespace}`" if namespace else ""
    return Diagnostic(
        "names/identity",
        f"two objects are {kind} `{name}`{where}",
        Label(blueprint.value(*second.origin), f"makes `{second.path}`"),
        "give one of them another name; the compiler's own names follow the tenant's",
        related=(Label(blueprint.value(*first.origin), f"makes `{first.path}`"),),
    )
