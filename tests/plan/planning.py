"""Plans of small blueprints, for the tests of this room."""

from __future__ import annotations

from typing import Any

from check.minimal_blueprint import blueprint_text
from mtc.load import load_text
from mtc.model.blueprint import Blueprint
from mtc.model.diagnostic import Outcome
from mtc.model.plan import Plan
from mtc.plan import make_plan

REDIS = {"repository": "charts", "name": "redis", "version": "20.1.0"}
BILLING = {
    "enabled": True,
    "chart": {"repository": "charts", "name": "clearml-billing", "version": "1.0.0"},
    "kafka": {"host": "kafka.example.com:9092", "username": "billing"},
    "redis": {"host": "redis.example.com"},
}
CHART = {"repository": "charts", "name": "clearml-enterprise", "version": "7.11.0"}
SUPERVISOR = {"email": "root@example.com"}


def blueprint_of(files: dict[str, bytes] | None = None, **spec: Any) -> Blueprint:
    """The minimal blueprint with these parts of its spec (or metadata), which must load without a word."""
    outcome = load_text(blueprint_text(spec), "blueprint.yaml", files=files or {})
    assert outcome.diagnostics == (), outcome.diagnostics
    assert outcome.value is not None
    return outcome.value


def outcome_of(files: dict[str, bytes] | None = None, **spec: Any) -> Outcome[Plan]:
    """What planning it makes."""
    return make_plan(blueprint_of(files, **spec))


def plan_of(files: dict[str, bytes] | None = None, **spec: Any) -> Plan:
    """Its plan, made without a word."""
    outcome = outcome_of(files, **spec)
    assert outcome.diagnostics == (), outcome.diagnostics
    assert outcome.value is not None
    return outcome.value
