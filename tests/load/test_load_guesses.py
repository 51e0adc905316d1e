"""What people write who know Helm, Kubernetes or half of YAML: each is told what to write instead."""

from __future__ import annotations

import pytest
from load_samples import load

from mtc.load import load_text
from mtc.load.contract import blueprint_contract
from mtc.load.guesses import as_map, spelled

LABEL = r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"

WAYS_OUT = {
    "a field that slipped out of its map": (
        "isolation:\nprofile: strict\n",
        ["indent it: it belongs below `isolation`"],
    ),
    "two that slipped": (
        "hosts:\napi: a\napp: b\n",
        ["indent it: it belongs below `hosts`", "indent it: it belongs below `hosts`"],
    ),
    "a chart's values where the chart is installed": (
        "tenantDefaults: {agent: {agentk8sglue: {replicas: 1}}}\n",
        ["a value of its chart goes into `values`"],
    ),
    "a chart's values at the top": (
        "agentk8sglue: {replicas: 1}\n",
        ["a value of a chart goes into the chart's `values`, such as `spec.server.values`"],
    ),
    "queues as a list of names": (
        "tenantDefaults: {queues: [cpu, gpu]}\n",
        ["write a map: `{cpu: {}, gpu: {}}`"],
    ),
    "queues as a list of maps": (
        "tenantDefaults: {queues: [{name: cpu, maxPods: 1}, {name: gpu}]}\n",
        ["write a map, the names its keys: `cpu: …` and `gpu: …`"],
    ),
    "variables as Kubernetes has them, their values not repeated": (
        "tenantDefaults: {agent: {env: [{name: TOKEN, value: hunter2}]}}\n",
        ["write a map, the names its keys: `TOKEN: …`"],
    ),
    "tenants as a map": (
        "tenants: {acme: {company: Acme}}\n",
        ["write a list, each key a name: `- name: acme`"],
    ),
    "a name in capitals": (
        "flux: {namespace: Flux_System}\n",
        ["write lower-case letters, digits and `-`, with a letter or digit at both ends, such as `flux-system`"],
    ),
    "a URL for a host": (
        "hosts: {api: 'https://api.example.com/v2'}\n",
        ["write labels of lower-case letters, digits and `-`, joined by dots, such as `api.example.com`"],
    ),
}


@pytest.mark.parametrize("case", WAYS_OUT)
def test_the_way_out(case: str) -> None:
    text, expected = WAYS_OUT[case]
    assert [found.help for found in load(text).diagnostics] == expected


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("Müller GmbH", "muller-gmbh"),
        ("ACME", "acme"),
        ("acme_corp", "acme-corp"),
        (" acme ", "acme"),
        ("漢字", None),
        ("---", None),
        ("a" * 64, None),
    ],
)
def test_a_label_is_respelled_or_left_to_its_author(text: str, guess: str | None) -> None:
    assert spelled(text, LABEL) == guess


def test_a_list_without_names_is_no_map() -> None:
    queues = blueprint_contract().at("#/definitions/tenant")["properties"]["queues"]
    shape = blueprint_contract().shape(queues)
    assert as_map(["cpu"], shape) == "write a map: `{cpu: {}}`"
    for found in ([], [{"value": 1}], "x"):
        assert as_map(found, shape) is None
    assert as_map(["cpu"], None) is None


def test_a_map_of_fixed_fields_is_not_made_of_names() -> None:
    (fault,) = load("hosts: [api]\n").diagnostics
    assert fault.help == "write a map"


def test_a_private_value_is_not_respelled() -> None:
    text = (
        "apiVersion: mtc/v1alpha1\nkind: Blueprint\nmetadata: {name: x}\nspec:\n  domain: ml.example.com\n"
        "  repositories: {charts: {url: 'HTTPS://user:hunter2@charts.example.com'}}\n"
    )
    for found in load_text(text, "b.yaml", files={}).diagnostics:
        assert "hunter2" not in found.message + found.help
