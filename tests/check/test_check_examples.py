"""The exact warnings of the example blueprints, pinned."""

from __future__ import annotations

from collections import Counter

import pytest
from test_check_corpus import example, example_path

from mtc.check import apply_allow, check_blueprint
from mtc.load import load_blueprint

GUIDE = (
    ("features/inert", "          - experiments"),
    ("features/inert", "          - queues"),
    ("features/not-enabled", "          - sso_management"),
    ("features/not-enabled", "          - resource_policy"),
    ("features/inert", "        features: [applications, experiments, queues, pipelines, reports,"),
    ("features/inert", "        features: [applications, experiments, queues, pipelines, reports,"),
    ("isolation/shared-redis", "  redis:"),
    ("queues/fractional-resource", "    fractionResource: clear.ml/fraction-1"),
    ("isolation/open-egress", "    profile: standard"),
    ("queues/over-geometry", "        gpuFraction: 0.25"),
    ("features/inert", "        enable: [experiments]"),
)

MANY = (
    ("isolation/shared-redis", "    mode: shared"),
    ("isolation/open-egress", "    profile: standard"),
)
MINIMAL = (("isolation/open-egress", "spec:"),)


@pytest.mark.parametrize(
    ("name", "expected"), [("guide", GUIDE), ("current", ()), ("many", MANY), ("minimal", MINIMAL)]
)
def test_warnings(name: str, expected: tuple[tuple[str, str], ...]) -> None:
    lines = example(name).split("\n")
    found = sorted((line, code) for (code, line), count in said(name).items() for _ in range(count))
    assert [code for _, code in found] == [code for code, _ in expected]
    for (line, _), (_, written) in zip(found, expected, strict=True):
        assert lines[line - 1].startswith(written)


def said(name: str) -> Counter[tuple[str, int]]:
    """(code, line) of what is said of an example, which is loaded with the files that it names."""
    outcome = load_blueprint(example_path(name))
    assert outcome.value is not None, outcome.diagnostics
    assert outcome.diagnostics == ()
    diagnostics = apply_allow(outcome.value, check_blueprint(outcome.value))
    return Counter((diagnostic.code, diagnostic.primary.span.line) for diagnostic in diagnostics)
