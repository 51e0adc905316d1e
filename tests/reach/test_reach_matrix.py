"""The answer for all pods at once is the pairwise one; and its work does not grow with tenants of one kind."""

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtc.model.record import changed
from mtc.reach import Matrix, Reading, World
from mtc.reach.ports import NO_PORT, describe_ports
from mtc.reach.verdict import admitted
from mtc.reach.world import Pod, Workload
from reach import small, worlds


def crossing_table(matrix):
    table = {}
    for crossing in matrix.crossings():
        pairs = list(crossing.pairs())
        assert pairs
        assert crossing.ports
        for pair in pairs:
            assert pair not in table
            table[pair] = crossing.ports
    return table


@st.composite
def replicated(draw):
    """A small world in which workloads of one name run in several namespaces, alike or nearly so."""
    given_world, unknown, namespaces = draw(small.open_worlds())
    _, world = small.opened(given_world, unknown, namespaces)
    workloads = [pod.workload for pod in world.pods]
    pods = {}
    for name, shown in itertools.product("xyz", ("one", "two")):
        if draw(st.integers(0, 3)):
            pods[name, shown] = Pod(name, changed(draw(st.sampled_from(workloads)), name=shown))
    return changed(world, pods=tuple(pods.values()))


@settings(max_examples=300, deadline=None)
@given(replicated())
def test_the_matrix_is_the_pairwise_verdict(world):
    for reading in Reading:
        matrix = Matrix(world, reading)
        table = crossing_table(matrix)
        for source, target in itertools.product(world.pods, repeat=2):
            expected = admitted(world, source, target, reading)
            assert matrix.ports(source, target) == expected
            if source.namespace != target.namespace:
                assert table.get((source, target), NO_PORT) == expected


@settings(max_examples=100, deadline=None)
@given(small.worlds())
def test_a_group_holds_one_pod_a_namespace_and_every_pod_has_one(given_world):
    world = small.world_of(given_world)
    matrix = Matrix(world, Reading.MAY)
    assert sorted(map(str, world.pods)) == sorted(str(pod) for group in matrix.groups for pod in group.pods)
    for group in matrix.groups:
        assert len({pod.namespace for pod in group.pods}) == len(group.pods)
        assert all(matrix.group(pod) is group for pod in group.pods)


def flows(matrix):
    return {
        f"{crossing.source.sample.workload.name} > {crossing.target.sample.workload.name}": crossing.ports
        for crossing in matrix.crossings()
    }


def test_tenants_of_one_kind_are_one_group_a_workload():
    few, many = (Matrix(worlds.tenant_world(count), Reading.MAY) for count in (3, 60))
    assert len(few.groups) == len(many.groups) == 10
    assert flows(few) == flows(many)
    assert {len(group.pods) for group in many.groups} == {1, 60}


def test_no_tenant_reaches_another_and_the_platform_only_where_needed():
    matrix = Matrix(worlds.tenant_world(40), Reading.MAY)
    found = {name: describe_ports(ports) for name, ports in flows(matrix).items()}
    tenants = {"agent", "gateway", "task", "cache"}
    inward = {name: ports for name, ports in found.items() if name.split(" > ")[1] in tenants}
    # A task may carry the gateway's label, for all anyone knows: so the controller may reach it too.
    assert inward == {"controller > gateway": "TCP 8080", "controller > task": "TCP 8080"}
    outward = {name: ports for name, ports in found.items() if name.split(" > ")[0] in tenants}
    ports = {"redis": "TCP 6379", "controller": "TCP 443", "dns": "TCP 53; UDP 53"}
    assert outward == {f"{one} > {other}": ports[other] for one in tenants for other in ports}


def stray(name, **spec):
    return worlds.policy(worlds.tenant_name(7), name, podSelector={}, **spec)


def test_one_stray_rule_among_many_tenants_is_found():
    extra = [stray("stray", ingress=[{"from": [worlds.named(worlds.tenant_name(3))], "ports": [{"port": 22}]}])]
    extra += [worlds.policy(worlds.tenant_name(3), "out", podSelector={}, egress=[{}], policyTypes=["Egress"])]
    walls, holed = (Matrix(worlds.tenant_world(40, more), Reading.MAY) for more in ((), extra))
    new = crossing_table(holed).keys() - crossing_table(walls).keys()
    between = {(str(one), str(other)) for one, other in new if other.namespace == worlds.tenant_name(7)}
    workloads = ("agent", "gateway", "task", "cache")
    three, seven = worlds.tenant_name(3), worlds.tenant_name(7)
    assert between == {(f"{three}/{one}", f"{seven}/{other}") for one in workloads for other in workloads}
    assert describe_ports(holed.ports(Pod(three, worlds.AGENT), Pod(seven, worlds.CACHE))) == "TCP 22"


def test_pods_that_differ_in_a_label_no_selector_asks_for_share_a_group():
    plain = worlds.AGENT
    tagged = Workload("agent", plain.labels.of({**dict(plain.labels.pairs), "note": "x"}), ())
    documents = worlds.documents_of(2)
    world = World.of(documents, [Pod(worlds.tenant_name(0), plain), Pod(worlds.tenant_name(1), tagged)])
    assert len(Matrix(world, Reading.MAY).groups) == 1


@pytest.mark.parametrize("reading", Reading)
def test_many_different_tenants_are_judged_pair_by_pair(reading):
    """Over a hundred groups, since each tenant names its neighbour, with rules that are for nearly all of them."""
    names = [worlds.tenant_name(number) for number in range(26)]
    extra = []
    for number, name in enumerate(names):
        peers = [worlds.named(names[number - 1]), {"podSelector": {"matchLabels": {"CLEARML": "agent"}}}]
        extra.append(worlds.policy(name, "in", podSelector={}, ingress=[{"from": peers}]))
        wide = [{"namespaceSelector": {"matchLabels": {"tenant": "yes"}}}]
        rules = [{"to": wide, "ports": [{"port": "http"}]}, {"ports": [{"port": 7000 + number % 3}]}]
        extra.append(worlds.policy(name, "out", podSelector={}, policyTypes=["Egress"], egress=rules))
    world = worlds.tenant_world(len(names), extra)
    matrix = Matrix(world, reading)
    assert len(matrix.groups) > 100
    table = crossing_table(matrix)
    assert len({describe_ports(ports) for ports in table.values()}) > 3
    for source, target in itertools.product(world.pods, repeat=2):
        if source.namespace != target.namespace:
            assert table.get((source, target), NO_PORT) == admitted(world, source, target, reading)


def test_the_callers_of_one_group_are_its_crossings():
    matrix = Matrix(worlds.tenant_world(5), Reading.MAY)
    one_by_one = [crossing for group in matrix.groups for crossing in matrix.callers(group)]
    assert one_by_one == list(matrix.crossings())


def test_a_pod_of_another_world_has_no_group():
    with pytest.raises(KeyError):
        Matrix(worlds.tenant_world(1), Reading.MAY).group(Pod("elsewhere", worlds.AGENT))


def prove(documents, pods):
    start = time.process_time()
    world = World.of(documents, pods, pod_cidrs=worlds.POD_CIDRS)
    crossings = list(Matrix(world, Reading.MAY).crossings())
    return time.process_time() - start, crossings


def test_a_thousand_tenants_take_less_than_half_a_second():
    seconds, crossings = prove(worlds.documents_of(1000), worlds.pods_of(1000))
    print(f"1,000 tenants: {seconds:.3f} s, {len(crossings)} crossings")
    assert seconds < 0.5


def test_a_thousand_tenants_that_all_differ_take_less_than_two_seconds():
    """Each tenant names its neighbour: no two namespaces are alike, and nothing is quadratic all the same."""
    names = [worlds.tenant_name(number) for number in range(1000)]
    neighbours = [
        worlds.policy(name, "neighbour", podSelector={}, ingress=[{"from": [worlds.named(names[number - 1])]}])
        for number, name in enumerate(names)
    ]
    seconds, crossings = prove([*worlds.documents_of(1000), *neighbours], worlds.pods_of(1000))
    print(f"1,000 different tenants: {seconds:.3f} s, {len(crossings)} crossings")
    assert seconds < 2
