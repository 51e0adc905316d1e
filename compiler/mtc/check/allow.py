"""Warnings that a blueprint silences, with a reason: `metadata.annotations["mtc/allow"]`.

One entry a line, `code: reason`. An error cannot be silenced. What is wrong with an entry is a diagnostic
itself, by rules over what was allowed and what was found (`Allowance`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mtc.model.blueprint import Blueprint
from mtc.model.diagnostic import Diagnostic, Label, Severity, has_errors, ordered
from mtc.model.record import Record
from mtc.model.rule import Explained, Rule
from mtc.model.source import Route, Span
from mtc.model.spelling import nearest

ANNOTATION = "mtc/allow"
ROUTE: Route = ("metadata", "annotations", ANNOTATION)


class Entry(Record, frozen=True):
    """One line: a code and why it is silenced there, and where it stands."""

    code: str
    reason: str
    span: Span


class Allowance(Record, frozen=True):
    """What the author allowed, what there is to allow (code to severity), and what was found."""

    entries: tuple[Entry, ...]
    known: dict[str, Severity]
    found: tuple[Diagnostic, ...]


def unknown(allowance: Allowance) -> Iterator[Diagnostic]:
    """A silenced code that no rule has.

    What it was to silence is still said, or will be.

    Fails:
        metadata: {annotations: {mtc/allow: "chart/unpinned: the mirror pins it"}}

    Passes:
        isolation: {profile: standard}
        metadata: {annotations: {mtc/allow: "isolation/open-egress: the firewall outside does it"}}
    """
    for entry in allowance.entries:
        if entry.code not in allowance.known:
            guess = nearest(entry.code, allowance.known)
            way_out = f"did you mean `{guess}`?" if guess else "`mtc explain` lists the codes"
            yield Diagnostic(
                "allow/unknown", f"no rule has the code `{entry.code}`", Label(entry.span), way_out
            )


def no_reason(allowance: Allowance) -> Iterator[Diagnostic]:
    """A warning that is silenced without a reason.

    Who reads the blueprint next must know whether the reason still holds.

    Fails:
        isolation: {profile: strict}
        metadata: {annotations: {mtc/allow: "isolation/open-egress"}}

    Passes:
        isolation: {profile: standard}
        metadata: {annotations: {mtc/allow: "isolation/open-egress: the firewall outside does it"}}
    """
    for entry in allowance.entries:
        if not entry.reason:
            message = f"`{entry.code}` is silenced without a reason"
            way_out = f"write it behind the code: `{entry.code}: …`"
            yield Diagnostic("allow/no-reason", message, Label(entry.span), way_out)


def error(allowance: Allowance) -> Iterator[Diagnostic]:
    """An error that is to be silenced.

    A warning is about a choice; an error is about what cannot work, or may not be.

    Fails:
        metadata: {annotations: {mtc/allow: "names/duplicate-company: they merge next year"}}

    Passes:
        isolation: {profile: standard}
        metadata: {annotations: {mtc/allow: "isolation/open-egress: the firewall outside does it"}}
    """
    for entry in allowance.entries:
        if allowance.known.get(entry.code) == "error":
            message = f"`{entry.code}` is an error, and only warnings can be silenced"
            yield Diagnostic(
                "allow/error", message, Label(entry.span), "mend what it says, and take this out"
            )


def unused(allowance: Allowance) -> Iterator[Diagnostic]:
    """A silenced warning that nothing gives.

    It would hide the next one. While there are errors this is not said, because later stages, whose
    warnings it may be about, have not run.

    Fails:
        isolation: {profile: strict}
        metadata: {annotations: {mtc/allow: "isolation/open-egress: the firewall outside does it"}}

    Passes:
        isolation: {profile: standard}
        metadata: {annotations: {mtc/allow: "isolation/open-egress: the firewall outside does it"}}
    """
    if has_errors(allowance.found):
        return
    given = {diagnostic.code for diagnostic in allowance.found}
    for entry in allowance.entries:
        if allowance.known.get(entry.code) == "warning" and entry.reason and entry.code not in given:
            message = f"nothing gives the warning `{entry.code}` any more"
            yield Diagnostic("allow/unused", message, Label(entry.span), "take it out", "warning")


RULES: tuple[Rule[Allowance], ...] = (
    Rule("allow/unknown", "error", unknown),
    Rule("allow/no-reason", "error", no_reason),
    Rule("allow/error", "error", error),
    Rule("allow/unused", "warning", unused),
)


def silence(
    b: Blueprint, diagnostics: Iterable[Diagnostic], rules: Iterable[Explained]
) -> tuple[Diagnostic, ...]:
    """The diagnostics without the warnings that the blueprint silences, and with what is wrong with its
    entries, in order. `rules` are all there are, of every room; a code that was found counts as known."""
    found = tuple(diagnostics)
    entries = tuple(_entries(b))
    if not entries:
        return ordered(found)
    known: dict[str, Severity] = {rule.code: rule.severity for rule in (*rules, *RULES)}
    for diagnostic in found:
        known.setdefault(diagnostic.code, diagnostic.severity)
    silenced = {entry.code for entry in entries if entry.reason}
    kept = [found_ for found_ in found if found_.severity == "error" or found_.code not in silenced]
    allowance = Allowance(entries, known, found)
    return ordered([*kept, *(said for rule in RULES for said in rule.find(allowance))])


def _entries(b: Blueprint) -> Iterator[Entry]:
    """The annotation's lines, each with its place: where its code stands, from the last place on."""
    steps = list(b.source.walk(ROUTE))
    if len(steps) != len(ROUTE) + 1:
        return
    node = steps[-1][1]
    line, column = node.line, node.column
    for text in b.annotations[ANNOTATION].splitlines():
        code, _, reason = (part.strip() for part in text.partition(":"))
        if not code:
            continue
        span = b.source.value(ROUTE)
        for number in range(line, min(node.end_line + 1, len(b.source.lines))):
            start = b.source.lines[number].find(code, column if number == line else 0)
            if start >= 0:
                line, column = number, start + len(code)
                span = Span(b.source.name, number + 1, start + 1, number + 1, column + 1)
                break
        yield Entry(code, reason, span)
