"""JSON Schemas for kubeconform, offline: Kubernetes' own and Flux', each closed against unknown fields."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml

# Kubernetes takes what it does not know here, as the CRD says; a schema must not close it.
_OPEN = "x-kubernetes-preserve-unknown-fields"
_BUNDLED = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
_REFERENCE = re.compile(r'"\$ref": "[^"#]*#/\$defs/([^"]+)"')
_METADATA = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


class Definitions:
    """The definitions of one Kubernetes version (`1.33`), strict."""

    def __init__(self, minor: str) -> None:
        self.folder = _BUNDLED / f"v{minor}.0-local-strict"
        text = (self.folder / "_definitions.json").read_text(encoding="utf-8")
        self._all: dict[str, Any] = json.loads(text)["$defs"]

    def whole(self, schema: dict[str, Any]) -> str:
        """The schema with everything that it refers to inside it, so that no other file is read."""
        found: dict[str, Any] = {}
        wanted = _REFERENCE.findall(json.dumps(schema))
        while wanted:
            name = wanted.pop()
            if name not in found:
                found[name] = self._all[name]
                wanted += _REFERENCE.findall(json.dumps(found[name]))
        text = json.dumps(schema | {"$defs": found})
        return _REFERENCE.sub(r'"$ref": "#/$defs/\1"', text)


def schema_name(api_version: str, kind: str) -> str:
    """The file in which kubeconform looks for a kind: `networkpolicy-networking-v1.json`."""
    group, _, version = api_version.rpartition("/")
    return "-".join(part for part in (kind.lower(), group.split(".")[0], version) if part) + ".json"


def write_core_schemas(folder: Path, definitions: Definitions, kinds: Iterable[tuple[str, str]]) -> None:
    """The schemas of those kinds (API version, kind) that are Kubernetes' own; others are passed over."""
    for name in {schema_name(*kind) for kind in kinds}:
        source = definitions.folder / name
        if source.exists():
            schema = json.loads(source.read_text(encoding="utf-8"))
            (folder / name).write_text(definitions.whole(schema), encoding="utf-8")


def write_crd_schemas(folder: Path, definitions: Definitions, crds: Path) -> None:
    """A schema for each served version of each CRD in a folder, named as kubeconform looks for it."""
    for path in sorted(crds.glob("*.yaml")):
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        crd = yaml.load(path.read_text(encoding="utf-8"), loader)
        group, kind = crd["spec"]["group"], crd["spec"]["names"]["kind"]
        for version in crd["spec"]["versions"]:
            schema = closed(version["schema"]["openAPIV3Schema"])
            schema["properties"]["metadata"] = {"$ref": f"#/$defs/{_METADATA}"}
            name = schema_name(f"{group}/{version['name']}", kind)
            (folder / name).write_text(definitions.whole(schema), encoding="utf-8")


def closed(schema: Any) -> Any:
    """The schema with every object that lists its fields refusing others, as the API server prunes them."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("x-kubernetes-int-or-string"):
        schema = schema | {"type": ["integer", "string"]}
    found = {key: value if key in ("enum", "default") else closed(value) for key, value in schema.items()}
    if found.get("type") == "object" and isinstance(found.get("properties"), dict) and _OPEN not in found:
        found.setdefault("additionalProperties", False)
    return found
