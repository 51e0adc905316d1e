"""What voids a proof is said, not passed over."""

import pytest

from mtc.reach import ReachError, voids


def thing(version, kind, **metadata):
    return {"apiVersion": version, "kind": kind, "metadata": {"name": "n", **metadata}}


@pytest.mark.parametrize(
    ("version", "kind"),
    [
        ("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy"),
        ("policy.networking.k8s.io/v1alpha1", "BaselineAdminNetworkPolicy"),
        ("policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy"),
        ("networking.k8s.io/v1beta1", "NetworkPolicy"),
        ("extensions/v1beta1", "NetworkPolicy"),
        ("cilium.io/v2", "CiliumNetworkPolicy"),
        ("cilium.io/v2", "CiliumClusterwideNetworkPolicy"),
        ("cilium.io/v2", "CiliumLocalRedirectPolicy"),
        ("projectcalico.org/v3", "NetworkPolicy"),
        ("crd.projectcalico.org/v1", "GlobalNetworkPolicy"),
        ("projectcalico.org/v3", "Tier"),
        ("crd.antrea.io/v1beta1", "ClusterNetworkPolicy"),
        ("crd.antrea.io/v1beta1", "NetworkPolicy"),
        ("networking.gke.io/v1alpha1", "FQDNNetworkPolicy"),
        ("example.org/v1", "FqdnNetworkPolicy"),
        ("k8s.ovn.org/v1", "EgressFirewall"),
        ("k8s.cni.cncf.io/v1", "NetworkAttachmentDefinition"),
        ("vpcresources.k8s.aws/v1beta1", "SecurityGroupPolicy"),
    ],
)
def test_a_void_is_listed_with_its_place_and_reason(version, kind):
    (found,) = voids([thing("v1", "Namespace"), thing(version, kind, namespace="x")])
    assert (found.api_version, found.kind, found.namespace, found.name) == (version, kind, "x", "n")
    assert str(found) == f"{kind} x/n ({version}): {found.why}"
    assert len(found.why) > 30


@pytest.mark.parametrize(
    ("version", "kind"),
    [
        ("networking.k8s.io/v1", "NetworkPolicy"),
        ("networking.k8s.io/v1", "Ingress"),
        ("v1", "Namespace"),
        ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
        ("policy/v1", "PodDisruptionBudget"),
        ("example.org/v1", "Tier"),
    ],
)
def test_other_objects_void_nothing(version, kind):
    assert voids([thing(version, kind)]) == ()


def test_objects_in_lists_count_and_the_order_is_kept():
    listed = {"apiVersion": "v1", "kind": "List", "items": [thing("cilium.io/v2", "CiliumNetworkPolicy")]}
    typed = {"apiVersion": "cilium.io/v2", "kind": "CiliumClusterwideNetworkPolicyList", "items": [thing(None, None)]}
    del typed["items"][0]["apiVersion"], typed["items"][0]["kind"]
    kinds = [void.kind for void in voids([listed, None, typed])]
    assert kinds == ["CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"]
    assert str(voids([listed])[0]).startswith("CiliumNetworkPolicy n (cilium.io/v2): ")


def test_a_nameless_void_is_refused_rather_than_lost():
    with pytest.raises(ReachError, match="a CiliumNetworkPolicy: metadata must be a mapping"):
        voids([{"apiVersion": "cilium.io/v2", "kind": "CiliumNetworkPolicy"}])
