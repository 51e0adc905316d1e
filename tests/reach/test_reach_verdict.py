"""The subtle rules, one by one, and what the readings leave open."""

import pytest

from mtc.reach import ReachError, Reading, World, allowed
from mtc.reach.addresses import address, block
from mtc.reach.selectors import Labels
from mtc.reach.world import NamedPort, Outside, Pod, Workload

MAY, MUST, PLAIN = Reading.MAY, Reading.MUST, Reading.BY_ADDRESS
WEB = Workload("web", Labels.of({"app": "web"}), (NamedPort("http", 8080),))
DB = Workload("db", Labels.of({"app": "db"}), (NamedPort("http", 9090), NamedPort("http", 9091, "UDP")))
HOST = Workload("host", Labels.of({"app": "web"}), (), host_network=True)
PEER = Outside("peer", address("203.0.113.9"))


def policy(namespace, **spec):
    metadata = {"name": f"p{len(str(spec))}", "namespace": namespace}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def world(*policies, **more):
    spaces = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {"team": team}}}
        for name, team in (("x", "red"), ("y", "blue"))
    ]
    return World.of([*spaces, *policies], **more)


def verdicts(given, source, target, port=80, protocol="TCP"):
    """(must, by address, may), which each may only add to the one before."""
    return tuple(allowed(given, source, target, port, protocol, reading) for reading in (MUST, PLAIN, MAY))


NO, YES, OPEN_TO_PLUGINS = (False,) * 3, (True,) * 3, (False, False, True)


def test_a_policy_acts_in_its_own_namespace_only():
    closed = world(policy("x", podSelector={}))
    assert verdicts(closed, Pod("y", WEB), Pod("x", WEB)) == NO
    assert verdicts(closed, Pod("x", WEB), Pod("y", WEB)) == YES


def test_both_ends_must_agree():
    out = policy("x", podSelector={}, policyTypes=["Egress"], egress=[{"ports": [{"port": 80}, {"port": 81}]}])
    both = world(out, policy("y", podSelector={}, ingress=[{"ports": [{"port": 81}, {"port": 82}]}]))
    assert [verdicts(both, Pod("x", WEB), Pod("y", WEB), port) for port in (80, 81, 82)] == [NO, YES, NO]


def test_an_empty_pod_selector_alone_is_the_own_namespace_and_never_the_outside():
    own = world(policy("x", podSelector={}, ingress=[{"from": [{"podSelector": {}}]}]))
    assert verdicts(own, Pod("x", DB), Pod("x", WEB)) == YES
    assert verdicts(own, Pod("y", DB), Pod("x", WEB)) == NO
    assert verdicts(own, PEER, Pod("x", WEB)) == NO


def test_an_empty_namespace_selector_is_every_pod_and_never_the_outside():
    every = world(policy("x", podSelector={}, ingress=[{"from": [{"namespaceSelector": {}}]}]))
    assert verdicts(every, Pod("y", DB), Pod("x", WEB)) == YES
    assert verdicts(every, PEER, Pod("x", WEB)) == NO


def test_a_rule_without_peers_is_for_the_outside_too():
    assert verdicts(world(policy("x", podSelector={}, ingress=[{}])), PEER, Pod("x", WEB)) == YES


def test_and_in_one_item_or_across_items():
    red, db = {"matchLabels": {"team": "red"}}, {"matchLabels": {"app": "db"}}
    one = world(policy("y", podSelector={}, ingress=[{"from": [{"namespaceSelector": red, "podSelector": db}]}]))
    two = world(policy("y", podSelector={}, ingress=[{"from": [{"namespaceSelector": red}, {"podSelector": db}]}]))
    sources = [Pod("x", DB), Pod("x", WEB), Pod("y", DB)]
    assert [verdicts(one, source, Pod("y", WEB)) for source in sources] == [YES, NO, NO]
    assert [verdicts(two, source, Pod("y", WEB)) for source in sources] == [YES, YES, YES]


def test_a_named_port_is_looked_up_on_the_destination_in_both_directions():
    rule = [{"ports": [{"port": "http"}]}]
    entering = world(policy("x", podSelector={}, ingress=rule))
    leaving = world(policy("y", podSelector={}, policyTypes=["Egress"], egress=rule))
    for given in (entering, leaving):
        assert verdicts(given, Pod("y", DB), Pod("x", WEB), 8080) == YES
        assert verdicts(given, Pod("y", WEB), Pod("x", DB), 9090) == YES
        assert verdicts(given, Pod("y", DB), Pod("x", WEB), 9090) == NO
        assert verdicts(given, Pod("y", WEB), Pod("x", DB), 9091, "UDP") == NO
    assert verdicts(leaving, Pod("y", WEB), PEER, 8080) == NO


def test_a_named_port_of_a_pod_with_unknown_ports_may_be_any():
    given = world(policy("x", podSelector={}, ingress=[{"ports": [{"port": "http"}]}]))
    unknown = Pod("x", Workload("unknown", ports=None))
    assert verdicts(given, Pod("y", WEB), unknown, 1234) == OPEN_TO_PLUGINS
    assert verdicts(given, Pod("y", WEB), unknown, 1234, "UDP") == NO


def blocked(cidr, **more):
    return world(policy("x", podSelector={}, ingress=[{"from": [{"ipBlock": {"cidr": cidr}}]}]), **more)


def test_an_ip_block_may_hold_pods_and_need_not():
    assert verdicts(blocked("0.0.0.0/0"), Pod("y", WEB), Pod("x", WEB)) == OPEN_TO_PLUGINS
    here = Pod("y", Workload("web", addresses=address("10.0.0.1")))
    assert verdicts(blocked("10.0.0.0/8"), here, Pod("x", WEB)) == (False, True, True)
    assert verdicts(blocked("11.0.0.0/8"), here, Pod("x", WEB)) == NO
    far = blocked("203.0.113.0/24", pod_cidrs=["10.0.0.0/8"])
    assert verdicts(far, Pod("y", WEB), Pod("x", WEB)) == NO
    assert verdicts(far, PEER, Pod("x", WEB)) == YES


def test_an_excepted_address_may_come_back_by_another_item():
    hole = {"ipBlock": {"cidr": "203.0.113.0/24", "except": ["203.0.113.8/29"]}}
    back = {"ipBlock": {"cidr": "203.0.113.9/32"}}
    one, two = (world(policy("x", podSelector={}, ingress=[{"from": peers}])) for peers in ([hole], [hole, back]))
    assert (verdicts(one, PEER, Pod("x", WEB)), verdicts(two, PEER, Pod("x", WEB))) == (NO, YES)


def test_everyone_at_several_addresses_needs_all_of_them():
    both = Outside("both", block("192.0.2.0/25") | block("192.0.2.128/25"))
    half = {"ipBlock": {"cidr": "192.0.2.0/25"}}
    rest = {"ipBlock": {"cidr": "192.0.2.128/25"}}
    one = world(policy("x", podSelector={}, ingress=[{"from": [half], "ports": [{"port": 80}]}]))
    assert verdicts(one, both, Pod("x", WEB)) == OPEN_TO_PLUGINS
    rules = [{"from": [half], "ports": [{"port": 80, "endPort": 90}]}, {"from": [rest], "ports": [{"port": 85}]}]
    two = world(policy("x", podSelector={}, ingress=rules))
    assert [verdicts(two, both, Pod("x", WEB), port) for port in (80, 85, 91)] == [OPEN_TO_PLUGINS, YES, NO]


def test_clients_behind_a_node():
    """The plugin may see a node in place of the client, even the pod's own, which no policy keeps out."""
    client = Outside("client", address("203.0.113.9"), through_nodes=True)
    nodes = {"node_cidrs": ["192.0.2.0/24"]}
    assert verdicts(blocked("203.0.113.0/24", **nodes), client, Pod("x", WEB)) == (False, True, True)
    assert verdicts(blocked("0.0.0.0/0", **nodes), client, Pod("x", WEB)) == YES
    assert verdicts(blocked("0.0.0.0/0"), client, Pod("x", WEB)) == YES
    assert verdicts(blocked("0.0.0.0/1"), client, Pod("x", WEB)) == OPEN_TO_PLUGINS
    assert verdicts(blocked("11.0.0.0/8"), client, Pod("x", WEB)) == OPEN_TO_PLUGINS
    assert verdicts(world(policy("x", podSelector={})), client, Pod("x", WEB)) == OPEN_TO_PLUGINS


def test_host_network_pods():
    closed = world(policy("x", podSelector={}, policyTypes=["Ingress", "Egress"]))
    # Its own policies may or may not hold; as a peer it is a node, maybe the pod's own.
    assert verdicts(closed, Pod("y", WEB), Pod("x", HOST)) == (False, True, True)
    assert verdicts(closed, Pod("y", HOST), Pod("x", WEB)) == OPEN_TO_PLUGINS
    assert verdicts(closed, Pod("x", WEB), Pod("y", HOST)) == OPEN_TO_PLUGINS
    chosen = world(policy("x", podSelector={}, ingress=[{"from": [{"namespaceSelector": {}}]}]))
    assert verdicts(chosen, Pod("y", HOST), Pod("x", WEB)) == OPEN_TO_PLUGINS
    assert verdicts(world(policy("x", podSelector={}, ingress=[{}])), Pod("y", HOST), Pod("x", WEB)) == YES
    placed = Pod("y", Workload("host", host_network=True, addresses=address("192.0.2.1")))
    assert verdicts(blocked("192.0.2.0/24"), placed, Pod("x", WEB)) == (False, True, True)


def test_no_policy_keeps_a_pod_from_itself_but_two_of_a_workload_are_two():
    closed = world(policy("x", podSelector={}, policyTypes=["Ingress", "Egress"]))
    assert verdicts(closed, Pod("x", WEB), Pod("x", WEB)) == (False, True, True)


def test_unwritten_labels_of_pods_and_namespaces():
    task = Pod("x", Workload("task", Labels.of({"role": "task"}, more=True), ()))
    only_db = world(policy("x", podSelector={"matchLabels": {"app": "db"}}))
    assert verdicts(only_db, Pod("y", WEB), task) == (False, True, True)
    by_team = {"from": [{"namespaceSelector": {"matchLabels": {"team": "blue"}}}]}
    teams = world(policy("x", podSelector={}, ingress=[by_team]))
    assert verdicts(teams, Pod("elsewhere", WEB), Pod("x", WEB)) == OPEN_TO_PLUGINS
    assert verdicts(teams, Pod("y", WEB), Pod("x", WEB)) == YES
    by_name = {"from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "elsewhere"}}}]}
    names = world(policy("x", podSelector={}, ingress=[by_name]))
    assert verdicts(names, Pod("elsewhere", WEB), Pod("x", WEB)) == YES


def test_ipv6():
    six = Outside("six", address("2001:db8::9"))
    assert verdicts(blocked("2001:db8::/32"), six, Pod("x", WEB)) == YES
    assert verdicts(blocked("0.0.0.0/0"), six, Pod("x", WEB)) == NO


def test_two_parties_outside_are_nobodys_business():
    assert verdicts(world(), PEER, Outside("other", address("198.51.100.1"))) == YES


@pytest.mark.parametrize(("port", "protocol"), [(0, "TCP"), (65536, "UDP"), (80, "ICMP"), (80, "tcp")])
def test_a_question_about_no_port_is_refused(port, protocol):
    with pytest.raises(ReachError):
        allowed(world(), Pod("x", WEB), Pod("y", WEB), port, protocol, MAY)
