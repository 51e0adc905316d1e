"""Who may do what: the accounts that releases run as, and what they are bound to.

A tenant's account may make in its namespace what the charts make there, and nothing that could move a wall:
no NetworkPolicy, no quota, none of Flux's kinds.
"""

from __future__ import annotations

from collections.abc import Iterable

from mtc.model.blueprint import Rule
from mtc.model.document import Document
from mtc.model.plan import Plan, TenantPlan
from mtc.model.source import Data
from mtc.render.objects import KEEP, document, metadata

RBAC = "rbac.authorization.k8s.io/v1"
PLATFORM_ACCOUNT = "platform-releases"

_WRITE: list[Data] = ["get", "list", "watch", "create", "update", "patch", "delete"]
_CHART_KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "",
        (
            "configmaps",
            "events",
            "persistentvolumeclaims",
            "pods",
            "pods/log",
            "secrets",
            "serviceaccounts",
            "services",
        ),
    ),
    ("apps", ("daemonsets", "deployments", "replicasets", "statefulsets")),
    ("autoscaling", ("horizontalpodautoscalers",)),
    ("batch", ("cronjobs", "jobs")),
    ("networking.k8s.io", ("ingresses",)),
    ("policy", ("poddisruptionbudgets",)),
    ("rbac.authorization.k8s.io", ("rolebindings", "roles")),
)


def release_role(plan: Plan) -> str:
    """The ClusterRole that tenants' accounts are bound to, each in its own namespace."""
    return f"{plan.name}-tenant-releases"


def platform_access(plan: Plan) -> list[Document]:
    """The tenants' ClusterRole and, under lockdown, the account of the platform's releases."""
    found = [_cluster_role(plan)] if _impersonates(plan) else []
    if plan.blueprint.flux.lockdown:
        found += _platform_account(plan)
    return found


def tenant_access(plan: Plan, tenant: TenantPlan) -> list[Document]:
    """A tenant's account in the control namespace, bound in the tenant's namespace alone."""
    if not _impersonates(plan):
        return []
    spec = tenant.spec
    keep = KEEP if spec.protect else None
    account = metadata(tenant.service_account, plan.control, tenant=spec.name, annotations=keep)
    found = [
        document(
            "releases.serviceaccount.yaml",
            "v1",
            "ServiceAccount",
            account,
            {"automountServiceAccountToken": False},
            origin=spec.route,
            tenant=spec.name,
        ),
        _binding(plan, tenant, "releases", "ClusterRole", release_role(plan)),
    ]
    rules = [*spec.agent.rules, *spec.gateway.rules]
    if rules:
        meta = metadata("extra-releases", spec.namespace, tenant=spec.name, annotations=keep)
        body: dict[str, Data] = {"rules": [_rule(rule) for rule in rules]}
        origin = (*spec.route, "agent", "rules")
        found.append(
            document(
                "extra-releases.role.yaml", RBAC, "Role", meta, body, origin=origin, tenant=spec.name
            )
        )
        found.append(_binding(plan, tenant, "extra-releases", "Role", "extra-releases"))
    return found


def _impersonates(plan: Plan) -> bool:
    return plan.blueprint.flux.impersonate or plan.blueprint.flux.lockdown


def _cluster_role(plan: Plan) -> Document:
    rules: list[Data] = [
        {"apiGroups": [group], "resources": list(kinds), "verbs": _WRITE} for group, kinds in _CHART_KINDS
    ]
    rules.append({"apiGroups": [""], "resources": ["namespaces"], "verbs": ["get", "list"]})
    return document(
        "tenant-releases.clusterrole.yaml",
        RBAC,
        "ClusterRole",
        metadata(release_role(plan), annotations=KEEP),
        {"rules": rules},
        origin=("spec", "flux"),
    )


def _binding(plan: Plan, tenant: TenantPlan, name: str, kind: str, role: str) -> Document:
    spec = tenant.spec
    keep = KEEP if spec.protect else None
    meta = metadata(f"mtc-{name}", spec.namespace, tenant=spec.name, annotations=keep)
    body = _bound(kind, role, tenant.service_account, plan.control)
    path = f"{name}.rolebinding.yaml"
    return document(path, RBAC, "RoleBinding", meta, body, origin=spec.route, tenant=spec.name)


def _platform_account(plan: Plan) -> Iterable[Document]:
    meta = metadata(PLATFORM_ACCOUNT, plan.control, annotations=KEEP)
    origin = ("spec", "flux", "lockdown")
    off: dict[str, Data] = {"automountServiceAccountToken": False}
    yield document(
        "platform-releases.serviceaccount.yaml", "v1", "ServiceAccount", meta, off, origin=origin
    )
    name = f"{plan.name}-platform-releases"
    body = _bound("ClusterRole", "cluster-admin", PLATFORM_ACCOUNT, plan.control)
    yield document(
        "platform-releases.clusterrolebinding.yaml",
        RBAC,
        "ClusterRoleBinding",
        metadata(name, annotations=KEEP),
        body,
        origin=origin,
    )


def _bound(kind: str, role: str, account: str, namespace: str) -> dict[str, Data]:
    subject: dict[str, Data] = {"kind": "ServiceAccount", "name": account, "namespace": namespace}
    reference: dict[str, Data] = {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": role}
    return {"roleRef": reference, "subjects": [subject]}


def _rule(rule: Rule) -> dict[str, Data]:
    found: dict[str, Data] = {
        "apiGroups": list(rule.api_groups),
        "resources": list(rule.resources),
        "verbs": list(rule.verbs),
    }
    if rule.resource_names:
        found["resourceNames"] = list(rule.resource_names)
    return found
