"""Reviews in every format: nothing of the author's acts in them, and Markdown keeps its limit and its promises."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from review_samples import hostile, reviews

from mtc.model.review import Change, Edit, Intent, Review, Risk
from mtc.report.review_markdown import MARKER, render_markdown
from mtc.report.reviews import REVIEW_FORMATS, render_review

SLOW = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# HTML that we write ourselves, as whole tokens of it.
OURS = {MARKER, "<details>", "<summary>", "</summary>", "</details>", "<code>", "</code>"}


def html_of(text: str) -> list[str]:
    """Every piece of raw HTML that a reader of Markdown finds."""
    found = []
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type == "html_block":
            found += re.findall(r"<!--.*?-->|<[^>]*>", token.content, re.S)
        found += [child.content for child in token.children or () if child.type == "html_inline"]
    return found


def links_of(text: str) -> list[str]:
    return [
        str(child.attrs.get("href") or child.attrs.get("src"))
        for token in MarkdownIt("commonmark").parse(text)
        for child in token.children or ()
        if child.type in ("link_open", "image")
    ]


@SLOW
@given(reviews(), st.integers(2_000, 70_000))
def test_markdown_is_never_over_its_limit_and_its_fences_close(review: Review, limit: int) -> None:
    text = render_markdown(review, limit)
    assert len(text.encode()) <= limit
    assert text.startswith(MARKER)
    tags = html_of(text)
    assert tags.count("<details>") == tags.count("</details>")
    for token in MarkdownIt("commonmark").parse(text):
        if token.type == "fence":  # closed by its own line, not by the end of the text
            assert token.map is not None
            closing = text.split("\n")[token.map[1] - 1].strip()
            assert set(closing) == {"`"}, closing


@SLOW
@given(reviews(), st.integers(2_000, 70_000))
def test_every_tenant_and_risk_is_named_before_any_detail(review: Review, limit: int) -> None:
    text = render_markdown(review, limit)
    shown = MarkdownIt("commonmark").render(text)
    if "#### What it means" in text or "<summary>Objects" in text:
        assert f"Tenants with changes ({len(review.tenants):,})" in text or not review.tenants
        for risk in review.risks:
            assert risk.code in shown
    if "Not everything that changed is named here" in text:
        assert "#### What it means" not in text
        assert "<summary>Objects" not in text


@SLOW
@given(reviews())
def test_nothing_of_the_authors_acts_in_markdown(review: Review) -> None:
    text = render_markdown(review, 65_000, "https://example.com/tree/")
    assert set(html_of(text)) <= OURS
    assert all(link.startswith("https://example.com/tree/") for link in links_of(text))
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2028\u2029]", text)


@SLOW
@given(reviews())
def test_nothing_steers_a_terminal_or_a_runner(review: Review) -> None:
    text = render_review(review, "text")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2028\u2029]", text)
    for line in render_review(review, "github").splitlines():
        assert re.match(r"::(?:error|warning|notice) [^\n]*::", line)
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2028\u2029]", line)
    json.loads(render_review(review, "json"))


def big(tenants: int, edits: int = 3) -> Review:
    """Every tenant with a change of its own, a risk, and a line."""
    names = tuple(f"tenant-{number:05d}" for number in range(tenants))
    return Review(
        "base",
        "head",
        tuple(Intent("quota/changed", name, f"quota `pods` 1 → {number}") for number, name in enumerate(names)),
        tuple(Risk("capacity", "capacity/quota", name, f"quota `pods`: 1 → {n}") for n, name in enumerate(names)),
        tuple(
            Change("HelmRelease", "control", f"{name}-agent", "changed", f"tenants/{name}/agent.yaml", name,
                   tuple(Edit(f"spec.{place}", "changed", "1", str(number)) for place in range(edits)))
            for number, name in enumerate(names)
        ),
        (),
        names,
        tenants,
    )  # fmt: skip


@pytest.mark.parametrize("tenants", [1, 30, 200, 1_000])
def test_all_names_fit_for_a_thousand_tenants(tenants: int) -> None:
    review = big(tenants)
    text = render_markdown(review)
    assert len(text.encode()) <= 65_000
    for name in review.tenants:
        assert f"`{name}`" in text
    assert "not named" not in text
    assert (tenants > 200) == ("do not fit here" in text or "fit here" in text)


def test_ten_thousand_names_do_not_fit_and_that_is_said() -> None:
    text = render_markdown(big(10_000))
    assert len(text.encode()) <= 65_000
    assert "**Not everything that changed is named here: it does not fit.**" in text
    named = len(re.findall(r"^- `tenant-\d+`$", text, re.M))
    assert f"and {10_000 - named:,} more tenants" in text
    assert named > 2_000


def test_a_review_of_nothing() -> None:
    for format_ in REVIEW_FORMATS:
        text = render_review(Review("a", "b"), format_)
        assert ("no difference" in text) == (format_ in ("text", "markdown", "html")), format_


@settings(deadline=None)
@given(hostile)
def test_the_authors_word_ends_no_code(text: str) -> None:
    from mtc.diff.facts import name

    written = name(text)
    assert written.count("`") == 2
    assert "\n" not in written
