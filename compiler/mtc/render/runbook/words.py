"""Lists and ranges, in the words of the runbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mtc.model.blueprint import Ports
from mtc.model.markdown import code
from mtc.model.plan import Plan


def listed(texts: Iterable[str]) -> str:
    """Each as code."""
    return ", ".join(map(code, texts))


def named(tenants: Sequence[str], plan: Plan) -> str:
    """These tenants of the plan."""
    if len(tenants) == len(plan.tenants) > 1:
        return "every tenant"
    return ", ".join(f"`{tenant}`" for tenant in tenants)


def characters(some: Iterable[str]) -> str:
    """What a value may not hold: a character as code, anything longer in words."""
    return ", ".join(code(one) if len(one) == 1 else one for one in some) or "-"


def ranged(ports: Ports | None) -> str:
    """The ports, first to last."""
    return "-" if ports is None else f"{ports.first}-{ports.last}"
