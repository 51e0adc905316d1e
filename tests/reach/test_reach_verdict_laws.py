"""The evaluator against a naive second one, and the laws that its readings keep."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from mtc.reach import Reading, allowed, explain
from mtc.reach.ports import NO_PORT
from mtc.reach.verdict import admitted
from reach import naive, small

PROBES = [*itertools.product((80, 81, 82, 9), ("TCP", "UDP")), (80, "SCTP")]


@settings(max_examples=250, deadline=None)
@given(small.worlds())
def test_every_verdict_is_the_naive_one(given_world):
    world = small.world_of(given_world)
    for (raw_source, source), (raw_target, target) in itertools.product(small.endpoints(given_world), repeat=2):
        if "outside" in raw_source and "outside" in raw_target:
            continue
        for reading, (port, protocol) in itertools.product(Reading, PROBES):
            expected = naive.allowed(given_world, raw_source, raw_target, port, protocol, reading.value)
            got = allowed(world, source, target, port, protocol, reading)
            assert got == expected, (source, target, port, protocol, reading)


@settings(max_examples=150, deadline=None)
@given(small.open_worlds())
def test_must_is_within_by_address_and_that_within_may(drawn):
    pods, world = small.opened(*drawn)
    ends = [*pods, *map(small.outside_of, drawn[0]["others"])]
    for source, target in itertools.product(ends, repeat=2):
        must, plain, may = (
            admitted(world, source, target, reading)
            for reading in (Reading.MUST, Reading.BY_ADDRESS, Reading.MAY)
        )
        assert plain.covers(must)
        assert may.covers(plain)


def completions(labels):
    """Every way to add labels that nobody wrote, as far as selectors over these keys could tell."""
    free = [key for key in small.KEYS if key not in labels]
    for chosen in itertools.product([None, "1", "2", "fresh"], repeat=len(free)):
        yield {**labels, **{key: value for key, value in zip(free, chosen, strict=True) if value is not None}}


@settings(max_examples=80, deadline=None)
@given(small.worlds())
def test_unwritten_labels_are_judged_for_the_worst(given_world):
    """MAY allows what any completion of the labels allows; MUST allows nothing that some completion denies."""
    first, *rest = given_world["pods"]
    hidden = small.pod_of(first, more=True)
    world = small.world_of(given_world, [hidden, *map(small.pod_of, rest)])
    for other in [*map(small.pod_of, rest), *map(small.outside_of, given_world["others"])]:
        for labels in completions(first["labels"]):
            known = small.pod_of({**first, "labels": labels})
            for one, same in (((hidden, other), (known, other)), ((other, hidden), (other, known))):
                assert admitted(world, *one, Reading.MAY).covers(admitted(world, *same, Reading.MAY))
                assert admitted(world, *same, Reading.MUST).covers(admitted(world, *one, Reading.MUST))


@settings(max_examples=80, deadline=None)
@given(small.worlds(), st.randoms(use_true_random=False))
def test_the_order_of_policies_and_rules_is_no_matter(given_world, random):
    shuffled = {**given_world, "policies": random.sample(given_world["policies"], len(given_world["policies"]))}
    one, other = small.world_of(given_world), small.world_of(shuffled)
    for (_, source), (_, target) in itertools.product(small.endpoints(given_world), repeat=2):
        for reading in Reading:
            assert admitted(one, source, target, reading) == admitted(other, source, target, reading)


@settings(max_examples=80, deadline=None)
@given(small.open_worlds())
def test_an_explanation_says_what_the_verdict_says(drawn):
    pods, world = small.opened(*drawn)
    ends = [*pods, *map(small.outside_of, drawn[0]["others"])]
    for source, target, reading in itertools.product(ends, ends, Reading):
        found = explain(world, source, target, 80, "TCP", reading)
        assert found.allowed == allowed(world, source, target, 80, "TCP", reading)
        assert found.allowed == all(side.allowed for side in found.sides)
        assert found.text().startswith(f"{source} to {target}, TCP 80: {'allowed' if found.allowed else 'denied'}")
        for side in found.sides:
            opener = side.exempt or not side.selected_by or side.allowed_by
            together = [note for note in side.rules if "a part only" in note.misses]
            assert bool(opener) == side.allowed or (side.allowed and len(together) > 1)


@settings(max_examples=60, deadline=None)
@given(small.worlds())
def test_a_pod_without_policies_is_open(given_world):
    bare = {**given_world, "policies": []}
    world = small.world_of(bare)
    for (_, source), (_, target) in itertools.product(small.endpoints(bare), repeat=2):
        assert admitted(world, source, target, Reading.MUST) != NO_PORT
