"""The server's configuration: the blueprint's server part as ClearML configuration paths and typed values."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid5

from mtc.model.blueprint import Blueprint, Group, SsoProvider
from mtc.model.clearml import DEFAULT_COMPANY, SSO_PROVIDERS
from mtc.model.plan import ConfigEntry, SecretRef
from mtc.model.source import Data, Route

SUPERVISOR_KEY = "supervisor-key"
SUPERVISOR_SECRET = "supervisor-secret"
KAFKA_PASSWORD = "billing-kafka-password"

# The namespace of generated group ids; a constant, so that an id depends on the two names alone.
_GROUP_NAMESPACE = UUID("5a0c1d34-7e0b-5f3c-9d53-2f6f3a1f6a10")
_SERVER: Route = ("spec", "server")


def sso_secret_key(provider: str) -> str:
    """The key in the Secret `server` that holds a provider's client secret."""
    return f"sso-{provider.replace('_', '-')}-client-secret"


def group_id(blueprint: str, group: Group) -> str:
    """The id that the author gave, or UUID v5 of the blueprint's name and the group's key."""
    return group.id or str(uuid5(_GROUP_NAMESPACE, f"{blueprint}/{group.key}"))


def server_config(blueprint: Blueprint) -> tuple[ConfigEntry, ...]:
    """Every configuration value of the server, in the order in which the guide sets them."""
    return (
        *_billing(blueprint),
        *_sso(blueprint),
        *_features(blueprint),
        *_applications(blueprint),
        *_groups(blueprint),
        *_supervisor(blueprint),
        *_companies(blueprint),
        *_author(blueprint),
    )


def _entry(path: str, value: Data | SecretRef, *origin: str | int) -> ConfigEntry:
    return ConfigEntry(tuple(path.split(".")), value, origin)


def _billing(blueprint: Blueprint) -> Iterator[ConfigEntry]:
    billing = blueprint.billing
    if not billing.enabled:
        return
    at = ("spec", "billing")
    yield _entry("billing.enabled", True, *at)
    yield _entry("hosts.kafka.billing.host", [billing.kafka.host], *at, "kafka", "host")
    yield _entry("hosts.redis.billing.host", billing.redis.host, *at, "redis", "host")
    yield _entry("hosts.redis.billing.port", billing.redis.port, *at, "redis", "port")
    yield _entry("hosts.redis.billing.db", billing.redis.db, *at, "redis", "db")
    kafka = "secure.kafka.billing."
    yield _entry(kafka + "security_protocol", billing.kafka.security_protocol, *at, "kafka")
    yield _entry(kafka + "sasl_mechanism", billing.kafka.mechanism, *at, "kafka")
    yield _entry(kafka + "sasl_plain_username", billing.kafka.username, *at, "kafka")
    yield _entry(kafka + "sasl_plain_password", SecretRef(KAFKA_PASSWORD), *at, "kafka")


def _sso(blueprint: Blueprint) -> Iterator[ConfigEntry]:
    for provider in blueprint.server.sso:
        at: Route = (*_SERVER, "sso", provider.name)
        secure = f"secure.login.sso.oauth_client.{provider.name}."
        yield _entry(secure + "client_secret", SecretRef(sso_secret_key(provider.name)), *at)
        for key in SSO_PROVIDERS[provider.name]:
            value = _setting(provider, key.name)
            if value is not None:
                prefix = secure if key.secure else secure.replace("secure.", "services.", 1)
                yield _entry(prefix + key.path, value, *at, *key.name.split("."))


def _setting(provider: SsoProvider, name: str) -> Data:
    value: Data = dict(provider.settings)
    for step in name.split("."):
        if not isinstance(value, dict) or step not in value:
            return None
        value = value[step]
    return value


def _features(blueprint: Blueprint) -> Iterator[ConfigEntry]:
    server = blueprint.server
    for index, feature in enumerate(server.features):
        yield _entry(f"services.organization.features.{feature}", True, *_SERVER, "features", index)
    for role, features in server.ui_features.items():
        for name, shown in features.items():
            path = f"services.auth.ui_features_per_role.{role}.{name}"
            yield _entry(path, shown, *_SERVER, "uiFeatures", role, name)


def _applications(blueprint: Blueprint) -> Iterator[ConfigEntry]:
    most = blueprint.server.max_running_applications
    if most is not None:
        path = "services.applications.max_running_apps_per_company"
        yield _entry(path, most, *_SERVER, "companies", "maxRunningApplications")


def _groups(blueprint: Blueprint) -> Iterator[ConfigEntry]:
    for group in blueprint.server.groups:
        at: Route = (*_SERVER, "groups", group.key)
        path = f"services.auth.default_groups.{group.key}."
        if group.custom:
            yield _entry(path + "id", group_id(blueprint.name, group), *at)
            yield _entry(path + "name", group.display_name, *at, "displayName")
        yield _entry(path + "features", list(group.features), *at, "features")
        if group.custom:
            yield _entry(path + "assignable", group.assignable, *at, "assignable")
            yield _entry(path + "system", False, *at)


def _supervisor(blueprint: Blueprint) -> Iterator[ConfigEntry]:
    supervisor = blueprint.server.supervisor
    if supervisor is None:
        return
    at: Route = (*_SERVER, "supervisor")
    usages = "services.workers.resource_usages.supervisor_company"
    yield _entry(usages, supervisor.company or DEFAULT_COMPANY, *at, "company")
    path = "secure.credentials.supervisor."
    yield _entry(path + "role", supervisor.role, *at, "role")
    yield _entry(path + "allow_login", supervisor.allow_login, *at, "allowLogin")
    yield _entry(path + "user_key", SecretRef(SUPERVISOR_KEY), *at)
    yield _entry(path + "user_secret", SecretRef(SUPERVISOR_SECRET), *at)
    yield _entry(path + "sec_groups", list(supervisor.groups), *at, "groups")
    yield _entry(path + "email", supervisor.email, *at, "email")


def _companies(blueprint: Blueprint) -> Iterator[ConfigEntry]:
    unique = blueprint.server.unique_company_names
    yield _entry("apiserver.company.unique_names", unique, *_SERVER, "companies")


def _author(blueprint: Blueprint) -> Iterator[ConfigEntry]:
    for path, value in blueprint.server.config.items():
        yield _entry(path, value, *_SERVER, "config", path)
