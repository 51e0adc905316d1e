"""load/contract: the schema is sound, says what the language says, and two validators read it alike."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from load_samples import WHOLE

from mtc.load import schema_text
from mtc.load.contract import blueprint_contract, violations
from mtc.model import clearml

SCHEMA = json.loads(schema_text())


def nodes(node: Any = SCHEMA, route: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema node with its pointer."""
    if not isinstance(node, dict):
        return
    yield route, node
    for keyword in ("properties", "definitions"):
        for name, child in node.get(keyword, {}).items():
            yield from nodes(child, f"{route}/{keyword}/{name}")
    for keyword in ("items", "additionalProperties", "propertyNames"):
        yield from nodes(node.get(keyword), f"{route}/{keyword}")


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """The node with the definitions beside it, so that it can be validated alone."""
    return {**node, "definitions": SCHEMA["definitions"]}


def test_it_is_a_schema_of_draft_7() -> None:
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    jsonschema_rs.Draft7Validator(SCHEMA)


def test_every_field_is_described_and_every_map_is_closed_or_says_what_it_holds() -> None:
    for route, node in nodes():
        if (
            "$ref" not in node
            and "/properties/" in route
            and route.rpartition("/")[0].endswith("/properties")
        ):
            assert node.get("description", "").endswith((".", ".)")), route
        if "properties" in node:
            extra = node.get("additionalProperties")
            assert extra is False or isinstance(extra, dict), route
        if "object" in node.get("type", ()) and not node.get("x-mtc-free"):
            assert "additionalProperties" in node, route


def test_a_reference_carries_nothing_but_words() -> None:
    # Draft 7 ignores what stands beside a $ref; editors show it, validators must not need it.
    for route, node in nodes():
        if "$ref" in node:
            assert set(node) <= {"$ref", "title", "description", "default", "examples"}, route


def test_every_pattern_says_what_must_be_written() -> None:
    for route, node in nodes():
        if "pattern" in node:
            message = node["patternErrorMessage"]
            assert message.startswith("must be "), route
            assert ": " in message, route


@pytest.mark.parametrize(("route", "node"), [(r, n) for r, n in nodes() if "default" in n or "examples" in n])
def test_defaults_and_examples_are_valid(route: str, node: dict[str, Any]) -> None:
    rules = {key: value for key, value in resolved(node).items() if key not in ("required", "oneOf")}
    for value in [node["default"]] if "default" in node else []:
        jsonschema.Draft7Validator(rules).validate(value)
    for value in node.get("examples", ()):
        jsonschema.Draft7Validator(resolved(node)).validate(value)


def test_what_may_be_left_out_may_be_null_and_nothing_else() -> None:
    for route, node in nodes():
        for name, field in node.get("properties", {}).items():
            target = blueprint_contract().shape(field).node
            optional = name not in node.get("required", ())
            assert ("null" in target["type"]) == optional, f"{route}/{name}"
            assert "enum" not in target or (None in target["enum"]) == optional, f"{route}/{name}"


PATTERNS = sorted({node["pattern"] for _, node in nodes() if "pattern" in node})
HOSTILE = ("a", "-", ".", "a.", "a-", "_", "a_", "1h", "1", "@", "a@", "/", " ", "0.0.", "://a")


@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_pattern_takes_long_over_hostile_text(pattern: str) -> None:
    validator = jsonschema_rs.Draft7Validator({"pattern": pattern})
    start = time.process_time()
    for unit in HOSTILE:
        validator.is_valid(unit * 20_000 + "\n!")
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("definition", "good", "bad"),
    [
        (
            "dnsName",
            ["a", "a-b.c1", "ml.example.com", "1.2", "a" * 63],
            ["", "A", "a_b", "-a", "a-", "a..b", ".a", "a.", "a\n", "a" * 64],
        ),
        ("dnsLabel", ["a", "a-1", "1"], ["a.b", "", "-", "a-"]),
        ("cidr", ["10.0.0.0/8", "::/0", "2001:db8::/64"], ["10.0.0.0", "x/8", "10.0.0.0/"]),
        ("duration", ["1h", "1h30m", "1.5h", "500ms"], ["", "1", "h", "1 h", "1d"]),
        (
            "email",
            ["a@b.c", "a.b+c@d.example", "\u00fc@\u00fc.example"],
            ["a", "a@b", "a@b.", "a b@c.d", "a@@b.c", "@b.c"],
        ),
        (
            "httpUrl",
            ["http://a", "https://a.b:8080/c?d=e#f"],
            ["a", "ftp://a", "https://", "https://u:p@h", "https://a b"],
        ),
        ("repositoryUrl", ["https://a/b", "oci://a:5000/b"], ["http://a", "https://u@h", "https://a?x"]),
        ("configKey", ["ab", "a_b", "a-b", "a1"], ["a", "a__b", "_a", "a_", "A1", "a b", "a.b"]),
        ("labelKey", ["a", "a.b/c", "A_b.c"], ["", "/a", "a/", "a/b/c", "A/b", "-a", "a" * 64]),
        ("labelValue", ["", "a", "A_b.c-d"], ["-a", "a-", "a b", "a" * 64]),
        ("variableName", ["A", "_a", "a.b-c"], ["", "1a", "a b", "a=b", "a:"]),
        ("quantity", ["1", "0.5", "500m", "16Gi", "1e3", "-1", ".5"], ["", "Gi", "1 Gi", "1gb", "1.5.1"]),
        ("path", ["a", "./a b/c", "a"], ["", " a", "a ", "a\\b", "a\nb"]),
        ("tag", ["1.2-3", "_a"], ["", ".a", "-a", "a" * 129, "a:b"]),
        (
            "uuid",
            ["5a3f0c1e-8a0b-4c57-9d0e-1f2a3b4c5d6e"],
            ["", "5A3f0c1e-8a0b-4c57-9d0e-1f2a3b4c5d6e", "abcd-1234-abcd-1234"],
        ),
        ("line", ["a", "a b", "\u00fc"], ["", " a", "a ", "a\nb", "a\r"]),
    ],
)
def test_formats(definition: str, good: list[str], bad: list[str]) -> None:
    validator = jsonschema_rs.Draft7Validator({"type": "string", **SCHEMA["definitions"][definition]})
    assert [text for text in good if not validator.is_valid(text)] == []
    assert [text for text in bad if validator.is_valid(text)] == []


def test_login_providers_are_those_of_the_table() -> None:
    sso = SCHEMA["properties"]["spec"]["properties"]["server"]["properties"]["sso"]["properties"]
    contract = blueprint_contract()
    kinds = {"text": "string", "boolean": "boolean", "integer": "integer", "list": "array"}
    assert list(sso) == list(clearml.SSO_PROVIDERS)
    for provider, keys in clearml.SSO_PROVIDERS.items():
        fields: dict[str, Any] = {}
        for name, node in sso[provider]["properties"].items():
            inner = contract.shape(node)
            fields.update({f"{name}.{part}": shape for part, shape in inner.fields.items()} or {name: inner})
        assert set(fields) == {key.name for key in keys}, provider
        for key in keys:
            assert kinds[key.type] in fields[key.name].types, (provider, key.name)
        assert sorted(sso[provider]["required"]) == sorted(key.name for key in keys if key.required)


def test_tables_of_clearml_agree() -> None:
    spec = SCHEMA["properties"]["spec"]["properties"]
    assert spec["gpu"]["properties"]["model"]["examples"] == list(clearml.GPU_MODELS)
    assert tuple(spec["server"]["properties"]["groups"]["properties"]) == clearml.BUILT_IN_GROUPS
    feature = jsonschema_rs.Draft7Validator(SCHEMA["definitions"]["word"])
    assert all(feature.is_valid(name) for name in clearml.FEATURES)


def test_editors_accept_whole_yaml_as_a_1_2_reader_reads_it() -> None:
    import ruamel.yaml

    jsonschema.Draft7Validator(SCHEMA).validate(ruamel.yaml.YAML(typ="safe", pure=True).load(WHOLE))


def test_a_violation_names_route_keyword_and_node() -> None:
    data: Any = {
        "apiVersion": "mtc/v1alpha1",
        "kind": "Blueprint",
        "metadata": {"name": "A", "annotations": {"a b": "c"}},
        "spec": {},
    }
    found = {(v.route, v.keyword, v.key) for v in violations(data, blueprint_contract())}
    assert found == {
        (("metadata", "name"), "pattern", None),
        (("metadata", "annotations"), "pattern", "a b"),
        (("spec",), "required", None),
    }


def test_the_schema_ships_with_the_wheel() -> None:
    import tomllib
    from pathlib import Path

    project = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text())
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"] == {"schema": "mtc/schema"}


SHA = "@sha256:" + "4c" * 32
FORMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    # What is refused, Go, Kubernetes, a registry or the server's parser would refuse or read otherwise.
    "duration": (
        ("1h30m", "90s", "1.5h", "500ms", "1h0m0s", "999999h"),
        ("", "9999999h", "1m1h", "1", "h", "1d", "-1s", "1h "),
    ),
    "serverUrl": (
        ("http://api.clearml:8008", "https://[fd00::1]:443/x/y", "https://a.example/%7Eml/", "http://localhost"),
        ("http://$(PYTHONPATH)/", "http://a/$(PYTHONPATH)", "http://$$x/", "http://a/'", "http://a/;x", "http://ä/"),
    ),
    "repositoryUrl": (
        ("https://charts.example.com/x", "oci://r.example:5000/team/charts", "oci://docker.io/a__b.c-d/", "oci://h"),
        ("oci://h/X", "oci://h/${A}", "oci://h/a//b", "oci://h/-a", "oci://h:port/a", "oci://u@h/a"),
    ),
    "word": (("a", "user", "show_dashboard", "a1_2"), ("us__er", "user_", "_a", "A", "1a", "")),
    "labelKey": (
        ("a", "a.b/c", f"{'a.' * 126}b/{'k' * 63}", "A_b.c-d"),
        (f"{'a.' * 127}b/k", f"a/{'k' * 64}", "a/b/c", "/a", "a/", "-a"),
    ),
    "variableName": (("A", "_a.b-c", ".a", "-"), (".", "..", "..a", "...", "1A", "a=b", "")),
    "secretKey": (("a", ".a", "1", "tls.crt"), (".", "..", "..a", "a/b", "")),
    "quantity": (("4", "500m", "16Gi", "1e3", "1E-2", ".5", "5."), ("1e100", "1e4294967297", "1kb", "Gi", "--1")),
    "image": (
        ("python", "python:3.13", f"docker.io/library/python:3.13{SHA}", "r.example:5000/a/b__c-d.e", f"localhost/a{SHA}"),
        ("a:b:c", "a//b", ":", "-", "$(A)", "x@sha256:1", "ä", "a/B", f"a:{'t' * 129}", "a b", "/a", "a:"),
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_takes_what_its_reader_takes(name: str) -> None:
    asked = jsonschema_rs.validator_for(resolved({"$ref": f"#/definitions/{name}"}))
    good, bad = FORMS[name]
    assert [text for text in good if not asked.is_valid(text)] == []
    assert [text for text in bad if asked.is_valid(text)] == []


@pytest.mark.parametrize("name", ["duration", "serverUrl", "repositoryUrl", "image", "labelKey", "word", "quantity"])
def test_a_form_is_judged_in_a_moment(name: str) -> None:
    """Patterns that look back and forth are where a hostile text would hang a compiler."""
    asked = jsonschema_rs.validator_for(resolved({"$ref": f"#/definitions/{name}"}))
    for piece in ("1", "a", "a.", "a-", "-", "_", "1h", "a/", "__", "oci://a/a", "https://a/a.", ".1", "1."):
        begun = time.process_time()
        assert asked.is_valid(piece * 100_000 + " ") is False
        assert time.process_time() - begun < 1
