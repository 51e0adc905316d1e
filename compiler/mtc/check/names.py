"""Names: what must be one tenant's alone, and what is too short or, once composed, too long."""

from __future__ import annotations

from collections.abc import Iterator

from mtc.check.findings import Finding, repeated, rule
from mtc.model.blueprint import Blueprint, Tenant
from mtc.model.source import Route

LONGEST = 63  # DNS labels and label values; Flux writes a Kustomization's name into a label
SHORTEST = 3  # ClearML's Company.name, after blanks are stripped
TENANT_RELEASES = ("clearml-agent", "clearml-ttr", "clearml-app-gateway")  # docs/output.md
SERVICE_SUFFIX = "-fileserver"  # the longest of what the server's chart appends to its own name


def duplicate_tenant(b: Blueprint) -> Iterator[Finding]:
    """Two tenants of one name.

    The name makes the tenant's folder, its Flux Kustomization and its releases: the second one would
    overwrite the first.

    Fails:
        tenants:
          - {name: acme, namespace: one, company: First, admin: {name: A, email: a@one.example}}
          - {name: acme, namespace: two, company: Second, admin: {name: B, email: b@two.example}}

    Passes:
        tenants:
          - {name: acme, namespace: one, company: First}
          - {name: globex, namespace: two, company: Second}
    """
    for first, again in repeated((tenant.name, tenant) for tenant in b.tenants):
        yield Finding(
            (*again.route, "name"),
            f"two tenants are called `{again.name}`",
            "give one of them another name, or take it out",
            related=(((*first.route, "name"), "first here"),),
        )


def duplicate_company(b: Blueprint) -> Iterator[Finding]:
    """Two tenants with one company.

    The bootstrap Jobs find a company by its name, so both tenants would be the same company: one login, one
    set of tasks, models and data for two customers.

    Fails:
        tenants:
          - {name: acme, company: Acme Corporation}
          - {name: acme-eu, company: Acme Corporation}

    Passes:
        tenants:
          - {name: acme, company: Acme Corporation}
          - {name: acme-eu, company: Acme Europe}
    """
    for first, again in repeated((tenant.company, tenant) for tenant in b.tenants):
        route = _company(b, again)
        if first.name != again.name or route[-1] == "company":  # else it is names/duplicate-tenant
            yield Finding(
                route,
                f"tenants `{first.name}` and `{again.name}` are both the company `{again.company}`",
                "give each tenant a company of its own",
                related=((_company(b, first), f"`{first.name}` has it"),),
            )


def adopted_twice(b: Blueprint) -> Iterator[Finding]:
    """Two tenants that adopt one existing company, or one existing user.

    An adopted id is taken as it is: both tenants would be managed as the same company, or be given
    credentials of the same user.

    Fails:
        tenants:
          - {name: acme, companyId: 4f3c2b1a0d9e8f7a6b5c4d3e2f1a0b9c}
          - {name: globex, companyId: 4f3c2b1a0d9e8f7a6b5c4d3e2f1a0b9c}

    Passes:
        tenants:
          - {name: acme, companyId: 4f3c2b1a0d9e8f7a6b5c4d3e2f1a0b9c}
          - {name: globex}
    """
    for (first, earlier), (again, route) in repeated(_adopted(b)):
        noun = "company" if route[-1] == "companyId" else "user"
        yield Finding(
            route,
            f"tenants `{first.name}` and `{again.name}` adopt the same {noun}",
            f"adopt it in one of them; without an id the bootstrap Job makes a new {noun}",
            related=((earlier, "first here"),),
        )


def _adopted(b: Blueprint) -> Iterator[tuple[tuple[str, str], tuple[Tenant, Route]]]:
    for tenant in b.tenants:
        if tenant.company_id is not None:
            yield ("company", tenant.company_id), (tenant, (*tenant.route, "companyId"))
        if tenant.admin.id is not None:
            yield ("user", tenant.admin.id), (tenant, (*tenant.route, "admin", "id"))


def duplicate_email(b: Blueprint) -> Iterator[Finding]:
    """One address for two users.

    ClearML keeps an address once in its whole database, not once a company: the second `auth.create_user`
    is answered with 400/801, and that tenant's bootstrap Job fails.

    Fails:
        tenants:
          - {name: acme, admin: {name: Ops, email: ops@example.com}}
          - {name: globex, admin: {name: Ops, email: Ops@example.com}}

    Passes:
        tenants:
          - {name: acme, admin: {name: Ops, email: ops+acme@example.com}}
          - {name: globex, admin: {name: Ops, email: ops+globex@example.com}}
    """
    supervisor = b.server.supervisor
    users: list[tuple[str, Tenant | None]] = [] if supervisor is None else [(supervisor.email.lower(), None)]
    users += [(tenant.admin.email.lower(), tenant) for tenant in b.tenants]
    for first, again in repeated(users):
        if again is None:  # the supervisor comes first
            continue
        whose = "the supervisor" if first is None else f"the admin of `{first.name}`"
        above: Route = ("spec", "server", "supervisor") if first is None else (*first.route, "admin")
        user, _, domain = again.admin.email.partition("@")
        yield Finding(
            (*again.route, "admin", "email"),
            f"{whose} and the admin of `{again.name}` have one address",
            f"give each user an address of its own, such as `{user}+{again.name}@{domain}`",
            related=(((*above, "email"), "first here"),),
        )


def company_too_short(b: Blueprint) -> Iterator[Finding]:
    """A company whose name, taken from the tenant's, has fewer than three characters.

    ClearML refuses such a name, and the bootstrap Job fails with it.

    Fails:
        tenants:
          - {name: hq}

    Passes:
        tenants:
          - {name: hq, company: Headquarters}
    """
    for tenant in b.tenants:
        if len(tenant.company) < SHORTEST:
            yield Finding(
                _company(b, tenant),
                f"the company of tenant `{tenant.name}` would be called `{tenant.company}`, "
                f"and ClearML wants at least {SHORTEST} characters",
                "write its whole name: `company: …`",
            )


def too_long(b: Blueprint) -> Iterator[Finding]:
    """A name that is too long once it is composed.

    Flux writes a Kustomization's name on every object as a label, which holds 63 characters: with a longer
    one nothing of the tenant is applied. The server's chart makes its Services' names by appending to its
    own, and they hold 63 as well.

    Fails:
        metadata: {name: production-of-the-platform-eu}
        tenants:
          - {name: department-of-applied-linguistics}

    Passes:
        metadata: {name: production-eu}
        tenants:
          - {name: department-of-applied-linguistics}
    """
    room = LONGEST - len(f"{b.name}-tenant-")
    for tenant in b.tenants:
        if len(tenant.name) > room:
            composed = f"{b.name}-tenant-{tenant.name}"
            yield Finding(
                (*tenant.route, "name"),
                f"the Kustomization `{composed}` has {len(composed)} characters, {LONGEST} are the most",
                f"`{b.name}` leaves {room} for a tenant's name: `{tenant.name[:room].rstrip('-')}`",
                related=((("metadata", "name"), "begins it"),),
            )
    release, chart = b.server.release_name, b.server.chart.name
    service = (release if chart in release else f"{release}-{chart}") + SERVICE_SUFFIX
    excess = len(service) - LONGEST
    if excess > 0:
        shorter = release[:-excess].rstrip("-") if len(release) > excess else ""
        yield Finding(
            ("spec", "server", "releaseName"),
            f"the server's Service `{service}` has {len(service)} characters, {LONGEST} are the most",
            f"shorten the release name: `{shorter}`" if shorter else "take a chart of a shorter name",
            related=((("spec", "server", "chart", "name"), "is a part of it"),),
        )


def duplicate_release(b: Blueprint) -> Iterator[Finding]:
    """A release of Redis with the name of another release beside it.

    With one Redis a tenant, it is installed beside the agent and the gateway. Two releases of one name in a
    namespace replace each other, and take along what the other one stored.

    Fails:
        redis:
          enabled: true
          mode: per-tenant
          releaseName: clearml-agent
          chart: {repository: charts, name: redis, version: 17.8.3}

    Passes:
        redis:
          enabled: true
          mode: per-tenant
          releaseName: redis
          chart: {repository: charts, name: redis, version: 17.8.3}
    """
    if b.redis.enabled and b.redis.mode == "per-tenant" and b.redis.release_name in TENANT_RELEASES:
        yield Finding(
            ("spec", "redis", "releaseName"),
            f"each tenant would have two releases called `{b.redis.release_name}`",
            "write another name, such as `releaseName: redis`",
        )


def _company(b: Blueprint, tenant: Tenant) -> Route:
    """Where a tenant's company was written: at its field, or at the name that it defaults to."""
    route = (*tenant.route, "company")
    return route if b.source.has(route) else (*tenant.route, "name")


RULES = (
    rule("names/duplicate-tenant", duplicate_tenant),
    rule("names/duplicate-company", duplicate_company),
    rule("names/adopted-twice", adopted_twice),
    rule("names/duplicate-email", duplicate_email),
    rule("names/company-too-short", company_too_short),
    rule("names/too-long", too_long),
    rule("names/duplicate-release", duplicate_release),
)
