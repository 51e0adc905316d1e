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
    for first, again in repeated(_hosts(b)):
        owner = again if isinstance(again, Tenant) else None
        host = getattr(b.hosts, again) if isinstance(again, str) else again.gateway.host
        yield Finding(
            _place(again),
            f"`{host}` is the host of {_whose(first)} already",
            f"give each a host of its own, such as `{owner.name}-router`" if owner else "give each its own",
            related=((_place(first), f"{_whose(first)} has it"),),
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
    below = f".{b.domain}"
    for host, owner in _hosts(b):
        if not host.endswith(below) and host != b.domain:
            yield Finding(
                _place(owner),
                f"the host `{host}` of {_whose(owner)} is not under `{b.domain}`, "
                "which the login cookie is set for",
                f"write a name under it, such as `{host.split('.')[0]}`, which becomes "
                f"`{host.split('.')[0]}.{b.domain}`",
                related=((("spec", "domain"), "the domain"),),
            )


def _hosts(b: Blueprint) -> Iterator[tuple[str, str | Tenant]]:
    """(host, whose) of every ingress that the tree makes: a field of the server's, or a tenant's gateway."""
    for field in ("api", "app", "files"):
        yield getattr(b.hosts, field), field
    for tenant in b.tenants:
        gateway = tenant.gateway
        if gateway.enabled and gateway.host is not None:
            yield gateway.host, tenant


def _whose(owner: str | Tenant) -> str:
    return f"the server's `{owner}`" if isinstance(owner, str) else f"the gateway of `{owner.name}`"


def _place(owner: str | Tenant) -> Route:
    return ("spec", "hosts", owner) if isinstance(owner, str) else (*owner.route, "gateway", "host")


RULES = (
    rule("hosts/duplicate", duplicate),
    rule("hosts/outside-domain", outside_domain, "warning"),
)
