"""The comparison from end to end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mtc.diff.bodies import edits_of
from mtc.diff.delta import contrast
from mtc.diff.intent import intents
from mtc.diff.objects import FILE, INDEX, Object, Pair, Tree, match
from mtc.diff.platform import TIMING
from mtc.diff.risks import risks
from mtc.model.diagnostic import Outcome
from mtc.model.record import changed
from mtc.model.review import Change, ChangeKind, Edit, Review

_MEANT = ("kustomize.toolkit.fluxcd.io/", "helm.toolkit.fluxcd.io/", "reconcile.fluxcd.io/")
_ANNOTATIONS = "metadata.annotations"


def compare(base: Tree, head: Tree, notes: Iterable[str] = ()) -> Outcome[Review]:
    """The review of the change from base to head, or what is wrong with either: diff/*, yaml/*."""
    matched = match(base, head)
    if matched.value is None:
        return Outcome(None, matched.diagnostics)
    comparison = contrast(base, head, matched.value)
    changes = _causes([_change(pair) for pair in comparison.pairs], comparison.pairs)
    told, found = intents(comparison), risks(comparison)
    tenants = {change.tenant for change in changes if change.tenant and change.change != "formatting"}
    review = Review(
        base.name,
        head.name,
        told,
        found,
        tuple(changes),
        tuple(note for note in (*notes, comparison.flows.note) if note),
        tuple(sorted(tenants)),
        comparison.population,
    )
    return Outcome(review)


def _change(pair: Pair) -> Change:
    item = pair.either
    where = (item.kind, item.namespace, item.name)
    if pair.both is None:
        kind: ChangeKind = "added" if pair.base is None else "removed"
        return Change(*where, kind, item.file, item.tenant, routine=item.kind == FILE)
    edits = edits_of(*pair.both)
    if pair.both[0].identity != pair.both[1].identity:
        edits = tuple(edit for edit in edits if edit.path != "metadata.name")
    kind = "changed" if edits else "formatting"
    return Change(*where, kind, item.file, item.tenant, edits, _is_routine(item, edits))


def _is_routine(item: Object, edits: tuple[Edit, ...]) -> bool:
    """True where nothing that runs changes; of a list of files, where it only lists others."""
    if item.kind == FILE:
        return not item.file.endswith(INDEX) or all(edit.path == "resources" for edit in edits)
    return all(map(_routine, edits))


def _routine(edit: Edit) -> bool:
    """True for an edit that changes nothing that runs."""
    if edit.kind == "reordered":
        return not edit.path.endswith((".command", ".args"))
    if edit.path.startswith(_ANNOTATIONS):
        return not any(f"[{meant}" in edit.path for meant in _MEANT)
    return bool(edit.cause) or edit.path.rpartition(".")[2] in TIMING


def _causes(changes: list[Change], pairs: Iterable[Pair]) -> list[Change]:
    """The changes with what is generated folded into what caused it: names and digests made from content."""
    names = {
        pair.both[0].name: pair.both[1]
        for pair in pairs
        if pair.both is not None and pair.both[0].name != pair.both[1].name
    }
    inputs = {change.name for change in changes if change.kind == "ConfigMap" and change.change == "changed"}
    return [
        changed(change, edits=tuple(_caused(edit, change, names, inputs) for edit in change.edits))
        if change.edits
        else change
        for change in changes
    ]


def _caused(edit: Edit, change: Change, names: Mapping[str, Object], inputs: set[str]) -> Edit:
    if edit.path.endswith("[mtc/input]") and f"{change.name}-input" in inputs:
        return changed(edit, cause=f"ConfigMap {change.name}-input")
    new = names.get(edit.before or "")
    if new is not None and edit.after == new.name:
        return changed(edit, cause=f"{new.kind} {new.name}")
    return edit
