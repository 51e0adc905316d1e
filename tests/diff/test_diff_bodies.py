"""The places where two bodies differ."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mtc.diff.bodies import edits_of, place
from mtc.diff.objects import Object
from mtc.model.document import Identity
from mtc.model.review import Edit


def of(body: Any, kind: str = "Thing") -> Object:
    return Object("x.yaml", body, Identity("", kind, "ns", "x"), None)


def told(base: Any, head: Any, kind: str = "Thing") -> list[tuple[str, str, str | None, str | None]]:
    return [
        (edit.path, edit.kind, edit.before, edit.after) for edit in edits_of(of(base, kind), of(head, kind))
    ]


def test_fields() -> None:
    assert told({"a": 1, "b": {"c": 2}, "d": 3}, {"a": 1, "b": {"c": 4}, "e": 5}) == [
        ("b.c", "changed", "2", "4"),
        ("e", "added", None, "5"),
        ("d", "removed", "3", None),
    ]


def test_types_are_told_apart() -> None:
    assert told({"a": 1}, {"a": True}) == [("a", "changed", "1", "true")]
    assert told({"a": "1"}, {"a": 1}) == [("a", "changed", "1", "1")]
    assert told({"a": None}, {}) == [("a", "removed", "null", None)]


def test_named_things_are_matched_by_name() -> None:
    base = {"env": [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]}
    head = {"env": [{"name": "b", "value": "3"}, {"name": "c", "value": "4"}]}
    assert told(base, head) == [
        ("env.b", "changed", "2", "3"),
        ("env.c", "added", None, "4"),
        ("env.a", "removed", "1", None),
    ]


def test_a_pure_reorder_is_said_as_that() -> None:
    assert told({"l": ["a", "b"]}, {"l": ["b", "a"]}) == [("l", "reordered", None, None)]
    named = [{"name": "a", "x": 1}, {"name": "b", "x": 2}]
    assert told({"l": named}, {"l": named[::-1]}) == [("l", "reordered", None, None)]
    nameless = [{"x": 1}, {"x": 2}]
    assert told({"l": nameless}, {"l": nameless[::-1]}) == [("l", "reordered", None, None)]


def test_lists_of_plain_things_tell_what_came_and_went() -> None:
    assert told({"l": ["a", "b", "b"]}, {"l": ["b", "c", "a"]}) == [
        ("l", "added", None, "c"),
        ("l", "removed", "b", None),
    ]


def test_nameless_maps_are_paired_by_what_is_alike() -> None:
    rule = {"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}], "ports": [{"port": 80}, {"port": 443}]}
    other = {"from": [{"podSelector": {}}]}
    changed = {"from": [{"ipBlock": {"cidr": "10.0.0.0/9"}}], "ports": [{"port": 80}, {"port": 443}]}
    found = told({"ingress": [rule, other]}, {"ingress": [other, changed]})
    assert [(kind, before, after) for _, kind, before, after in found] == [
        ("changed", "10.0.0.0/8", "10.0.0.0/9")
    ]
    assert found[0][0].endswith("ipBlock.cidr")


def test_texts_are_compared_line_by_line() -> None:
    base, head = {"data": {"run.sh": "one\ntwo\nthree\n"}}, {"data": {"run.sh": "one\n2\nthree\n"}}
    (edit,) = edits_of(of(base, "ConfigMap"), of(head, "ConfigMap"))
    assert edit == Edit("data[run.sh]", "text", lines=("@@ -1,3 +1,3 @@", " one", "-two", "+2", " three"))


def test_a_secret_s_data_is_compared_and_not_shown() -> None:
    (edit,) = edits_of(of({"data": {"a": "eA=="}}, "Secret"), of({"data": {"a": "eQ=="}}, "Secret"))
    assert edit == Edit("data.a", "changed", hidden=True)


def test_places() -> None:
    assert place(("a", "b.c", "[0]", "d", "e/f")) == "a[b.c][0].d[e/f]"


values = st.recursive(
    st.one_of(st.integers(0, 3), st.booleans(), st.none(), st.sampled_from(("", "a", "b", "c\nd"))),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(("name", "a", "b", "x.json")), inner, max_size=3),
    ),
    max_leaves=8,
)
bodies = st.dictionaries(st.sampled_from(("spec", "data", "name")), values, max_size=3)


@settings(max_examples=150, deadline=None)
@given(bodies, bodies)
def test_equal_bodies_have_no_edits_and_others_have_some(base: Any, head: Any) -> None:
    assert edits_of(of(base), of(base)) == ()
    edits = edits_of(of(base), of(head))
    back = edits_of(of(head), of(base))
    assert bool(edits) == bool(back)
    if repr(base) != repr(head) and not edits:
        assert base == head  # only the order of a map's fields differs
