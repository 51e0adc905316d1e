"""What the author wrote, defaults filled in and profiles merged: the language `mtc/v1alpha1`, typed.

Names follow the language (docs/language.md) in snake case. `None` means that the author left it out and
no default applies. Parts that tenants inherit unchanged are one shared object, so a thousand tenants with
one `tenantDefaults.agent` hold one `Agent`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Literal, TypeAlias

from mtc.model.record import Record
from mtc.model.source import Data, Route, Source, Span

Port: TypeAlias = int
EXACT_VERSION = re.compile(r"v?\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?\Z")  # of a chart; anything else is a range


class Ports(Record, frozen=True):
    """A closed interval of ports."""

    first: Port
    last: Port

    def __len__(self) -> int:
        return max(0, self.last - self.first + 1)

    def overlaps(self, other: Ports) -> bool:
        """True when a port lies in both."""
        return self.first <= other.last and other.first <= self.last


class Chart(Record, frozen=True):
    """A Helm chart: a repository's key, the chart's name in it, and the version (None: not pinned)."""

    repository: str
    name: str
    version: str | None


class Repository(Record, frozen=True):
    """Where charts come from: exactly one of `url` (https:// or oci://) and `git` (a folder) is set."""

    url: str | None
    authenticated: bool
    git: str | None


class SecretKey(Record, frozen=True):
    """A key of a Secret in the namespace of the pod that reads it."""

    secret: str
    key: str


EnvValue: TypeAlias = "str | SecretKey"
Env: TypeAlias = Mapping[str, EnvValue]


class Hosts(Record, frozen=True):
    """Whole host names (the domain is already appended where the author left it out)."""

    api: str
    app: str
    files: str


class Tls(Record, frozen=True):
    """What every ingress gets; both None: the ingress controller's own default certificate."""

    secret_name: str | None = None
    cluster_issuer: str | None = None

    def certificate(self, host: str) -> str | None:
        """The Secret with the certificate of `host`; cert-manager fills one for each host."""
        if self.secret_name is None and self.cluster_issuer is not None:
            return f"{host.replace('.', '-')}-tls"
        return self.secret_name


class IngressController(Record, frozen=True):
    """Where requests enter the cluster."""

    namespace: str
    pod_labels: Mapping[str, str]
    class_name: str
    host_network: bool
    addresses: tuple[str, ...]


class Dns(Record, frozen=True):
    """The cluster's DNS pods, and the port that they listen on: a policy goes by it, not by the Service's."""

    namespace: str
    pod_labels: Mapping[str, str]
    port: int


class Cluster(Record, frozen=True):
    """Facts about the cluster that the compiler cannot look up."""

    kubernetes_version: str
    node_port_range: Ports
    pod_cidrs: tuple[str, ...]
    service_cidrs: tuple[str, ...]
    api_server_cidrs: tuple[str, ...]
    node_cidrs: tuple[str, ...]
    ingress_controller: IngressController
    dns: Dns
    reserved_namespaces: tuple[str, ...]


class FluxSource(Record, frozen=True):
    """The Flux source that delivers this tree."""

    kind: str
    name: str


class Flux(Record, frozen=True):
    """How Flux runs and where it finds the tree. Durations are Go's (`1h`, `10m`)."""

    version: str
    namespace: str
    source: FluxSource
    path: str
    interval: str
    retry_interval: str
    timeout: str
    platform_timeout: str
    control_namespace: str
    depends_on: tuple[str, ...]
    shards: tuple[str, ...]
    impersonate: bool
    lockdown: bool
    health_checks: bool


class ExternalSecrets(Record, frozen=True):
    """External Secrets Operator: the store, the prefix of remote keys, how often to look."""

    store_kind: str
    store_name: str
    key_prefix: str
    refresh_interval: str


class Sops(Record, frozen=True):
    """Encrypted files: their folder beside the blueprint and the Secret with the age key."""

    directory: str
    decryption_secret: str


class Secrets(Record, frozen=True):
    """Who provides the Secrets that the tree needs."""

    provider: Literal["manual", "external-secrets", "sops"]
    external_secrets: ExternalSecrets | None
    sops: Sops


class Bootstrap(Record, frozen=True):
    """The Jobs that create tenants through the API."""

    image: str
    api_url: str | None
    backoff_limit: int
    pull_secret: str | None = None


class Extras(Record, frozen=True):
    """Paths of the author's own manifest templates."""

    platform: tuple[str, ...]
    tenant: tuple[str, ...]


class Images(Record, frozen=True):
    """Image tags of the server's three pods."""

    apiserver: str | None
    webserver: str | None
    fileserver: str | None


class SsoProvider(Record, frozen=True):
    """One login provider; `settings` has the language's names (model/clearml.py maps them to keys)."""

    name: str
    settings: Mapping[str, Data]


class Supervisor(Record, frozen=True):
    """The user that may act across tenants; its key and secret come from the Secret `server`."""

    email: str
    groups: tuple[str, ...]
    role: str
    allow_login: bool
    company: str | None


class Group(Record, frozen=True):
    """A cross-tenant group. Built-in groups have features only (`custom` False)."""

    key: str
    features: tuple[str, ...]
    display_name: str
    assignable: bool
    id: str | None
    custom: bool


class Package(Record, frozen=True):
    """The archive of ClearML applications: where it is, what it must hash to, the image that uploads it."""

    url: str
    sha256: str
    image: str | None


class Applications(Record, frozen=True):
    """ClearML applications on the server."""

    enabled: bool
    queue_mode: str | None
    package: Package | None


class Server(Record, frozen=True):
    """The ClearML server."""

    namespace: str
    release_name: str
    chart: Chart
    images: Images
    identity: Literal["secret", "chart"]
    sso: tuple[SsoProvider, ...]
    supervisor: Supervisor | None
    unique_company_names: bool
    max_running_applications: int | None
    features: tuple[str, ...]
    ui_features: Mapping[str, Mapping[str, bool]]
    groups: tuple[Group, ...]
    applications: Applications
    config: Mapping[str, Data]
    env: Env
    values: Mapping[str, Data]


class Redis(Record, frozen=True):
    """The Redis that agents share state in."""

    enabled: bool
    mode: Literal["shared", "per-tenant"]
    namespace: str
    release_name: str
    chart: Chart | None
    values: Mapping[str, Data]


class Kafka(Record, frozen=True):
    """The billing chart's Kafka, as the server reaches it."""

    host: str
    username: str
    security_protocol: str
    mechanism: str


class BillingRedis(Record, frozen=True):
    """The billing chart's Redis, as the server reaches it."""

    host: str
    port: Port
    db: int


class Billing(Record, frozen=True):
    """The billing chart."""

    enabled: bool
    namespace: str
    release_name: str
    chart: Chart | None
    image_username: str | None
    kafka: Kafka
    redis: BillingRedis
    values: Mapping[str, Data]


class Operator(Record, frozen=True):
    """A GPU operator chart (NVIDIA's, or ClearML's dynamic MIG operator)."""

    enabled: bool
    namespace: str
    chart: Chart | None
    values: Mapping[str, Data]


class Gpu(Record, frozen=True):
    """GPUs: the operators, the model whose MIG profiles give fractions their resources."""

    operator: Operator
    dynamic_mig: Operator
    model: str | None
    fraction_resource: str | None


class NodePorts(Record, frozen=True):
    """The pool that session ports are handed out from, and ports never to use."""

    pool: Ports
    reserved: tuple[Ports, ...]


class Admin(Record, frozen=True):
    """A tenant's administrator."""

    name: str
    email: str
    internal: bool
    id: str | None
    rotate: int


class Login(Record, frozen=True):
    """Who lands in this tenant after SSO."""

    domains: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    admin_emails: tuple[str, ...] = ()


class TenantFeatures(Record, frozen=True):
    """Company features, in ClearML's names."""

    enable: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class MonitoredResources(Record, frozen=True):
    """How many resources the agent may use at once, and the field that says how many a task uses."""

    max: Data
    min_field: str | None
    max_field: str | None


class Rule(Record, frozen=True):
    """An RBAC rule that a private chart needs beyond ours."""

    api_groups: tuple[str, ...]
    resources: tuple[str, ...]
    verbs: tuple[str, ...]
    resource_names: tuple[str, ...] = ()


class Agent(Record, frozen=True):
    """A tenant's agent chart."""

    chart: Chart
    image: str | None
    default_container_image: str | None
    debug: bool
    create_queues: bool
    env: Env
    monitored_resources: MonitoredResources | None
    apps_queue: bool
    rules: tuple[Rule, ...]
    values: Mapping[str, Data]


class Queue(Record, frozen=True):
    """One queue and what a task of it gets. Of the four ways to ask for a GPU at most one is set."""

    name: str
    gpu_fraction: float | None
    mig_profile: str | None
    gpus: int | None
    share: float | None
    max_pods: int | None
    labels: Mapping[str, str]
    resources: Mapping[str, Data]
    env: Env
    image: str | None
    template_overrides: Mapping[str, Data]
    queue_settings: Mapping[str, Data]


class Sessions(Record, frozen=True):
    """Interactive session ports."""

    port_mode: bool
    max_services: int
    starting_port: Port | None
    external_ip: str | None
    client_cidrs: tuple[str, ...]


class Gateway(Record, frozen=True):
    """A tenant's app gateway (or the older task traffic router). `host` is a whole name."""

    enabled: bool
    flavor: Literal["task-traffic-router", "app-gateway"]
    chart: Chart | None
    host: str | None
    stream_ports: Ports | None
    rules: tuple[Rule, ...]
    values: Mapping[str, Data]


class AllowPort(Record, frozen=True):
    """A port of an extra flow."""

    port: Port
    protocol: str


class Allow(Record, frozen=True):
    """An extra flow that someone asked for. Of `cidr` and (`namespace`, `pod_labels`) one is set."""

    direction: Literal["in", "out"]
    namespace: str | None
    pod_labels: Mapping[str, str]
    cidr: str | None
    component: str | None
    component_labels: Mapping[str, str]
    ports: tuple[AllowPort, ...]
    reason: str


class Tenant(Record, frozen=True):
    """One tenant with its effective settings; `index` is its place in `spec.tenants`."""

    index: int
    name: str
    namespace: str
    company: str
    company_id: str | None
    profile: str | None
    admin: Admin
    login: Login
    max_users: int | None
    features: TenantFeatures
    agent: Agent
    queues: tuple[Queue, ...]
    sessions: Sessions
    gateway: Gateway
    quota: Mapping[str, Data]
    limit_range: tuple[Data, ...]
    pod_security: Literal["baseline", "restricted"]
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    protect: bool
    suspended: bool
    shard: str | None
    allow: tuple[Allow, ...]

    @property
    def route(self) -> Route:
        """Where it stands in the blueprint."""
        return ("spec", "tenants", self.index)


class BlueprintFile(Record, frozen=True):
    """A file that the blueprint names: path relative to the blueprint's folder, and its bytes."""

    path: str
    content: bytes


class Blueprint(Record, frozen=True, dict=True):  # `groups` needs the dict
    """A whole blueprint. `files` are the SOPS files and extra manifests that it names, as read."""

    source: Source
    name: str
    annotations: Mapping[str, str]
    domain: str
    hosts: Hosts
    tls: Tls
    cluster: Cluster
    flux: Flux
    secrets: Secrets
    repositories: Mapping[str, Repository]
    bootstrap: Bootstrap
    extras: Extras
    server: Server
    redis: Redis
    billing: Billing
    gpu: Gpu
    node_ports: NodePorts
    isolation: Literal["guide", "standard", "strict"]
    tenants: tuple[Tenant, ...]
    files: Mapping[str, BlueprintFile] = {}

    @cached_property
    def groups(self) -> dict[tuple[str, ...], list[tuple[Tenant, ...]]]:
        """Tenants by the parts that they share, as far as somebody asked (check/findings.py fills it)."""
        return {}

    def origin(self, route: Route) -> Route:
        """Where a tenant's effective setting was written: in the tenant, its profile or the defaults.

        `route` starts with ("spec", "tenants", index). Where nobody wrote it, the tenant itself is meant.
        """
        if route[:2] != ("spec", "tenants") or self.source.has(route):
            return route
        tenant = self.tenants[int(route[2])]
        layers: list[Route] = []
        if tenant.profile is not None:
            layers.append(("spec", "profiles", tenant.profile))
        layers.append(("spec", "tenantDefaults"))
        for layer in layers:
            if self.source.has(layer + route[3:]):
                return layer + route[3:]
        return route

    def key(self, *route: str | int) -> Span:
        """The span of the key at the route, wherever a tenant inherited it from."""
        return self.source.key(self.origin(route))

    def value(self, *route: str | int) -> Span:
        """The span of the value at the route, wherever a tenant inherited it from."""
        return self.source.value(self.origin(route))
