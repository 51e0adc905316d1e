"""A review for reading: what is said of many tenants is said once, with their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mtc.model.review import RISK_CLASSES, Change, Intent, Review, Risk

PLATFORM = "platform"


class Said(NamedTuple):
    """One sentence and those it is about, in order; `risks` are what was said, for a sentence of risk."""

    code: str
    message: str
    tenants: tuple[str, ...]
    files: tuple[str, ...] = ()
    reach: str = ""
    risk_class: str = ""


class Bundle(NamedTuple):
    """Objects that changed in one way: their titles and files, and the first of them."""

    sample: Change
    changes: tuple[Change, ...]


def intents(found: Iterable[Intent]) -> list[Said]:
    """The lines of intent, equal ones together, in the order in which they first come."""
    groups: dict[tuple[str, str], list[str]] = {}
    for each in found:
        groups.setdefault((each.code, each.message), []).append(each.tenant or PLATFORM)
    return [Said(code, message, tuple(tenants)) for (code, message), tenants in groups.items()]


def risks(found: Iterable[Risk]) -> list[Said]:
    """The risks, the worst class first, equal ones together."""
    groups: dict[tuple[str, str, str, str], list[Risk]] = {}
    for each in found:
        groups.setdefault((each.risk_class, each.code, _general(each), each.reach), []).append(each)
    return [
        Said(
            code,
            message if len(group) > 1 else group[0].message,
            tuple(dict.fromkeys(each.tenant or PLATFORM for each in group)),
            tuple(dict.fromkeys(file for each in group for file in each.files)),
            reach,
            risk_class,
        )
        for (risk_class, code, message, reach), group in groups.items()
    ]


def _general(risk: Risk) -> str:
    """The sentence without the tenant's own name in the names of its objects, so that equal ones meet."""
    return risk.message.replace(f"-{risk.tenant}`", "-…`") if risk.tenant else risk.message


def bundles(changes: Iterable[Change]) -> Iterator[Bundle]:
    """The objects, those that changed in one way together; what matters before what is routine."""
    groups: dict[object, list[Change]] = {}
    for change in changes:
        kind_of_name = change.name if change.tenant is None else ""
        key = (change.routine, change.change, change.kind, kind_of_name, change.edits)
        groups.setdefault(key, []).append(change)
    ordered = sorted(groups.values(), key=lambda group: group[0].routine)
    return (Bundle(group[0], tuple(group)) for group in ordered)


def headline(review: Review) -> str:
    """How much changed, in one line."""
    if review.empty:
        return "no difference"
    shown = [change for change in review.changes if change.change != "formatting"]
    counts = [(sum(each.change == kind for each in shown), kind) for kind in ("added", "removed", "changed")]
    objects = (
        ", ".join(f"{count:,} {kind}" for count, kind in counts if count) or "none but in their formatting"
    )
    what = f"{len(review.tenants):,} of {review.population:,} tenants" if review.tenants else "no tenant"
    platform = " and the platform" if any(change.tenant is None for change in shown) else ""
    return f"{what}{platform}; objects: {objects}"


def class_counts(review: Review) -> list[tuple[str, int]]:
    """(class, how many risks) of the classes that there are, the worst first."""
    counts = [(each, sum(risk.risk_class == each for risk in review.risks)) for each in RISK_CLASSES]
    return [(each, count) for each, count in counts if count]


def listed(names: Iterable[str], most: int) -> str:
    """Names in a row, at most so many, the rest counted."""
    every = list(names)
    more = len(every) - most
    return ", ".join(every[:most]) + (f" and {more:,} more" if more > 0 else "")


def code_parts(message: str) -> Iterator[tuple[bool, str]]:
    """(is it the author's, text) of a message whose backticks come in pairs."""
    for number, part in enumerate(message.split("`")):
        if part:
            yield number % 2 == 1, part
