"""blueprints/guide.yaml against the guide: every value arrives, and every difference is named with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import guide_values as guide
import pytest
import yaml

from apiserver import container_environment, server_configuration
from mtc.load import load_blueprint
from mtc.model.document import Tree
from mtc.plan import make_plan
from mtc.render import render_plan

BLUEPRINT = Path(__file__).parents[2] / "blueprints" / "guide.yaml"
GROUP_ID = "ac84c1f3-6d25-59d9-b7e3-a44ece52ecf5"


class Undone(NamedTuple):
    """A mistake of the guide, or a value that it leaves open, and what stands in the tree (None: nothing)."""

    why: str
    ours: Any


_CLASS = Undone("the guide names no ingress class, and a cluster may have no default one", "nginx")
_TOKEN = Undone("a registry token in a values file; it comes from the Secret image-credentials", None)
_KEY = Undone("`-` would be sent as a credential; it comes from the tenant's credentials Secret", None)

SERVER = {
    "imageCredentials password": _TOKEN,
    "apiserver ingress ingressClassName": _CLASS,
    "fileserver ingress ingressClassName": _CLASS,
    "webserver ingress ingressClassName": _CLASS,
}
REDIS = {
    "auth password": Undone("an example password in plain text", None),
    "auth existingSecret": Undone("the password comes from a Secret instead", "redis"),
    "auth existingSecretPasswordKey": Undone("and from this key of it", "redis-password"),
    "networkPolicy enabled": Undone("the chart's own policy would let every namespace in", False),
    "image repository": Undone("Bitnami has moved the images of this version", "bitnamilegacy/redis"),
}
BILLING = {"imageCredentials password": _TOKEN}
DYNAMIC_MIG = {"imageCredentials password": _TOKEN}
AGENT = {
    "imageCredentials password": _TOKEN,
    "clearml agentk8sglueKey": _KEY,
    "clearml agentk8sglueSecret": _KEY,
    "agentk8sglue extraEnvs CLEARML_AGENT_REDIS_PASSWORD": Undone(
        "an example password in plain text", {"secretKeyRef": {"name": "agent-redis", "key": "password"}}
    ),
    "sessions externalIP": Undone("0.0.0.0 is nobody's address; port mode is off and needs none", None),
}
PORT_MODE = AGENT | {
    "sessions portModeEnabled": Undone("off, though the variable that limits port mode is set", True),
    "sessions externalIP": Undone("0.0.0.0 is nobody's address", "203.0.113.10"),
    "sessions startingPort": Undone("every tenant's is 31010; the first takes 31010 to 31020", 31021),
    "sessions service type": Undone("port mode needs Services of this type", "NodePort"),
}
ROUTER = {
    "imageCredentials password": _TOKEN,
    "clearml apiserverKey": _KEY,
    "clearml apiserverSecret": _KEY,
    "clearml apiServerUrlReference": Undone(
        "angle brackets, and not the name that the release `clearml` gives the Service",
        "http://clearml-clearml-enterprise-apiserver.clearml:8008",
    ),
    "ingress ingressClassName": _CLASS,
}
VARIABLES = {
    "services auth default_groups my_group_name id": Undone("abcd-1234-abcd-1234 is no UUID", GROUP_ID),
    "hosts redis billing port": Undone("the guide relies on the server's default", 6379),
}
VERSIONS = {
    "gpu-operator": Undone("the guide pins no version", "v24.9.2"),
    "cdmo": Undone("the guide pins no version", "1.2.0"),
    "clearml": Undone("the guide pins no version", "7.11.0"),
    "acme-agent": Undone("the guide pins no version", "4.2.0"),
    "globex-agent": Undone("the guide pins no version", "4.2.0"),
    "acme-gateway": Undone("the guide pins no version", "1.0.0"),
    "globex-gateway": Undone("the guide pins no version", "1.0.0"),
    "clearml-billing": Undone("1.1.0 is announced, 1.0.0 installed; the chart lies in Git", None),
}


@cache
def tree() -> Tree:
    loaded = load_blueprint(BLUEPRINT)
    assert loaded.value is not None, loaded.diagnostics
    planned = make_plan(loaded.value)
    assert planned.value is not None, planned.diagnostics
    return render_plan(planned.value)


def read(path: str) -> Any:
    """A file of the tree as PyYAML reads it."""
    return yaml.safe_load(tree().files[path])


def leaves(value: Any, at: tuple[str, ...] = ()) -> dict[str, Any]:
    """Every leaf under its path, steps apart by blanks; variables under their names."""
    if isinstance(value, list) and at[-1:] == ("extraEnvs",):
        value = {entry["name"]: entry.get("value", _Source.of(entry)) for entry in value}
        assert value, "an empty list of variables"
    if not isinstance(value, dict):
        return {" ".join(at): value.body if isinstance(value, _Source) else value}
    found: dict[str, Any] = {}
    for key, item in value.items():
        found |= leaves(item, (*at, key))
    return found


class _Source(NamedTuple):
    """A variable's `valueFrom`, as one leaf."""

    body: Any

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> _Source:
        return cls(entry.get("valueFrom"))


def amended(theirs: Mapping[str, Any], undone: Mapping[str, Undone]) -> dict[str, Any]:
    """The guide's leaves with its mistakes undone; every row of the table must change something."""
    found = dict(theirs)
    for path, row in undone.items():
        assert found.get(path) != row.ours, f"{path}: this row changes nothing"
        found[path] = row.ours
    return {path: value for path, value in found.items() if value is not None}


@pytest.mark.parametrize(
    ("path", "theirs", "undone"),
    [
        ("platform/redis.helmrelease.yaml", guide.REDIS, REDIS),
        ("platform/billing.helmrelease.yaml", guide.BILLING, BILLING),
        ("platform/gpu-operator.helmrelease.yaml", guide.GPU_OPERATOR, {}),
        ("platform/dynamic-mig.helmrelease.yaml", guide.DYNAMIC_MIG, DYNAMIC_MIG),
        ("tenants/acme/agent.helmrelease.yaml", guide.agent("acme"), AGENT),
        ("tenants/globex/agent.helmrelease.yaml", guide.agent("globex"), PORT_MODE),
        ("tenants/acme/gateway.helmrelease.yaml", guide.router("acme-router.ml.example.com"), ROUTER),
        ("tenants/globex/gateway.helmrelease.yaml", guide.router("globex-router.ml.example.com"), ROUTER),
    ],
)
def test_every_value_of_a_values_file_arrives(
    path: str, theirs: dict[str, Any], undone: dict[str, Undone]
) -> None:
    ours = leaves(read(path)["spec"].get("values", {}))
    expected = amended(leaves(theirs), undone)
    ours = {path: value for path, value in ours.items() if path}  # no values at all are no leaf
    assert ours == expected
    assert {p: type(v) for p, v in ours.items()} == {p: type(v) for p, v in expected.items()}


def test_every_value_of_the_servers_values_file_arrives() -> None:
    values = read("platform/server.helmrelease.yaml")["spec"]["values"]
    del values["apiserver"]["extraEnvs"]  # the next tests'
    assert leaves(values) == amended(leaves(guide.SERVER), SERVER)


def server_tree(secrets: Mapping[str, str]) -> dict[str, Any]:
    """What the apiserver makes of its variables in the tree, when its Secret holds this."""
    values = read("platform/server.helmrelease.yaml")["spec"]["values"]
    entries = values["apiserver"]["extraEnvs"]
    assert len({entry["name"] for entry in entries}) == len(entries)
    return server_configuration(container_environment(entries, {"server": secrets}))


SECRETS = ("billing-kafka-password", "sso-auth0-client-secret", "supervisor-key", "supervisor-secret")


def test_the_server_is_configured_as_by_the_guides_variables() -> None:
    ours = leaves(server_tree({key: f"secret-of-{key}" for key in SECRETS}))
    assert ours == amended(leaves(server_configuration(guide.SERVER_VARIABLES)), VARIABLES)


def test_the_server_reads_what_the_blueprint_meant() -> None:
    assert server_tree(guide.NASTY) == guide.SERVER_CONFIGURATION


def test_every_helm_install_is_a_release() -> None:
    found = {}
    for release in tree().of_kind("HelmRelease"):
        spec: Any = release.body["spec"]
        chart = spec["chart"]["spec"]
        name: Any = release.identity.name
        found[name] = (
            spec["releaseName"],
            spec["targetNamespace"],
            chart["chart"].rpartition("/")[2],
            chart.get("version"),
        )
    expected = {}
    for name, (release_name, namespace, chart, version) in guide.INSTALLS.items():
        pinned = VERSIONS[name].ours if name in VERSIONS else version
        expected[name] = (release_name, namespace, chart.removesuffix("-1.0.0.tgz"), pinned)
    assert found == expected


def test_every_helm_repository_is_a_source_without_angle_brackets() -> None:
    found: dict[str, Any] = {}
    for source in tree().of_kind("HelmRepository"):
        spec: Any = source.body["spec"]
        found[source.identity.name] = spec["url"]
    # The guide adds one alias and installs the gateway from another, `clearml-enterprise`: one name here.
    names = {"allegroai-enterprise": "clearml-enterprise"}
    assert found == {names.get(key, key): url.strip("<>") for key, url in guide.REPOSITORIES.items()}


def _from_namespace(name: str) -> dict[str, Any]:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


@pytest.mark.parametrize(
    "path",
    [
        "platform/clearml.default-deny-ingress.networkpolicy.yaml",
        "platform/clearml-billing.default-deny-ingress.networkpolicy.yaml",
        "tenants/acme/default-deny-ingress.networkpolicy.yaml",
        "tenants/globex/default-deny-ingress.networkpolicy.yaml",
    ],
)
def test_the_guides_default_deny_stands_in_each_namespace(path: str) -> None:
    policy = read(path)
    assert policy["metadata"]["name"] == "default-deny-ingress"
    assert (
        policy["metadata"]["namespace"]
        == path.split("/")[-2 if "tenants" in path else -1].split(".", maxsplit=1)[0]
    )
    assert policy["spec"] == {
        "podSelector": {},
        "policyTypes": ["Ingress"],
        "ingress": [{"from": [{"podSelector": {}}]}],
    }


def test_the_server_reaches_billing_and_the_world_reaches_the_server_through_the_ingress_only() -> None:
    billing = read("platform/clearml-billing.allow-server.networkpolicy.yaml")["spec"]
    # The guide opens every port to the server; here those that billing listens on.
    assert billing["podSelector"] == {}
    assert billing["ingress"] == [
        {
            "from": [_from_namespace("clearml")],
            "ports": [{"protocol": "TCP", "port": 9092}, {"protocol": "TCP", "port": 6379}],
        }
    ]
    controller = _from_namespace("ingress-nginx") | {
        "podSelector": {"matchLabels": {"app.kubernetes.io/name": "ingress-nginx"}}
    }
    # The guide's `0.0.0.0/0` on every port becomes the ingress controller on the port that serves.
    for component, ports in {"apiserver": [8008], "fileserver": [8081], "webserver": [80, 8080]}.items():
        spec = read(f"platform/clearml.allow-ingress-to-{component}.networkpolicy.yaml")["spec"]
        assert spec["ingress"] == [
            {"from": [controller], "ports": [{"protocol": "TCP", "port": port} for port in ports]}
        ]


def test_no_example_secret_of_the_guide_is_in_the_tree() -> None:
    whole = b"".join(tree().files.values())
    for example in (
        b"sdkWoq23",
        b"jdhfKmsd1",
        b"_TOKEN>",
        b"TENANT_KEY",
        b"75557e2ab172405bbe153705e91d1782",
    ):
        assert example not in whole
