"""plan/secrets: which Secrets the tree needs, with which keys, and what they share."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apiserver import server_configuration
from mtc.encodings import UNSAFE_IN_QUOTES
from mtc.model.plan import Plan, SecretPlan
from mtc.plan.secrets import BARE, QUOTED
from plan.planning import BILLING, CHART, REDIS, SUPERVISOR, plan_of


def named(plan: Plan) -> dict[str, SecretPlan]:
    return {secret.name: secret for secret in plan.secrets}


@pytest.mark.parametrize(
    ("server", "remote", "properties"),
    [
        (
            {"supervisor": SUPERVISOR},
            ("clearml", "server"),
            {"access-key": "supervisor-key", "secret-key": "supervisor-secret"},
        ),
        (
            {"identity": "secret"},
            ("tenancy-system", "server-identity"),
            {"access-key": "apiserverKey", "secret-key": "apiserverSecret"},
        ),
        (
            {"identity": "chart"},
            ("tenancy-system", "api-credentials"),
            {"access-key": "access-key", "secret-key": "secret-key"},
        ),
    ],
)
def test_the_api_credentials_are_one_value_with_whoever_defines_the_user(
    server: dict[str, Any], remote: tuple[str, str], properties: dict[str, str]
) -> None:
    plan = plan_of(server={"chart": CHART, **server})
    secret = named(plan)["api-credentials"]
    assert (secret.namespace, secret.keys) == ("tenancy-system", ("access-key", "secret-key"))
    assert (secret.remote, dict(secret.properties)) == (remote, properties)
    others = [one for one in plan.secrets if one is not secret and one.remote == remote]
    if remote[1] != "api-credentials":
        (other,) = others
        assert set(properties.values()) <= {field.property for field in other.fields}
    else:
        assert others == []


def test_the_least_that_is_needed() -> None:
    found = named(plan_of(server={"chart": CHART, "identity": "chart"}))
    assert list(found) == ["image-credentials", "api-credentials"]
    assert found["image-credentials"].keys == ("values.yaml",)
    assert found["image-credentials"].labels == {"reconcile.fluxcd.io/watch": "Enabled"}
    assert found["api-credentials"].labels == {}


def test_identity_and_billing() -> None:
    found = named(plan_of(billing=BILLING))
    assert list(found) == [
        "image-credentials",
        "billing-image-credentials",
        "server-identity",
        "api-credentials",
        "server",
    ]
    assert found["server"].keys == ("billing-kafka-password",)
    assert found["server"].namespace == "clearml"
    assert [field.values_path for field in found["server-identity"].fields][:2] == [
        ("clearml", "apiserverKey"),
        ("clearml", "apiserverSecret"),
    ]


@pytest.mark.parametrize(
    ("url", "form", "keys"),
    [
        ("https://p.example.com", "fields", ("username", "password")),
        ("oci://r.example.com/c", "dockerconfigjson", (".dockerconfigjson",)),
    ],
)
def test_a_repositorys_credentials(url: str, form: str, keys: tuple[str, ...]) -> None:
    repositories = {
        "charts": {"url": url, "authenticated": True},
        "idle": {"url": url, "authenticated": True},
    }
    plan = plan_of(repositories=repositories)
    found = named(plan)["repository-charts"]
    assert (found.form, found.keys) == (form, keys)
    assert "repository-idle" not in named(plan), "what nothing is installed from needs no password"


def test_redis_passwords_shared_and_apart() -> None:
    shared = plan_of(redis={"enabled": True, "mode": "shared", "chart": REDIS})
    assert named(shared)["redis"].namespace == shared.blueprint.redis.namespace
    (agent,) = shared.tenants[0].secrets
    assert (agent.name, agent.remote) == ("agent-redis", (shared.blueprint.redis.namespace, "redis"))
    assert agent.properties == {"password": "redis-password"}
    apart = plan_of(redis={"enabled": True, "mode": "per-tenant", "chart": REDIS})
    assert "redis" not in named(apart)
    own, agent = apart.tenants[0].secrets
    assert own.remote == agent.remote == (apart.tenants[0].namespace.name, "redis")
    assert {secret.tenant for secret in (own, agent)} == {"acme"}


def test_no_secret_twice_and_every_key_has_its_property() -> None:
    plan = plan_of(billing=BILLING, redis={"enabled": True, "mode": "per-tenant", "chart": REDIS})
    every = [*plan.secrets, *(one for tenant in plan.tenants for one in tenant.secrets)]
    places = [(secret.namespace, secret.name) for secret in every]
    assert len(set(places)) == len(places)
    for secret in every:
        assert {field.property for field in secret.fields} == set(
            secret.properties
        ) or secret.form == "dockerconfigjson"


SAFE = st.from_regex(r"[g-z][A-Za-z0-9]{15,60}", fullmatch=True)


@given(SAFE)
@example("infinity00000000")
@example("nulltruefalse1e5")
@example("x" + "3e5" * 10)
def test_the_servers_own_keys_reach_it_without_quotes_if_they_are_as_people_are_told(value: str) -> None:
    assert server_configuration({"CLEARML__secure__auth__token_secret": value}) == {
        "secure": {"auth": {"token_secret": value}}
    }


def test_what_people_are_told_of_the_servers_own_keys_and_of_the_pair_that_is_one_of_them() -> None:
    alone, supervised = plan_of(server={"chart": CHART}), plan_of(server={"chart": CHART, "supervisor": SUPERVISOR})
    for field in named(alone)["server-identity"].fields:
        assert "letters and digits, beginning with a letter from g to z" in field.note
        assert field.forbidden == BARE
    assert {field.forbidden for field in named(alone)["api-credentials"].fields} == {BARE}
    assert {field.forbidden for field in named(supervised)["api-credentials"].fields} == {QUOTED}


def test_a_docker_config_is_for_the_registry_that_the_charts_come_from() -> None:
    for url, registry in (
        ("oci://docker.io/clearml", "https://index.docker.io/v1/"),
        ("oci://registry.example.com:5000/charts", "registry.example.com:5000"),
    ):
        plan = plan_of(repositories={CHART["repository"]: {"url": url, "authenticated": True}})
        assert named(plan)[f"repository-{CHART['repository']}"].registry == registry


def test_people_are_told_all_that_may_not_stand_in_quotes() -> None:
    words = {"\n": "newline", "\t": "tab"}
    assert tuple(words.get(char, char) for char in UNSAFE_IN_QUOTES) == QUOTED
