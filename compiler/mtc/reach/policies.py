"""The nouns of a NetworkPolicy, with the API server's defaults already in them: hashable, frozen, shared."""

from __future__ import annotations

from enum import Enum

from mtc.model.record import Record
from mtc.reach.ports import describe_ports
from mtc.reach.ranges import Ranges
from mtc.reach.selectors import Selector


class Direction(Enum):
    """A policy type; the value is its word in policyTypes."""

    INGRESS = "Ingress"
    EGRESS = "Egress"

    @property
    def rules_key(self) -> str:
        return self.value.lower()

    @property
    def peers_key(self) -> str:
        return "from" if self is Direction.INGRESS else "to"


class PodPeer(Record, frozen=True):
    """Pods that `pods` selects, in the namespaces that `namespaces` selects (None: in the policy's own)."""

    namespaces: Selector | None
    pods: Selector

    def __str__(self) -> str:
        pods = f"pods [{self.pods}]" if self.pods.requirements else "all pods"
        if self.namespaces is None:
            return f"{pods} of the policy's own namespace"
        chosen = f"namespaces [{self.namespaces}]" if self.namespaces.requirements else "all namespaces"
        return f"{pods} of {chosen}"


class BlockPeer(Record, frozen=True):
    """Addresses: a CIDR block without its exceptions. `source` is how the policy spells it."""

    addresses: Ranges
    source: str

    def __str__(self) -> str:
        return f"addresses {self.source}"


Peer = PodPeer | BlockPeer


class PortsSpec(Record, frozen=True):
    """The ports of a rule: numbers, and (name, protocol) pairs that the destination pod gives numbers to."""

    numbers: Ranges
    names: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        named = [f"{protocol} {name!r}" for name, protocol in self.names]
        return "; ".join(([describe_ports(self.numbers)] if self.numbers or not named else []) + named)


class Rule(Record, frozen=True):
    """One rule: its peers (None: everyone, inside and outside the cluster) AND its ports."""

    peers: tuple[Peer, ...] | None
    ports: PortsSpec

    @property
    def addresses(self) -> Ranges:
        """All addresses that its ipBlocks hold: none where it has no ipBlock, or is for everyone."""
        blocks = [peer.addresses for peer in self.peers or () if isinstance(peer, BlockPeer)]
        return Ranges.of(span for each in blocks for span in each.spans)


class PolicySpec(Record, frozen=True, eq=False):
    """What a policy says, wherever it is applied. None for a direction: the policy does not govern it.

    Compared by identity: `mtc.reach.specs.PolicyReader` makes one object of equal specs.
    """

    selects: Selector
    ingress: tuple[Rule, ...] | None
    egress: tuple[Rule, ...] | None

    def rules(self, direction: Direction) -> tuple[Rule, ...] | None:
        return self.ingress if direction is Direction.INGRESS else self.egress


class Policy(Record, frozen=True):
    """A NetworkPolicy: its spec, and the namespace whose pods it may select."""

    namespace: str
    name: str
    spec: PolicySpec

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"
