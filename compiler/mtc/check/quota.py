"""Quotas: what they count, every pod must say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mtc.check.findings import Finding, listed, rule, shared
from mtc.model.blueprint import Blueprint
from mtc.model.source import Data
from mtc.model.spelling import nearest

# A quota's name for what containers must state, and where they state it.
COUNTED = {
    "cpu": ("requests", "cpu"),
    "memory": ("requests", "memory"),
    "requests.cpu": ("requests", "cpu"),
    "requests.memory": ("requests", "memory"),
    "limits.cpu": ("limits", "cpu"),
    "limits.memory": ("limits", "memory"),
}

# kubernetes pkg/apis/core/helper: IsStandardQuotaResourceName; of the second, whole numbers alone.
_AMOUNTS = ("cpu", "memory", "ephemeral-storage")
_STANDARD = {
    *(*_AMOUNTS, "requests.storage"),
    *(f"{kind}.{name}" for kind in ("requests", "limits") for name in _AMOUNTS),
}
_OBJECTS = {
    *("pods", "services", "secrets", "configmaps", "persistentvolumeclaims", "replicationcontrollers"),
    *("resourcequotas", "services.nodeports", "services.loadbalancers"),
}
_WHOLE = re.compile(r"\+?[0-9]+(?:\.0*)?(?:[kMGTPE]|[KMGTPE]i|[eE]\+?[0-9]+)?\Z")


def refused(b: Blueprint) -> Iterator[Finding]:
    """A quota that Kubernetes refuses.

    It counts what it knows by name, and all that has a `/` in its name: `count/jobs.batch`, the class of a
    volume, the resource of a device. Of objects it counts whole ones.

    Fails:
        tenantDefaults: {quota: {request.cpu: 64, pods: 1.5}}

    Passes:
        tenantDefaults:
          quota: {requests.cpu: 64, pods: 15}
          limitRange: [{type: Container, defaultRequest: {cpu: 1}}]
    """
    for tenants in shared(b, "quota"):
        tenant = tenants[0]
        for name, amount in tenant.quota.items():
            route = (*tenant.route, "quota", name)
            if not (name in _STANDARD or name in _OBJECTS or "/" in name or "hugepages-" in name):
                guess = nearest(name, (*sorted(_STANDARD), *sorted(_OBJECTS)))
                yield Finding(
                    route,
                    f"Kubernetes has no quota of `{name}`",
                    f"did you mean `{guess}`?" if guess else "take it out",
                    tenants=tenants,
                    on_key=True,
                )
            elif (name in _OBJECTS or name.startswith("count/")) and not _WHOLE.match(str(amount)):
                message = f"a quota of `{name}` is a whole number"
                yield Finding(route, message, "write how many there may be", tenants=tenants)


def no_default(b: Blueprint) -> Iterator[Finding]:
    """A quota of what pods need not say.

    Once a namespace has a quota of memory or CPU, Kubernetes refuses every pod that does not state its own:
    the agent's, and the tasks' of every queue without `resources`. A `limitRange` with defaults states it
    for them.

    Fails:
        tenantDefaults: {quota: {requests.memory: 256Gi}}

    Passes:
        tenantDefaults:
          quota: {requests.memory: 256Gi}
          limitRange: [{type: Container, defaultRequest: {memory: 1Gi}}]
    """
    for tenants in shared(b, "quota", "limit_range"):
        tenant = tenants[0]
        given = _defaults(tenant.limit_range)
        missing = [name for name in tenant.quota if name in COUNTED and COUNTED[name] not in given]
        if missing:
            kind, what = COUNTED[missing[0]]
            field = "default" if kind == "limits" else "defaultRequest"
            yield Finding(
                (*tenant.route, "quota", missing[0]),
                f"with a quota of {listed(missing)}, Kubernetes refuses pods that do not state theirs",
                f"give a default: `limitRange: [{{type: Container, {field}: {{{what}: …}}}}]`",
                related=(((*tenant.route, "limitRange"), "has no default for it"),),
                tenants=tenants,
                on_key=True,
            )


def _defaults(limits: tuple[Data, ...]) -> set[tuple[str, str]]:
    """(requests or limits, resource) that a container gets by itself.

    Kubernetes' own defaults: a missing `default` is `max`; a missing `defaultRequest` is `default`, else
    `min` (pkg/apis/core/v1/defaults.go).
    """
    found: set[tuple[str, str]] = set()
    for limit in limits:
        if isinstance(limit, dict) and limit.get("type") == "Container":
            for field in ("default", "max"):
                found |= {(kind, name) for kind in ("limits", "requests") for name in _names(limit, field)}
            for field in ("defaultRequest", "min"):
                found |= {("requests", name) for name in _names(limit, field)}
    return found


def _names(limit: Mapping[str, Data], field: str) -> list[str]:
    value = limit.get(field)
    return list(value) if isinstance(value, dict) else []


RULES = (rule("quota/refused", refused), rule("quota/no-default", no_default, "warning"))
