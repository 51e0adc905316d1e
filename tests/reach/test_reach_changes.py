"""What two trees let through differently is what the verdicts on every pair say, and it names who did it."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings

from mtc.pipeline import compile_blueprint
from mtc.reach import Reading, Topology, flow_changes, topology
from mtc.reach.ports import NO_PORT, describe_ports
from mtc.reach.verdict import admitted
from mtc.reach.world import Pod
from reach import small, worlds

BLUEPRINTS = Path(__file__).resolve().parents[2] / "blueprints"


def wrapped(world, others):
    return Topology(world, {}, tuple(world.namespaces), {str(each): each for each in others})


def apart(one, other):
    inside = isinstance(one, Pod) and isinstance(other, Pod)
    return one.namespace != other.namespace if inside else isinstance(one, Pod) or isinstance(other, Pod)


def expanded(changes, opened):
    table = {}
    for change in changes:
        if change.opened is opened:
            ends = [
                [f"{place}/{pod}" if pod else place for place in places for pod in pods]
                for places, pods in ((change.sources, change.source_pods), (change.targets, change.target_pods))
            ]
            for pair in itertools.product(*ends):
                assert pair not in table
                table[pair] = change.ports
    return table


@settings(max_examples=150, deadline=None)
@given(small.worlds(), small.worlds())
def test_changes_are_the_differences_of_all_pairs(one, other):
    old = wrapped(small.world_of(one), [small.outside_of(each) for each in one["others"]])
    new = wrapped(small.world_of({**other, "pods": one["pods"]}), old.outside.values())
    changes = flow_changes(old, new)
    ends = [*old.world.pods, *old.outside.values()]
    for opened, here, there in ((True, new, old), (False, old, new)):
        found, expected = expanded(changes, opened), {}
        for source, target in itertools.product(ends, repeat=2):
            if apart(source, target):
                before = admitted(there.world, source, target, Reading.MAY)
                more = admitted(here.world, source, target, Reading.MAY) - before
                if more != NO_PORT:
                    expected[str(source), str(target)] = more
        # A class may hold several pods of one namespace only if their names differ: then each pair is listed.
        assert found == expected


@pytest.fixture(scope="module")
def current():
    compiled = compile_blueprint(BLUEPRINTS / "current.yaml")
    return [document.body for document in compiled.tree.documents], compiled.blueprint.cluster


def test_the_same_tree_has_no_changes(current):
    documents, cluster = current
    assert flow_changes(topology(documents, cluster), topology(list(reversed(documents)), cluster)) == ()


def test_a_stray_rule_is_named_with_the_wall_that_it_breaks(current):
    documents, cluster = current
    peer = [worlds.named("globex")]
    stray = worlds.policy("acme", "stray", podSelector={}, ingress=[{"from": peer, "ports": [{"port": 10022}]}])
    out = worlds.policy(
        "globex", "out", podSelector={}, policyTypes=["Egress"], egress=[{"to": [worlds.named("acme")]}]
    )
    changes = flow_changes(topology(documents, cluster), topology([*documents, stray, out], cluster))
    change = next(each for each in changes if "agent" in each.target_pods)
    assert (change.opened, change.both, change.sources, change.targets) == (True, True, ("globex",), ("acme",))
    assert describe_ports(change.ports) == "TCP 10022"
    assert set(change.by) == {"acme/stray", "globex/out"}
    assert set(change.closed_by) == {"globex/restrict-egress", "acme/default-deny-ingress"}
    assert str(change).endswith("to acme (redis, redis-replicas, agent): TCP 10022")


def test_a_wall_that_goes_opens_what_it_closed(current):
    documents, _ = current
    gone = ("acme", "restrict-egress")
    kept = [
        each
        for each in documents
        if each["kind"] != "NetworkPolicy" or (each["metadata"]["namespace"], each["metadata"]["name"]) != gone
    ]
    changes = flow_changes(topology(documents), topology(kept))
    assert [(each.opened, each.targets, each.by, each.closed_by) for each in changes] == [
        (True, (name,), (), ("acme/restrict-egress",)) for name in ("metadata service", "DNS cache of the node", "private networks")
    ]


def test_a_namespace_that_comes_is_not_in_both(current):
    documents, cluster = current
    space = worlds.namespace("initech", **{"mtc/tenant": "initech", "mtc/blueprint": "current"})
    changes = flow_changes(topology(documents, cluster), topology([*documents, space], cluster))
    assert changes
    assert not any(each.both for each in changes)
    assert {"initech"} == {name for each in changes for name in each.sources} & {"initech"}
