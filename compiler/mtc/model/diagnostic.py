"""What the compiler says about a blueprint or a tree: data, with positions, never an exception."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, Literal, TypeAlias, TypeVar

from mtc.model.record import Record, changed
from mtc.model.source import Span

Severity: TypeAlias = Literal["error", "warning"]
T = TypeVar("T")
# Codes at whose places a secret may stand, or a line of a file that is none of the tree's: whoever quotes
# source lines masks what stands there.
SECRET_CODES = frozenset(
    (
        "secrets/plaintext",
        "secrets/looks-secret",
        "values/credential",
        "values/agent-variable",
        "config/credential",
        "config/twice",
        "config/unreadable-value",
        "tree/secret",
        "tree/unreadable",
    )
)


class Label(Record, frozen=True):
    """A place and what is to be said about it there (may be empty)."""

    span: Span
    text: str = ""


class Diagnostic(Record, frozen=True):
    """One fault. `message` stands alone: lower case, no full stop, backticks round the author's words.

    `primary` is where to change something; `related` are the other places that disagree with it;
    `help` is the way out, with the concrete value where one can be computed.
    """

    code: str
    message: str
    primary: Label
    help: str = ""
    severity: Severity = "error"
    related: tuple[Label, ...] = ()

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """File, line, column, code, message: the order in which people read."""
        span = self.primary.span
        return (span.file, span.line, span.column, self.code, self.message)


class Outcome(Record, Generic[T], frozen=True):
    """What a stage made, and what it had to say. `value` is None exactly when an error stopped it."""

    value: T | None
    diagnostics: tuple[Diagnostic, ...] = ()


MANY = 1_000  # faults of one file that are said; who planted a million of them gets no memory for them


def too_many(file: str) -> Diagnostic:
    """faults/too-many: a file has more faults than anybody reads, and its reading ends there."""
    message = f"`{file}` has more than {MANY:,} faults, and the rest is not said"
    return Diagnostic("faults/too-many", message, Label(Span(file, 1, 1, 1, 2)), "mend the first ones")


def ordered(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sorted for people, exact repeats dropped."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=lambda d: d.sort_key))


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """True when a tree must not be written."""
    return any(d.severity == "error" for d in diagnostics)


def warning(diagnostic: Diagnostic) -> Diagnostic:
    """The same, as a warning."""
    return changed(diagnostic, severity="warning")
