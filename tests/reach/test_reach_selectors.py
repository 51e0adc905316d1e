"""Label selectors, known labels and unknown ones."""

import itertools

import pytest
from hypothesis import given

from mtc.reach import ReachError, Reading
from mtc.reach.selectors import Labels, read_selector
from reach import naive, small


@given(small.selectors, small.labels)
def test_known_labels_are_matched_alike_in_every_reading(raw, labels):
    found = {read_selector(raw, "s").matches(Labels.of(labels), reading) for reading in Reading}
    assert found == {naive.selects(raw, labels)}


@given(small.selectors, small.labels)
def test_unknown_labels_match_surely_or_possibly(raw, labels):
    """MUST: whatever else is on the object; MAY: with some labels more, over all that selectors can tell apart."""
    free = [key for key in small.KEYS if key not in labels]
    answers = set()
    for chosen in itertools.product([None, "1", "2", "fresh"], repeat=len(free)):
        more = {key: value for key, value in zip(free, chosen, strict=True) if value is not None}
        answers.add(naive.selects(raw, {**labels, **more}))
    selector, unsure = read_selector(raw, "s"), Labels.of(labels, more=True)
    assert selector.matches(unsure, Reading.MUST) == (answers == {True})
    assert selector.matches(unsure, Reading.MAY) == (True in answers)
    assert selector.matches(unsure, Reading.BY_ADDRESS) == naive.selects(raw, labels)


def expression(operator, *values):
    return {"matchExpressions": [{"key": "tier", "operator": operator, "values": list(values)}]}


@pytest.mark.parametrize(
    ("raw", "matching", "missing"),
    [
        (expression("In", "a", "b"), [{"tier": "b"}], [{}, {"tier": "c"}]),
        (expression("NotIn", "a", "b"), [{}, {"tier": "c"}, {"other": "a"}], [{"tier": "a"}]),
        (expression("Exists"), [{"tier": ""}], [{}]),
        (expression("DoesNotExist"), [{}, {"other": "a"}], [{"tier": ""}]),
        ({"matchLabels": {"tier": ""}}, [{"tier": ""}], [{}]),
        ({"matchLabels": {"tier": "a"}, **expression("NotIn", "a")}, [], [{}, {"tier": "a"}]),
        ({}, [{}, {"tier": "a"}], []),
        (None, [{}, {"tier": "a"}], []),
    ],
)
def test_each_operator(raw, matching, missing):
    selector = read_selector(raw, "s")
    assert [selector.matches(Labels.of(labels), Reading.MUST) for labels in matching] == [True] * len(matching)
    assert [selector.matches(Labels.of(labels), Reading.MAY) for labels in missing] == [False] * len(missing)


def test_spelling_does_not_matter_and_words_are_those_of_kubectl():
    one = read_selector({"matchLabels": {"b": "2", "a": "1"}}, "s")
    two = read_selector({"matchExpressions": [
        {"key": "b", "operator": "In", "values": ["2", "2"]},
        {"key": "a", "operator": "In", "values": ["1"]},
    ]}, "s")
    assert one == two
    assert str(one) == "a=1, b=2"
    several = [("In", ["x", "w"]), ("NotIn", ["v"]), ("Exists", None), ("DoesNotExist", [])]
    raw = [{"key": "k", "operator": operator, "values": values} for operator, values in several]
    assert str(read_selector({"matchExpressions": raw}, "s")) == "!k, k, k in (w, x), k notin (v)"


def test_an_index_is_offered_the_narrowest_choice():
    wide = {"matchExpressions": [{"key": "a", "operator": "In", "values": ["1", "2"]}]}
    assert read_selector({**wide, "matchLabels": {"b": "3"}}, "s").pinned().key == "b"
    assert read_selector(expression("NotIn", "a"), "s").pinned() is None


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ([], "s must be a mapping, not a list"),
        ({"matchlabels": {}}, "s has an unknown field 'matchlabels'"),
        ({"matchLabels": ["a"]}, "s.matchLabels must be a mapping"),
        ({"matchLabels": {"a": 1}}, r"s.matchLabels\['a'\] must be a string, not a number"),
        ({"matchLabels": {"a": None}}, r"s.matchLabels\['a'\] must be a string, not null"),
        ({"matchLabels": {1: "a"}}, "a key of s.matchLabels must be a string"),
        ({"matchLabels": {"": "a"}}, "a key of s.matchLabels must not be empty"),
        ({"matchExpressions": {}}, "s.matchExpressions must be a list, not a mapping"),
        ({"matchExpressions": ["x"]}, r"s.matchExpressions\[0\] must be a mapping, not a string"),
        ({"matchExpressions": [{"operator": "Exists"}]}, r"\[0\].key must be a string, not null"),
        (expression("in", "a"), "operator 'in' is none of In, NotIn, Exists, DoesNotExist"),
        (expression("In"), "operator In takes at least one value"),
        (expression("Exists", "a"), "operator Exists takes no values"),
        (expression("In", "a", True), "values must be strings"),
        (expression("In", ["a"]), "values must be strings"),
    ],
)
def test_what_is_no_selector_is_refused(raw, fault):
    with pytest.raises(ReachError, match=fault):
        read_selector(raw, "s")
