"""Single sign-on: every login finds its own tenant, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from mtc.check.findings import Finding, repeated, rule
from mtc.check.public_mail import PUBLIC_DOMAINS
from mtc.encodings import PREFIX, variable_path
from mtc.model.blueprint import Blueprint, Tenant
from mtc.model.source import Route
from mtc.model.spelling import LIKELY, nearest

PROVIDER_PATHS = ("services.login.sso", "secure.login.sso", "apiserver.auth.fixed_users")


def default_company(b: Blueprint) -> Iterator[Finding]:
    """A login provider that sends everyone to one company.

    With `defaultCompany`, whoever the provider can authenticate becomes a user of that company, whether a
    tenant's domains and addresses have them or not: one tenant fills up with the others' users.

    Fails:
        server: {sso: {google: {clientId: "4711", defaultCompany: 4f3c2b1a0d9e8f7a6b5c4d3e2f1a0b9c}}}
        tenants: [{name: acme}, {name: globex}]

    Passes:
        server: {sso: {google: {clientId: "4711"}}}
        tenants: [{name: acme}, {name: globex}]
    """
    for provider in b.server.sso:
        if len(b.tenants) > 1 and provider.settings.get("defaultCompany") is not None:
            yield Finding(
                ("spec", "server", "sso", provider.name, "defaultCompany"),
                f"everyone whom `{provider.name}` can authenticate lands in one company, "
                f"and there are {len(b.tenants):,} tenants",
                "take it out: `login.domains` and `login.emails` say who belongs to which tenant",
            )


def public_domain(b: Blueprint) -> Iterator[Finding]:
    """A tenant for everyone with a free mail account.

    Whoever has an address there becomes a user of the tenant.

    Fails:
        server: {sso: {google: {clientId: "4711"}}}
        tenants:
          - {name: acme, login: {domains: [acme.example, gmail.com]}}

    Passes:
        server: {sso: {google: {clientId: "4711"}}}
        tenants:
          - {name: acme, login: {domains: [acme.example]}}
    """
    for tenant in b.tenants:
        for index, domain in enumerate(tenant.login.domains):
            if domain in PUBLIC_DOMAINS:
                yield Finding(
                    _domain_place(tenant, index),
                    f"anyone can have an address in `{domain}`, and would be a user of `{tenant.name}`",
                    "take it out, and list single addresses in `login.emails`",
                )


def duplicate_domain(b: Blueprint) -> Iterator[Finding]:
    """A mail domain in two tenants.

    The server then sends a user to the one or the other; the documentation calls it unstable.

    Fails:
        server: {sso: {google: {clientId: "4711"}}}
        tenants:
          - {name: acme, login: {domains: [acme.example]}}
          - {name: acme-labs, login: {domains: [acme-labs.example, acme.example]}}

    Passes:
        server: {sso: {google: {clientId: "4711"}}}
        tenants:
          - {name: acme, login: {domains: [acme.example]}}
          - {name: acme-labs, login: {domains: [acme-labs.example]}}
    """
    found = ((domain, (tenant, at)) for tenant in b.tenants for at, domain in enumerate(tenant.login.domains))
    for (first, earlier), (again, later) in repeated(found):
        domain = again.login.domains[later]
        yield Finding(
            _domain_place(again, later),
            f"users of `{domain}` belong to the tenants `{first.name}` and `{again.name}`",
            "leave it to one tenant, and list single addresses in `login.emails` of the other",
            related=((_domain_place(first, earlier), f"`{first.name}` has it"),),
        )


def duplicate_address(b: Blueprint) -> Iterator[Finding]:
    """An address on the lists of two tenants.

    The server then sends the user to the one or the other; the documentation calls it unstable.

    Fails:
        server: {sso: {google: {clientId: "4711"}}}
        tenants:
          - {name: acme, login: {emails: [bob@example.org]}}
          - {name: globex, login: {adminEmails: [Bob@example.org]}}

    Passes:
        server: {sso: {google: {clientId: "4711"}}}
        tenants:
          - {name: acme, login: {emails: [bob@example.org]}}
          - {name: globex, login: {adminEmails: [eve@example.org]}}
    """
    found = ((email.lower(), (tenant, place)) for tenant, email, place in _listed(b))
    for (first, earlier), (again, place) in repeated(found):
        if first is not again:
            yield Finding(
                (*again.route, *place),
                f"one address is on the lists of the tenants `{first.name}` and `{again.name}`",
                "leave it to one of them: a person in two tenants needs two addresses",
                related=(((*first.route, *earlier), f"`{first.name}` has it"),),
            )


def outside_domains(b: Blueprint) -> Iterator[Finding]:
    """An address that is in none of its tenant's domains.

    An administrator elsewhere is a slip of the pen, or somebody who should be known; an ordinary address
    elsewhere is a guest, unless it looks like a slip too. Whom it was meant for cannot log in.

    Fails:
        server: {sso: {google: {clientId: "4711"}}}
        tenants:
          - name: acme
            admin: {name: Ada, email: ada@acme.exmaple}
            login: {domains: [acme.example]}

    Passes:
        server: {sso: {google: {clientId: "4711"}}}
        tenants:
          - name: acme
            admin: {name: Ada, email: ada@acme.example}
            login: {domains: [acme.example]}
    """
    owners = _owners(b)
    for tenant, email, place in chain(_listed(b), _admins(b)):
        domain, domains = _domain(email), tenant.login.domains
        if not domains or domain in domains or domain in owners:
            continue
        meant = nearest(domain, domains, at_least=LIKELY)
        if meant or "emails" not in place:
            yield Finding(
                (*tenant.route, *place),
                f"`{domain}` is not a domain of the tenant `{tenant.name}`",
                f"did you mean `{meant}`?"
                if meant
                else f"write an address in `{domains[0]}`, or silence this",
                related=(((*tenant.route, "login", "domains"), "its domains"),),
            )


def other_tenants_domain(b: Blueprint) -> Iterator[Finding]:
    """An address in another tenant's domain.

    Its domain sends the user to one tenant and its own entry to another; which of them wins is not
    documented.

    Fails:
        server: {sso: {google: {clientId: "4711"}}}
        tenants:
          - {name: acme, login: {domains: [acme.example]}}
          - {name: globex, login: {emails: [bob@acme.example]}}

    Passes:
        server: {sso: {google: {clientId: "4711"}}}
        tenants:
          - {name: acme, login: {domains: [acme.example]}}
          - {name: globex, login: {emails: [bob@globex.example]}}
    """
    owners = _owners(b)
    for tenant, email, place in chain(_listed(b), _admins(b)):
        domain = _domain(email)
        owner, at = owners.get(domain, (tenant, 0))
        if owner is not tenant and domain not in tenant.login.domains:
            yield Finding(
                (*tenant.route, *place),
                f"an address of the tenant `{tenant.name}` is in `{domain}`, "
                f"which sends its users to `{owner.name}`",
                f"give the person an address elsewhere, or leave them to `{owner.name}`",
                related=((_domain_place(owner, at), f"`{owner.name}` has it"),),
            )


def no_provider(b: Blueprint) -> Iterator[Finding]:
    """Login rules on a server that nobody can log in to with SSO.

    `login` says which tenant an SSO login belongs to; without a provider there are none.

    Fails:
        tenants:
          - {name: acme, login: {domains: [acme.example]}}

    Passes:
        server: {sso: {google: {clientId: "4711"}}}
        tenants:
          - {name: acme, login: {domains: [acme.example]}}
    """
    variables = (".".join(variable_path(name)) for name in b.server.env if name.startswith(PREFIX))
    configured = (*b.server.config, *variables)
    if b.server.sso or any(path.startswith(PROVIDER_PATHS) for path in configured):
        return
    for tenant in b.tenants:
        if tenant.login.domains or tenant.login.emails or tenant.login.admin_emails:
            yield Finding(
                (*tenant.route, "login"),
                f"the tenant `{tenant.name}` has login rules, and the server has no SSO provider",
                "add a provider to `server.sso`",
                related=((("spec", "server"), "no `sso`"),),
            )
            return


def _listed(b: Blueprint) -> Iterator[tuple[Tenant, str, Route]]:
    """(tenant, address, where it stands below the tenant), here and in `_admins`."""
    for tenant in b.tenants:
        login = tenant.login
        if login.emails or login.admin_emails:
            for field, emails in (("emails", login.emails), ("adminEmails", login.admin_emails)):
                for index, email in enumerate(emails):
                    yield tenant, email, ("login", field, index)


def _admins(b: Blueprint) -> Iterator[tuple[Tenant, str, Route]]:
    """Admins who are people; an internal one never logs in."""
    for tenant in b.tenants:
        if not tenant.admin.internal:
            yield tenant, tenant.admin.email, ("admin", "email")


def _owners(b: Blueprint) -> dict[str, tuple[Tenant, int]]:
    """Each domain's (first) tenant, and which of its domains it is."""
    owners: dict[str, tuple[Tenant, int]] = {}
    for tenant in b.tenants:
        for index, domain in enumerate(tenant.login.domains):
            owners.setdefault(domain, (tenant, index))
    return owners


def _domain_place(tenant: Tenant, index: int) -> Route:
    return (*tenant.route, "login", "domains", index)


def _domain(email: str) -> str:
    return email.rpartition("@")[2].lower()


RULES = (
    rule("sso/default-company", default_company, "warning"),
    rule("sso/public-domain", public_domain),
    rule("sso/duplicate-domain", duplicate_domain),
    rule("sso/duplicate-address", duplicate_address),
    rule("sso/outside-domains", outside_domains, "warning"),
    rule("sso/other-tenants-domain", other_tenants_domain, "warning"),
    rule("sso/no-provider", no_provider, "warning"),
)
