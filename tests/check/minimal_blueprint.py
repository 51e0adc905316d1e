"""A small blueprint without a diagnostic, and the documented way to merge an example into it."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from mtc.check import apply_allow, check_blueprint
from mtc.load import load_text
from mtc.model.blueprint import Blueprint
from mtc.model.diagnostic import Diagnostic

MINIMAL: dict[str, Any] = {
    "apiVersion": "mtc/v1alpha1",
    "kind": "Blueprint",
    "metadata": {"name": "example"},
    "spec": {
        "domain": "ml.example.com",
        "cluster": {
            "podCidrs": ["10.244.0.0/16"],
            "serviceCidrs": ["10.96.0.0/12"],
            "apiServerCidrs": ["192.0.2.10/32"],
        },
        "isolation": {"profile": "strict"},
        "repositories": {"charts": {"url": "https://charts.example.com"}},
        "server": {"chart": {"repository": "charts", "name": "clearml-enterprise", "version": "7.11.0"}},
        "gpu": {
            "operator": {
                "enabled": True,
                "chart": {"repository": "charts", "name": "gpu-operator", "version": "v24.9.2"},
            },
            "dynamicMig": {
                "enabled": True,
                "chart": {"repository": "charts", "name": "clearml-dynamic-mig-operator", "version": "1.2.0"},
            },
        },
        "tenantDefaults": {
            "agent": {
                "chart": {"repository": "charts", "name": "clearml-enterprise-agent", "version": "4.2.0"}
            },
            "gateway": {"enabled": False},
        },
        "tenants": [{"name": "acme"}],
    },
}


def merged(base: dict[str, Any], layer: dict[str, Any]) -> dict[str, Any]:
    """Maps key by key, lists and scalars whole."""
    result = dict(base)
    for key, value in layer.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else value
    return result


def blueprint_text(fragment: dict[str, Any]) -> str:
    """The blueprint of an example, as JSON, which is YAML."""
    spec = {key: value for key, value in fragment.items() if key != "metadata"}
    whole = merged(deepcopy(MINIMAL), {"metadata": fragment.get("metadata", {}), "spec": spec})
    for tenant in whole["spec"]["tenants"]:
        tenant.setdefault("admin", {"name": "Admin", "email": f"admin@{tenant['name']}.example"})
    return json.dumps(whole, indent=1)


def loaded(text: str) -> Blueprint:
    """The blueprint, which must load without a word."""
    outcome = load_text(text, "blueprint.yaml", files={})
    assert outcome.value is not None, outcome.diagnostics
    assert outcome.diagnostics == ()
    return outcome.value


def said(text: str) -> tuple[Diagnostic, ...]:
    """What checking says, silencing included."""
    b = loaded(text)
    return apply_allow(b, check_blueprint(b))


def said_of(**fragment: Any) -> tuple[Diagnostic, ...]:
    """The same for a fragment of `spec` (or `metadata`)."""
    return said(blueprint_text(fragment))


def codes_of(**fragment: Any) -> set[str]:
    """The codes alone."""
    return {diagnostic.code for diagnostic in said_of(**fragment)}
