"""Tenants in their time: their ports, their coming and going."""

from __future__ import annotations

from collections.abc import Iterator

from mtc.model.markdown import code
from mtc.render.runbook.told import Told
from mtc.render.runbook.words import named, ranged


def node_ports(told: Told) -> Iterator[str]:
    """Who has which, where any are handed out."""
    if not told.ports:
        return
    yield """\

## Node ports

These ports are handed out, on every node. Open them in firewalls for the users of that tenant. The lock file beside
the blueprint keeps them, so commit it with the blueprint.

| Tenant | Session ports | Stream ports (TCP and UDP) | Address for users |
| --- | --- | --- | --- |
"""
    for row in told.ports:
        kept = "" if row.sessions is None or row.open else " (kept; port mode is off)"
        yield f"""\
| `{row.tenant}` | {ranged(row.sessions)}{kept} | {ranged(row.streams)} | {code(row.address) if row.address else "-"} |
"""


def life_and_death(told: Told) -> Iterator[str]:
    """How a tenant comes, rests and goes."""
    plan = told.plan
    suspended = [tenant.name for tenant in plan.tenants if tenant.spec.suspended]
    unprotected = [tenant.name for tenant in plan.tenants if not tenant.spec.protect]
    yield """\

## Life and death of a tenant

**A new tenant** is an entry in `spec.tenants`. Render, commit, and a Job creates its company, its administrator and its credentials.

**Suspended** (`suspended: true`): the agent and the gateway are uninstalled; namespace, policies, data and credentials stay.
Tasks that already run are *not* stopped. To see and stop them:

```sh
kubectl -n NAMESPACE get pods -l CLEARML=agent
kubectl -n NAMESPACE delete pods -l CLEARML=agent
```
"""
    if suspended:
        yield f"""\

Suspended now: {named(suspended, plan)}.
"""
    yield """\

**Protected** (`protect: true`, the default): when the tenant leaves the blueprint, its releases are uninstalled. Its
namespace, NetworkPolicies, quota and credentials stay in the cluster, and so does its data.
"""
    if unprotected:
        yield f"""\

Not protected now, so removal deletes everything: {named(unprotected, plan)}.
"""
    yield f"""\
`kubectl get namespaces -l mtc/blueprint={plan.name},mtc/tenant` lists the tenants' namespaces that are there, those of tenants gone from
the blueprint too. To be rid of such a one, put its entry back with `protect: false`, let Flux apply that, and take it out again.

**Deleting a tenant whole** takes two steps, each rendered, reviewed and applied by Flux before the next:

1. Set `protect: false` on the tenant.
2. Take the tenant out of `spec.tenants`. Flux deletes its namespace and all that is in it.

The company on the ClearML server, its experiments and its files are never deleted by this tree. Its node ports stay
reserved in the lock file until `mtc lock BLUEPRINT --prune`.

"""
