"""The seeded changes are all found, and nothing that is not there; the figures are printed, and in the docs."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from seeded import ROOT, Seeded, corpus, sides

from mtc.diff import RULES, compare
from mtc.model.review import Review

CORPUS = corpus()


def review(entry: Seeded, folder: Path) -> Review:
    outcome = compare(*sides(entry, folder))
    assert outcome.value is not None, outcome.diagnostics
    return outcome.value


@pytest.fixture(scope="module")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Review]:
    return {entry.id: review(entry, tmp_path_factory.mktemp("seeded")) for entry in CORPUS}


def lines(found: Review, also: list[str]) -> set[str]:
    """The intent, as the corpus writes it, without what it only allows."""
    told = [each for each in found.intents if each.code not in also and not each.code.startswith("flow/")]
    return {f"{each.tenant or 'platform'}: {each.message}" for each in told}


def flows(found: Review) -> set[str]:
    """(opened or closed, tenant) of the flows, as the corpus writes it."""
    told = (each for each in found.intents if each.code.startswith("flow/"))
    return {f"{each.code.removeprefix('flow/')} {each.tenant or 'platform'}" for each in told}


def pairs(found: Review) -> set[str]:
    return {f"{risk.code} {risk.tenant or 'platform'}" for risk in found.risks}


@pytest.mark.parametrize("entry", CORPUS, ids=lambda entry: entry.id)
def test_the_intent_is_told(entry: Seeded, reviews: dict[str, Review]) -> None:
    told = lines(reviews[entry.id], entry.also)
    assert sorted(told) == sorted(set(entry.intent))


@pytest.mark.parametrize("entry", CORPUS, ids=lambda entry: entry.id)
def test_the_risks_are_found(entry: Seeded, reviews: dict[str, Review]) -> None:
    assert sorted(pairs(reviews[entry.id])) == sorted(entry.risks)


@pytest.mark.parametrize("entry", CORPUS, ids=lambda entry: entry.id)
def test_the_flows_are_found(entry: Seeded, reviews: dict[str, Review]) -> None:
    assert sorted(flows(reviews[entry.id])) == sorted(entry.flows)


def test_every_rule_is_seeded_twice() -> None:
    seeded = Counter(code for entry in CORPUS for code in {risk.split()[0] for risk in entry.risks})
    assert {rule.code: seeded[rule.code] for rule in RULES if seeded[rule.code] < 2} == {}
    assert set(seeded) == {rule.code for rule in RULES}
    assert len(CORPUS) >= 60


def figures(reviews: dict[str, Review]) -> str:
    wanted = found = missed = false = 0
    for entry in CORPUS:
        expected = {*entry.risks, *entry.intent, *entry.flows}
        given = {*pairs(reviews[entry.id]), *lines(reviews[entry.id], entry.also), *flows(reviews[entry.id])}
        wanted += len(expected)
        found += len(expected & given)
        missed += len(expected - given)
        false += len(given - expected)
    return f"{len(CORPUS)} changes, {wanted} findings expected: {found} found, {missed} missed, {false} false alarms"


def test_the_figures_are_printed_and_stand_in_the_docs(
    reviews: dict[str, Review], capsys: pytest.CaptureFixture[str]
) -> None:
    said = figures(reviews)
    with capsys.disabled():
        print(f"\nmtc diff: {said}")
    page = (ROOT / "docs" / "diff.md").read_text(encoding="utf-8")
    assert said in re.sub(r"\s+", " ", page)
