"""check/charts: what tenants share is judged once, and what each has of its own for each."""

from __future__ import annotations

from minimal_blueprint import said_of

CHART = {"repository": "charts", "name": "clearml-enterprise-app-gateway", "version": "2.0.0"}


def test_a_flavor_of_its_own_beside_a_shared_chart() -> None:
    gateway = {"enabled": True, "flavor": "app-gateway", "chart": CHART}
    tenants = [
        {"name": "acme", "gateway": {"host": "acme"}},
        {"name": "beta", "gateway": {"host": "beta", "flavor": "task-traffic-router"}},
    ]
    said = said_of(tenantDefaults={"gateway": gateway}, tenants=tenants)
    found = [each for each in said if each.code == "charts/flavor"]
    assert len(found) == 1
    assert "`beta`" in found[0].message
