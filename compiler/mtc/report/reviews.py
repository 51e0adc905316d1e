"""Says a review in one of its formats."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from mtc.model.review import Review

ReviewFormat: TypeAlias = Literal["text", "markdown", "json", "html", "github"]
REVIEW_FORMATS: tuple[ReviewFormat, ...] = get_args(ReviewFormat)


def render_review(
    review: Review,
    format: ReviewFormat,
    *,
    color: bool = False,
    max_bytes: int | None = None,
    links: str = "",
    prefix: str = "",
) -> str:
    """The review, ending in a line feed; empty where `github` has nothing to annotate.

    `color` concerns text, `max_bytes` and `links` (what comes before a file in a link) markdown, `prefix`
    (the tree's folder in the repository, with its `/`) github.
    """
    if format == "json":
        from mtc.report.review_document import render_document  # noqa: PLC0415 - one format a run

        return render_document(review)
    if format == "markdown":
        from mtc.report.review_markdown import DEFAULT_BYTES, render_markdown  # noqa: PLC0415

        return render_markdown(review, max_bytes or DEFAULT_BYTES, links)
    if format == "html":
        from mtc.report.review_page import render_page  # noqa: PLC0415

        return render_page(review)
    if format == "github":
        from mtc.report.review_github import render_annotations  # noqa: PLC0415

        return render_annotations(review, prefix)
    from mtc.report.review_text import render_text  # noqa: PLC0415

    return render_text(review, color=color)
