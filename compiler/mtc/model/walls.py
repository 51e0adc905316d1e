"""What an RBAC rule may do to the walls around a tenant.

Network policies, quotas and limits keep tenants apart; whoever makes objects that Flux acts on, or grants
rights that they do not have, gets past them. Matching is Kubernetes' own: `*` is every group, resource or
verb, and names in a rule only narrow it, so that a rule for one network policy still changes that one.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

FLUX_GROUP: Final = "toolkit.fluxcd.io"
RBAC_GROUP: Final = "rbac.authorization.k8s.io"
CHANGING: Final = frozenset(("create", "update", "patch", "delete", "deletecollection"))
_GRANTING: Final = frozenset(("escalate", "bind"))
_IMPERSONATING: Final = frozenset(("impersonate",))
# Flux's kinds, for rules whose group is `*` and that name the resource.
_FLUX: Final = frozenset(
    (
        *("alerts", "artifactgenerators", "buckets", "externalartifacts", "gitrepositories", "helmcharts"),
        *("helmreleases", "helmrepositories", "imagepolicies", "imagerepositories", "imageupdateautomations"),
        *("kustomizations", "ocirepositories", "providers", "receivers"),
    )
)


class Wall(NamedTuple):
    """What keeps tenants apart, and the verbs that get past it."""

    group: str
    resource: str
    verbs: frozenset[str]
    way: str


WALLS: Final = (
    Wall("networking.k8s.io", "networkpolicies", CHANGING, "change its network policies"),
    Wall("", "resourcequotas", CHANGING, "change its quota"),
    Wall("", "limitranges", CHANGING, "change its limits"),
    Wall("", "namespaces", CHANGING, "change namespaces"),
    Wall(RBAC_GROUP, "roles", _GRANTING, "grant what they do not have"),
    Wall(RBAC_GROUP, "clusterroles", _GRANTING, "grant what they do not have"),
    Wall("", "serviceaccounts", _IMPERSONATING, "act as others"),
    Wall("", "users", _IMPERSONATING, "act as others"),
    Wall("", "groups", _IMPERSONATING, "act as others"),
    Wall("", "serviceaccounts/token", CHANGING, "act as others"),
)


def opened(groups: Collection[str], resources: Collection[str], verbs: Collection[str]) -> str:
    """What a rule lets its holder do to the walls, in words; "" for nothing."""
    for wall in WALLS:
        if (
            ("*" in groups or wall.group in groups)
            and ("*" in resources or wall.resource in resources)
            and ("*" in verbs or not wall.verbs.isdisjoint(verbs))
        ):
            return wall.way
    flux = any(group == FLUX_GROUP or group.endswith(f".{FLUX_GROUP}") for group in groups)
    flux = flux or ("*" in groups and not _FLUX.isdisjoint(resources))
    return (
        "make objects that Flux acts on" if flux and ("*" in verbs or not CHANGING.isdisjoint(verbs)) else ""
    )
