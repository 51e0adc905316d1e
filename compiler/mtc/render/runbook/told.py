"""What a runbook tells of its plan: the rows of its tables, and names."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mtc.model.blueprint import ExternalSecrets, Ports
from mtc.model.plan import Plan, Release, SecretPlan
from mtc.model.record import Record


class Host(Record, frozen=True):
    """A DNS name to create, and what answers there."""

    name: str
    purpose: str


class PortRow(Record, frozen=True):
    """A tenant's node ports; `sessions` are those of its Services, without the interval's reserved first one.

    `open`: the Services exist; without port mode they are only kept for the tenant.
    """

    tenant: str
    sessions: Ports | None
    open: bool
    streams: Ports | None
    address: str


class SecretRow(Record, frozen=True):
    """A Secret to provide. `remote` is its key at the provider, or its file; "" where it is made by hand."""

    namespace: str
    name: str
    keys: tuple[str, ...]
    remote: str


class ValueRow(Record, frozen=True):
    """One value to provide: under which name, in which Secrets, what it is and may not hold."""

    secret: str
    value: str
    note: str
    forbidden: tuple[str, ...]


class EqualRow(Record, frozen=True):
    """A value that stands in two places: `source` is the one, (`secret`, `key`) in `places` the others.

    `namespace` is the source's; "" where both are in the same namespace, tenant by tenant.
    """

    source: str
    property: str
    namespace: str
    secret: str
    key: str
    places: int
    example: str


class Told(Record, frozen=True):
    """All of a plan that its runbook tells beside the blueprint's own words; `flux_path` is Flux's folder in
    the source, `sops_folder` that of encrypted files, beside the blueprint."""

    plan: Plan
    flux_path: str
    platform: str
    sops_folder: str
    hosts: tuple[Host, ...]
    ports: tuple[PortRow, ...]
    git_charts: tuple[str, ...]
    secrets: tuple[SecretRow, ...]
    repositories: tuple[str, ...]
    values: tuple[ValueRow, ...]
    equals: tuple[EqualRow, ...]

    @property
    def store(self) -> ExternalSecrets | None:
        """The External Secrets store, where that is who provides Secrets."""
        settings = self.plan.blueprint.secrets
        return settings.external_secrets if settings.provider == "external-secrets" else None


def told_of(plan: Plan) -> Told:
    """What there is to tell of a plan."""
    blueprint, secrets = plan.blueprint, tuple(_secrets(plan))
    return Told(
        plan=plan,
        flux_path=posixpath.join(blueprint.flux.path, "flux"),
        platform=f"{plan.name}-platform",
        sops_folder=posixpath.normpath(blueprint.secrets.sops.directory),
        hosts=tuple(_hosts(plan)),
        ports=tuple(_ports(plan)),
        git_charts=_git_charts(plan),
        secrets=tuple(_secret_row(plan, secret) for secret in secrets),
        repositories=_repository_secrets(plan),
        values=_value_rows(plan, secrets),
        equals=_equal_rows(secrets),
    )


def _hosts(plan: Plan) -> Iterator[Host]:
    hosts = plan.blueprint.hosts
    yield Host(hosts.api, "the API")
    yield Host(hosts.app, "the web UI")
    yield Host(hosts.files, "the file server")
    for tenant in plan.tenants:
        if tenant.spec.gateway.enabled and tenant.spec.gateway.host is not None:
            yield Host(tenant.spec.gateway.host, f"the gateway of tenant {tenant.name}")


def _repository_secrets(plan: Plan) -> tuple[str, ...]:
    secrets = [source.secret for source in plan.repositories] + [source.secret for source in plan.charts]
    return tuple(dict.fromkeys(secret for secret in secrets if secret is not None))


def _ports(plan: Plan) -> Iterator[PortRow]:
    """Tenants that hold node ports. The agent's chart uses startingPort+1 … startingPort+maxServices."""
    for tenant in plan.tenants:
        held = tenant.session_ports
        if held is None and tenant.stream_ports is None:
            continue
        used = Ports(held.first + 1, held.last) if held is not None else None
        sessions = tenant.spec.sessions
        yield PortRow(
            tenant.name, used, sessions.port_mode, tenant.stream_ports, sessions.external_ip or ""
        )


def _releases(plan: Plan) -> Iterator[Release]:
    """All releases of the plan, a suspended tenant's too: its charts are needed the day it comes back."""
    yield from plan.platform_releases
    for tenant in plan.tenants:
        own = (tenant.redis_release, tenant.agent, tenant.gateway)
        yield from (release for release in own if release is not None)


def _git_charts(plan: Plan) -> tuple[str, ...]:
    """The folders of charts that lie in the tree's own source, in the order of their first use."""
    kinds = ("GitRepository", "Bucket")
    return tuple(dict.fromkeys(one.source.chart for one in _releases(plan) if one.source.kind in kinds))


def _secrets(plan: Plan) -> Iterator[SecretPlan]:
    yield from plan.secrets
    for tenant in plan.tenants:
        yield from tenant.secrets


def _secret_row(plan: Plan, secret: SecretPlan) -> SecretRow:
    settings = plan.blueprint.secrets
    remote = ""
    if settings.provider == "external-secrets" and settings.external_secrets is not None:
        remote = "/".join((settings.external_secrets.key_prefix, *secret.remote))
    elif settings.provider == "sops":
        remote = f"{posixpath.normpath(settings.sops.directory)}/{secret.namespace}/{secret.name}.yaml"
    return SecretRow(secret.namespace, secret.name, secret.keys, remote)


def _value_rows(plan: Plan, secrets: tuple[SecretPlan, ...]) -> tuple[ValueRow, ...]:
    """Each value once, however many tenants have it. The provider's property name where there is one."""
    external = plan.blueprint.secrets.provider == "external-secrets"
    rows: dict[ValueRow, None] = {}
    for secret in secrets:
        for field in secret.fields:
            name = ".".join(field.values_path) or field.property
            if external:
                name = secret.properties.get(field.property, field.property)
            rows[ValueRow(secret.name, name, field.note, field.forbidden)] = None
    return tuple(rows)


def _equal_rows(secrets: tuple[SecretPlan, ...]) -> tuple[EqualRow, ...]:
    """Values that another Secret holds too. Tenants in the same situation are one row."""
    found: dict[tuple[str, str, str, str, str], list[str]] = {}
    for secret in secrets:
        if secret.remote == (secret.namespace, secret.name):
            continue
        namespace, source = secret.remote
        where = "" if namespace == secret.namespace and secret.tenant is not None else namespace
        for key, source_key in secret.properties.items():
            found.setdefault((source, source_key, where, secret.name, key), []).append(secret.namespace)
    return tuple(EqualRow(*key, places=len(names), example=names[0]) for key, names in found.items())
