"""RBAC rules that tenants' charts are given beyond the compiler's own."""

from __future__ import annotations

from collections.abc import Iterator

from mtc.check.findings import Finding, rule, shared
from mtc.model.blueprint import Blueprint
from mtc.model.walls import opened


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
        for tenants in shared(b, f"{part}.rules"):
            for index, access in enumerate(getattr(tenants[0], part).rules):
                what = opened(access.api_groups, access.resources, access.verbs)
                if what:
                    yield Finding(
                        (*tenants[0].route, part, "rules", index),
                        f"this rule lets the tenant's releases {what}",
                        "name the resources and verbs that the chart needs, and none of these",
                        tenants=tenants,
                        on_key=True,
                    )


RULES = (rule("access/walls", walls),)
