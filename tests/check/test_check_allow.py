"""Silencing: what it takes away, what it leaves, and where it says what is wrong with it."""

from __future__ import annotations

import pytest
from minimal_blueprint import blueprint_text, loaded

from mtc.check import RULES, apply_allow, check_blueprint
from mtc.model.blueprint import Blueprint
from mtc.model.diagnostic import Diagnostic, Label
from mtc.model.rule import Rule
from mtc.model.source import Span

OPEN = "isolation/open-egress"


def allowing(text: str, **spec: object) -> Blueprint:
    """A blueprint with one warning (isolation/open-egress) and this annotation."""
    return loaded(
        blueprint_text(
            {"isolation": {"profile": "standard"}, "metadata": {"annotations": {"mtc/allow": text}}, **spec}
        )
    )


def elsewhere(code: str, severity: str) -> Diagnostic:
    """What another stage says."""
    return Diagnostic(code, "said elsewhere", Label(Span("tree.yaml", 1, 1, 1, 2)), "", severity)  # type: ignore[arg-type]


def codes(b: Blueprint, *more: Diagnostic, rules: tuple[Rule[Blueprint], ...] = RULES) -> list[str]:
    return [diagnostic.code for diagnostic in apply_allow(b, (*check_blueprint(b), *more), rules)]


def test_without_the_annotation_nothing_changes_but_the_order() -> None:
    b = loaded(blueprint_text({"isolation": {"profile": "standard"}}))
    found = (elsewhere("tree/odd", "warning"), *check_blueprint(b))
    assert [d.code for d in apply_allow(b, found)] == [OPEN, "tree/odd"]


def test_a_warning_of_any_stage_is_silenced() -> None:
    b = allowing(f"{OPEN}: a firewall\ntree/odd: it is odd on purpose")
    assert codes(b, elsewhere("tree/odd", "warning")) == []


def test_every_diagnostic_of_the_code_goes() -> None:
    b = allowing(f"{OPEN}: a firewall\ntree/odd: it is odd on purpose")
    assert codes(b, elsewhere("tree/odd", "warning"), elsewhere("tree/odd", "warning")) == []


def test_an_error_stays_and_the_entry_is_one() -> None:
    b = allowing(f"{OPEN}: a firewall\ntree/broken: never mind")
    assert codes(b, elsewhere("tree/broken", "error")) == ["allow/error", "tree/broken"]


def test_a_code_of_another_room_is_known_by_its_rule() -> None:
    b = allowing(f"{OPEN}: a firewall\ntree/odd: it is odd on purpose")
    rules = (*RULES, Rule("tree/odd", "warning", lambda b: iter(())))
    assert codes(b, rules=rules) == ["allow/unused"]
    assert codes(b) == ["allow/unknown"]


def test_unused_is_not_said_while_later_stages_have_not_run() -> None:
    b = allowing("charts/unpinned: mirrored", tenants=[{"name": "kube-system"}])
    assert codes(b) == ["namespaces/reserved", OPEN] or codes(b) == [OPEN, "namespaces/reserved"]


def test_without_a_reason_nothing_is_silenced() -> None:
    assert sorted(codes(allowing(f"{OPEN}:   "))) == ["allow/no-reason", OPEN]


def test_a_reason_may_hold_colons() -> None:
    assert codes(allowing(f"  {OPEN} :  see https://wiki.example.com: page 4  ")) == []


@pytest.mark.parametrize(
    ("annotation", "place"),
    [
        ('"a/b: why"', (6, 17, 20)),
        ("a/b", (6, 16, 19)),
        ("|\n      isolation/open-egress: why\n      a/b: why", (8, 7, 10)),
        ("|-\n\n      # a/b\n      a/b: why", (9, 7, 10)),
        (">-\n      a/b: why", (7, 7, 10)),
    ],
)
def test_an_entry_is_shown_where_it_stands(annotation: str, place: tuple[int, int, int]) -> None:
    text = (
        "apiVersion: mtc/v1alpha1\nkind: Blueprint\nmetadata:\n  name: x\n  annotations:\n"
        f"    mtc/allow: {annotation}\n"
        "spec:\n  domain: ml.example.com\n  isolation: {profile: standard}\n"
        "  repositories: {charts: {url: 'https://charts.example.com'}}\n"
        "  server: {chart: {repository: charts, name: clearml-enterprise, version: 1.0.0}}\n"
    )
    b = loaded(text)
    unknown = [
        d for d in apply_allow(b, check_blueprint(b)) if d.code == "allow/unknown" and "`a/b`" in d.message
    ]
    line, column, end = place
    assert [d.primary.span for d in unknown] == [Span("blueprint.yaml", line, column, line, end)]
