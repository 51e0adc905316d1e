"""Why a flow is open or closed, and which line of the blueprint made it so."""

from __future__ import annotations

from mtc.model.diagnostic import Label
from mtc.model.document import Document, Tree
from mtc.model.plan import Plan
from mtc.model.record import Record
from mtc.model.source import Route, Span
from mtc.reach.explain import Side
from mtc.reach.ports import EVERY_PORT, NO_PORT, describe_ports, port_ranges
from mtc.reach.ranges import Ranges
from mtc.reach.topology import ELSEWHERE
from mtc.reach.world import Endpoint, Pod

PROFILE: Route = ("spec", "isolation", "profile")


class Cause(Record, frozen=True):
    """What lets a flow through or stops it: the policy (namespace/name; "" where there is none), in words,
    and whether the author wrote it."""

    policy: str
    words: str
    authors: bool


NO_CAUSE = Cause("", "", authors=False)


class Places:
    """Where in the blueprint a rendered policy, or the namespace of an endpoint, came from."""

    def __init__(self, tree: Tree, plan: Plan) -> None:
        self._tree, self.plan = tree, plan
        self._known: dict[str, Document] | None = None

    def document(self, policy: str) -> Document | None:
        """The NetworkPolicy called namespace/name."""
        if self._known is None:
            found = self._tree.of_kind("NetworkPolicy")
            self._known = {f"{each.identity.namespace}/{each.identity.name}": each for each in found}
        return self._known.get(policy)

    def is_authors(self, policy: str) -> bool:
        """Whether the policy is one of the author's extra manifests."""
        document = self.document(policy)
        return document is not None and document.origin[:2] == ("spec", "extras")

    def span(self, route: Route) -> Span:
        """The place of a route in the blueprint."""
        return self.plan.blueprint.value(*route)

    def label(self, policy: str, otherwise: Route) -> Label:
        """The policy's place, or another where there is no policy."""
        document = self.document(policy)
        if document is None:
            return Label(self.span(otherwise))
        return Label(self.span(document.origin), f"makes `{document.path}`")

    def owner(self, endpoint: Endpoint) -> Route:
        """The part of the blueprint that an endpoint's namespace belongs to."""
        name = place(endpoint)
        for tenant in self.plan.tenants:
            if tenant.namespace.name == name:
                return tenant.spec.route
        found = (each.origin for each in self.plan.namespaces if each.name == name)
        return next(found, PROFILE)

    def opening(self, side: Side) -> Cause:
        """What opens one side of a flow."""
        if side.allowed_by:
            notes = side.allowed_by
            first = next((note for note in notes if self.is_authors(note.policy)), notes[0])
            words = f"by `{first.direction.rules_key}[{first.index}]` of the NetworkPolicy `{first.policy}`"
            return Cause(first.policy, words, self.is_authors(first.policy))
        if side.exempt:
            return Cause("", side.exempt, authors=False)
        what = f"the {side.direction.rules_key} of `{side.subject}`"
        return Cause("", f"and no NetworkPolicy closes {what}", authors=False)

    def closing(self, side: Side) -> Cause:
        """What closes one side of a flow: an author's policy comes before ours."""
        named = sorted(side.selected_by, key=lambda name: not self.is_authors(name))
        if not named:
            return Cause("", "nothing of the tree runs there", authors=False)
        who = f"`{named[0]}` closes" if len(named) == 1 else f"`{named[0]}` and {len(named) - 1} more close"
        words = f"the NetworkPolicy {who} it, and no rule is sure to open it"
        return Cause(named[0], words, self.is_authors(named[0]))


def place(endpoint: Endpoint) -> str:
    """An endpoint's namespace, "" outside."""
    return endpoint.namespace if isinstance(endpoint, Pod) else ""


def named(endpoint: Endpoint) -> str:
    """An endpoint for people."""
    elsewhere = isinstance(endpoint, Pod) and endpoint.namespace == ELSEWHERE
    return "pods of any other namespace" if elsewhere else f"`{endpoint}`"


def ports_text(ports: Ranges, streams: Ranges = NO_PORT) -> str:
    """The ports, those that are missing of nearly all, or the first of many ranges.

    `streams` is the stand-in for each tenant's own stream ports (mtc.verify.streams).
    """
    if streams and ports == streams:
        return "its stream ports"
    if ports != EVERY_PORT:
        ports -= streams
    ranges = list(port_ranges(ports))
    others = EVERY_PORT - ports
    if others and len(list(port_ranges(others))) < len(ranges):
        return f"every port but {describe_ports(others)}"
    if len(ranges) <= 4:
        return describe_ports(ports)
    protocol, first, last = ranges[0]
    return f"{protocol} {first if first == last else f'{first}-{last}'} and others"

