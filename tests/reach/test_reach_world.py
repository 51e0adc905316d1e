"""Which documents make a world, and which are no documents at all."""

import pytest

from mtc.reach import ReachError, World
from mtc.reach.addresses import EVERY_ADDRESS, NO_ADDRESS, block
from mtc.reach.selectors import Labels
from mtc.reach.world import NAME_LABEL, NamedPort, Outside, Pod, Workload

NP = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy"}


def space(name, labels=None):
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def test_every_namespace_carries_its_name():
    world = World.of([space("x"), space("y", {"a": "1", NAME_LABEL: "forged"})])
    assert dict(world.labels("x").pairs) == {NAME_LABEL: "x"}
    assert dict(world.labels("y").pairs) == {NAME_LABEL: "y", "a": "1"}
    assert not world.labels("y").more


def test_a_namespace_without_a_document_has_its_name_and_perhaps_more():
    assert World.of([]).labels("z") == Labels(((NAME_LABEL, "z"),), more=True)


def test_what_a_workload_does_not_say_is_no_label_and_no_known_port():
    plain = Workload("web")
    assert (plain.labels, plain.labels.more, plain.ports, plain.addresses) == (Labels(), False, None, NO_ADDRESS)


def test_a_policy_without_a_namespace_lands_where_it_is_applied():
    policies = [{**NP, "metadata": {"name": "p", "namespace": place}} for place in (None, "", "x")]
    policies[1]["metadata"]["name"] = "q"
    world = World.of([*policies, {**NP, "metadata": {"name": "r"}}], default_namespace="team")
    assert [str(each) for each in world.policies["team"]] == ["team/p", "team/q", "team/r"]
    assert [str(each) for each in world.policies["x"]] == ["x/p"]


def test_lists_are_opened_and_other_documents_passed_over():
    inner = {"metadata": {"name": "p"}, "spec": {}}
    documents = [
        None,
        {"apiVersion": "v1", "kind": "List", "items": [space("x"), {**NP, **inner}, None]},
        {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicyList", "items": [{"metadata": {"name": "q"}}]},
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}},
        {"apiVersion": "crd.projectcalico.org/v1", "kind": "NetworkPolicy", "metadata": {"name": "calico"}},
        {"apiVersion": "example.org/v1", "kind": "Namespace"},
        {"apiVersion": "example.org/v1", "kind": "Menu", "items": ["soup"]},
        {"apiVersion": "example.org/v1", "kind": "WaitingList"},
        {},
    ]
    world = World.of(documents)
    assert list(world.namespaces) == ["x"]
    assert [str(each) for each in world.policies["default"]] == ["default/p", "default/q"]


def test_deeply_nested_lists_are_no_trouble():
    document = space("x")
    for _ in range(5000):
        document = {"apiVersion": "v1", "kind": "List", "items": [document]}
    assert list(World.of([document]).namespaces) == ["x"]


@pytest.mark.parametrize(
    ("documents", "fault"),
    [
        ([[]], "document 0 must be a mapping, not a list"),
        ([None, "x"], "document 1 must be a mapping, not a string"),
        ([{"kind": ["NetworkPolicy"]}], "document 0: apiVersion and kind must be strings"),
        ([{"kind": "List", "items": 3}], "document 0.items must be a list, not a number"),
        ([{"kind": "List", "items": [3]}], r"document 0.items\[0\] must be a mapping"),
        ([NP], "a NetworkPolicy: metadata must be a mapping, not null"),
        ([{**NP, "metadata": {}}], "a NetworkPolicy: metadata.name must be a string"),
        ([{**NP, "metadata": {"name": "p", "namespace": []}}], "metadata.namespace must be a string, not a list"),
        ([{**NP, "metadata": {"name": "p"}, "specs": {}}], "default/p: the document has an unknown field 'specs'"),
        ([{**NP, "metadata": {"name": "p"}}] * 2, "NetworkPolicy default/p is there twice"),
        ([space("x"), space("x")], "Namespace x is there twice"),
        ([space("x", ["a"])], "a Namespace: metadata.labels must be a mapping, not a list"),
        ([space("x", {"a": 1})], "a Namespace: metadata.labels"),
        ([space(None)], "a Namespace: metadata.name must be a string"),
    ],
)
def test_what_is_no_document_is_refused(documents, fault):
    with pytest.raises(ReachError, match=fault):
        World.of(documents)


def test_pods_are_found_by_name_and_are_there_once():
    pod = Pod("x", Workload("web"))
    world = World.of([], [pod, Pod("y", Workload("web"))])
    assert world.pod("x/web") is pod
    with pytest.raises(ReachError, match="there is no pod x/db"):
        world.pod("x/db")
    with pytest.raises(ReachError, match="pod x/web is there twice"):
        World.of([], [pod, Pod("x", Workload("web", Labels.of({"a": "1"})))])


def test_unknown_ranges_are_every_address():
    assert World.of([]).pod_addresses == World.of([], node_cidrs=[]).node_addresses == EVERY_ADDRESS
    known = World.of([], pod_cidrs=["10.0.0.0/8", "fd00::/8"], node_cidrs=["192.0.2.0/24"])
    assert known.pod_addresses == block("10.0.0.0/8") | block("fd00::/8")
    assert known.node_addresses == block("192.0.2.0/24")
    with pytest.raises(ReachError, match="'10/8' is no CIDR block"):
        World.of([], pod_cidrs=["10/8"])


def test_endpoints_that_cannot_be_are_refused():
    with pytest.raises(ReachError, match="nobody: an endpoint outside the cluster needs an address"):
        Outside("nobody", NO_ADDRESS)
    with pytest.raises(ReachError, match="'tcp' is no protocol"):
        NamedPort("web", 80, "tcp")
