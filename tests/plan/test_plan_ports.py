"""plan/ports: who gets which interval, and that nobody ever moves by himself."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from check.minimal_blueprint import blueprint_text, loaded
from mtc.load import load_lock
from mtc.model.blueprint import Blueprint, Ports
from mtc.model.clearml import CHART_NODE_PORTS
from mtc.model.diagnostic import Diagnostic, Span
from mtc.model.lock import Lease, Lock
from mtc.plan.ports import Allocation, allocate, prune_lock, reallocate
from mtc.render import lock_text

NO_LOCK = Lock()


def tenant(
    name: str, *, pin: int | None = None, services: int = 10, mode: bool = True, **more: Any
) -> dict[str, Any]:
    """A tenant as it is written."""
    sessions: dict[str, Any] = {"portMode": mode, "maxServices": services}
    if pin is not None:
        sessions["startingPort"] = pin
    return {"name": name, "sessions": sessions, **more}


def streaming(name: str, first: int, last: int, **more: Any) -> dict[str, Any]:
    """A tenant whose app gateway streams on these ports."""
    chart = {"repository": "charts", "name": "clearml-app-gateway", "version": "1.0.0"}
    gateway = {"enabled": True, "flavor": "app-gateway", "host": f"{name}.ml.example.com", "chart": chart}
    gateway["streamPorts"] = {"first": first, "last": last}
    return {**tenant(name, mode=False), "gateway": gateway, **more}


def blueprint(
    *tenants: dict[str, Any], pool: tuple[int, int] = (31010, 32767), reserved: Any = (), **spec: Any
) -> Blueprint:
    """A blueprint with these tenants and this space."""
    ports = {"pool": {"first": pool[0], "last": pool[1]}, "reserved": list(reserved)}
    return loaded(blueprint_text({"tenants": list(tenants), "nodePorts": ports, **spec}))


def lock_of(text: str) -> Lock:
    """The lock of a file's text."""
    outcome = load_lock(text, "prod.lock.yaml")
    assert outcome.diagnostics == ()
    assert outcome.value is not None
    return outcome.value


def firsts(allocation: Allocation) -> dict[str, int]:
    assert allocation.diagnostics == ()
    return {name: ports.first for name, ports in allocation.sessions.items()}


def only(allocation: Allocation) -> Diagnostic:
    (found,) = allocation.diagnostics
    return found


def under(b: Blueprint, span: Span) -> str:
    """The text that a span of the blueprint points at."""
    return b.source.lines[span.line - 1][span.column - 1 : span.end_column - 1]


def at(lock: Lock, span: Span) -> tuple[str, str]:
    """The file and the line of the lock that a span points at."""
    assert lock.source is not None
    return span.file, lock.source.lines[span.line - 1].strip()


# Who gets what


def test_lowest_first_in_the_blueprints_order() -> None:
    b = blueprint(tenant("zeta"), tenant("acme", services=4), tenant("none", mode=False), tenant("beta"))
    found = allocate(b, NO_LOCK)
    assert found.sessions == {
        "zeta": Ports(31010, 31020),
        "acme": Ports(31021, 31025),
        "beta": Ports(31026, 31036),
    }
    assert found.lock == Lock({"zeta": Lease(31010, 10), "acme": Lease(31021, 4), "beta": Lease(31026, 10)})


def test_a_gap_is_used_by_whoever_fits() -> None:
    b = blueprint(tenant("pin", pin=31015), tenant("big"), tenant("small", services=4))
    assert firsts(allocate(b, NO_LOCK)) == {"pin": 31015, "big": 31026, "small": 31010}


def test_a_pin_counts_without_port_mode_and_never_enters_the_lock() -> None:
    found = allocate(blueprint(tenant("later", pin=31010, mode=False), tenant("acme")), NO_LOCK)
    assert firsts(found) == {"later": 31010, "acme": 31021}
    assert found.lock.ports == {"acme": Lease(31021, 10)}


def test_stream_ports_share_the_space() -> None:
    b = blueprint(streaming("edge", 31010, 31012), tenant("acme"))
    assert firsts(allocate(b, NO_LOCK)) == {"acme": 31013}


def test_reserved_ports_and_the_charts_own_are_left_out() -> None:
    b = blueprint(
        tenant("a", services=2),
        tenant("b", services=30),
        pool=(30005, 30200),
        reserved=[30009, {"first": 30082, "last": 30099}],
    )
    assert allocate(b, NO_LOCK).sessions == {"a": Ports(30005, 30007), "b": Ports(30010, 30040)}
    assert not [
        port
        for port in CHART_NODE_PORTS
        if any(p.first <= port <= p.last for p in allocate(b, NO_LOCK).sessions.values())
    ]


def test_an_interval_may_end_exactly_at_the_pools_end() -> None:
    assert firsts(allocate(blueprint(tenant("acme"), pool=(31010, 31020)), NO_LOCK)) == {"acme": 31010}


def test_a_smaller_tenant_keeps_its_whole_lease() -> None:
    lock = lock_of("ports:\n  acme: {startingPort: 31100, maxServices: 20}\n")
    found = allocate(blueprint(tenant("acme", services=5)), lock)
    assert found.sessions == {"acme": Ports(31100, 31120)}
    assert found.lock == lock


def test_without_port_mode_the_lease_waits_and_comes_back() -> None:
    first = allocate(blueprint(tenant("acme"), tenant("beta")), NO_LOCK).lock
    off = allocate(blueprint(tenant("acme", mode=False), tenant("beta"), tenant("new")), first)
    assert firsts(off) == {"beta": 31021, "new": 31032}
    assert off.lock.released == {"acme": Lease(31010, 10)}
    assert (
        firsts(allocate(blueprint(tenant("acme"), tenant("beta"), tenant("new")), off.lock))["acme"] == 31010
    )


# Laws

NAMES = ["a", "b", "c", "d", "e", "f", "g"]
SIZES = st.integers(1, 12)


@st.composite
def tenants_of(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Tenants without pins, in any order."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1))
    return [tenant(name, services=draw(SIZES), mode=draw(st.integers(0, 4)) > 0) for name in names]


def resized(tenants: list[dict[str, Any]], sizes: dict[str, int]) -> list[dict[str, Any]]:
    """The tenants with these many services each, so that nobody outgrows anything."""
    return [
        tenant(one["name"], services=sizes[one["name"]], mode=one["sessions"]["portMode"]) for one in tenants
    ]


def disjoint(intervals: list[Ports]) -> bool:
    ordered = sorted(intervals, key=lambda ports: ports.first)
    return all(one.last < other.first for one, other in pairwise(ordered))


@settings(max_examples=40, deadline=None)
@given(
    tenants_of(),
    st.dictionaries(st.sampled_from(["p1", "p2"]), st.integers(31010, 31300)),
    st.lists(st.integers(31010, 31060), max_size=4, unique=True),
    st.dictionaries(st.sampled_from(["gone1", "gone2", "a", "b"]), st.integers(31010, 31300)),
)
def test_what_passes_never_overlaps_anything(
    tenants: list[dict[str, Any]], pins: dict[str, int], reserved: list[int], leases: dict[str, int]
) -> None:
    tenants = [*tenants, *(tenant(name, pin=port) for name, port in pins.items())]
    lock = Lock({name: Lease(port, 12) for name, port in leases.items()})
    b = blueprint(*tenants, reserved=reserved)
    found = allocate(b, lock)
    held = [lease.ports for lease in found.lock.released.values()]
    held += [Ports(port, port) for port in (*reserved, *CHART_NODE_PORTS)]
    everything = [*found.sessions.values(), *held]
    assert disjoint(everything) == (found.diagnostics == ())
    assert {d.code for d in found.diagnostics} <= {"ports/overlap", "ports/reserved"}
    for one in b.tenants:
        if one.sessions.port_mode or one.sessions.starting_port is not None:
            assert len(found.sessions[one.name]) >= one.sessions.max_services + 1
            assert one.name in pins or one.name in found.lock.ports
        else:
            assert one.name not in found.sessions
    fresh = {name for name in found.lock.ports if name not in leases}
    for name in fresh:
        mine = found.sessions[name]
        assert not [other for other in everything if other is not mine and other.overlaps(mine)]
        assert b.node_ports.pool.first <= mine.first <= mine.last <= b.node_ports.pool.last


@settings(max_examples=40, deadline=None)
@given(tenants_of(), st.lists(tenants_of(), min_size=1, max_size=4), st.lists(SIZES, min_size=7, max_size=7))
def test_given_the_lock_nobody_moves(
    start: list[dict[str, Any]], steps: list[list[dict[str, Any]]], sizes: list[int]
) -> None:
    """Tenants are added, removed, shuffled, lose port mode: who ever had an interval has that one."""
    size = dict(zip(NAMES, sizes, strict=True))
    lock, ever = NO_LOCK, {}
    for step in (start, *steps):
        found = allocate(blueprint(*resized(step, size)), lock)
        assert found.diagnostics == ()
        for name, ports in found.sessions.items():
            assert ever.setdefault(name, ports) == ports
        lock = found.lock
        assert set(lock.ports) == set(found.sessions)
        assert set(lock.ports) | set(lock.released) == set(ever)
        assert not set(lock.ports) & set(lock.released)
        assert {name: lease.ports for name, lease in (*lock.ports.items(), *lock.released.items())} == ever
        assert disjoint(list(ever.values()))
        lock = lock_of(lock_text(lock))


@settings(max_examples=40, deadline=None)
@given(tenants_of(), st.randoms(use_true_random=False))
def test_order_does_not_matter_once_locked(tenants: list[dict[str, Any]], shuffle: random.Random) -> None:
    first = allocate(blueprint(*tenants), NO_LOCK)
    mixed = list(tenants)
    shuffle.shuffle(mixed)
    again = allocate(blueprint(*mixed), first.lock)
    assert again.sessions == first.sessions
    assert again.lock == first.lock
    assert lock_text(again.lock) == lock_text(first.lock)


@settings(max_examples=30, deadline=None)
@given(tenants_of(), st.dictionaries(st.sampled_from(["a", "x", "y"]), st.integers(31010, 31100)))
def test_pure_and_idempotent(tenants: list[dict[str, Any]], leases: dict[str, int]) -> None:
    b, lock = blueprint(*tenants), Lock({name: Lease(port, 12) for name, port in leases.items()})
    before = lock_text(lock)
    one, two = allocate(b, lock), allocate(b, lock)
    assert one == two
    assert lock_text(lock) == before
    if not one.diagnostics:
        assert allocate(b, one.lock) == one


LEASES = st.builds(Lease, st.integers(1, 65535), st.integers(1, 65535))
TENANT_NAMES = st.from_regex(r"[a-z]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True) | st.sampled_from(
    ["no", "y", "null", "1e3"]
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(TENANT_NAMES, LEASES, max_size=5), st.dictionaries(TENANT_NAMES, LEASES, max_size=5))
def test_a_locks_text_is_read_back(ports: dict[str, Lease], released: dict[str, Lease]) -> None:
    assert lock_of(lock_text(Lock(ports, released))) == Lock(ports, released)


def test_a_lock_that_was_pruned_empty_is_read_back() -> None:
    assert lock_of(lock_text(prune_lock(Lock(released={"a": Lease(31010, 10)})))) == NO_LOCK


def test_removed_tenants_wait_until_pruned() -> None:
    first = allocate(blueprint(tenant("acme"), tenant("beta")), NO_LOCK).lock
    without = allocate(blueprint(tenant("beta"), tenant("new")), first)
    assert without.lock.released == {"acme": Lease(31010, 10)}
    assert firsts(without) == {"beta": 31021, "new": 31032}
    pruned = prune_lock(without.lock)
    assert pruned == Lock(without.lock.ports, {})
    assert firsts(allocate(blueprint(tenant("beta"), tenant("new"), tenant("next")), pruned))["next"] == 31010


# Faults: of two pins the later one in the file is to move


def test_two_pins_overlap() -> None:
    b = blueprint(tenant("one", pin=31010), tenant("two", pin=31015))
    found = only(allocate(b, NO_LOCK))
    assert found.code == "ports/overlap"
    assert found.message == "tenants `one` and `two` claim session ports 31015-31020"
    assert found.help == "the lowest free start for 10 services is 31021"
    assert found.primary.text == "`two` reserves 31015-31025"
    assert [label.text for label in found.related] == ["`one` reserves 31010-31020"]
    assert (under(b, found.primary.span), under(b, found.related[0].span)) == ("31015", "31010")
    fixed = blueprint(tenant("one", pin=31010), tenant("two", pin=31021))
    assert allocate(fixed, NO_LOCK).diagnostics == ()


def test_a_pin_on_somebodys_lease() -> None:
    lock = lock_of("ports:\n  acme: {startingPort: 31010, maxServices: 10}\n")
    b = blueprint(tenant("acme"), tenant("pin", pin=31020))
    found = only(allocate(b, lock))
    assert found.message == "tenants `acme` and `pin` claim session ports 31020-31020"
    assert found.help == "the lowest free start for 10 services is 31021"
    assert under(b, found.primary.span) == "31020"
    assert at(lock, found.related[0].span) == (
        "prod.lock.yaml",
        "acme: {startingPort: 31010, maxServices: 10}",
    )


def test_a_pin_on_a_removed_tenants_ports() -> None:
    lock = lock_of("released:\n  gone: {startingPort: 31010, maxServices: 10}\n")
    b = blueprint(tenant("pin", pin=31010))
    found = only(allocate(b, lock))
    assert found.code == "ports/overlap"
    assert found.related[0].text == "`gone` held until it was removed 31010-31020"
    assert found.help == "run `mtc lock --prune` if nobody uses `gone`'s addresses any more, or move the pin"
    assert allocate(b, prune_lock(lock)).diagnostics == ()


def test_a_lock_that_two_branches_wrote_overlaps() -> None:
    text = "ports:\n  acme: {startingPort: 31010, maxServices: 10}\n  beta: {startingPort: 31012, maxServices: 10}\n"
    lock, b = lock_of(text), blueprint(tenant("acme"), tenant("beta"))
    found = only(allocate(b, lock))
    assert found.code == "ports/overlap"
    assert found.message == "tenants `acme` and `beta` claim session ports 31012-31020"
    assert found.help == "two branches took the same ports: run `mtc lock --reallocate beta`"
    assert at(lock, found.primary.span)[1].startswith("beta")
    assert at(lock, found.related[0].span)[1].startswith("acme")
    assert firsts(allocate(b, reallocate(b, lock, "beta"))) == {"acme": 31010, "beta": 31021}


def test_two_removed_tenants_on_the_same_ports_are_pruned_since_nobody_can_move() -> None:
    lock = lock_of(
        "released:\n  x: {startingPort: 31010, maxServices: 10}\n  y: {startingPort: 31010, maxServices: 10}\n"
    )
    b = blueprint(tenant("acme"))
    found = only(allocate(b, lock))
    assert found.code == "ports/overlap"
    assert found.help == "run `mtc lock --prune` if nobody uses `x`'s addresses any more"
    assert firsts(allocate(b, prune_lock(lock))) == {"acme": 31010}


def test_a_tenants_own_streams_on_its_sessions() -> None:
    b = blueprint(
        streaming("edge", 31015, 31016, sessions={"portMode": True, "startingPort": 31010, "maxServices": 10})
    )
    found = only(allocate(b, NO_LOCK))
    assert found.message == "tenant `edge` claims ports 31015-31016 twice"


def test_two_gateways_stream_on_one_port() -> None:
    b = blueprint(streaming("one", 31100, 31105), streaming("two", 31105, 31110))
    found = only(allocate(b, NO_LOCK))
    assert found.code == "ports/overlap"
    assert found.primary.text == "`two` streams on 31105-31110"
    assert found.help == "free in the pool: 31010-31099, 31111-32767"


def test_a_pin_on_a_reserved_port() -> None:
    b = blueprint(tenant("acme", pin=31100), reserved=[{"first": 31105, "last": 31106}])
    found = only(allocate(b, NO_LOCK))
    assert found.code == "ports/reserved"
    assert found.message == "the ports of `acme` cover 31105-31106, which is reserved"
    assert found.help == "the lowest free start for 10 services is 31010"
    assert under(b, found.primary.span) == "31100"


@pytest.mark.parametrize("port", CHART_NODE_PORTS)
def test_the_charts_own_ports_are_reserved(port: int) -> None:
    found = only(allocate(blueprint(tenant("acme", pin=port, services=1), pool=(30000, 32767)), NO_LOCK))
    assert found.message == f"the ports of `acme` cover {port}, which is reserved"
    assert found.help == "the lowest free start for 1 services is 30000"


def test_a_lease_on_ports_that_became_reserved_is_moved_by_its_command() -> None:
    lock = lock_of("ports:\n  acme: {startingPort: 31100, maxServices: 10}\n")
    b = blueprint(tenant("acme"), reserved=[31105])
    found = only(allocate(b, lock))
    assert (found.code, found.help) == ("ports/reserved", "run `mtc lock --reallocate acme` to move it")
    assert firsts(allocate(b, reallocate(b, lock, "acme"))) == {"acme": 31010}


def test_a_removed_tenants_ports_that_became_reserved_are_pruned() -> None:
    lock = lock_of("released:\n  gone: {startingPort: 31100, maxServices: 10}\n")
    b = blueprint(tenant("acme"), reserved=[31105])
    found = only(allocate(b, lock))
    assert (found.code, found.help) == (
        "ports/reserved",
        "run `mtc lock --prune` if nobody uses `gone`'s addresses any more",
    )
    assert allocate(b, prune_lock(lock)).diagnostics == ()


def test_a_pin_beyond_the_clusters_node_ports() -> None:
    b = blueprint(tenant("acme", pin=32760))
    found = only(allocate(b, NO_LOCK))
    assert found.code == "ports/outside-range"
    assert found.message == "the ports 32760-32770 of `acme` leave the node ports 30000-32767"
    assert found.help == "the lowest free start for 10 services is 31010"
    assert under(b, found.primary.span) == "32760"
    assert firsts(allocate(blueprint(tenant("acme", pin=32757)), NO_LOCK)) == {"acme": 32757}


def test_the_unused_first_port_may_lie_just_below_the_range() -> None:
    b = blueprint(tenant("acme", pin=29999, services=5), pool=(30000, 32767))
    assert only(allocate(b, NO_LOCK)).code == "ports/outside-pool"


def test_a_pin_outside_the_pool() -> None:
    b = blueprint(tenant("acme", pin=30500))
    found = only(allocate(b, NO_LOCK))
    assert found.code == "ports/outside-pool"
    assert found.message == "the ports 30500-30510 of `acme` leave the pool 31010-32767"
    assert found.help == "the lowest free start for 10 services is 31010, or widen `spec.nodePorts.pool`"
    assert under(b, found.primary.span) == "30500"


def test_streams_may_lie_outside_the_pool_but_not_outside_the_range() -> None:
    assert allocate(blueprint(streaming("edge", 30500, 30501)), NO_LOCK).diagnostics == ()
    found = only(allocate(blueprint(streaming("edge", 29999, 30001)), NO_LOCK))
    assert found.message == "the ports 29999-30001 of `edge` leave the node ports 30000-32767"
    assert found.help == "free in the pool: 31010-32767"


def test_a_pool_outside_the_range() -> None:
    b = blueprint(pool=(31010, 33000))
    found = only(allocate(b, NO_LOCK))
    assert found.code == "ports/pool-outside-range"
    assert found.message == "the pool 31010-33000 is not a part of the node port range 30000-32767"
    assert found.help == "write `{first: 31010, last: 32767}`, or widen `spec.cluster.nodePortRange`"
    assert under(b, found.primary.span) == '"pool"'


def test_exhausted_says_what_is_needed_and_what_is_left() -> None:
    b = blueprint(tenant("a"), tenant("pin", pin=31025, services=1), tenant("b"), pool=(31010, 31034))
    found = only(allocate(b, NO_LOCK))
    assert found.code == "ports/exhausted"
    assert found.message == (
        "no session ports are left for `b`: it needs 11 in a row, 12 are free, the largest gap has 8"
    )
    assert "mtc lock --prune" in found.help
    assert "spec.nodePorts.pool" in found.help
    assert under(b, found.primary.span) == '"sessions"'
    assert allocate(blueprint(tenant("a"), tenant("b"), pool=(31010, 31031)), NO_LOCK).diagnostics == ()


def test_each_tenant_without_ports_is_named() -> None:
    b = blueprint(tenant("a"), tenant("b"), tenant("c"), tenant("tiny", services=1), pool=(31010, 31024))
    found = allocate(b, NO_LOCK)
    assert [d.message.split("`")[1] for d in found.diagnostics] == ["b", "c"]
    assert found.sessions["tiny"] == Ports(31021, 31022), "who fits is served"
    assert "2 are free, the largest gap has 2" in found.diagnostics[0].message


def test_outgrown_names_the_free_intervals_and_the_command() -> None:
    text = "ports:\n  acme: {startingPort: 31010, maxServices: 10}\n  beta: {startingPort: 31021, maxServices: 10}\n"
    lock, b = lock_of(text), blueprint(tenant("acme", services=20), tenant("beta"))
    found = only(allocate(b, lock))
    assert found.code == "lock/outgrown"
    assert found.message == "`acme` wants 20 services, and the lock holds ports for 10"
    assert found.help == "run `mtc lock --reallocate acme` to move it; free: 31032-32767"
    assert under(b, found.primary.span) == "20"
    assert at(lock, found.related[0].span)[1].startswith("acme")
    moved = allocate(b, reallocate(b, lock, "acme"))
    assert moved.sessions == {"acme": Ports(31032, 31052), "beta": Ports(31021, 31031)}
    assert moved.lock.ports["acme"] == Lease(31032, 20)


def test_a_tenant_that_comes_back_larger_has_outgrown_its_released_lease() -> None:
    lock = lock_of("released:\n  acme: {startingPort: 31010, maxServices: 10}\n")
    b = blueprint(tenant("acme", services=20))
    found = only(allocate(b, lock))
    assert (found.code, found.help) == (
        "lock/outgrown",
        "run `mtc lock --reallocate acme` to move it; free: 31010-32767",
    )
    assert at(lock, found.related[0].span)[1].startswith("acme")
    assert firsts(allocate(b, reallocate(b, lock, "acme"))) == {"acme": 31010}


@pytest.mark.parametrize("section", ["ports", "released"])
def test_a_pin_against_the_lock(section: str) -> None:
    lock = lock_of(f"{section}:\n  acme: {{startingPort: 31021, maxServices: 10}}\n")
    b = blueprint(tenant("acme", pin=31100))
    found = only(allocate(b, lock))
    assert found.code == "lock/contradicts-pin"
    assert found.message == "`acme` is pinned to 31100, and the lock holds 31021 for it"
    assert found.help == "run `mtc lock --reallocate acme` to follow the pin, or pin it to 31021"
    assert under(b, found.primary.span) == "31100"
    assert at(lock, found.related[0].span)[1].startswith("acme")
    followed = allocate(b, reallocate(b, lock, "acme"))
    assert firsts(followed) == {"acme": 31100}
    assert followed.lock == NO_LOCK
    assert firsts(allocate(blueprint(tenant("acme", pin=31021)), lock)) == {"acme": 31021}


def test_reallocating_touches_nobody_else() -> None:
    lock = Lock({"a": Lease(31010, 10), "b": Lease(31021, 10)}, {"c": Lease(31032, 10)})
    b = blueprint(tenant("a"))
    assert reallocate(b, lock, "b") == Lock({"a": Lease(31010, 10)}, {"c": Lease(31032, 10)})
    assert reallocate(b, lock, "c") == Lock(lock.ports, {})
    assert reallocate(b, lock, "nobody") == lock
