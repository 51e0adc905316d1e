"""What brings a tenant up: its wish, the Job that makes the API agree with it, and the Secret it fills."""

from __future__ import annotations

import json
from collections.abc import Iterator

from mtc.model.document import Document
from mtc.model.plan import Plan, TenantPlan
from mtc.model.source import Data
from mtc.render.access import RBAC
from mtc.render.jobs import JobPlan, job_documents
from mtc.render.objects import KEEP, document, metadata

# Where each chart takes its credentials: the older router and the app gateway differ.
_AGENT = (["clearml", "agentk8sglueKey"], ["clearml", "agentk8sglueSecret"])
_GATEWAYS = {
    "task-traffic-router": (["clearml", "apiserverKey"], ["clearml", "apiserverSecret"]),
    "app-gateway": (["clearml", "apiKey"], ["clearml", "apiSecret"]),
}
KIND = "bootstrap"


def job_name(tenant: TenantPlan) -> str:
    """The tenant's Job, ServiceAccount and Role."""
    return f"{KIND}-{tenant.name}"


def tenant_bootstrap(plan: Plan, tenant: TenantPlan) -> Iterator[Document]:
    """The Secret (empty: the Job fills it, Flux keeps that), the Job's rights, its input and the Job."""
    spec, name = tenant.spec, job_name(tenant)
    # Not `IfNotPresent`: Flux would never touch the object again, and a later change of `protect` (the mark
    # against pruning) would not reach it. With `Merge` it sets these marks and leaves the Job's data alone.
    annotations = {"kustomize.toolkit.fluxcd.io/ssa": "Merge", **(KEEP if spec.protect else {})}
    watched = {"reconcile.fluxcd.io/watch": "Enabled"}
    meta = metadata(
        tenant.credentials, plan.control, tenant=spec.name, labels=watched, annotations=annotations
    )
    empty: dict[str, Data] = {"type": "Opaque"}
    path = "credentials.secret.yaml"
    yield document(path, "v1", "Secret", meta, empty, origin=spec.route, tenant=spec.name)
    yield from _rights(plan, tenant, name)
    job = JobPlan(
        name=name,
        kind=KIND,
        tenant=spec.name,
        image=plan.blueprint.bootstrap.image,
        command=[
            "python3",
            "-m",
            "mtc.bootstrap",
            "--wish=/input/wish.json",
            f"--api={plan.server.api_url}",
            "--credentials=/credentials",
            f"--secret={tenant.credentials}",
            "--log=json",
        ],
        input_file="wish.json",
        input_text=wish_text(tenant),
        service_account=name,
        scratch=False,
        origin=spec.route,
    )
    yield from job_documents(plan, job)


def wish_text(tenant: TenantPlan) -> str:
    """The wish as JSON, a line a field (mtc/bootstrap/wish.py reads it).

    Features and queues are sorted: a line moved in the blueprint must not run the Job again. Login's lists
    keep the author's order, as the words of a stencil (shapes.py) have to.
    """
    spec = tenant.spec
    keys = [_AGENT] + ([_GATEWAYS[spec.gateway.flavor]] if tenant.gateway is not None else [])
    wish: dict[str, object] = {
        "tenant": spec.name,
        "company": {"name": spec.company, "id": spec.company_id},
        "limits": {"users": spec.max_users},
        "features": {"enable": sorted(spec.features.enable), "exclude": sorted(spec.features.exclude)},
        "admin": {
            "name": spec.admin.name,
            "email": spec.admin.email,
            "internal": spec.admin.internal,
            "id": spec.admin.id,
            "rotate": spec.admin.rotate,
        },
        "login": {
            "domains": list(spec.login.domains),
            "emails": list(spec.login.emails),
            "adminEmails": list(spec.login.admin_emails),
        },
        "queues": sorted(queue.name for queue in spec.queues),
        "handover": {"accessKey": [key for key, _ in keys], "secretKey": [secret for _, secret in keys]},
    }
    lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in wish.items())
    return f"{{\n{lines}\n}}\n"


def _rights(plan: Plan, tenant: TenantPlan, name: str) -> Iterator[Document]:
    """The Job may read and write the one Secret, by name, and nothing else."""
    spec = tenant.spec

    def made(kind: str, api: str, path: str, body: dict[str, Data]) -> Document:
        meta = metadata(name, plan.control, tenant=spec.name)
        return document(f"bootstrap.{path}.yaml", api, kind, meta, body, origin=spec.route, tenant=spec.name)

    rule: Data = {
        "apiGroups": [""],
        "resources": ["secrets"],
        "resourceNames": [tenant.credentials],
        "verbs": ["get", "patch", "update"],
    }
    subject: Data = {"kind": "ServiceAccount", "name": name, "namespace": plan.control}
    reference: Data = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name}
    off: dict[str, Data] = {"automountServiceAccountToken": False}
    yield made("ServiceAccount", "v1", "serviceaccount", off)
    yield made("Role", RBAC, "role", {"rules": [rule]})
    yield made("RoleBinding", RBAC, "rolebinding", {"roleRef": reference, "subjects": [subject]})
