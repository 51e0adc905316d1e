"""The rules of risk, all of them, and how they are asked; each is a function in the module of its class."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mtc.diff import capacity, disruption, isolation, loss, privilege
from mtc.diff.delta import Comparison
from mtc.model.review import RISK_CLASSES, Risk
from mtc.model.rule import RiskRule

RULES: tuple[RiskRule[Comparison], ...] = (
    *loss.RULES,
    *isolation.RULES,
    *privilege.RULES,
    *disruption.RULES,
    *capacity.RULES,
)


def risks(comparison: Comparison) -> tuple[Risk, ...]:
    """Every risk, the worst class first, then by tenant; what is said twice is said once."""
    found: dict[tuple[str, str | None, str], Risk] = {}
    for risk in _found(comparison):
        key = (risk.code, risk.tenant, risk.message)
        known = found.get(key)
        found[key] = risk if known is None else _joined(known, risk)
    return tuple(sorted(found.values(), key=_order))


def _found(comparison: Comparison) -> Iterator[Risk]:
    for rule in RULES:
        yield from rule.find(comparison)


def _joined(first: Risk, second: Risk) -> Risk:
    files = tuple(dict.fromkeys((*first.files, *second.files)))
    return Risk(first.risk_class, first.code, first.tenant, first.message, first.reason, first.reach, files)


def _order(risk: Risk) -> tuple[int, str, str, str]:
    return RISK_CLASSES.index(risk.risk_class), risk.tenant or "", risk.code, risk.message


def worst(found: Iterable[Risk]) -> str | None:
    """The worst class among these; None where there is none."""
    classes = {risk.risk_class for risk in found}
    return next((each for each in RISK_CLASSES if each in classes), None)
