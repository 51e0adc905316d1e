"""Reading the wish and the answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from world import WISH, wish

from mtc.bootstrap import answers
from mtc.bootstrap.faults import Permanent
from mtc.bootstrap.wish import read_wish


def test_a_whole_wish() -> None:
    read = read_wish(json.dumps(wish(login__domains=["B.example", "a.example"], admin__internal=True)))
    assert (read.tenant, read.company, read.company_id, read.users) == ("acme", "Acme", None, 10)
    assert (read.enable, read.exclude) == (("experiments", "reports"), ("app_management",))
    assert (read.admin.email, read.admin.internal, read.admin.rotate) == ("ada@acme.example", True, 0)
    assert read.domains == ("a.example", "b.example")
    assert read.addresses == {"guest@other.example": False, "boss@acme.example": True}
    assert read.access_key_paths == (("clearml", "agentk8sglueKey"), ("clearml", "apiserverKey"))
    assert read.answers == answers.NAMES


def test_what_may_be_left_out() -> None:
    small = {"tenant": "t", "company": {"name": "Cee"}, "admin": {"name": "A", "email": "a@b.example"}}
    read = read_wish(json.dumps(small))
    assert (read.queues, read.addresses, read.users, read.admin.rotate) == ((), {}, None, 0)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"tenant": None}, "wish.tenant is missing or empty"),
        ({"company__name": " "}, "wish.company.name is missing or empty"),
        ({"limits__users": "10"}, "wish.limits.users is not of the type int"),
        ({"limits__users": True}, "wish.limits.users is not of the type int"),
        ({"features__enable": "x"}, "wish.features.enable is not of the type list"),
        ({"features__enable": [1]}, "wish.features.enable is not a list of texts"),
        ({"admin__internal": "true"}, "wish.admin.internal is not of the type bool"),
        ({"admin__id": "u\n1"}, "characters that do not print"),
        ({"admin": []}, "wish.admin is not a JSON object"),
        ({"admin__role": "root"}, "wish.admin has fields that this program does not know: role"),
        ({"querys": []}, "wish has fields that this program does not know: querys"),
        ({"handover__accessKey": ["clearml"]}, "wish.handover.accessKey"),
        ({"answers": {"companyID": ["id"]}}, "wish.answers may have these fields"),
        ({"answers": {"companyId": "id"}}, "wish.answers.companyId is not of the type list"),
    ],
)
def test_a_wish_that_is_wrong_says_where(changes: dict[str, Any], text: str) -> None:
    with pytest.raises(Permanent) as fault:
        read_wish(json.dumps(wish(**changes)))
    assert text in str(fault.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"wish"'])
def test_what_is_no_wish_at_all(text: str) -> None:
    with pytest.raises(Permanent, match=r"^wish is not"):
        read_wish(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["id", "name", "company", "features", "email", "is_admin", "x"]), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=100)
@given(st.sampled_from(sorted(WISH)), json_values)
def test_any_value_anywhere_is_read_or_refused(name: str, value: Any) -> None:
    try:
        read = read_wish(json.dumps({**WISH, name: value}))
    except Permanent as fault:
        assert str(fault).startswith("wish")
    else:
        assert all(isinstance(queue, str) for queue in read.queues)


@settings(max_examples=200)
@given(json_values, st.sampled_from(sorted(answers.NAMES)))
def test_reading_an_answer_never_fails_and_gives_the_promised_types(value: Any, name: str) -> None:
    names = answers.NAMES[name]
    text, table = answers.pick_text(value, names), answers.rows(value, names)
    assert text is None or (isinstance(text, str) and text)
    assert table is None or all(isinstance(row, dict) for row in table)
    listed, emails = answers.texts(value), answers.addresses(value)
    assert listed is None or listed == sorted(set(listed))
    assert emails is None or all(email == email.lower() for email in emails)
    assert isinstance(answers.fields(value), str)


def test_names_are_tried_in_order_and_go_into_objects() -> None:
    answer = {"id": None, "company": {"id": "c"}, "company_id": ""}
    assert answers.pick_text(answer, ("id", "company", "company_id", "company.id")) == "c"
    assert answers.pick_text({"id": 7}, ("id",)) == "7"
    assert answers.pick_text({"id": True}, ("id",)) is None
    assert answers.rows([{"a": 1}, 2], ("x",)) == [{"a": 1}]
    assert answers.rows({"x": {"a": 1}, "y": []}, ("x", "y")) == []
    assert answers.rows({}, ("x",)) is None


def test_lists_come_in_several_shapes() -> None:
    assert answers.texts({"b": True, "a": True, "off": False}) == ["a", "b"]
    assert answers.texts([{"name": "a"}]) is None
    assert answers.addresses(["A@x.example", {"email": "b@x.example", "is_admin": True}, {"other": 1}, 3]) == {
        "a@x.example": None, "b@x.example": True,
    }
    assert answers.addresses("a@x.example") is None


def test_a_message_about_an_answer_shows_names_and_no_values() -> None:
    assert answers.fields({"secret": "hunter2", "a": 1}) == "a, secret"
    assert answers.fields("hunter2") == "none, it is of the type str"
