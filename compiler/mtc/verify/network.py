"""What the proof of isolation says: flows of one cause once, by the one that people would think of first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from mtc.model.diagnostic import Diagnostic
from mtc.model.document import Document, Tree
from mtc.model.plan import Plan
from mtc.model.record import Record
from mtc.reach.fields import ReachError
from mtc.reach.ranges import Ranges
from mtc.reach.reading import Reading
from mtc.reach.world import Endpoint, Pod
from mtc.verify import breaches
from mtc.verify.causes import NO_CAUSE, Cause, Places, named, place, ports_text
from mtc.verify.isolation import Denied, Forbidden, Proof, prove
from mtc.verify.streams import alike
from mtc.verify.symmetry import MUTE, two_of_each

_EXPLAINED = 500  # flows of a broken tree that are explained one by one; more say nothing new
_FIRST = ("tasks", "agent", "gateway", "apiserver")

_Make = Callable[[int], Diagnostic]


def network_diagnostics(tree: Tree, plan: Plan) -> Iterator[Diagnostic]:
    """Everything that speaks against the isolation of a rendered tree."""
    if _holds_for_some(tree, plan):
        return
    places = Places(tree, plan)
    try:
        proof, streams = _proof((each for each in tree.documents if each.kind not in MUTE), plan)
    except ReachError as fault:
        yield breaches.unreadable(places, str(fault))
        return
    for name in proof.unguarded:
        yield breaches.host_network(places, name)
    for void in proof.voided:
        yield breaches.voided(places, void)
    yield from _merged(_forbidden(places, proof, streams))
    yield from _merged(_denied(places, proof, streams))


def _holds_for_some(tree: Tree, plan: Plan) -> bool:
    """Whether the proof holds for a few tenants that stand for all. If not, all are proved: to be said."""
    some = two_of_each(tree.parts, plan)
    try:
        return some is not None and _proof(*some)[0].holds
    except ReachError:
        return False


def _proof(documents: Iterable[Document], plan: Plan) -> tuple[Proof, Ranges]:
    """The proof, and the stand-in for the tenants' stream ports."""
    same = alike((document.body for document in documents), plan)
    return prove(same.documents, same.plan), same.stand_in


class _Said(Record, frozen=True):
    """One flow, ready to be said: flows of one `key` become one diagnostic, by the one of lowest rank.

    `make` takes the number of flows that it stands for.
    """

    key: tuple[object, ...]
    rank: tuple[int, ...]
    flows: int
    make: _Make


def _merged(said: Iterable[_Said]) -> Iterator[Diagnostic]:
    found: dict[tuple[object, ...], tuple[_Said, int]] = {}
    for each in said:
        best, flows = found.get(each.key, (each, 0))
        found[each.key] = (min(best, each, key=lambda one: one.rank), flows + each.flows)
    for best, flows in found.values():
        yield best.make(flows)


def _forbidden(places: Places, proof: Proof, streams: Ranges) -> Iterator[_Said]:
    for flow in proof.forbidden[:_EXPLAINED]:
        why = proof.explain(flow.source, flow.target, flow.ports, Reading.MAY)
        leaves, enters = map(places.opening, why.sides)
        inside = place(flow.target) in proof.topology.rendered
        cause, also = (enters, leaves) if inside else (leaves, NO_CAUSE)
        key, make = _breach(places, proof, flow, (cause, also), streams)
        yield _Said(key, _rank(proof, flow.source, flow.target), flow.flows, make)


def _breach(
    places: Places, proof: Proof, flow: Forbidden, causes: tuple[Cause, Cause], streams: Ranges
) -> tuple[tuple[object, ...], _Make]:
    """Which fault a flow that is not meant is, with the key of its like."""
    cause, also = causes

    def text(verb: str, flows: int) -> str:
        more = f" (and {flows - 1:,} more such flows)" if flows > 1 else ""
        return f"{named(flow.source)} {verb} {named(flow.target)} at {ports_text(flow.ports, streams)}{more}"

    authors = cause.authors or also.authors
    if places.plan.blueprint.isolation == "guide" and not authors:
        return ("open", place(flow.target)), lambda flows: breaches.guide_hole(
            places, text("reaches", flows), cause.words
        )
    ends = (place(flow.source), place(flow.target))
    if authors and not proof.expected.tenants.intersection(ends):
        return ("platform", cause.policy), lambda flows: breaches.platform_flow(
            places, text("can reach", flows), cause
        )
    return ("breach", cause.policy or ends[1], also.policy), lambda flows: breaches.forbidden_flow(
        places, text("can reach", flows), cause, also, places.owner(flow.target)
    )


def _denied(places: Places, proof: Proof, streams: Ranges) -> Iterator[_Said]:
    guide = places.plan.blueprint.isolation == "guide"
    for flow in proof.denied[:_EXPLAINED]:
        why = proof.explain(flow.source, flow.target, flow.ports, Reading.MUST)
        side = next((each for each in why.sides if not each.allowed), why.sides[-1])
        cause = places.closing(side)
        hole = guide and not cause.authors
        if flow.hidden:
            key: tuple[object, ...] = ("hidden", id(flow.tenants))
        elif hole:
            component = flow.target.workload.name if isinstance(flow.target, Pod) else str(flow.target)
            key = ("closed", component if flow.tenants else place(flow.target))
        else:
            key = ("lack", cause.policy) if cause.authors else ("lack", cause.policy, flow.flow.purpose)
        rank = (flow.flow.within, *_rank(proof, flow.source, flow.target))
        ports = ports_text(flow.ports, streams)
        yield _Said(key, rank, len(flow.tenants) or 1, _lack(places, proof, flow, cause, ports, hole=hole))


def _lack(places: Places, proof: Proof, flow: Denied, cause: Cause, ports: str, *, hole: bool) -> _Make:
    def make(_: int) -> Diagnostic:
        route = flow.tenants[0].spec.route if flow.tenants else places.owner(flow.target)
        if flow.hidden:
            return breaches.hidden_clients(places, flow, route)
        open_ = proof.explain(flow.source, flow.target, flow.ports, Reading.MAY).allowed
        verb = "is not sure to reach" if open_ else "cannot reach"
        text = f"{named(flow.source)} {verb} {named(flow.target)} at {ports}"
        if hole:
            return breaches.guide_hole(places, text, cause.words)
        return breaches.denied_flow(places, f"{text} ({flow.flow.purpose})", cause, route)

    return make


def _rank(proof: Proof, source: Endpoint, target: Endpoint) -> tuple[int, ...]:
    """Tenants' tasks and agents are whom people think of; pods that nobody wrote down come last."""
    tenants = proof.expected.tenants
    strange = (place(source) not in tenants, place(target) not in tenants)
    return (*strange, _known(target), _known(source))


def _known(endpoint: Endpoint) -> int:
    name = endpoint.workload.name if isinstance(endpoint, Pod) else ""
    return _FIRST.index(name) if name in _FIRST else len(_FIRST) + (name in ("others", "pods"))
