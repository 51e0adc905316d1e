"""plan/namespaces: the platform's once each and never pruned, and the tenants'."""

from __future__ import annotations

from plan.planning import REDIS, plan_of


def test_the_platforms_namespaces_are_protected() -> None:
    plan = plan_of(redis={"enabled": True, "mode": "shared", "chart": REDIS})
    assert {one.component: one.pod_security for one in plan.namespaces} == {
        "control": "restricted",
        "server": None,
        "redis": "baseline",
        "gpu-operator": "privileged",
        "dynamic-mig": "privileged",
    }
    assert all(one.protect and one.tenant is None for one in plan.namespaces)


def test_a_shared_name_appears_once() -> None:
    plan = plan_of(redis={"enabled": True, "mode": "shared", "chart": REDIS, "namespace": "clearml"})
    names = [one.name for one in plan.namespaces]
    assert len(set(names)) == len(names)
    assert {one.name: one.component for one in plan.namespaces}["clearml"] == "server"


def test_per_tenant_redis_has_no_namespace_of_its_own() -> None:
    plan = plan_of(redis={"enabled": True, "mode": "per-tenant", "chart": REDIS})
    assert "redis" not in [one.component for one in plan.namespaces]


def test_a_tenants_namespace_carries_what_its_author_wants() -> None:
    (tenant,) = plan_of(tenants=[{"name": "acme", "namespace": "team-a", "labels": {"x": "y"}}]).tenants
    space = tenant.namespace
    assert (space.name, space.tenant, space.component) == ("team-a", "acme", "tenant")
    assert dict(space.labels) == {"x": "y"}
