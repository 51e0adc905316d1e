"""Secrets: ExternalSecrets where that provider is chosen, and manifests with placeholders for a person."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from mtc.model.document import Document
from mtc.model.plan import Plan, SecretPlan
from mtc.model.source import Data
from mtc.render.objects import KEEP, document, metadata
from mtc.yamlio.emit import emit

EXTERNAL_API = "external-secrets.io/v1"
PLACEHOLDER = "<REPLACE-ME>"  # not a plain word, so that it stands in quotes, and what takes its place too


def all_secrets(plan: Plan) -> tuple[SecretPlan, ...]:
    """Every Secret that somebody provides: the platform's, then the tenants' in order."""
    return (*plan.secrets, *(secret for tenant in plan.tenants for secret in tenant.secrets))


def secret_documents(plan: Plan, secrets: Iterable[SecretPlan], *, keep: bool) -> list[Document]:
    """An ExternalSecret for each; nothing with the other providers."""
    if plan.blueprint.secrets.provider != "external-secrets":
        return []
    return [_external(plan, secret, keep=keep) for secret in secrets]


def _external(plan: Plan, secret: SecretPlan, *, keep: bool) -> Document:
    provider = plan.blueprint.secrets.external_secrets
    if provider is None:
        raise ValueError("external-secrets is not the provider")
    remote = "/".join(part for part in (provider.key_prefix.strip("/"), *secret.remote) if part)
    template: dict[str, Data] = {"type": secret.type}
    if secret.labels:
        template = {"metadata": {"labels": dict(secret.labels)}, **template}
    data = {key: f"{{{{ .{name} }}}}" for key, name in _variables(secret).items()}
    if secret.form == "values":
        data = {"values.yaml": _values_template(secret)}
    template["engineVersion"] = "v2"
    template["data"] = dict(data)
    spec: dict[str, Data] = {
        "refreshInterval": provider.refresh_interval,
        "secretStoreRef": {"kind": provider.store_kind, "name": provider.store_name},
        "target": {"name": secret.name, "creationPolicy": "Owner", "template": template},
        "data": [
            {"secretKey": name, "remoteRef": {"key": remote, "property": secret.properties[key]}}
            for key, name in _variables(secret).items()
        ],
    }
    meta = metadata(
        secret.name, secret.namespace, tenant=secret.tenant, annotations=KEEP if keep else None
    )
    prefix = f"{secret.namespace}." if secret.tenant is None else ""
    return document(
        f"{prefix}{secret.name}.externalsecret.yaml",
        EXTERNAL_API,
        "ExternalSecret",
        meta,
        {"spec": spec},
        origin=secret.origin,
        tenant=secret.tenant,
    )


def _variables(secret: SecretPlan) -> Mapping[str, str]:
    """Each field's name in the template: letters, digits and `_`, as Go templates want after a dot."""
    return {
        field.property: field.property.strip(".").replace("-", "_").replace(".", "_")
        for field in secret.fields
    }


def _values_template(secret: SecretPlan) -> str:
    """A values document whose leaves the operator fills in; `toJson` quotes them for every YAML reader."""
    names = _variables(secret)
    tree: dict[str, object] = {}
    for field in secret.fields:
        at = tree
        for step in field.values_path[:-1]:
            at = at.setdefault(step, {})  # type: ignore[assignment]
        at[field.values_path[-1]] = f"{{{{ .{names[field.property]} | toJson }}}}"
    return "".join(_lines(tree, ""))


def _lines(tree: Mapping[str, object], indent: str) -> Iterable[str]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield f"{indent}{key}:\n"
            yield from _lines(value, f"{indent}  ")
        else:
            yield f"{indent}{key}: {value}\n"


def secrets_manifests(plan: Plan) -> str:
    """Every Secret as a manifest with placeholders, for `kubectl apply` after a person filled them in."""
    return "---\n".join(secret_manifest(secret) for secret in all_secrets(plan))


def secret_manifest(secret: SecretPlan) -> str:
    """One Secret as a manifest with placeholders."""
    return emit(_manifest(secret))


def _manifest(secret: SecretPlan) -> dict[str, Data]:
    data: dict[str, Data] = dict.fromkeys(secret.keys, PLACEHOLDER)
    if secret.form == "values":
        tree: dict[str, Data] = {}
        for field in secret.fields:
            at: dict[str, Data] = tree
            for step in field.values_path[:-1]:
                at = at.setdefault(step, {})  # type: ignore[assignment]
            at[field.values_path[-1]] = PLACEHOLDER
        data = {"values.yaml": emit(tree)}
    elif secret.form == "dockerconfigjson":
        config = {"auths": {secret.registry: {"username": PLACEHOLDER, "password": PLACEHOLDER}}}
        data = {".dockerconfigjson": json.dumps(config)}
    meta: dict[str, Data] = {"name": secret.name, "namespace": secret.namespace}
    if secret.labels:
        meta["labels"] = dict(secret.labels)
    return {"apiVersion": "v1", "kind": "Secret", "metadata": meta, "type": secret.type, "stringData": data}
