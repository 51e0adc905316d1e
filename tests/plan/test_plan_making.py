"""plan/making: every decision in order, and nothing where a decision is wrong."""

from __future__ import annotations

from mtc.model.blueprint import Ports
from mtc.model.lock import Lease
from mtc.plan import make_plan
from plan.planning import blueprint_of, outcome_of, plan_of

OCI = {"charts": {"url": "oci://registry.example.com/charts"}}


def test_the_parts_meet() -> None:
    plan = plan_of(
        tenants=[{"name": "acme", "sessions": {"portMode": True, "maxServices": 4}}, {"name": "beta"}]
    )
    assert [tenant.name for tenant in plan.tenants] == ["acme", "beta"]
    assert plan.tenants[0].session_ports == Ports(30086, 30090)
    assert plan.tenants[1].session_ports is None
    assert plan.lock.ports == {"acme": Lease(30086, 4)}
    assert plan.tenants[0].credentials == "tenant-acme-credentials"
    assert plan.server.api_url == "http://clearml-clearml-enterprise-apiserver.clearml:8008"


def test_a_given_api_url_wins() -> None:
    assert (
        plan_of(bootstrap={"apiUrl": "https://api.example.com"}).server.api_url == "https://api.example.com"
    )


def test_a_port_fault_leaves_no_plan() -> None:
    pinned = {"portMode": True, "startingPort": 31010}
    outcome = outcome_of(tenants=[{"name": "a", "sessions": pinned}, {"name": "b", "sessions": pinned}])
    assert outcome.value is None
    assert [found.code for found in outcome.diagnostics] == ["ports/overlap"]


def test_a_chart_that_tenants_share_is_one_source() -> None:
    plan = plan_of(repositories=OCI, tenants=[{"name": "acme"}, {"name": "beta"}])
    names = [chart.name for chart in plan.charts]
    assert names == sorted(set(names))
    assert "charts-clearml-enterprise-agent-4-2-0" in names
    assert {tenant.agent.source.name for tenant in plan.tenants} <= set(names)


def test_the_same_blueprint_gives_the_same_plan() -> None:
    b = blueprint_of()
    assert make_plan(b) == make_plan(b)
