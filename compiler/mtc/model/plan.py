"""What was decided: names, ports, addresses, identities, the order of things.

A plan repeats nothing that the blueprint says already: it holds the blueprint's own (frozen) parts beside
what had to be decided about them. Every planned item carries the route of the blueprint node that it came
from, so that a fault in a rendered file is shown at the line to change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from mtc.model.blueprint import Blueprint, EnvValue, Ports, Tenant
from mtc.model.lock import Lock
from mtc.model.record import Record
from mtc.model.source import Data, Route


class ChartSource(Record, frozen=True):
    """Where Flux takes a chart from. `namespace` is set for charts from Git alone (`flux.source`).

    `chart` is the chart's name, or its folder for a chart from Git; `version` "" means not pinned.
    """

    kind: Literal["HelmRepository", "OCIRepository", "GitRepository", "Bucket"]
    name: str
    namespace: str | None
    chart: str
    version: str


class Release(Record, frozen=True):
    """A HelmRelease: its name in the control namespace, what it installs, where, as whom, after what.

    `values_from` are Secrets in the control namespace whose `values.yaml` holds whole values documents.
    `prefix` is the name that the chart gives its own objects (Helm's `fullname`).
    """

    name: str
    release_name: str
    prefix: str
    source: ChartSource
    namespace: str
    service_account: str | None
    depends_on: tuple[str, ...]
    timeout: str
    values_from: tuple[str, ...]
    replaces_crds: bool
    tenant: str | None
    shard: str | None
    origin: Route


class HelmRepositoryPlan(Record, frozen=True):
    """A repository of charts over HTTP(S)."""

    name: str
    url: str
    secret: str | None
    origin: Route


class OciRepositoryPlan(Record, frozen=True):
    """One chart at one version in a registry."""

    name: str
    url: str
    version: str
    secret: str | None
    origin: Route


class NamespacePlan(Record, frozen=True):
    """A namespace of the tree. `pod_security` None enforces nothing (a chart's pods are unknown to us)."""

    name: str
    component: str
    pod_security: Literal["privileged", "baseline", "restricted"] | None
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    protect: bool
    tenant: str | None
    origin: Route


class SecretRef(Record, frozen=True):
    """A configuration value that comes from the Secret `server` in the server's namespace."""

    key: str


class ConfigEntry(Record, frozen=True):
    """One ClearML configuration value: the path in the server's configuration, and what it is to be."""

    path: tuple[str, ...]
    value: Data | SecretRef
    origin: Route


class SecretField(Record, frozen=True):
    """One value of a Secret. `property` names it at its provider; `values_path` places it in `values.yaml`.

    `note` says what the value is and which characters it may not hold.
    """

    property: str
    note: str
    values_path: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()


class SecretPlan(Record, frozen=True):
    """A Secret that the tree needs and somebody provides.

    `form`: `fields` has one key a field; `values` one key `values.yaml` with all fields; `dockerconfigjson`
    one key `.dockerconfigjson`. `remote` is (namespace, name) at the provider: several Secrets with one
    value share it, and `properties` then maps this Secret's keys to the properties there. `registry` is what
    a Docker config is for, as it is written there (Docker Hub's is a URL).
    """

    name: str
    namespace: str
    form: Literal["fields", "values", "dockerconfigjson"]
    fields: tuple[SecretField, ...]
    readers: str
    watch: bool
    remote: tuple[str, str]
    properties: Mapping[str, str]
    tenant: str | None
    origin: Route
    registry: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the Secret's data."""
        if self.form == "values":
            return ("values.yaml",)
        if self.form == "dockerconfigjson":
            return (".dockerconfigjson",)
        return tuple(field.property for field in self.fields)

    @property
    def type(self) -> str:
        """The Secret's type."""
        return "kubernetes.io/dockerconfigjson" if self.form == "dockerconfigjson" else "Opaque"

    @property
    def labels(self) -> dict[str, str]:
        """Labels that the Secret must carry: Flux watches it where a HelmRelease reads it."""
        return {"reconcile.fluxcd.io/watch": "Enabled"} if self.watch else {}


class SopsFile(Record, frozen=True):
    """An encrypted file that goes into the tree byte for byte."""

    path: str
    content: bytes
    tenant: str | None


class ExtraPlan(Record, frozen=True):
    """One manifest that the author brought: the file's path in the tree and the object."""

    path: str
    body: Mapping[str, Data]
    tenant: str | None
    origin: Route


class RedisAddress(Record, frozen=True):
    """Where a tenant's agent finds Redis."""

    host: str
    port: int
    db: int
    namespace: str
    instance: str


class QueuePlan(Record, frozen=True):
    """A queue's pod template: labels, resource limits and requests, as the agent chart takes them.

    Tenants that inherit their queues share it, so it has no route of its own.
    """

    name: str
    labels: Mapping[str, str]
    resources: Mapping[str, Data]


class TenantPlan(Record, frozen=True):
    """One tenant: the blueprint's part and what was decided.

    `certificate` is the Secret with the gateway's TLS certificate; None: the ingress controller's own.
    """

    spec: Tenant
    namespace: NamespacePlan
    queues: tuple[QueuePlan, ...]
    session_ports: Ports | None
    stream_ports: Ports | None
    redis: RedisAddress | None
    agent: Release
    gateway: Release | None
    redis_release: Release | None
    secrets: tuple[SecretPlan, ...]
    credentials: str
    service_account: str
    shard: str | None
    certificate: str | None = None
    sops: tuple[SopsFile, ...] = ()
    extras: tuple[ExtraPlan, ...] = ()

    @property
    def name(self) -> str:
        """The tenant's name."""
        return self.spec.name

    @property
    def installed(self) -> Mapping[Literal["redis", "agent", "gateway"], Release]:
        """What is installed for the tenant, in order; nothing but Redis while it is suspended."""
        found: dict[Literal["redis", "agent", "gateway"], Release] = {}
        if self.redis_release is not None:
            found["redis"] = self.redis_release
        if not self.spec.suspended:
            found["agent"] = self.agent
            if self.gateway is not None:
                found["gateway"] = self.gateway
        return found

    @property
    def releases(self) -> tuple[Release, ...]:
        """The releases among what is installed."""
        return tuple(self.installed.values())


class ServerPlan(Record, frozen=True):
    """The server: its release, its Services, its whole configuration.

    `cookie`: the name of the sign-in cookie, which app gateways read too; None where no tenant has one.
    """

    release: Release
    api_url: str
    cookie: str | None
    config: tuple[ConfigEntry, ...]
    env: Mapping[str, EnvValue]


class Plan(Record, frozen=True):
    """Everything that render needs, and the proof may compare with; `namespaces` are the platform's."""

    blueprint: Blueprint
    namespaces: tuple[NamespacePlan, ...]
    repositories: tuple[HelmRepositoryPlan, ...]
    charts: tuple[OciRepositoryPlan, ...]
    server: ServerPlan
    redis: Release | None
    billing: Release | None
    gpu_operator: Release | None
    dynamic_mig: Release | None
    tenants: tuple[TenantPlan, ...]
    secrets: tuple[SecretPlan, ...]
    lock: Lock
    sops: tuple[SopsFile, ...] = ()
    extras: tuple[ExtraPlan, ...] = ()

    @property
    def platform_releases(self) -> tuple[Release, ...]:
        """The platform's releases, dependencies first."""
        found = (self.redis, self.billing, self.server.release, self.gpu_operator, self.dynamic_mig)
        return tuple(release for release in found if release is not None)

    @property
    def name(self) -> str:
        """The blueprint's name: it prefixes Flux objects."""
        return self.blueprint.name

    @property
    def control(self) -> str:
        """The control namespace."""
        return self.blueprint.flux.control_namespace
