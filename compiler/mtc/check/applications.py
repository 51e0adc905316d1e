"""ClearML applications: each tenant can run them in its own namespace, if they are to run there."""

from __future__ import annotations

from collections.abc import Iterator

from mtc.check.findings import Finding, rule, shared
from mtc.model.blueprint import Blueprint
from mtc.model.source import Route

QUEUE_MODE: Route = ("spec", "server", "applications", "queueMode")


def no_apps_queue(b: Blueprint) -> Iterator[Finding]:
    """Applications that run at the tenants', and a tenant that takes none.

    With `queueMode: per_tenant` the server puts a tenant's applications into a queue of the tenant; without
    `agent.appsQueue` no agent listens there, and they wait forever.

    Fails:
        server: {applications: {queueMode: per_tenant}}
        tenants:
          - {name: acme, admin: {name: Ada, email: ada@acme.example, internal: true}}

    Passes:
        server: {applications: {queueMode: per_tenant}}
        tenantDefaults: {agent: {appsQueue: true}}
        tenants:
          - {name: acme, admin: {name: Ada, email: ada@acme.example, internal: true}}
    """
    if not _per_tenant(b):
        return
    for tenants in shared(b, "agent"):
        if not tenants[0].agent.apps_queue:
            yield Finding(
                (*tenants[0].route, "agent"),
                "applications run at the tenants', and no agent listens to their queue",
                "write `agent.appsQueue: true`",
                related=((QUEUE_MODE, "at the tenants'"),),
                tenants=tenants,
                on_key=True,
            )


def admin_not_internal(b: Blueprint) -> Iterator[Finding]:
    """Applications that run at the tenants', with the credentials of a person.

    The queue of applications is served with the credentials of an admin user that is marked `internal`;
    others' are refused.

    Fails:
        server: {applications: {queueMode: per_tenant}}
        tenantDefaults: {agent: {appsQueue: true}}
        tenants:
          - {name: acme, admin: {name: Ada, email: ada@acme.example}}

    Passes:
        server: {applications: {queueMode: per_tenant}}
        tenantDefaults: {agent: {appsQueue: true}}
        tenants:
          - {name: acme, admin: {name: Ada, email: ada@acme.example, internal: true}}
    """
    for tenant in b.tenants if _per_tenant(b) else ():
        if not tenant.admin.internal:
            yield Finding(
                (*tenant.route, "admin"),
                f"the admin of `{tenant.name}` is a person, and serves the queue of applications",
                "write `admin.internal: true`, and let people in with `login`",
                related=((QUEUE_MODE, "at the tenants'"),),
                on_key=True,
            )


def _per_tenant(b: Blueprint) -> bool:
    return b.server.applications.enabled and b.server.applications.queue_mode == "per_tenant"


RULES = (
    rule("applications/no-apps-queue", no_apps_queue, "warning"),
    rule("applications/admin-not-internal", admin_not_internal, "warning"),
)
