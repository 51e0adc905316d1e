"""Placeholders of the guide that nobody filled in."""

from __future__ import annotations

from collections.abc import Iterator

from mtc.check.text import in_scalar, scan
from mtc.model.blueprint import Blueprint
from mtc.model.diagnostic import Diagnostic, Label
from mtc.model.rule import Rule

# A word with two capitals together: `<BASE_DOMAIN>`, `<allegroaienterprise_DockerHub_TOKEN>`.
PLACEHOLDER = r"<[A-Za-z0-9_]*[A-Z]{2}[A-Za-z0-9_]*>"


def unfilled(b: Blueprint) -> Iterator[Diagnostic]:
    """A placeholder where a value belongs.

    The guide writes `<BASE_DOMAIN>` and the like; Helm and the server take the text, brackets and all.

    Fails:
        server: {sso: {google: {clientId: "<SSO_CLIENT_ID>"}}}

    Passes:
        server: {sso: {google: {clientId: "4711"}}}
    """
    for span in scan(b.source, "<", PLACEHOLDER):
        if in_scalar(b.source, span):
            written = b.source.lines[span.line - 1][span.column - 1 : span.end_column - 1]
            message = f"nobody filled in the placeholder `{written}`"
            yield Diagnostic("placeholders/unfilled", message, Label(span), "write the value")


RULES: tuple[Rule[Blueprint], ...] = (Rule("placeholders/unfilled", "error", unfilled),)
