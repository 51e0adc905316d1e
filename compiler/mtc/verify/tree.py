"""Everything that is looked at in rendered objects, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mtc.model.blueprint import Blueprint
from mtc.model.diagnostic import Diagnostic, has_errors, ordered
from mtc.model.document import Document, Tree
from mtc.model.plan import ExtraPlan, Plan
from mtc.verify.access import access_diagnostics
from mtc.verify.drawn import to_judge
from mtc.verify.faults import Judge, in_blueprint
from mtc.verify.identities import collisions
from mtc.verify.network import network_diagnostics
from mtc.verify.shapes import shape_faults


def verify_tree(tree: Tree, plan: Plan, judge: Judge = shape_faults) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with the rendered objects, at the blueprint lines that they came from."""
    found = (*collisions(tree, plan.blueprint), *_judged(tree, plan.blueprint, judge))
    # Of objects that nobody would take, or of which nobody knows which one counts, nothing can be proved.
    if has_errors(found):
        return ordered(found)
    return ordered((*found, *access_diagnostics(tree, plan), *network_diagnostics(tree, plan)))


def _judged(tree: Tree, blueprint: Blueprint, judge: Judge) -> tuple[Diagnostic, ...]:
    """The faults of shapes: of one document of each form first, of all where one has an error."""
    if judge is shape_faults:
        faults = tuple(_shapes(to_judge(tree.parts), blueprint, judge))
        if not has_errors(faults):
            return faults
    return tuple(_shapes(tree.documents, blueprint, judge))


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
