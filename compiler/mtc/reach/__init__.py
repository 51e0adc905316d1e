"""NetworkPolicy v1, evaluated: rendered documents in, who reaches whom out.

This room owns the semantics of Kubernetes NetworkPolicies, and which pods a rendered tree has (`topology`).
In go parsed documents (mappings) and, where known, the cluster's facts; out come verdicts (`allowed`,
`explain`), all flows between namespaces at once (`Matrix`), what two trees let through differently
(`flow_changes`), and the objects that make such a proof worthless (`voids`). It knows no plan: what should be
possible is not its affair. It prints nothing, reads no file but its own case files, and guesses nothing: what
the API server would refuse raises ReachError. Where the specification leaves a verdict to the network plugin,
the caller names the Reading: MAY for proofs of isolation, MUST for proofs of reachability. Services are not
modelled: ask about the pod behind one, at its pod port. `python -m mtc.reach CASE.json...` checks case files.
"""

from mtc.reach.changes import FlowChange, flow_changes
from mtc.reach.explain import explain
from mtc.reach.fields import ReachError
from mtc.reach.matrix import Matrix
from mtc.reach.reading import Reading
from mtc.reach.topology import Topology, topology
from mtc.reach.verdict import allowed
from mtc.reach.voids import voids
from mtc.reach.world import World

__all__ = [
    "FlowChange",
    "Matrix",
    "ReachError",
    "Reading",
    "Topology",
    "World",
    "allowed",
    "explain",
    "flow_changes",
    "topology",
    "voids",
]
