"""HelmReleases: what is installed, where, as whom, after what."""

from __future__ import annotations

from hashlib import sha256

from mtc.model.blueprint import Blueprint, Chart, Operator, Tenant
from mtc.model.clearml import fullname
from mtc.model.plan import RedisAddress, Release
from mtc.model.source import Route
from mtc.plan import secrets
from mtc.plan.charts import chart_source
from mtc.plan.names import tenant_credentials, tenant_service_account

SERVER = "clearml"
REDIS = "redis"
BILLING = "clearml-billing"
GPU_OPERATOR = "gpu-operator"
DYNAMIC_MIG = "cdmo"
PLATFORM_ACCOUNT = "platform-releases"

# Release names inside a tenant's namespace, as the guide has them; the newer gateway has its own.
AGENT_RELEASE = "clearml-agent"
GATEWAY_RELEASES = {"task-traffic-router": "clearml-ttr", "app-gateway": "clearml-app-gateway"}


def _platform(
    blueprint: Blueprint,
    name: str,
    release_name: str,
    chart: Chart,
    namespace: str,
    origin: Route,
    *,
    depends_on: tuple[str, ...] = (),
    values_from: tuple[str, ...] = (),
    slow: bool = False,
    replaces_crds: bool = False,
) -> Release:
    flux = blueprint.flux
    return Release(
        name=name,
        release_name=release_name,
        prefix=fullname(release_name, chart.name),
        source=chart_source(blueprint, chart),
        namespace=namespace,
        service_account=PLATFORM_ACCOUNT if flux.lockdown else None,
        depends_on=depends_on,
        timeout=flux.platform_timeout if slow else flux.timeout,
        values_from=values_from,
        replaces_crds=replaces_crds,
        tenant=None,
        shard=None,
        origin=origin,
    )


def server(blueprint: Blueprint) -> Release:
    """The ClearML server, after whatever its configuration points at."""
    spec = blueprint.server
    before = [REDIS] if blueprint.redis.enabled and blueprint.redis.mode == "shared" else []
    before += [BILLING] if blueprint.billing.enabled else []
    values_from = (secrets.IMAGES, *((secrets.IDENTITY,) if spec.identity == "secret" else ()))
    return _platform(
        blueprint,
        SERVER,
        spec.release_name,
        spec.chart,
        spec.namespace,
        ("spec", "server", "chart"),
        depends_on=tuple(before),
        values_from=values_from,
        slow=True,
    )


def redis(blueprint: Blueprint) -> Release | None:
    """The shared Redis; None where there is none, or each tenant has its own."""
    spec = blueprint.redis
    if not spec.enabled or spec.mode != "shared" or spec.chart is None:
        return None
    return _platform(
        blueprint, REDIS, spec.release_name, spec.chart, spec.namespace, ("spec", "redis", "chart")
    )


def billing(blueprint: Blueprint) -> Release | None:
    """The billing chart, where it is enabled."""
    spec = blueprint.billing
    if not spec.enabled or spec.chart is None:
        return None
    return _platform(
        blueprint,
        BILLING,
        spec.release_name,
        spec.chart,
        spec.namespace,
        ("spec", "billing", "chart"),
        values_from=(secrets.BILLING_IMAGES,),
    )


def gpu_operator(blueprint: Blueprint) -> Release | None:
    """NVIDIA's operator; its CRDs follow the chart's, which Helm alone would never upgrade."""
    spec = blueprint.gpu.operator
    if not spec.enabled or spec.chart is None:
        return None
    return _operator(blueprint, GPU_OPERATOR, "operator", spec, spec.chart, replaces_crds=True)


def dynamic_mig(blueprint: Blueprint) -> Release | None:
    """ClearML's dynamic MIG operator, after NVIDIA's where the tree installs that."""
    spec = blueprint.gpu.dynamic_mig
    if not spec.enabled or spec.chart is None:
        return None
    before = (GPU_OPERATOR,) if blueprint.gpu.operator.enabled else ()
    return _operator(
        blueprint, DYNAMIC_MIG, "dynamicMig", spec, spec.chart, depends_on=before, values=(secrets.IMAGES,)
    )


def _operator(
    blueprint: Blueprint,
    name: str,
    field: str,
    spec: Operator,
    chart: Chart,
    *,
    depends_on: tuple[str, ...] = (),
    values: tuple[str, ...] = (),
    replaces_crds: bool = False,
) -> Release:
    return _platform(
        blueprint,
        name,
        name,
        chart,
        spec.namespace,
        ("spec", "gpu", field, "chart"),
        depends_on=depends_on,
        values_from=values,
        replaces_crds=replaces_crds,
    )


def tenant_shard(blueprint: Blueprint, tenant: Tenant) -> str | None:
    """The tenant's own choice, or one by a hash of its name that no other tenant's coming can change."""
    shards = blueprint.flux.shards
    if tenant.shard is not None or not shards:
        return tenant.shard
    return shards[int.from_bytes(sha256(tenant.name.encode()).digest()[:8], "big") % len(shards)]


def tenant_release(
    blueprint: Blueprint,
    tenant: Tenant,
    component: str,
    release_name: str,
    chart: Chart,
    values_from: tuple[str, ...],
) -> Release:
    """A release in a tenant's namespace, run as the tenant's account in the control namespace."""
    flux = blueprint.flux
    return Release(
        name=f"{tenant.name}-{component}",
        release_name=release_name,
        prefix=fullname(release_name, chart.name),
        source=chart_source(blueprint, chart),
        namespace=tenant.namespace,
        service_account=tenant_service_account(tenant.name) if flux.impersonate or flux.lockdown else None,
        depends_on=() if component == "redis" else (SERVER,),
        timeout=flux.timeout,
        values_from=values_from,
        replaces_crds=False,
        tenant=tenant.name,
        shard=tenant_shard(blueprint, tenant),
        origin=(*tenant.route, component, "chart"),
    )


def tenant_agent(blueprint: Blueprint, tenant: Tenant) -> Release:
    """The tenant's agent."""
    reads = (secrets.IMAGES, tenant_credentials(tenant.name))
    return tenant_release(blueprint, tenant, "agent", AGENT_RELEASE, tenant.agent.chart, reads)


def tenant_gateway(blueprint: Blueprint, tenant: Tenant) -> Release | None:
    """The tenant's gateway, where it has one."""
    gateway = tenant.gateway
    if not gateway.enabled or gateway.chart is None:
        return None
    reads = (secrets.IMAGES, tenant_credentials(tenant.name))
    name = GATEWAY_RELEASES[gateway.flavor]
    return tenant_release(blueprint, tenant, "gateway", name, gateway.chart, reads)


def tenant_redis(blueprint: Blueprint, tenant: Tenant) -> Release | None:
    """The tenant's own Redis, with `mode: per-tenant`."""
    spec = blueprint.redis
    if not spec.enabled or spec.mode != "per-tenant" or spec.chart is None:
        return None
    return tenant_release(blueprint, tenant, "redis", spec.release_name, spec.chart, ())


def redis_address(blueprint: Blueprint, tenant: Tenant) -> RedisAddress | None:
    """Where the tenant's agent finds Redis: the master's Service of the chart."""
    spec = blueprint.redis
    if not spec.enabled or spec.chart is None:
        return None
    namespace = spec.namespace if spec.mode == "shared" else tenant.namespace
    prefix = fullname(spec.release_name, spec.chart.name)
    return RedisAddress(f"{prefix}-master.{namespace}", 6379, 0, namespace, spec.release_name)
