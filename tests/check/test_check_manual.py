"""Every rule's manual page: complete, and its two examples are true."""

from __future__ import annotations

import re
from inspect import cleandoc
from typing import Any

import pytest
import yaml
from minimal_blueprint import blueprint_text, said

from mtc.check import ALL_RULES, RULES, codes, explain
from mtc.model.rule import Rule

CODE = re.compile(r"[a-z]+/[a-z0-9]+(-[a-z0-9]+)*\Z")


def example(rule: Rule[Any], section: str) -> dict[str, Any]:
    """The fragment under `Fails:` or `Passes:` of a rule's docstring."""
    match = re.search(rf"^{section}:\n((?:    .*\n|\n)+)", cleandoc(rule.find.__doc__ or "") + "\n", re.M)
    assert match is not None, f"{rule.code} has no example under {section}:"
    fragment = yaml.safe_load(match[1])
    assert isinstance(fragment, dict)
    return fragment


def test_the_minimal_blueprint_gives_nothing() -> None:
    assert said(blueprint_text({})) == ()


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.code)
def test_examples(rule: Rule[Any]) -> None:
    failing = said(blueprint_text(example(rule, "Fails")))
    assert {diagnostic.code for diagnostic in failing} == {rule.code}
    assert said(blueprint_text(example(rule, "Passes"))) == ()
    for diagnostic in failing:
        assert diagnostic.severity == rule.severity
        assert diagnostic.help, "every rule says what to do"


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.code)
def test_style(rule: Rule[Any]) -> None:
    assert CODE.match(rule.code)
    text = cleandoc(rule.find.__doc__ or "")
    summary, _, rest = text.partition("\n\n")
    assert "\n" not in summary
    assert summary.endswith(".")
    assert len(rest.split("Fails:")[0]) > 40, "says why"
    for diagnostic in said(blueprint_text(example(rule, "Fails"))):
        assert (
            diagnostic.message[0].islower()
            or not diagnostic.message[0].isalpha()
            or " " in diagnostic.message
        )
        assert not diagnostic.message.endswith(".")
        assert "\n" not in diagnostic.message


def test_codes_are_one_rule_s_each() -> None:
    listed = [rule.code for rule in ALL_RULES]
    assert len(set(listed)) == len(listed)
    assert len({rule.find for rule in ALL_RULES}) == len(ALL_RULES)


def test_explain_prints_the_page_and_knows_no_other() -> None:
    page = explain("names/duplicate-company")
    assert page is not None
    assert page.startswith("error[names/duplicate-company]\n\nTwo tenants with one company.\n")
    assert "Fails:\n    tenants:\n" in page
    assert page.endswith("\n")
    assert explain("names/nothing") is None
    assert explain("allow/unused") is not None
    assert explain("allow/unused", RULES) is None


def test_codes_lists_every_rule_in_order() -> None:
    listed = codes()
    assert [code for code, _, _ in listed] == sorted(rule.code for rule in ALL_RULES)
    assert (
        "isolation/open-egress",
        "warning",
        "Tenants that reach whatever they like outside their namespace.",
    ) in listed
