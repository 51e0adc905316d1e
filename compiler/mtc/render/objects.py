"""What all objects share: apiVersion, kind, metadata, our labels, marks against pruning and substitution."""

from __future__ import annotations

from collections.abc import Mapping

from mtc.encodings import holds_substitution
from mtc.model.document import Document
from mtc.model.source import Data, Route
from mtc.yamlio.emit import emit

MANAGED_BY = "app.kubernetes.io/managed-by"
TENANT_LABEL = "mtc/tenant"
BLUEPRINT_LABEL = "mtc/blueprint"
SHARD_LABEL = "sharding.fluxcd.io/key"
KEEP = {"kustomize.toolkit.fluxcd.io/prune": "disabled"}
NO_SUBSTITUTION = {"kustomize.toolkit.fluxcd.io/substitute": "disabled"}


def metadata(
    name: str,
    namespace: str | None = None,
    *,
    tenant: str | None = None,
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
) -> dict[str, Data]:
    """`metadata` with our labels after the given ones: ours win, since policies select by them."""
    ours = {MANAGED_BY: "mtc"} | ({TENANT_LABEL: tenant} if tenant is not None else {})
    found: dict[str, Data] = {"name": name}
    if namespace is not None:
        found["namespace"] = namespace
    found["labels"] = {**(labels or {}), **ours}
    if annotations:
        found["annotations"] = dict(annotations)
    return found


def document(
    path: str,
    api_version: str,
    kind: str,
    meta: dict[str, Data],
    rest: Mapping[str, Data],
    *,
    origin: Route,
    tenant: str | None = None,
) -> Document:
    """An object in the order apiVersion, kind, metadata, the rest."""
    body: dict[str, Data] = {"apiVersion": api_version, "kind": kind, "metadata": meta, **rest}
    return Document(path, body, origin, tenant)


def written(document: Document, path: str, comment: str) -> tuple[Document, str]:
    """A built document as the file `path` of the tree, and that file's text."""
    body = document.body
    text = emit(body, comment=comment)
    if holds_substitution(text):  # on the text: one search for a whole object
        body = shielded(body)
        text = emit(body, comment=comment)
    return Document(path, body, document.origin, document.tenant, document.secret_bearing), text


def shielded(body: Mapping[str, Data]) -> dict[str, Data]:
    """The object, told to Flux as not to be substituted (its variables: `${` and `$$`)."""
    meta = body.get("metadata")
    found = dict(meta) if isinstance(meta, dict) else {}
    annotations = found.get("annotations")
    found["annotations"] = {**(annotations if isinstance(annotations, dict) else {}), **NO_SUBSTITUTION}
    return {**body, "metadata": found}


def merged(base: Mapping[str, Data], over: Mapping[str, Data]) -> dict[str, Data]:
    """Helm values with the author's on top: maps merge key by key, all else replaces, null stays null."""
    found = dict(base)
    for key, value in over.items():
        below = found.get(key)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            found[key] = merged(below, value)
        else:
            found[key] = value
    return found
