"""Reading NetworkPolicy specs: defaults, absence against emptiness, and everything that is refused."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtc.reach import ReachError, World
from mtc.reach.policies import BlockPeer, PodPeer
from mtc.reach.ports import EVERY_PORT, describe_ports
from mtc.reach.specs import PolicyReader, read_spec
from reach import small


def governed(**spec):
    """Which directions the spec governs, by policyTypes and the defaults."""
    found = read_spec(spec)
    return [name for name, rules in (("in", found.ingress), ("out", found.egress)) if rules is not None]


def test_policy_types_and_their_defaults():
    assert governed() == ["in"]
    assert governed(policyTypes=[]) == ["in"]
    assert governed(policyTypes=None, egress=[]) == ["in"]
    assert governed(egress=[]) == ["in"]
    assert governed(egress=[{}]) == ["in", "out"]
    assert governed(policyTypes=[], egress=[{}]) == ["in", "out"]
    assert governed(policyTypes=["Egress"], ingress=[{}]) == ["out"]
    assert governed(policyTypes=["Ingress"], egress=[{}]) == ["in"]
    assert governed(policyTypes=["Egress", "Ingress"]) == ["in", "out"]


def only_rule(rule):
    return read_spec({"ingress": [rule]}).ingress[0]


@pytest.mark.parametrize("rule", [{}, {"from": []}, {"from": None}, {"from": [], "ports": []}, {"ports": None}])
def test_an_empty_rule_is_for_everyone_on_every_port(rule):
    found = only_rule(rule)
    assert found.peers is None
    assert found.ports.numbers == EVERY_PORT


def test_no_rules_differ_from_an_empty_rule():
    assert read_spec({}).ingress == read_spec({"ingress": []}).ingress == read_spec({"ingress": None}).ingress == ()
    assert len(read_spec({"ingress": [{}]}).ingress) == 1


def test_peers_absent_null_and_empty():
    own, every, both = only_rule(
        {"from": [{"podSelector": {}}, {"namespaceSelector": {}}, {"podSelector": {}, "namespaceSelector": {}}]}
    ).peers
    assert own.namespaces is None
    assert every == both
    assert every.namespaces is not None
    assert only_rule({"from": [{"podSelector": {}, "namespaceSelector": None, "ipBlock": None}]}).peers == (own,)


def test_one_item_is_and_two_items_are_or():
    parts = {"podSelector": {"matchLabels": {"a": "1"}}, "namespaceSelector": {"matchLabels": {"b": "2"}}}
    assert len(only_rule({"from": [parts]}).peers) == 1
    assert len(only_rule({"from": [{key: value} for key, value in parts.items()]}).peers) == 2


def described(*ports):
    return str(only_rule({"ports": list(ports)}).ports)


def test_ports():
    assert described({}) == "TCP every port"
    assert described({"protocol": "UDP"}) == "UDP every port"
    assert described({"port": 80}, {"port": 81, "protocol": None}) == "TCP 80-81"
    assert described({"port": 80, "endPort": 90, "protocol": "SCTP"}) == "SCTP 80-90"
    assert described({"port": 80, "endPort": 80}) == "TCP 80"
    assert described({"port": "web"}, {"port": 53, "protocol": "UDP"}) == "UDP 53; TCP 'web'"
    assert described({"port": "web"}) == "TCP 'web'"
    assert described({"port": "x" * 15}, {"port": "1-a-2"})


def test_blocks_without_their_exceptions():
    block = only_rule({"from": [{"ipBlock": {"cidr": "10.0.0.0/30", "except": ["10.0.0.1/32", "10.0.0.2/31"]}}]})
    assert [last - first for first, last in block.addresses.spans] == [0]
    assert str(block.peers[0]) == "addresses 10.0.0.0/30 except 10.0.0.1/32, 10.0.0.2/31"
    assert not only_rule({"from": [{"podSelector": {}}]}).addresses


def test_peers_in_words():
    labels = {"matchLabels": {"a": "1"}}
    words = [
        str(peer)
        for peer in only_rule(
            {
                "from": [
                    {"podSelector": {}},
                    {"podSelector": labels, "namespaceSelector": {}},
                    {"namespaceSelector": labels},
                ]
            }
        ).peers
    ]
    assert words == [
        "all pods of the policy's own namespace",
        "pods [a=1] of all namespaces",
        "all pods of namespaces [a=1]",
    ]


def policy(spec, **metadata):
    document = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy"}
    return {**document, "metadata": {"name": "p", **metadata}, "spec": spec}


def test_equal_specs_are_read_once_and_shared():
    reader = PolicyReader()
    one = {"podSelector": {}, "ingress": [{"from": [{"podSelector": {"matchLabels": {"a": "1"}}}]}]}
    other = {"ingress": [{"from": [{"podSelector": {"matchLabels": {"a": "1"}}}]}], "policyTypes": ["Ingress"]}
    first = reader.read(policy(one, namespace="x"), "default")
    again = reader.read(policy(copy.deepcopy(one), namespace="y"), "default")
    reworded = reader.read(policy(other), "default")
    assert first.spec is again.spec is reworded.spec
    assert (str(first), str(again), str(reworded)) == ("x/p", "y/p", "default/p")
    different = {"podSelector": {}, "ingress": [{"from": [{"podSelector": {"matchLabels": {"a": "2"}}}]}]}
    assert reader.read(policy(different), "default").spec is not first.spec


def test_an_ill_typed_spec_is_not_taken_for_its_well_typed_twin():
    reader = PolicyReader()
    reader.read(policy({"podSelector": {"matchLabels": {"1": "1"}}}), "default")
    with pytest.raises(ReachError, match="must be a string"):
        reader.read(policy({"podSelector": {"matchLabels": {1: "1"}}}), "default")


def peer(**fields):
    return {"ingress": [{"from": [fields]}]}


def port(**fields):
    return {"ingress": [{"ports": [fields]}]}


@pytest.mark.parametrize(
    ("spec", "fault"),
    [
        ([], "spec must be a mapping, not a list"),
        ({"podSelectors": {}}, "spec has an unknown field 'podSelectors'"),
        ({"policyTypes": "Ingress"}, "spec.policyTypes must be a list, not a string"),
        ({"policyTypes": ["ingress"]}, "'ingress' is neither Ingress nor Egress"),
        ({"policyTypes": [None]}, "None is neither Ingress nor Egress"),
        ({"ingress": {}}, "spec.ingress must be a list"),
        ({"ingress": [None]}, r"spec.ingress\[0\] must be a mapping"),
        ({"ingress": [{"form": []}]}, r"spec.ingress\[0\] has an unknown field 'form'"),
        ({"ingress": [{"to": []}]}, r"spec.ingress\[0\] has an unknown field 'to'"),
        ({"egress": [{"from": []}], "policyTypes": ["Ingress"]}, r"spec.egress\[0\] has an unknown field 'from'"),
        ({"ingress": [{"from": {}}]}, r"spec.ingress\[0\].from must be a list"),
        ({"ingress": [{"from": [None]}]}, r"from\[0\] must be a mapping"),
        (peer(), r"from\[0\] must have a podSelector, a namespaceSelector or an ipBlock"),
        (peer(podSelector=None), "must have a podSelector"),
        (peer(namespaceSelectors={}), "unknown field 'namespaceSelectors'"),
        (peer(ipBlock={"cidr": "::/0"}, podSelector={}), "an ipBlock stands alone"),
        (peer(ipBlock="10.0.0.0/8"), "ipBlock must be a mapping, not a string"),
        (peer(ipBlock={}), "ipBlock.cidr must be a string, not null"),
        (peer(ipBlock={"cidr": "10/8"}), r"from\[0\].ipBlock.cidr: '10/8' is no CIDR block"),
        (peer(ipBlock={"cidr": "10.0.0.0/8", "except": "10.1.0.0/16"}), "except must be a list"),
        (peer(ipBlock={"cidr": "10.0.0.0/8", "except": ["11.0.0.0/16"]}), "is not a smaller block inside 10.0.0.0/8"),
        (peer(ipBlock={"cidr": "10.0.0.0/8", "except": ["10.0.0.0/8"]}), "is not a smaller block"),
        (peer(ipBlock={"cidr": "10.0.0.0/8", "except": ["::/64"]}), "is not a smaller block"),
        (peer(ipBlock={"cidr": "10.0.0.0/8", "except": [8]}), r"except\[0\] must be a string, not a number"),
        ({"ingress": [{"ports": [None]}]}, r"ports\[0\] must be a mapping"),
        ({"ingress": [{"ports": [80]}]}, r"ports\[0\] must be a mapping"),
        (port(ports=80), "unknown field 'ports'"),
        (port(port=0), r"ports\[0\]: 0 to 0 are no ports"),
        (port(port=65536), "are no ports"),
        (port(port=True), "port must be a number"),
        (port(port=80.0), "port must be a number"),
        (port(port=[80]), "port must be a number"),
        (port(port="80"), "'80' is no port name"),
        (port(port="Web"), "is no port name"),
        (port(port="a--b"), "is no port name"),
        (port(port="x" * 16), "is no port name"),
        (port(port="web\n"), "is no port name"),
        (port(port=""), "is no port name"),
        (port(port="web", endPort=90), "endPort needs a port that is a number"),
        (port(endPort=90), "endPort needs a port"),
        (port(port=90, endPort=80), "the first not above the last"),
        (port(port=80, endPort="90"), "endPort must be a number"),
        (port(protocol="tcp"), "'tcp' is no protocol"),
        (port(protocol="ICMP", port="web"), "'ICMP' is no protocol"),
        (port(protocol=6), "protocol must be a string, not a number"),
    ],
)
def test_what_the_api_server_refuses_is_refused(spec, fault):
    with pytest.raises(ReachError, match=f"^NetworkPolicy default/p: .*{fault}"):
        World.of([policy(spec)])


def test_nesting_without_end_is_refused():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ReachError, match="spec is nested too deep"):
        World.of([policy({"podSelector": deep})])


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3),
    max_leaves=6,
)


def spots(value, path=()):
    """The path of every node of a document."""
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from spots(child, (*path, key))


def replaced(value, path, new):
    if not path:
        return new
    changed = copy.copy(value)
    changed[path[0]] = replaced(value[path[0]], path[1:], new)
    return changed


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_junk_anywhere_is_read_or_refused_but_never_crashes(data):
    document = policy(data.draw(small.specs), namespace="x")
    broken = replaced(document, data.draw(st.sampled_from(list(spots(document)))), data.draw(junk))
    try:
        world = World.of([broken])
    except ReachError as fault:
        assert str(fault)
    else:
        policies = [policy for mine in world.policies.values() for policy in mine]
        assert all(isinstance(policy.name, str) for policy in policies)


@settings(max_examples=150)
@given(small.specs)
def test_every_well_formed_spec_is_read_whole(spec):
    found = read_spec(spec)
    for raw, rules, key in ((spec.get("ingress"), found.ingress, "from"), (spec.get("egress"), found.egress, "to")):
        for raw_rule, rule in zip(raw or [], rules or (), strict=False):
            kinds = [BlockPeer if "ipBlock" in each else PodPeer for each in raw_rule.get(key) or []]
            assert [type(each) for each in rule.peers or ()] == kinds
            assert describe_ports(rule.ports.numbers) != "no port" or rule.ports.names
