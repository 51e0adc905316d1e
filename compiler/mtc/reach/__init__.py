"""NetworkPolicy v1, evaluated: rendered documents in, who reaches whom out.

This room owns the semantics of Kubernetes NetworkPolicies and nothing else. In go parsed documents (mappings)
and the pods to ask about; out come verdicts (`allowed`, `explain`), all flows between namespaces at once
(`Matrix`), and the objects that make such a proof worthless (`voids`). It knows no blueprint, no plan and no
tenant, prints nothing, reads no file but its own case files, and guesses nothing: what the API server would
refuse raises ReachError. Where the specification leaves a verdict to the network plugin, the caller names
the Reading: MAY for proofs of isolation, MUST for proofs of reachability. Services are not modelled: ask
about the pod behind one, at its pod port. `python -m mtc.reach CASE.json...` checks case files.
"""

from mtc.reach.explain import explain
from mtc.reach.fields import ReachError
from mtc.reach.matrix import Matrix
from mtc.reach.reading import Reading
from mtc.reach.verdict import allowed
from mtc.reach.voids import voids
from mtc.reach.world import World

__all__ = ["Matrix", "ReachError", "Reading", "World", "allowed", "explain", "voids"]
