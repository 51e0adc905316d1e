"""verify/holes: what a schema says of one text is what judging the whole body says of it."""

from __future__ import annotations

import pytest

from mtc.verify.holes import Undecided, rules_at

RELEASE = "flux/helmrelease-helm-v2.json#"


def test_the_rules_of_a_name() -> None:
    rules = rules_at("kubernetes/configmap-v1.json#", ("metadata", "name"))
    assert rules
    assert all(rule.startswith("kubernetes/") and "#/" in rule for rule in rules)


def test_free_text_has_no_rule() -> None:
    assert rules_at(RELEASE, ("spec", "values", "clearml", "host")) == ()


def test_a_condition_on_another_field_asks_always() -> None:
    assert rules_at("kubernetes/rolebinding-rbac-v1.json#", ("subjects", 0, "name"))


@pytest.mark.parametrize(
    ("uri", "route"),
    [
        ("kubernetes/rolebinding-rbac-v1.json#", ("subjects", 0, "kind")),  # a condition looks at it
        ("kubernetes/networkpolicy-networking-v1.json#", ("spec", "policyTypes", 0)),  # no two may be equal
    ],
)
def test_what_hangs_together_is_undecided(uri: str, route: tuple[str | int, ...]) -> None:
    with pytest.raises(Undecided):
        rules_at(uri, route)
