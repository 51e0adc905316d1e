"""`make_plan`: every decision in order."""

from __future__ import annotations

from collections.abc import Iterator

from mtc.model.blueprint import Blueprint, Chart, Queue, Tenant
from mtc.model.clearml import COOKIE_NAME
from mtc.model.diagnostic import Diagnostic, Outcome, has_errors, ordered
from mtc.model.lock import Lock
from mtc.model.plan import Plan, QueuePlan, ServerPlan, TenantPlan
from mtc.model.source import Route
from mtc.plan import releases
from mtc.plan.charts import sources
from mtc.plan.config import server_config
from mtc.plan.extras import Templates
from mtc.plan.gpu import plan_queues
from mtc.plan.names import api_service, tenant_credentials, tenant_service_account
from mtc.plan.namespaces import platform_namespaces, tenant_namespace
from mtc.plan.ports import Allocation, allocate
from mtc.plan.secrets import platform_secrets, tenant_secrets
from mtc.plan.sops import sops_files


def make_plan(blueprint: Blueprint, lock: Lock | None = None, *, sops: bool = True) -> Outcome[Plan]:
    """The plan of a blueprint that load and check passed, and the lock that goes with it (`plan.lock`).

    Without `sops` no encrypted file is asked for: a plan to answer questions with, not to render.
    """
    lock = lock if lock is not None else Lock()
    allocation = allocate(blueprint, lock)
    faults = list(allocation.diagnostics)
    if has_errors(faults):
        return Outcome(None, ordered(faults))
    helm, oci = sources(blueprint, _charts(blueprint))
    secrets = platform_secrets(blueprint, _repositories_in_use(blueprint))
    templates = Templates(blueprint, faults)
    tenants = _Tenants(blueprint, allocation, templates, faults, sops)
    plan = Plan(
        blueprint=blueprint,
        namespaces=platform_namespaces(blueprint),
        repositories=helm,
        charts=oci,
        server=_server(blueprint),
        redis=releases.redis(blueprint),
        billing=releases.billing(blueprint),
        gpu_operator=releases.gpu_operator(blueprint),
        dynamic_mig=releases.dynamic_mig(blueprint),
        tenants=tuple(tenants.plan(tenant) for tenant in blueprint.tenants),
        secrets=secrets,
        lock=allocation.lock,
        sops=sops_files(blueprint, secrets, faults) if sops else (),
        extras=templates.platform(),
    )
    return Outcome(None if has_errors(faults) else plan, ordered(faults))


class _Tenants:
    """Plans tenants one by one; parts that tenants share are planned once."""

    def __init__(
        self,
        blueprint: Blueprint,
        allocation: Allocation,
        templates: Templates,
        faults: list[Diagnostic],
        sops: bool,
    ) -> None:
        self._blueprint = blueprint
        self._sessions = allocation.sessions
        self._templates = templates
        self._faults = faults
        self._sops = sops
        self._queues: dict[int, tuple[QueuePlan, ...]] = {}

    def plan(self, tenant: Tenant) -> TenantPlan:
        blueprint = self._blueprint
        redis = releases.redis_address(blueprint, tenant)
        secrets = tenant_secrets(tenant, redis, own=blueprint.redis.mode == "per-tenant")
        gateway = tenant.gateway
        streams = gateway.stream_ports if gateway.enabled and gateway.flavor == "app-gateway" else None
        return TenantPlan(
            spec=tenant,
            namespace=tenant_namespace(tenant),
            queues=self._planned_queues(tenant.queues),
            session_ports=self._sessions.get(tenant.name),
            stream_ports=streams,
            redis=redis,
            agent=releases.tenant_agent(blueprint, tenant),
            gateway=releases.tenant_gateway(blueprint, tenant),
            redis_release=releases.tenant_redis(blueprint, tenant),
            secrets=secrets,
            credentials=tenant_credentials(tenant.name),
            service_account=tenant_service_account(tenant.name),
            shard=releases.tenant_shard(blueprint, tenant),
            certificate=blueprint.tls.certificate(gateway.host) if gateway.host else None,
            sops=sops_files(blueprint, secrets, self._faults) if self._sops else (),
            extras=self._templates.tenant(tenant) if blueprint.extras.tenant else (),
        )

    def _planned_queues(self, queues: tuple[Queue, ...]) -> tuple[QueuePlan, ...]:
        place = id(queues)  # by identity: what tenants inherit is one object, kept alive by the blueprint
        if place not in self._queues:
            self._queues[place] = plan_queues(self._blueprint.gpu, queues)
        return self._queues[place]


def _server(blueprint: Blueprint) -> ServerPlan:
    service = f"http://{api_service(blueprint)}.{blueprint.server.namespace}:8008"
    return ServerPlan(
        release=releases.server(blueprint),
        api_url=blueprint.bootstrap.api_url or service,
        cookie=_cookie(blueprint),
        config=server_config(blueprint),
        env=blueprint.server.env,
    )


def _cookie(blueprint: Blueprint) -> str | None:
    """The sign-in cookie that the server sets and app gateways read: the author's name, or the chart's."""
    gateways = (tenant.gateway for tenant in blueprint.tenants)
    if not any(gateway.enabled and gateway.flavor == "app-gateway" for gateway in gateways):
        return None
    clearml = blueprint.server.values.get("clearml")
    name = clearml.get("cookieName") if isinstance(clearml, dict) else None
    return name if isinstance(name, str) else COOKIE_NAME


def _charts(blueprint: Blueprint) -> Iterator[tuple[Chart, Route]]:
    """Every chart that is installed, with where it was asked for; a chart that many share appears once."""
    gpu = blueprint.gpu
    platform: tuple[tuple[bool, Chart | None, Route], ...] = (
        (True, blueprint.server.chart, ("spec", "server", "chart")),
        (blueprint.redis.enabled, blueprint.redis.chart, ("spec", "redis", "chart")),
        (blueprint.billing.enabled, blueprint.billing.chart, ("spec", "billing", "chart")),
        (gpu.operator.enabled, gpu.operator.chart, ("spec", "gpu", "operator", "chart")),
        (gpu.dynamic_mig.enabled, gpu.dynamic_mig.chart, ("spec", "gpu", "dynamicMig", "chart")),
    )
    for enabled, shared, route in platform:
        if enabled and shared is not None:
            yield shared, route
    yield from _tenant_charts(blueprint)


def _tenant_charts(blueprint: Blueprint) -> Iterator[tuple[Chart, Route]]:
    seen: set[int] = set()  # by identity: what tenants inherit is one object, kept alive by the blueprint
    for tenant in blueprint.tenants:
        wanted = [(tenant.agent.chart, "agent")]
        if tenant.gateway.enabled and tenant.gateway.chart is not None:
            wanted.append((tenant.gateway.chart, "gateway"))
        for chart, part in wanted:
            if id(chart) not in seen:
                seen.add(id(chart))
                yield chart, (*tenant.route, part, "chart")


def _repositories_in_use(blueprint: Blueprint) -> list[str]:
    return sorted({chart.repository for chart, _ in _charts(blueprint)})
