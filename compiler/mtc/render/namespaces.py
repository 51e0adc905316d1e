"""Namespaces, quotas and limit ranges."""

from __future__ import annotations

from mtc.model.document import Document
from mtc.model.plan import NamespacePlan, Plan, TenantPlan
from mtc.model.source import Data
from mtc.render.objects import BLUEPRINT_LABEL, KEEP, document, metadata

_LEVEL = "pod-security.kubernetes.io/enforce"


def namespace_document(plan: Plan, namespace: NamespacePlan, path: str) -> Document:
    """A Namespace; our labels win over the author's, since policies and pod security hang on them."""
    labels = {**namespace.labels, BLUEPRINT_LABEL: plan.name, "mtc/component": namespace.component}
    if namespace.pod_security is not None:
        labels[_LEVEL] = namespace.pod_security
    annotations = {**namespace.annotations, **(KEEP if namespace.protect else {})}
    meta = metadata(namespace.name, tenant=namespace.tenant, labels=labels, annotations=annotations)
    return document(path, "v1", "Namespace", meta, {}, origin=namespace.origin, tenant=namespace.tenant)


def quota_documents(tenant: TenantPlan) -> list[Document]:
    """A ResourceQuota and a LimitRange, where the blueprint asks for them."""
    spec = tenant.spec
    found: list[Document] = []
    parts: list[tuple[str, str, dict[str, Data], str]] = []
    if spec.quota:
        parts.append(("resourcequota", "ResourceQuota", {"hard": dict(spec.quota)}, "quota"))
    if spec.limit_range:
        parts.append(("limitrange", "LimitRange", {"limits": list(spec.limit_range)}, "limitRange"))
    for suffix, kind, body, field in parts:
        meta = metadata(
            "tenant", spec.namespace, tenant=spec.name, annotations=KEEP if spec.protect else None
        )
        found.append(
            document(
                f"tenant.{suffix}.yaml",
                "v1",
                kind,
                meta,
                {"spec": body},
                origin=(*spec.route, field),
                tenant=spec.name,
            )
        )
    return found
