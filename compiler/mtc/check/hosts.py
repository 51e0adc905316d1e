"""Host names: one owner each, and under the domain that the login cookie is set for."""

from __future__ import annotations

from collections.abc import Iterator

from mtc.check.findings import Finding, repeated, rule
from mtc.model.blueprint import Blueprint, Tenant
from mtc.model.source import Route


def duplicate(b: Blueprint) -> Iterator[Finding]:
    """One host name for two ingresses.

    An ingress controller sends all requests for a host to one of them (ingress-nginx: to the older), or
    refuses the second: one tenant's users reach another tenant's gateway, or nothing.

    Fails:
        tenantDefaults: {gateway: {enabled: true, chart: {repository: charts, name: router, version: 1.0.0}}}
        tenants:
          - {name: acme, gateway: {host: router}}
          - {name: globex, gateway: {host: router}}

    Passes:
        tenantDefaults: {gateway: {enabled: true, chart: {repository: charts, name: router, version: 1.0.0}}}
        tenants:
          - {name: acme, gateway: {host: acme-router}}
          - {name: globex, gateway: {host: globex-router}}
    """
    for (first, _, earlier, _), (_, host, route, owner) in repeated((found[1], found) for found in _hosts(b)):
        yield Finding(
            route,
            f"`{host}` is the host of {first} already",
            f"give each a host of its own, such as `{owner.name}-router`" if owner else "give each its own",
            related=((earlier, f"{first} has it"),),
            tenants=(owner,) if owner else (),
        )


def outside_domain(b: Blueprint) -> Iterator[Finding]:
    """A host that is not under `spec.domain`.

    The server sets its login cookie for the domain. A browser does not send it to a host elsewhere, so the
    web UI asks for a login again and again, and a gateway takes nobody for logged in.

    Fails:
        hosts: {app: clearml.example.org}

    Passes:
        hosts: {app: clearml.ml.example.com}
    """
    for what, host, route, _ in _hosts(b):
        if host != b.domain and not host.endswith(f".{b.domain}"):
            yield Finding(
                route,
                f"the host `{host}` of {what} is not under `{b.domain}`, which the login cookie is set for",
                f"write a name under it, such as `{host.split('.')[0]}`, which becomes "
                f"`{host.split('.')[0]}.{b.domain}`",
                related=((("spec", "domain"), "the domain"),),
            )


def _hosts(b: Blueprint) -> Iterator[tuple[str, str, Route, Tenant | None]]:
    """(whose, host, where, the tenant) of every ingress that the tree makes."""
    for field in ("api", "app", "files"):
        yield f"the server's `{field}`", getattr(b.hosts, field), ("spec", "hosts", field), None
    for tenant in b.tenants:
        host = tenant.gateway.host
        if tenant.gateway.enabled and host is not None:
            yield f"the gateway of `{tenant.name}`", host, (*tenant.route, "gateway", "host"), tenant


RULES = (
    rule("hosts/duplicate", duplicate),
    rule("hosts/outside-domain", outside_domain, "warning"),
)
