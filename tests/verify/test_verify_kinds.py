"""verify/kinds and schema/: every kind has a schema; each is sound, closed, and knows every field there is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml
from rendered import CRDS, example_bodies

from mtc.schemas import schema_text
from mtc.verify.kinds import INDEX, KINDS, file_name, served

SCHEMA = Path(__file__).parents[2] / "schema"
FILES = sorted(path.relative_to(SCHEMA).as_posix() for path in SCHEMA.glob("*/*.json"))
KUBERNETES = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
MINORS = range(31, 38)
Field = tuple[str, ...]
# Fields that Kubernetes lists and refuses, or had for one release as an alpha.
KNOWN_TO_BE_LEFT_OUT = {
    ("Role", "nonResourceURLs"): "only a ClusterRole may have them",
    ("Job", "ephemeralContainers"): "only a running pod may get them",
    ("Job", "workloadRef"): "an alpha of 1.35 alone",
}


def read(file: str) -> Any:
    return json.loads(schema_text(file))


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every schema node in a file."""
    if isinstance(node, list):
        for child in node:
            yield from nodes(child)
    elif isinstance(node, dict):
        yield node
        for keyword, child in node.items():
            if keyword in ("properties", "$defs"):
                for named in child.values():
                    yield from nodes(named)
            elif keyword not in ("enum", "const", "required"):
                yield from nodes(child)


def test_every_kind_has_a_schema_and_every_schema_a_kind() -> None:
    shared = {file for file in FILES if "-" not in Path(file).stem}
    assert set(FILES) - shared == set(KINDS.values())
    for (api_version, kind), file in KINDS.items():
        fields = read(file)["properties"]
        assert (fields["apiVersion"]["const"], fields["kind"]["const"]) == (api_version, kind)
    named = " ".join((SCHEMA / file).read_text(encoding="utf-8") for file in FILES)
    assert {file for file in shared if f"{Path(file).name}#" not in named} == set(), "nobody refers to it"


@pytest.mark.parametrize("file", sorted(set(KINDS.values()) - {KINDS[INDEX]}))
def test_every_kind_has_a_rule_for_its_name(file: str) -> None:
    text = json.dumps(read(file)["properties"]["metadata"])
    assert "flux.json#/$defs/metadata" in text or '"name": {"$ref"' in text


def test_the_compiler_makes_no_kind_beyond_them() -> None:
    assert {(body["apiVersion"], body["kind"]) for body in example_bodies()} <= set(KINDS)


@pytest.mark.parametrize("file", FILES)
def test_a_schema_is_sound_and_closed(file: str) -> None:
    schema = read(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    for node in nodes(schema):
        if node.get("type") == "object" and "properties" in node:
            assert node.get("additionalProperties") is False, node
        elif node.get("type") == "object":
            assert {"additionalProperties", "maxProperties", "description"} & set(node), node
        if "pattern" in node:
            assert node["pattern"].startswith(("^", "(^|")), node
            re.compile(node["pattern"])


def ours(file: str, node: Any, path: Field = ()) -> Iterator[Field]:
    """Every field that a schema of ours knows, as a path of names."""
    if not isinstance(node, dict):
        return
    if "$ref" in node:
        other, _, pointer = node["$ref"].partition("#")
        target_file = normpath(join(dirname(file), other)) if other else file
        target = read(target_file)
        for step in filter(None, pointer.split("/")):
            target = target[step]
        yield from ours(target_file, target, path)
    for name, child in node.get("properties", {}).items():
        yield (*path, name)
        yield from ours(file, child, (*path, name))
    yield from ours(file, node.get("items"), (*path, "[]"))
    yield from ours(file, node.get("additionalProperties"), (*path, "*"))


def theirs(node: dict[str, Any], definition: Callable[[str], Any], path: Field = ()) -> Iterator[Field]:
    """The same of Kubernetes' schemas and of Flux' CRDs."""
    if "$ref" in node:
        yield from theirs(definition(node["$ref"].rpartition("/")[2]), definition, path)
    for name, child in node.get("properties", {}).items():
        yield (*path, name)
        yield from theirs(child, definition, (*path, name))
    for keyword, step in (("items", "[]"), ("additionalProperties", "*")):
        if isinstance(node.get(keyword), dict):
            yield from theirs(node[keyword], definition, (*path, step))


def written(kind: str, fields: Iterator[Field]) -> set[Field]:
    """Without what the cluster writes, and without metadata, which mtc knows less of on purpose."""
    left_out = {field for known, field in KNOWN_TO_BE_LEFT_OUT if known == kind}
    return {
        field
        for field in fields
        if field[0] not in ("status", "apiVersion", "kind") and not {"metadata", *left_out} & set(field)
    }


def of_kubernetes(api_version: str, kind: str) -> set[Field]:
    found: set[Field] = set()
    for minor in MINORS:
        folder = KUBERNETES / f"v1.{minor}.0-local-strict"
        definitions = json.loads((folder / "_definitions.json").read_text(encoding="utf-8"))["$defs"]
        schema = json.loads((folder / file_name(api_version, kind)).read_text(encoding="utf-8"))
        found |= written(kind, theirs(schema, definitions.__getitem__))
    return found


OF_KUBERNETES = [key for key, file in KINDS.items() if file.startswith("kubernetes/")]
OF_FLUX = [key for key, file in KINDS.items() if file.startswith("flux/")]


@pytest.mark.parametrize(("api_version", "kind"), OF_KUBERNETES)
def test_it_knows_the_fields_of_kubernetes_from_1_31_to_1_37_and_no_other(
    api_version: str, kind: str
) -> None:
    file = KINDS[api_version, kind]
    assert written(kind, ours(file, read(file))) == of_kubernetes(api_version, kind)


@pytest.mark.parametrize(("api_version", "kind"), OF_FLUX)
def test_it_knows_the_fields_of_flux_and_no_other(api_version: str, kind: str) -> None:
    if not CRDS.is_dir():
        pytest.skip("the Flux CRDs are not beside this checkout (../shared/crds)")
    file = KINDS[api_version, kind]
    group, _, version = api_version.partition("/")
    for crd in CRDS.glob(f"*/{group}_{kind.lower().removesuffix('y')}*.yaml"):
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        versions = yaml.load(crd.read_text(encoding="utf-8"), loader)["spec"]["versions"]
        schema = next(one["schema"]["openAPIV3Schema"] for one in versions if one["name"] == version)
        assert written(kind, ours(file, read(file))) == written(kind, theirs(schema, {}.__getitem__))
        return
    raise AssertionError("the CRD is missing")


def test_file_names_are_those_of_kubeconform() -> None:
    assert file_name("v1", "ConfigMap") == "configmap-v1.json"
    assert file_name("networking.k8s.io/v1", "NetworkPolicy") == "networkpolicy-networking-v1.json"
    assert file_name("helm.toolkit.fluxcd.io/v2", "HelmRelease") == "helmrelease-helm-v2.json"


def test_served_is_what_kubernetes_itself_has() -> None:
    assert served("PodDisruptionBudget", "policy") == "policy/v1"
    assert served("NetworkPolicy", "policy") is None
    assert served("HelmRelease", "helm.toolkit.fluxcd.io") is None
