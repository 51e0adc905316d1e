"""RBAC rules that tenants' charts are given beyond the compiler's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mtc.check.findings import Finding, rule, shared
from mtc.model.blueprint import Blueprint
from mtc.model.blueprint import Rule as AccessRule

FLUX_GROUP = "toolkit.fluxcd.io"
RBAC_GROUP = "rbac.authorization.k8s.io"
CHANGING = frozenset(("create", "update", "patch", "delete", "deletecollection"))


class Wall(NamedTuple):
    """What keeps tenants apart, and the verbs that get past it."""

    group: str
    resource: str
    verbs: frozenset[str]
    way: str


WALLS = (
    Wall("networking.k8s.io", "networkpolicies", CHANGING, "change its network policies"),
    Wall("", "resourcequotas", CHANGING, "change its quota"),
    Wall("", "limitranges", CHANGING, "change its limits"),
    Wall("", "namespaces", CHANGING, "change namespaces"),
    Wall(RBAC_GROUP, "roles", frozenset(("escalate", "bind")), "grant what they do not have"),
    Wall("", "serviceaccounts", frozenset(("impersonate",)), "act as others"),
    Wall("", "serviceaccounts/token", CHANGING, "act as others"),
)


def walls(b: Blueprint) -> Iterator[Finding]:
    """A rule that lets a tenant's releases move the walls around it.

    Releases run as a ServiceAccount that may change neither network policies nor quotas, nor make objects
    that Flux acts on: so no chart, and nobody who gets at one, opens a tenant to another. A rule for
    everything, for those kinds, or to grant what one does not have, undoes that.

    Fails:
        tenantDefaults:
          agent: {rules: [{apiGroups: [networking.k8s.io], resources: [networkpolicies], verbs: [create]}]}

    Passes:
        tenantDefaults:
          agent: {rules: [{apiGroups: [networking.k8s.io], resources: [networkpolicies], verbs: [get]}]}
    """
    for part in ("agent", "gateway"):
        for tenants in shared(b, lambda tenant, part=part: getattr(tenant, part).rules):  # type: ignore[misc]
            for index, access in enumerate(getattr(tenants[0], part).rules):
                what = _opened(access)
                if what:
                    yield Finding(
                        (*tenants[0].route, part, "rules", index),
                        f"this rule lets the tenant's releases {what}",
                        "name the resources and verbs that the chart needs, and none of these",
                        tenants=tenants,
                        on_key=True,
                    )


def _opened(access: AccessRule) -> str:
    """What a rule opens, or nothing."""
    groups, resources, verbs = set(access.api_groups), set(access.resources), set(access.verbs)
    for wall in WALLS:
        if (
            groups & {wall.group, "*"}
            and resources & {wall.resource, "*"}
            and ("*" in verbs or verbs & wall.verbs)
        ):
            return wall.way
    flux = any(group == FLUX_GROUP or group.endswith(f".{FLUX_GROUP}") for group in groups)
    return "make objects that Flux acts on" if flux and ("*" in verbs or verbs & CHANGING) else ""


RULES = (rule("access/walls", walls),)
