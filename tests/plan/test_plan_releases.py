"""plan/releases: what is installed, where, as whom, after what."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtc.plan.releases import tenant_shard
from plan.planning import BILLING, REDIS, blueprint_of, plan_of

GATEWAY = {
    "enabled": True,
    "host": "acme.ml.example.com",
    "chart": {"repository": "charts", "name": "router", "version": "1.0.0"},
}


def releases_of(**spec: Any) -> dict[str, Any]:
    """Every release of the plan by its name."""
    plan = plan_of(**spec)
    return {
        one.name: one
        for one in (*plan.platform_releases, *(one for tenant in plan.tenants for one in tenant.releases))
    }


def test_names_namespaces_and_order() -> None:
    found = releases_of(redis={"enabled": True, "mode": "shared", "chart": REDIS}, billing=BILLING)
    assert list(found) == ["redis", "clearml-billing", "clearml", "gpu-operator", "cdmo", "acme-agent"]
    assert {name: one.depends_on for name, one in found.items()} == {
        "redis": (),
        "clearml-billing": (),
        "clearml": ("redis", "clearml-billing"),
        "gpu-operator": (),
        "cdmo": ("gpu-operator",),
        "acme-agent": ("clearml",),
    }
    assert found["acme-agent"].namespace == plan_of().tenants[0].namespace.name
    assert found["acme-agent"].release_name == "clearml-agent"
    assert found["acme-agent"].prefix == "clearml-agent-clearml-enterprise-agent"
    assert [name for name, one in found.items() if one.replaces_crds] == ["gpu-operator"]


def test_what_a_release_reads() -> None:
    found = releases_of(billing=BILLING)
    assert {name: one.values_from for name, one in found.items()} == {
        "clearml-billing": ("billing-image-credentials",),
        "clearml": ("image-credentials", "server-identity"),
        "gpu-operator": (),
        "cdmo": ("image-credentials",),
        "acme-agent": ("image-credentials", "tenant-acme-credentials"),
    }


def test_a_redis_for_each_tenant_waits_for_nobody() -> None:
    plan = plan_of(redis={"enabled": True, "mode": "per-tenant", "chart": REDIS})
    assert plan.redis is None
    (tenant,) = plan.tenants
    assert [one.name for one in tenant.releases] == ["acme-redis", "acme-agent"]
    assert tenant.redis_release is not None
    assert tenant.redis_release.depends_on == ()
    assert plan.server.release.depends_on == ()
    assert tenant.redis is not None
    assert tenant.redis.host == f"redis-master.{tenant.namespace.name}"


def test_dynamic_mig_alone_waits_for_nobody() -> None:
    assert releases_of(gpu={"operator": {"enabled": False}})["cdmo"].depends_on == ()


@pytest.mark.parametrize(
    ("flavor", "release"), [("task-traffic-router", "clearml-ttr"), ("app-gateway", "clearml-app-gateway")]
)
def test_a_gateway_by_its_flavor(flavor: str, release: str) -> None:
    found = releases_of(tenants=[{"name": "acme", "gateway": {**GATEWAY, "flavor": flavor}}])["acme-gateway"]
    assert (found.release_name, found.depends_on, found.tenant) == (release, ("clearml",), "acme")


def test_a_suspended_tenant_runs_nothing() -> None:
    (tenant,) = plan_of(tenants=[{"name": "acme", "suspended": True}]).tenants
    assert tenant.releases == ()
    assert tenant.agent.name == "acme-agent", "it is still planned, so that resuming changes nothing else"


@pytest.mark.parametrize(
    ("flux", "tenant", "platform"),
    [
        ({}, "tenant-acme", None),
        ({"impersonate": False}, None, None),
        ({"lockdown": True}, "tenant-acme", "platform-releases"),
        ({"lockdown": True, "impersonate": False}, "tenant-acme", "platform-releases"),
    ],
)
def test_as_whom(flux: dict[str, Any], tenant: str | None, platform: str | None) -> None:
    plan = plan_of(flux=flux)
    assert plan.tenants[0].agent.service_account == tenant
    assert {one.service_account for one in plan.platform_releases} == {platform}


def test_timeouts() -> None:
    found = releases_of(flux={"timeout": "7m", "platformTimeout": "33m"})
    assert {name: one.timeout for name, one in found.items()} == {
        "clearml": "33m",
        "gpu-operator": "7m",
        "cdmo": "7m",
        "acme-agent": "7m",
    }


def shards(names: list[str], keys: list[str], **more: Any) -> dict[str, str | None]:
    b = blueprint_of(flux={"shards": keys}, tenants=[{"name": name, **more} for name in names])
    return {tenant.name: tenant_shard(b, tenant) for tenant in b.tenants}


def test_a_shard_is_one_of_them_for_ever() -> None:
    assert shards(["acme", "beta", "globex", "initech"], ["s1", "s2", "s3"]) == {
        "acme": "s1",
        "beta": "s1",
        "globex": "s2",
        "initech": "s2",
    }
    assert shards(["acme"], []) == {"acme": None}
    assert shards(["acme"], ["s1", "s2"], shard="s2") == {"acme": "s2"}


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from([f"t{n}" for n in range(20)]), unique=True, min_size=1))
def test_no_other_tenant_moves_a_tenant_between_shards(names: list[str]) -> None:
    whole = shards([f"t{n}" for n in range(20)], ["a", "b", "c"])
    assert shards(names, ["a", "b", "c"]) == {name: whole[name] for name in names}
