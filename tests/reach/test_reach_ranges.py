"""Range sets are sets of numbers."""

from hypothesis import given
from hypothesis import strategies as st

from mtc.reach.ranges import Ranges, atoms

spans = st.tuples(st.integers(0, 30), st.integers(0, 6)).map(lambda pair: (pair[0], pair[0] + pair[1]))
ranges = st.lists(spans, max_size=5).map(Ranges.of)


def numbers(of):
    return {number for first, last in of.spans for number in range(first, last + 1)}


@given(st.lists(spans, max_size=5))
def test_building_keeps_the_numbers_and_nothing_overlaps_or_touches(given_spans):
    built = Ranges.of(given_spans)
    assert numbers(built) == {number for first, last in given_spans for number in range(first, last + 1)}
    assert all(last + 1 < following for (_, last), (following, _) in zip(built.spans, built.spans[1:], strict=False))


@given(ranges, ranges)
def test_set_algebra(one, other):
    assert numbers(one | other) == numbers(one) | numbers(other)
    assert numbers(one & other) == numbers(one) & numbers(other)
    assert numbers(one - other) == numbers(one) - numbers(other)
    assert one.covers(other) == (numbers(one) >= numbers(other))
    assert one.overlaps(other) == bool(numbers(one) & numbers(other))
    assert bool(one) == bool(numbers(one))
    assert (one == other) == (numbers(one) == numbers(other))
    assert [number in one for number in range(40)] == [number in numbers(one) for number in range(40)]


@given(ranges, ranges)
def test_results_are_normal(one, other):
    for result in (one | other, one & other, one - other):
        assert Ranges.of(result.spans) == result


@given(st.lists(ranges, max_size=4))
def test_atoms_are_cut_by_no_set_and_cover_all(sets):
    pieces = atoms(sets)
    assert set().union(*map(numbers, pieces)) == set().union(*map(numbers, sets))
    assert sum(len(numbers(piece)) for piece in pieces) == len(set().union(*map(numbers, sets)))
    assert all(each.covers(piece) or not each.overlaps(piece) for piece in pieces for each in sets)
