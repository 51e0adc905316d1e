"""The manual page of a rule, and the list of all.

A page is the docstring of the rule's function: what the rule refuses; why; and, under `Fails:` and
`Passes:`, an example of each. An example is a fragment of `spec`, merged into a small blueprint that gives
no diagnostics (one tenant, strict isolation, dynamic MIG, a repository `charts`, no gateways): maps key by
key, lists whole, `metadata` at the root; a tenant without an `admin` gets one. The tests run every example.
An example of what is wrong with YAML is text, and stands in `spec` as it is; where a fault needs more than a
blueprint its example is a sentence, and the tests run its cases.
"""

from __future__ import annotations

from collections.abc import Iterable

from mtc.model.rule import Documented


def page(code: str, rules: Iterable[Documented]) -> str | None:
    """The manual page of a code, ending in a line feed; None where no rule has it."""
    for rule in rules:
        if rule.code == code:
            return f"{rule.severity}[{code}]\n\n{manual(rule)}\n"
    return None


def listing(rules: Iterable[Documented]) -> tuple[tuple[str, str, str], ...]:
    """(code, severity, one line) of every rule, by code."""
    return tuple(sorted((rule.code, rule.severity, manual(rule).split("\n", 1)[0]) for rule in rules))


def manual(rule: Documented) -> str:
    """A rule's docstring, its indentation taken off."""
    from inspect import cleandoc  # noqa: PLC0415 - 10 ms, for those who ask

    return cleandoc(rule.manual)
