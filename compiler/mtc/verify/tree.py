"""Everything that is looked at in rendered objects, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mtc.aside import Aside, worthwhile
from mtc.model.blueprint import Blueprint
from mtc.model.diagnostic import Diagnostic, ordered
from mtc.model.document import Document, Tree
from mtc.model.plan import ExtraPlan, Plan
from mtc.verify.faults import Judge, in_blueprint
from mtc.verify.identities import collisions
from mtc.verify.shapes import shape_faults

# Below this many documents a second process costs more than it saves.
MANY = 2000


def verify_tree(tree: Tree, plan: Plan, judge: Judge = shape_faults) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with the rendered objects, at the blueprint lines that they came from."""
    blueprint = plan.blueprint
    if len(tree.documents) < MANY or not worthwhile():
        return ordered((*collisions(tree, blueprint), *_shapes(tree.documents, blueprint, judge)))
    with Aside(lambda: tuple(_shapes(tree.documents, blueprint, judge))) as shapes:
        found = tuple(collisions(tree, blueprint))
        return ordered((*found, *shapes.result()))


def verify_extras(plan: Plan) -> tuple[Diagnostic, ...]:
    """What is wrong with the author's extra manifests alone, which are known before anything is rendered."""
    documents = [_document(extra) for tenant in plan.tenants for extra in tenant.extras]
    documents += [_document(extra) for extra in plan.extras]
    return ordered(_shapes(documents, plan.blueprint, shape_faults)) if documents else ()


def _shapes(documents: Sequence[Document], blueprint: Blueprint, judge: Judge) -> Iterator[Diagnostic]:
    return in_blueprint(judge([document.body for document in documents]), documents, blueprint)


def _document(extra: ExtraPlan) -> Document:
    folder = f"tenants/{extra.tenant}" if extra.tenant is not None else "platform"
    return Document(f"{folder}/{extra.path}", extra.body, extra.origin, extra.tenant)
