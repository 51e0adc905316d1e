"""What changed between two rendered trees, in three layers: intent, risk, objects.

Every text in here may be shown: whatever bears a secret was withheld when the edit was made.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from mtc.model.record import Record

ChangeKind: TypeAlias = Literal["added", "removed", "changed", "formatting"]
EditKind: TypeAlias = Literal["added", "removed", "changed", "reordered", "text"]
RiskClass: TypeAlias = Literal["data-loss", "isolation", "privilege", "disruption", "capacity"]
RISK_CLASSES: tuple[RiskClass, ...] = get_args(RiskClass)  # the worst first


class Edit(Record, frozen=True):
    """One place of an object that changed.

    `path` is the place, `a.b[name].c`. `before` and `after` are short texts, None where there was or is
    nothing; of an edit of kind `text` they are empty and `lines` is its unified difference. `hidden`: the
    values bear a secret, and are not here. `cause`: this follows from another object, which is named.
    """

    path: str
    kind: EditKind
    before: str | None = None
    after: str | None = None
    lines: tuple[str, ...] = ()
    hidden: bool = False
    cause: str = ""


class Change(Record, frozen=True):
    """One object that differs. `file` is where it lies in the head's tree, or lay in the base's.

    `routine`: nobody is affected: comments, the order of things, annotations, what is generated.
    """

    kind: str
    namespace: str
    name: str
    change: ChangeKind
    file: str
    tenant: str | None = None
    edits: tuple[Edit, ...] = ()
    routine: bool = False

    @property
    def title(self) -> str:
        """`Kind namespace/name`."""
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


class Intent(Record, frozen=True, order=True):
    """One line of what the change means: `tenant` None is the platform. `code` is noun/added|removed|…"""

    code: str
    tenant: str | None
    message: str


class Risk(Record, frozen=True):
    """One reason to look twice. `files` are those to look at; `reach` says who else is affected."""

    risk_class: RiskClass
    code: str
    tenant: str | None
    message: str
    reason: str = ""
    reach: str = ""
    files: tuple[str, ...] = ()


class Review(Record, frozen=True):
    """The whole comparison. `base` and `head` are how the sides were named; `notes` what a reader must know
    of how they were read. `tenants` are those that something changed for, in order; `population` is how many
    tenants either side has."""

    base: str
    head: str
    intents: tuple[Intent, ...] = ()
    risks: tuple[Risk, ...] = ()
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    population: int = 0

    @property
    def empty(self) -> bool:
        """True where the two trees are the same."""
        return not self.changes
