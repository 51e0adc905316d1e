"""What a rule found, before it is a diagnostic: routes instead of places, and the tenants it concerns.

A thousand tenants that inherit one agent hold one `Agent` (mtc.model.blueprint), so a rule looks at it once
(`shared`); what it finds was written in one place, and is said once there, with how many it concerns
(`rule`). That keeps the checks linear, and a fault in `tenantDefaults` one diagnostic instead of a thousand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import wraps
from operator import attrgetter
from typing import TypeVar

from mtc.model.blueprint import Blueprint, Tenant
from mtc.model.diagnostic import Diagnostic, Label, Severity
from mtc.model.record import Record
from mtc.model.rule import Rule
from mtc.model.source import Route

T = TypeVar("T")
MOST_SHOWN = 9  # names in a choice: more is a page, not a sentence


class Finding(Record, frozen=True):
    """One fault. `route` is where to change something: its value is shown, or its key with `on_key`.

    `related` are routes and what is to be said there; those that nobody wrote are left out. `tenants` are
    whom an inherited part concerns; the message then ends with their names or number.
    """

    route: Route
    message: str
    help: str
    label: str = ""
    related: tuple[tuple[Route, str], ...] = ()
    tenants: Sequence[Tenant] = ()
    on_key: bool = False


def rule(
    code: str, find: Callable[[Blueprint], Iterable[Finding]], severity: Severity = "error"
) -> Rule[Blueprint]:
    """A rule of this code that says what `find` finds; its manual page is the docstring of `find`."""

    @wraps(find)
    def said(b: Blueprint) -> Iterator[Diagnostic]:
        return _diagnostics(b, code, severity, find(b))

    return Rule(code, severity, said)


def _diagnostics(
    b: Blueprint, code: str, severity: Severity, findings: Iterable[Finding]
) -> Iterator[Diagnostic]:
    """One diagnostic for a place and message, however many tenants inherited it from there."""
    merged: dict[tuple[Route, str], tuple[Finding, list[Tenant]]] = {}
    for finding in findings:
        key = (b.origin(finding.route), finding.message)
        merged.setdefault(key, (finding, []))[1].extend(finding.tenants)
    for (origin, message), (finding, tenants) in merged.items():
        span = b.source.key(origin) if finding.on_key else b.source.value(origin)
        who = f" ({concerned(tenants)})" if tenants else ""
        others = [(b.origin(route), text) for route, text in finding.related]
        related = tuple(
            Label(b.source.value(place), text)
            for place, text in others
            if place and place != origin and b.source.has(place)
        )
        yield Diagnostic(code, message + who, Label(span, finding.label), finding.help, severity, related)


def shared(b: Blueprint, *parts: str) -> list[tuple[Tenant, ...]]:
    """The tenants, grouped by the identity of a part (`agent.values`) or several: a group's first stands for
    all of it. Many rules ask for the same groups, so the blueprint keeps them."""
    if parts not in b.groups:
        groups: defaultdict[object, list[Tenant]] = defaultdict(list)
        part = attrgetter(*parts)
        for tenant in b.tenants:
            found = part(tenant)
            groups[id(found) if len(parts) == 1 else tuple(map(id, found))].append(tenant)
        b.groups[parts] = [tuple(group) for group in groups.values()]
    return b.groups[parts]


def repeated(items: Iterable[tuple[Hashable, T]]) -> Iterator[tuple[T, T]]:
    """(the first, a later one) for every key that comes again."""
    first: dict[Hashable, T] = {}
    for key, item in items:
        known = first.setdefault(key, item)
        if known is not item:
            yield known, item


def concerned(tenants: Sequence[Tenant]) -> str:
    """tenants `acme`, `globex` and 998 others."""
    if len(tenants) == 1:
        return f"tenant `{tenants[0].name}`"
    if len(tenants) <= 3:
        return f"tenants {listed(tenant.name for tenant in tenants)}"
    return f"tenants `{tenants[0].name}`, `{tenants[1].name}` and {len(tenants) - 2:,} others"


def listed(names: Iterable[str], joint: str = "and") -> str:
    """`a`, `b` and `c`; the first nine of more."""
    quoted = [f"`{name}`" for name in names]
    if len(quoted) > MOST_SHOWN:
        return ", ".join(quoted[:MOST_SHOWN]) + ", …"
    return f" {joint} ".join(part for part in (", ".join(quoted[:-1]), "".join(quoted[-1:])) if part)


def counted(number: int, noun: str) -> str:
    """1 tenant; 1,000 tenants."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def dotted(route: Route) -> str:
    """`spec.tenants[3].name`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in route).removeprefix(".")
