"""Secrets that the tree needs: which, where, with which keys, for whom, and what they may not hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mtc.model.blueprint import Blueprint, Tenant
from mtc.model.plan import RedisAddress, SecretField, SecretPlan
from mtc.model.source import Route
from mtc.plan.charts import repository_secret
from mtc.plan.config import KAFKA_PASSWORD, SUPERVISOR_KEY, SUPERVISOR_SECRET, sso_secret_key

IMAGES = "image-credentials"
BILLING_IMAGES = "billing-image-credentials"
IDENTITY = "server-identity"
API = "api-credentials"
SERVER = "server"
REDIS = "redis"
REDIS_KEY = "redis-password"
AGENT_REDIS = "agent-redis"
AGENT_REDIS_KEY = "password"

# What may not stand between HOCON quotes: the server's parser would end or change the text there.
QUOTED = ('"', "\\", "newline", "tab")
# The chart hands the server its own keys without quotes, where nearly every other character ends the value or
# the server, and digits in front may make a number or a duration of it.
BARE = ("anything else",)
_BARE_NOTE = "long and random, of letters and digits, beginning with a letter from g to z"
_IDENTITY_FIELDS = (
    "apiserverKey",
    "apiserverSecret",
    "fileserverKey",
    "fileserverSecret",
    "secureAuthTokenSecret",
    "testUserKey",
    "testUserSecret",
)


def platform_secrets(blueprint: Blueprint, repositories: Sequence[str]) -> tuple[SecretPlan, ...]:
    """Secrets of the control namespace and of the platform's; `repositories` are those in use."""
    control = blueprint.flux.control_namespace
    found: list[SecretPlan] = []
    found += [
        _repository(blueprint, name, control)
        for name in repositories
        if blueprint.repositories[name].authenticated
    ]
    found.append(
        _values(IMAGES, control, (_image_password(),), "server, agents, gateways, dynamic MIG", _SERVER)
    )
    if blueprint.billing.enabled:
        found.append(_values(BILLING_IMAGES, control, (_image_password(),), "billing", ("spec", "billing")))
    if blueprint.server.identity == "secret":
        fields = tuple(
            SecretField(name, f"the server's {name}: {_BARE_NOTE}", ("clearml", name), BARE)
            for name in _IDENTITY_FIELDS
        )
        found.append(_values(IDENTITY, control, fields, "server", _SERVER))
    found.append(_api(blueprint, control))
    server_fields = tuple(_server_fields(blueprint))
    if server_fields:
        namespace = blueprint.server.namespace
        found.append(_fields(SERVER, namespace, server_fields, "the API server's environment", _SERVER))
    if blueprint.redis.enabled and blueprint.redis.mode == "shared":
        found.append(_redis(blueprint.redis.namespace, ("spec", "redis"), None))
    return tuple(found)


def tenant_secrets(tenant: Tenant, redis: RedisAddress | None, *, own: bool) -> tuple[SecretPlan, ...]:
    """Secrets of a tenant's namespace; `own` when the tenant has a Redis of its own."""
    if redis is None:
        return ()
    password = SecretField(AGENT_REDIS_KEY, "Redis' password, the same as in the Secret redis")
    agent = SecretPlan(
        AGENT_REDIS,
        tenant.namespace,
        "fields",
        (password,),
        "the agent's environment",
        False,
        (redis.namespace, REDIS),
        {AGENT_REDIS_KEY: REDIS_KEY},
        tenant.name,
        tenant.route,
    )
    return (_redis(tenant.namespace, tenant.route, tenant.name), agent) if own else (agent,)


_SERVER: Route = ("spec", "server")


def _image_password() -> SecretField:
    note = "the registry's password for ClearML's images"
    return SecretField("password", note, ("imageCredentials", "password"))


def _server_fields(blueprint: Blueprint) -> Iterator[SecretField]:
    for provider in blueprint.server.sso:
        note = f"the client secret of {provider.name}"
        yield SecretField(sso_secret_key(provider.name), note, forbidden=QUOTED)
    if blueprint.server.supervisor is not None:
        yield SecretField(SUPERVISOR_KEY, "the supervisor's access key", forbidden=QUOTED)
        yield SecretField(SUPERVISOR_SECRET, "the supervisor's secret key", forbidden=QUOTED)
    if blueprint.billing.enabled:
        yield SecretField(KAFKA_PASSWORD, "Kafka's SASL password", forbidden=QUOTED)


def _repository(blueprint: Blueprint, name: str, control: str) -> SecretPlan:
    origin: Route = ("spec", "repositories", name)
    username = SecretField("username", "the repository's user")
    password = SecretField("password", "the repository's password or token")
    secret = repository_secret(name)
    url = blueprint.repositories[name].url or ""
    if url.startswith("oci://"):
        host = url.removeprefix("oci://").partition("/")[0]
        registry = "https://index.docker.io/v1/" if host == "docker.io" else host
        config = SecretField(".dockerconfigjson", f"a Docker config with the credentials for {registry}")
        return SecretPlan(
            secret,
            control,
            "dockerconfigjson",
            (config,),
            "Flux's source-controller",
            False,
            (control, secret),
            {".dockerconfigjson": "dockerconfigjson"},
            None,
            origin,
            registry=registry,
        )
    return _fields(secret, control, (username, password), "Flux's source-controller", origin)


def _api(blueprint: Blueprint, control: str) -> SecretPlan:
    """One remote key with whatever defines that user to the server, so that the two cannot part."""
    own = blueprint.server.supervisor is None and blueprint.server.identity == "secret"
    unsafe, told = (BARE, f": {_BARE_NOTE}") if own else (QUOTED, "")
    fields = (
        SecretField("access-key", f"the access key that creates tenants{told}", forbidden=unsafe),
        SecretField("secret-key", f"its secret key{told}", forbidden=unsafe),
    )
    remote = (control, API)
    properties: Mapping[str, str] = {"access-key": "access-key", "secret-key": "secret-key"}
    if blueprint.server.supervisor is not None:
        remote = (blueprint.server.namespace, SERVER)
        properties = {"access-key": SUPERVISOR_KEY, "secret-key": SUPERVISOR_SECRET}
    elif own:
        remote = (control, IDENTITY)
        properties = {"access-key": "apiserverKey", "secret-key": "apiserverSecret"}
    return SecretPlan(
        API, control, "fields", fields, "bootstrap Jobs", False, remote, properties, None, _SERVER
    )


def _redis(namespace: str, origin: Route, tenant: str | None) -> SecretPlan:
    field = SecretField(REDIS_KEY, "Redis' password")
    return _fields(REDIS, namespace, (field,), "Redis", origin, tenant)


def _fields(
    name: str,
    namespace: str,
    fields: tuple[SecretField, ...],
    readers: str,
    origin: Route,
    tenant: str | None = None,
) -> SecretPlan:
    properties = {field.property: field.property for field in fields}
    return SecretPlan(
        name, namespace, "fields", fields, readers, False, (namespace, name), properties, tenant, origin
    )


def _values(
    name: str, namespace: str, fields: tuple[SecretField, ...], readers: str, origin: Route
) -> SecretPlan:
    properties = {field.property: field.property for field in fields}
    return SecretPlan(
        name, namespace, "values", fields, readers, True, (namespace, name), properties, None, origin
    )
