"""A rule: a code, how bad it is, and its manual page, which is the docstring of its function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from mtc.model.diagnostic import Diagnostic, Severity
from mtc.model.record import Record

if TYPE_CHECKING:
    from mtc.model.review import Risk, RiskClass

Subject = TypeVar("Subject")


class Documented(Protocol):
    """Whatever has a manual page: a rule, or a rule of risk."""

    @property
    def code(self) -> str:
        """The code that `mtc explain` takes."""

    @property
    def severity(self) -> str:
        """How bad it is, or the class of risk."""

    @property
    def manual(self) -> str:
        """The page, indented as it stands in the source."""


class Explained(Protocol):
    """What `mtc explain` has a page of, and a blueprint may silence: a Rule, a Page, or a Note."""

    @property
    def code(self) -> str:
        """noun/kebab-words."""

    @property
    def severity(self) -> Severity:
        """How bad it is, where nobody asks for --strict."""

    @property
    def manual(self) -> str:
        """The manual page, indented as in the source: a line that sums it up, why, examples."""


class Rule(Record, Generic[Subject], frozen=True):
    """One code, one function. `find` yields what it found in its subject (a Blueprint, a Plan, a Tree).

    The docstring of `find` says what the rule refuses, why, and shows an example that fails and one that
    passes; `mtc explain CODE` prints it and a test runs both examples.
    """

    code: str
    severity: Severity
    find: Callable[[Subject], Iterator[Diagnostic]]

    @property
    def manual(self) -> str:
        """The manual page, indented as it stands in the source."""
        return self.find.__doc__ or ""


class Page(Record, frozen=True):
    """The manual page of a fault that a stage meets: `make` words it, and its docstring explains it."""

    code: str
    severity: Severity
    make: Callable[..., Diagnostic]

    @property
    def manual(self) -> str:
        """The manual page, indented as it stands in the source."""
        return self.make.__doc__ or ""


class Note(Record, frozen=True):
    """The manual page of a fault that has no function of its own: of reading a file, of writing a tree."""

    code: str
    manual: str
    severity: Severity = "error"


class RiskRule(Record, Generic[Subject], frozen=True):
    """One code of a review's risks: `find` looks at two trees, and its docstring is the manual page.

    The page says what the rule looks for and why, and shows under `Before:` and `After:` a change that has
    the risk; a test makes that change.
    """

    code: str
    find: Callable[[Subject], Iterator[Risk]]

    @property
    def severity(self) -> RiskClass:
        """The risk's class, which is the first part of its code."""
        found: RiskClass = self.code.partition("/")[0]  # type: ignore[assignment]
        return found

    @property
    def manual(self) -> str:
        """The manual page, indented as it stands in the source."""
        return self.find.__doc__ or ""
