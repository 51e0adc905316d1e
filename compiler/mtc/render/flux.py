"""Flux Kustomizations: one for the platform, one for each tenant, so that no tenant can hold up another."""

from __future__ import annotations

from mtc.model.document import Document
from mtc.model.plan import Plan, TenantPlan
from mtc.model.source import Data
from mtc.render.bootstrap import job_name
from mtc.render.objects import SHARD_LABEL, document, metadata

API = "kustomize.toolkit.fluxcd.io/v1"


def platform_name(plan: Plan) -> str:
    """The platform's Kustomization."""
    return f"{plan.name}-platform"


def tenant_name(plan: Plan, tenant: TenantPlan) -> str:
    """A tenant's Kustomization."""
    return f"{plan.name}-tenant-{tenant.name}"


def platform_kustomization(plan: Plan) -> Document:
    """Waits for the server's release; deleting it orphans what it applied instead of deleting the service."""
    flux = plan.blueprint.flux
    spec = _spec(plan, "platform", [*flux.depends_on], flux.platform_timeout)
    spec["healthChecks"] = [_release_check(plan, plan.server.release.name)]
    spec["deletionPolicy"] = "Orphan"
    meta = metadata(platform_name(plan), flux.namespace)
    return document("platform.yaml", API, "Kustomization", meta, {"spec": spec}, origin=("spec", "flux"))


def tenant_file(tenant: TenantPlan) -> str:
    """The file of a tenant's Kustomization."""
    return f"tenant-{tenant.name}.yaml"


def tenant_kustomization(plan: Plan, tenant: TenantPlan) -> Document:
    """Applies one tenant's folder; waits for nothing unless asked, for a waiting tenant holds a worker."""
    flux = plan.blueprint.flux
    spec = _spec(plan, f"tenants/{tenant.name}", [platform_name(plan)], flux.timeout)
    if flux.health_checks:
        checks = [_release_check(plan, release.name) for release in tenant.releases]
        spec["healthChecks"] = [_job_check(plan, tenant), *checks]
    else:
        spec["wait"] = False
    labels = {SHARD_LABEL: tenant.shard} if tenant.shard is not None else {}
    meta = metadata(tenant_name(plan, tenant), flux.namespace, tenant=tenant.name, labels=labels)
    return document(
        tenant_file(tenant),
        API,
        "Kustomization",
        meta,
        {"spec": spec},
        origin=tenant.spec.route,
        tenant=tenant.name,
    )


def _spec(plan: Plan, folder: str, depends_on: list[str], timeout: str) -> dict[str, Data]:
    flux = plan.blueprint.flux
    spec: dict[str, Data] = {}
    if depends_on:
        spec["dependsOn"] = [{"name": name} for name in depends_on]
    spec["interval"] = flux.interval
    spec["retryInterval"] = flux.retry_interval
    spec["timeout"] = timeout
    spec["sourceRef"] = {"kind": flux.source.kind, "name": flux.source.name}
    spec["path"] = f"{flux.path.rstrip('/')}/{folder}"
    spec["prune"] = True
    if flux.lockdown:
        spec["serviceAccountName"] = "kustomize-controller"
    if plan.blueprint.secrets.provider == "sops":
        key: dict[str, Data] = {"name": plan.blueprint.secrets.sops.decryption_secret}
        spec["decryption"] = {"provider": "sops", "secretRef": key}
    return spec


def _job_check(plan: Plan, tenant: TenantPlan) -> Data:
    return {"apiVersion": "batch/v1", "kind": "Job", "name": job_name(tenant), "namespace": plan.control}


def _release_check(plan: Plan, name: str) -> Data:
    return {
        "apiVersion": "helm.toolkit.fluxcd.io/v2",
        "kind": "HelmRelease",
        "name": name,
        "namespace": plan.control,
    }
