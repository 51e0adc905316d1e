"""The kinds whose shape mtc knows: those that it makes, and two that extra manifests often are.

Each has a file in schema/, named as kubeconform looks for it, so that kubeconform can read it too. They are
our own writing, from the API references: Kubernetes 1.31 to 1.37, Flux 2.7 to 2.9, External Secrets' v1. What
a controller refuses although its schema allows it (a HelmRelease's name beyond 63 characters) stands in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from mtc.model.source import Data
from mtc.schemas import Validator

_TABLE: tuple[tuple[str, str, str], ...] = (
    (
        "kubernetes",
        "v1",
        "ConfigMap LimitRange Namespace ResourceQuota Secret ServiceAccount",
    ),
    ("kubernetes", "batch/v1", "Job"),
    ("kubernetes", "networking.k8s.io/v1", "NetworkPolicy"),
    ("kubernetes", "policy/v1", "PodDisruptionBudget"),
    ("kubernetes", "rbac.authorization.k8s.io/v1", "ClusterRole ClusterRoleBinding Role RoleBinding"),
    ("kubernetes", "scheduling.k8s.io/v1", "PriorityClass"),
    ("flux", "helm.toolkit.fluxcd.io/v2", "HelmRelease"),
    ("flux", "kustomize.toolkit.fluxcd.io/v1", "Kustomization"),
    ("flux", "source.toolkit.fluxcd.io/v1", "HelmRepository OCIRepository"),
    ("external-secrets", "external-secrets.io/v1", "ExternalSecret"),
    ("kustomize", "kustomize.config.k8s.io/v1beta1", "Kustomization"),
)


def file_name(api_version: str, kind: str) -> str:
    """The file in which kubeconform looks for a kind's schema: `networkpolicy-networking-v1.json`."""
    group, _, version = api_version.rpartition("/")
    return "-".join(part for part in (kind.lower(), group.partition(".")[0], version) if part) + ".json"


KINDS: Mapping[tuple[Data, Data], str] = {
    (api_version, kind): f"{folder}/{file_name(api_version, kind)}"
    for folder, api_version, kinds in _TABLE
    for kind in kinds.split()
}
"""(apiVersion, kind) → its file in schema/."""

INDEX = ("kustomize.config.k8s.io/v1beta1", "Kustomization")
"""A folder's list of files: for kustomize, and never in a cluster."""


@cache
def validator() -> Validator:
    """All kinds at once, since most of a schema is what all share: it judges `{file: body}`."""
    return Validator(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "properties": {file: {"$ref": file} for file in KINDS.values()},
        }
    )


def served(kind: str, group: str) -> str | None:
    """The apiVersion of a kind that is Kubernetes' own; None for any other."""
    for (api_version, name), file in KINDS.items():
        version = str(api_version)
        if name == kind and version.rpartition("/")[0] == group and file.startswith("kubernetes/"):
            return version
    return None
