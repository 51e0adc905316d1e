"""plan/config: the server's part of the blueprint as configuration paths and typed values."""

from __future__ import annotations

from typing import Any

from mtc.model.clearml import DEFAULT_COMPANY
from mtc.model.plan import SecretRef
from mtc.plan.config import group_id, server_config, sso_secret_key
from plan.planning import BILLING, CHART, SUPERVISOR, blueprint_of


def config(**spec: Any) -> dict[str, Any]:
    """Path to value; no path may be set twice."""
    entries = server_config(blueprint_of(**spec))
    found = {".".join(entry.path): entry.value for entry in entries}
    assert len(found) == len(entries)
    return found


def server(**more: Any) -> dict[str, Any]:
    return config(server={"chart": CHART, **more})


GROUPS = {
    "users": {"features": ["applications"]},
    "ops": {"displayName": "Operations", "features": ["pipelines"]},
}


def test_a_groups_id_depends_on_the_two_names_alone() -> None:
    """A literal: were it to change, every tenant's users would lose their groups."""
    b = blueprint_of(server={"chart": CHART, "groups": GROUPS})
    (ops,) = [group for group in b.server.groups if group.key == "ops"]
    assert group_id("example", ops) == "618a8dd1-8676-5d91-a997-579d364445d1"
    assert group_id("other", ops) != group_id("example", ops)
    later = blueprint_of(server={"chart": CHART, "groups": {"new": GROUPS["ops"], **GROUPS}})
    assert group_id("example", next(g for g in later.server.groups if g.key == "ops")) == group_id(
        "example", ops
    )


def test_a_given_id_wins() -> None:
    found = server(groups={"ops": {**GROUPS["ops"], "id": "0f8c6d1e-2b3a-4958-a7b6-c5d4e3f2a1b0"}})
    assert found["services.auth.default_groups.ops.id"] == "0f8c6d1e-2b3a-4958-a7b6-c5d4e3f2a1b0"


def test_built_in_groups_have_features_only() -> None:
    found = server(groups=GROUPS)
    head = "services.auth.default_groups."
    assert [path.removeprefix(head) for path in found if path.startswith(head)] == [
        *("users.features", "ops.id", "ops.name", "ops.features", "ops.assignable", "ops.system"),
    ]
    assert found[head + "users.features"] == ["applications"]
    assert found[head + "ops.system"] is False


def test_the_supervisor() -> None:
    found = server(supervisor=SUPERVISOR)
    head = "secure.credentials.supervisor."
    assert found[head + "user_key"] == SecretRef("supervisor-key")
    assert found[head + "user_secret"] == SecretRef("supervisor-secret")
    assert found[head + "email"] == "root@example.com"
    assert found["services.workers.resource_usages.supervisor_company"] == DEFAULT_COMPANY


def test_sso_secrets_are_references_and_secure_settings_lie_apart() -> None:
    provider = {
        "clientId": "id",
        "authorizeUrl": "https://a.example.com",
        "accessTokenUrl": "https://t.example.com",
    }
    found = server(sso={"azure_ad": provider})
    assert sso_secret_key("azure_ad") == "sso-azure-ad-client-secret"
    assert {path: value for path, value in found.items() if ".sso." in path} == {
        "secure.login.sso.oauth_client.azure_ad.client_secret": SecretRef("sso-azure-ad-client-secret"),
        "secure.login.sso.oauth_client.azure_ad.client_id": "id",
        "services.login.sso.oauth_client.azure_ad.authorize_url": "https://a.example.com",
        "services.login.sso.oauth_client.azure_ad.access_token_url": "https://t.example.com",
    }


def test_billing_types() -> None:
    found = config(billing=BILLING)
    assert found["hosts.kafka.billing.host"] == ["kafka.example.com:9092"]
    assert isinstance(found["hosts.redis.billing.port"], int)
    assert found["secure.kafka.billing.sasl_plain_password"] == SecretRef("billing-kafka-password")
    assert not [path for path in config() if "billing" in path]


def test_the_authors_own_values_come_last_as_they_are() -> None:
    found = server(config={"services.x.y": [1, "a"], "apiserver.z": True})
    assert list(found.items())[-2:] == [("services.x.y", [1, "a"]), ("apiserver.z", True)]
