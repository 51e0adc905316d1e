"""Objects beside which a proof from NetworkPolicies alone is worth nothing."""

from __future__ import annotations

from collections.abc import Iterable

from mtc.model.record import Record
from mtc.reach.fields import ReachError, identity, objects

_TIERS = "it is decided before or after NetworkPolicies and may allow what they deny"
_PLUGIN = "a network plugin's own policy is combined with NetworkPolicies in the plugin's own way"
_UNSERVED = "no API server of today reads this version, so what it does is the plugin's affair"
_NETWORK = "it gives pods a network where NetworkPolicies may not hold"

_BY_KIND = {
    ("policy.networking.k8s.io", "AdminNetworkPolicy"): _TIERS,
    ("policy.networking.k8s.io", "BaselineAdminNetworkPolicy"): _TIERS,
    ("policy.networking.k8s.io", "ClusterNetworkPolicy"): _TIERS,
    ("networking.k8s.io", "NetworkPolicy"): _UNSERVED,
    ("extensions", "NetworkPolicy"): _UNSERVED,
    ("projectcalico.org", "Tier"): _PLUGIN,
    ("crd.projectcalico.org", "Tier"): _PLUGIN,
    ("projectcalico.org", "Profile"): _PLUGIN,
    ("crd.antrea.io", "Tier"): _PLUGIN,
    ("security.antrea.tanzu.vmware.com", "Tier"): _PLUGIN,
    ("cilium.io", "CiliumLocalRedirectPolicy"): _PLUGIN,
    ("k8s.ovn.org", "EgressFirewall"): _PLUGIN,
    ("kubeovn.io", "SecurityGroup"): _PLUGIN,
    ("crd.nsx.vmware.com", "SecurityPolicy"): _PLUGIN,
    ("networking.k8s.aws", "PolicyEndpoint"): _PLUGIN,
    ("vpcresources.k8s.aws", "SecurityGroupPolicy"): _NETWORK,
    ("k8s.cni.cncf.io", "NetworkAttachmentDefinition"): _NETWORK,
    ("k8s.cni.cncf.io", "MultiNetworkPolicy"): _PLUGIN,
    ("k8s.ovn.org", "UserDefinedNetwork"): _NETWORK,
    ("k8s.ovn.org", "ClusterUserDefinedNetwork"): _NETWORK,
}
"""(API group, kind) -> why. Policies of plugins not named here are known by their kind's ending: Cilium's,
Calico's, Antrea's, GKE's and others' all end in NetworkPolicy."""


class Void(Record, frozen=True):
    """One object that voids the proof; `why` is a clause to end a sentence with."""

    api_version: str
    kind: str
    namespace: str
    name: str
    why: str

    def __str__(self) -> str:
        place = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {place} ({self.api_version}): {self.why}"


def voids(documents: Iterable[object]) -> tuple[Void, ...]:
    """The objects among `documents`, in order, that a verdict from NetworkPolicies leaves out of account.

    Empty: nothing of the kind is there. ReachError for a document that is no Kubernetes object.
    """
    found: list[Void] = []
    known: dict[tuple[str, str], str] = {}
    for version, kind, document in objects(documents):
        why = known.get((version, kind))
        if why is None:
            why = known[version, kind] = _why(version, kind)
        if why:
            try:
                _, namespace, name = identity(document)
            except ReachError as fault:
                raise ReachError(f"a {kind}: {fault}") from None
            found.append(Void(version, kind, namespace, name, why))
    return tuple(found)


def _why(version: str, kind: str) -> str:
    group = version.rpartition("/")[0]
    if (version, kind) == ("networking.k8s.io/v1", "NetworkPolicy"):
        return ""
    return _BY_KIND.get((group, kind), "") or (_PLUGIN if kind.lower().endswith("networkpolicy") else "")
