"""Small blueprints and their plans, for the runbook."""

from __future__ import annotations

from typing import Any

from mtc.load import load_text
from mtc.model.plan import Plan
from mtc.plan import make_plan
from mtc.yamlio.emit import emit

CHART = {"repository": "charts", "name": "some-chart", "version": "1.0.0"}
ROUTER = {"flavor": "app-gateway", "chart": CHART}


def plan_of(*tenants: dict[str, Any], name: str = "prod", **spec: Any) -> Plan:
    """The plan of a blueprint with these tenants (`name` is enough of one) and parts of `spec`."""
    whole: dict[str, Any] = {
        "apiVersion": "mtc/v1alpha1",
        "kind": "Blueprint",
        "metadata": {"name": name},
        "spec": {
            "domain": "ml.example.com",
            "repositories": {"charts": {"url": "https://charts.example.com"}},
            "server": {"chart": CHART},
            "tenantDefaults": {"agent": {"chart": CHART}, "gateway": ROUTER},
            "tenants": [_tenant(tenant) for tenant in tenants],
        }
        | spec,
    }
    loaded = load_text(emit(whole), "blueprint.yaml", files={})
    assert loaded.value is not None, loaded.diagnostics
    planned = make_plan(loaded.value)
    assert planned.value is not None, planned.diagnostics
    return planned.value


def _tenant(tenant: dict[str, Any]) -> dict[str, Any]:
    name = tenant["name"]
    admin = {"name": "Admin", "email": f"admin@{name}.example.com"}
    return {"admin": admin, "gateway": {"host": f"{name}-apps"}} | tenant
