"""render/standin: every field of a tenant's plan is a word or part of its shape; words and marks agree."""

from __future__ import annotations

from mtc.model.plan import TenantPlan
from mtc.model.record import changed
from mtc.render.standin import FIELDS, STANDIN_INDEX, are_plain, describe, mark, odd_words, stand_in
from plan.planning import plan_of

TENANT = {
    "name": "acme",
    "company": "Acme Corporation",
    "login": {"domains": ["acme.example", "acme.test"], "adminEmails": ["a@acme.example"]},
}


def tenant(**more: object) -> TenantPlan:
    return plan_of(tenants=[{**TENANT, **more}]).tenants[0]


def test_every_field_counts() -> None:
    for kind, counted in FIELDS.items():
        assert set(counted) == set(kind.__struct_fields__), kind


def test_the_stand_in_has_the_shape_and_marks_for_words() -> None:
    one = tenant()
    shape, words = describe(one)
    for given in (tuple(map(mark, range(len(words)))), odd_words(len(words))):
        double = stand_in(one, given)
        assert describe(double) == (shape, given)
        assert double.spec.route == ("spec", "tenants", STANDIN_INDEX)
    assert {"acme", "Acme Corporation", "acme.example", "acme.test", "acme-agent"} <= set(words)


def test_what_is_no_word_is_shape() -> None:
    one = tenant()
    shape, words = describe(one)
    assert describe(changed(one, spec=changed(one.spec, company="Other")))[0] == shape
    for other in (
        changed(one, spec=changed(one.spec, protect=not one.spec.protect)),
        changed(one, spec=changed(one.spec, max_users=7)),
        changed(one, spec=changed(one.spec, company_id="d1bd92a3b039400cbafc60a7a5b1e52b")),
        changed(one, spec=changed(one.spec, labels={"team": "red"})),
        changed(one, spec=changed(one.spec, login=changed(one.spec.login, domains=("acme.example",)))),
        changed(one, shard="shard1"),
    ):
        assert describe(other)[0] != shape
    assert len(words) == len(describe(changed(one, shard="shard1"))[1])


def test_plain_words() -> None:
    for word in ("acme", "Acme Corporation", "a@b.example", "http://x:8008", "1e3", "on"):
        assert are_plain((word, "acme")), word
    for word in ("", " a", "a ", "ä", 'a"b', "a\\b", "a$b", "a\nb", "a#b", "a\x85b", "a\u2028b"):
        assert not are_plain(("acme", word)), word


def test_odd_words_are_plain_and_show_whoever_looks_into_them() -> None:
    words = odd_words(30)
    assert are_plain(words)
    assert list(words) == sorted(words, reverse=True)
    assert len({len(word) for word in words}) == 5
    assert all(word != word.lower() for word in words)
