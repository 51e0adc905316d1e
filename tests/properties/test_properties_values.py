"""Whatever a person writes arrives: read back by PyYAML (YAML 1.1), ruamel.yaml (1.2), the server's parser, kubectl."""

from __future__ import annotations

import re
import shutil
import subprocess
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import texts
import yaml
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from apiserver import container_environment, server_configuration
from mtc.load import load_text
from mtc.model.document import Tree

SOME = settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=[HealthCheck.too_slow])
# These arrive too, but kubectl prints `=` and `<<` plain and YAML 1.1's line breaks raw, which the readers of
# its output refuse or fold.
MISPRINTED = re.compile("[\u2028\u2029]|=|<<")
PASSABLE = texts.TEXT.filter(lambda text: not MISPRINTED.search(text))
SERVER, AGENT = "platform/server.helmrelease.yaml", "tenants/acme/agent.helmrelease.yaml"
NAMESPACE = "tenants/acme/namespace.yaml"


def read(tree: Tree, path: str) -> Any:
    """A file as both YAML versions read it, which must agree, types included."""
    text = tree.files[path].decode()
    old = yaml.safe_load(text)
    new = YAML(typ="safe", pure=True).load(StringIO(text))
    assert same(old, new)
    return old


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same types all the way down (`1`, `1.0` and `True` differ)."""
    if isinstance(one, dict):
        return (
            isinstance(other, dict) and list(one) == list(other) and all(same(one[k], other[k]) for k in one)
        )
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and bool(one == other)


def server_variables(tree: Tree, secrets: dict[str, str]) -> dict[str, str]:
    """What the apiserver's process sees."""
    entries = read(tree, SERVER)["spec"]["values"]["apiserver"]["extraEnvs"]
    return container_environment(entries, {"server": secrets})


@SOME
@given(display=texts.LINES, local=texts.LOCAL_PARTS, url=texts.URLS, client=texts.LINES)
def test_names_addresses_and_urls_reach_the_server(display: str, local: str, url: str, client: str) -> None:
    server = {
        "chart": texts.CHART,
        "supervisor": {"email": f"{local}@example.com"},
        "groups": {"scientists": {"displayName": display, "features": ["pipelines"]}},
        "sso": {
            "auth0": {
                "clientId": client,
                "baseUrl": url,
                "authorizeUrl": url,
                "accessTokenUrl": url,
                "audience": "x",
            }
        },
    }
    tree = texts.rendered(texts.blueprint({"name": "acme"}, server=server))
    secrets = {"sso-auth0-client-secret": "a", "supervisor-key": "b", "supervisor-secret": "c"}
    found = server_configuration(server_variables(tree, secrets))
    assert found["services"]["auth"]["default_groups"]["scientists"]["name"] == display
    assert found["secure"]["credentials"]["supervisor"]["email"] == f"{local}@example.com"
    assert found["secure"]["login"]["sso"]["oauth_client"]["auth0"]["client_id"] == client
    provider = found["services"]["login"]["sso"]["oauth_client"]["auth0"]
    assert provider == {"base_url": url, "authorize_url": url, "access_token_url": url, "audience": "x"}


@SOME
@example(value="$$(HOME) ${HOME} #x")
@example(value="12e5")
@example(value=["10m", "true", 1, True])
@given(value=texts.SCALARS | st.lists(texts.SCALARS.filter(lambda item: item != ""), max_size=4))
def test_configuration_keeps_value_and_type(value: Any) -> None:
    server = {"chart": texts.CHART, "config": {"services.some.value": value}}
    tree = texts.rendered(texts.blueprint({"name": "acme"}, server=server))
    found = server_configuration(server_variables(tree, {}))
    assert same(found["services"]["some"]["value"], value)


@SOME
@example(value="$$(HOME) $$ $(SOME_VALUE)")
@given(value=texts.TEXT)
def test_variables_reach_both_programs(value: str) -> None:
    agent = {"chart": texts.CHART, "env": {"SOME_VALUE": value}}
    server = {"chart": texts.CHART, "env": {"SOME_VALUE": value}}
    tree = texts.rendered(texts.blueprint({"name": "acme", "agent": agent}, server=server))
    assert server_variables(tree, {})["SOME_VALUE"] == value
    entries = read(tree, AGENT)["spec"]["values"]["agentk8sglue"]["extraEnvs"]
    assert container_environment(entries, {})["SOME_VALUE"] == value


@SOME
@given(values=st.dictionaries(texts.KEYS, texts.VALUES, max_size=3))
def test_helm_values_arrive_whole(values: dict[str, Any]) -> None:
    tenant = {"name": "acme", "agent": {"values": {"ours": {"first": 1} | values}}}
    server = {"chart": texts.CHART, "values": {"ours": {"first": 1} | values}}
    tree = texts.rendered(texts.blueprint(tenant, server=server))
    for path in (SERVER, AGENT):
        assert same(read(tree, path)["spec"]["values"]["ours"], {"first": 1} | values)


@SOME
@given(label=texts.LABELS, note=texts.TEXT)
def test_labels_and_annotations_stay_text(label: str, note: str) -> None:
    tenant = {"name": "acme", "labels": {"example.com/a": label}, "annotations": {"example.com/b": note}}
    found = read(texts.rendered(texts.blueprint(tenant)), NAMESPACE)["metadata"]
    assert same(found["labels"]["example.com/a"], label)
    assert same(found["annotations"]["example.com/b"], note)


@SOME
@given(company=texts.LINES.filter(lambda text: len(text) >= 3), name=texts.LINES, local=texts.LOCAL_PARTS)
def test_a_tenants_people_are_who_was_written(company: str, name: str, local: str) -> None:
    admin = {"name": name, "email": f"{local}@acme.example"}
    source = texts.blueprint({"name": "acme", "company": company, "admin": admin})
    loaded = load_text(texts.written(source), "blueprint.yaml", files={})
    assert loaded.value is not None, loaded.diagnostics
    tenant = loaded.value.tenants[0]
    assert (tenant.company, tenant.admin.name, tenant.admin.email) == (company, name, admin["email"])
    tree = texts.rendered(source)
    for path in tree.files:
        if path.startswith("tenants/"):
            read(tree, path)


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not on this machine")
@settings(max_examples=4, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(values=st.lists(PASSABLE, min_size=20, max_size=40), note=PASSABLE, label=texts.LABELS)
def test_kubectl_reads_the_same(
    values: list[str], note: str, label: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    tenant = {
        "name": "acme",
        "labels": {"example.com/a": label},
        "annotations": {"example.com/b": note},
        "agent": {"values": {"ours": values}, "env": {"SOME_VALUE": values[0]}},
    }
    tree = texts.rendered(texts.blueprint(tenant))
    folder: Path = tmp_path_factory.mktemp("tree")
    for path, content in tree.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    ran = subprocess.run(
        ["kubectl", "kustomize", str(folder / "tenants/acme")], capture_output=True, check=True, timeout=60
    )
    # kubectl prints `12:30:45` plain, which is a number to YAML 1.1: its output is read as 1.2.
    documents = YAML(typ="safe", pure=True).load_all(ran.stdout.decode())
    built = {item["kind"]: item for item in documents}
    assert same(built["HelmRelease"]["spec"]["values"]["ours"], values)
    assert built["Namespace"]["metadata"] == read(tree, NAMESPACE)["metadata"]
    entries = built["HelmRelease"]["spec"]["values"]["agentk8sglue"]["extraEnvs"]
    assert container_environment(entries, {})["SOME_VALUE"] == values[0]
