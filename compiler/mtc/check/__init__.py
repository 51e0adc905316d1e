"""Blueprint → diagnostics: everything that would hurt after the merge, and can be said from the blueprint.

Owns the rules: one function each, its docstring its manual page, listed in its module's `RULES`; the module
is the code's noun. A function yields findings at routes (findings.py makes diagnostics of them), looks at
what tenants share once, and is linear in tenants. Owns silencing too (allow.py), for the warnings of every
stage.

Must not know what the compiler makes of a blueprint: ports, names and Secrets that have to be decided are
plan/'s to judge, what is rendered is verify/'s. In: a Blueprint, which load/ found whole and of the right
types. Out: diagnostics, all of one run, in order.

    check_blueprint(b)                 what the rules find, nothing silenced
    apply_allow(b, diagnostics, …)     once, over the diagnostics of all stages: `mtc/allow` at work
    explain(code), codes(), manuals()  manual pages; pass the rules of other rooms to have theirs too
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mtc.check import (
    access,
    allow,
    applications,
    bootstrap,
    charts,
    config,
    features,
    flux,
    gpu,
    groups,
    hosts,
    isolation,
    names,
    namespaces,
    network,
    placeholders,
    queues,
    quota,
    secrets,
    sessions,
    sso,
    supervisor,
    values,
)
from mtc.check import (
    explain as pages,
)
from mtc.model.blueprint import Blueprint
from mtc.model.diagnostic import Diagnostic, ordered
from mtc.model.rule import Documented, Explained, Rule

__all__ = [
    "ALL_RULES",
    "RULES",
    "apply_allow",
    "check_blueprint",
    "codes",
    "explain",
    "manuals",
]

RULES: tuple[Rule[Blueprint], ...] = (
    *names.RULES,
    *namespaces.RULES,
    *hosts.RULES,
    *features.RULES,
    *groups.RULES,
    *supervisor.RULES,
    *sessions.RULES,
    *sso.RULES,
    *queues.RULES,
    *gpu.RULES,
    *charts.RULES,
    *bootstrap.RULES,
    *values.RULES,
    *config.RULES,
    *secrets.RULES,
    *placeholders.RULES,
    *network.RULES,
    *isolation.RULES,
    *quota.RULES,
    *access.RULES,
    *flux.RULES,
    *applications.RULES,
)
ALL_RULES: tuple[Rule[Any], ...] = (*RULES, *allow.RULES)


def check_blueprint(b: Blueprint) -> tuple[Diagnostic, ...]:
    """Everything the rules find, sorted; silencing is `apply_allow`'s, over all stages at once."""
    return ordered(diagnostic for rule in RULES for diagnostic in rule.find(b))


def apply_allow(
    b: Blueprint, diagnostics: Iterable[Diagnostic], rules: Iterable[Explained] = RULES
) -> tuple[Diagnostic, ...]:
    """The diagnostics of every stage without the warnings that the blueprint silences (allow.py), and with
    what is wrong with its entries: allow/unknown, allow/no-reason, allow/error, allow/unused. `rules` are
    those of all rooms, which tell an unknown code from one that found nothing."""
    return allow.silence(b, diagnostics, rules)


def explain(code: str, rules: Iterable[Documented] = ALL_RULES) -> str | None:
    """The manual page of a code as plain text; None where none of the rules has it."""
    return pages.page(code, rules)


def codes(rules: Iterable[Documented] = ALL_RULES) -> tuple[tuple[str, str, str], ...]:
    """(code, severity, one line) of every rule, by code."""
    return pages.listing(rules)


def manuals(rules: Iterable[Documented] = ALL_RULES) -> dict[str, str]:
    """Every code's manual, without a heading: its first line says what the rule is about."""
    return {rule.code: pages.manual(rule) for rule in rules}
