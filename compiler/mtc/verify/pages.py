"""The manual pages of what is said of objects: one function a code."""

from __future__ import annotations

from mtc.model.diagnostic import Diagnostic, Label
from mtc.model.rule import Page
from mtc.verify.faults import Fault


def shape(fault: Fault, label: Label, way_out: str) -> Diagnostic:
    """A rendered object is not what its kind allows.

    Flux applies a folder whole: one object with a field that Kubernetes does not know, a name that is too
    long or a value of the wrong type, and nothing of the folder is applied. mtc holds each object against
    closed schemas of its own (Kubernetes 1.31 to 1.37, Flux 2.7 to 2.9, External Secrets v1).

    Fails: an extra manifest that is a NetworkPolicy with `podSelectr`.
    Passes: the same with `podSelector`.
    """
    return fault.at(label, way_out)


def secret(fault: Fault, label: Label, way_out: str) -> Diagnostic:
    """The data of a Secret is not what Kubernetes takes.

    Values in `data` are base64, those in `stringData` text, and keys have letters, digits, `-`, `_` and `.`
    alone. A code of its own, so that no report shows the line: it may hold the secret.

    Fails: a Secret in the tree whose `data` is not base64.
    Passes: the same as `stringData`, encrypted by SOPS.
    """
    return fault.at(label, way_out)


def unchecked_kind(fault: Fault, label: Label, way_out: str) -> Diagnostic:
    """An extra manifest is of a kind that mtc has no schema of.

    Nobody has looked for misspelt fields and wrong types in it. kubeconform can, with a schema of the kind:
    `mtc validate --kubeconform --schema-location DIR`. Where you trust it, allow it with a reason.

    Fails: an extra manifest that is a ServiceMonitor.
    Passes: an extra manifest that is a ConfigMap.
    """
    return fault.at(label, way_out)


def kubeconform(fault: Fault, label: Label, way_out: str) -> Diagnostic:
    """An object that kubeconform refuses, or has no schema of.

    `mtc validate --kubeconform` asks kubeconform instead of mtc's own schemas. It reads the schemas in the
    folders of `--schema-location`, and nothing from the network: a kind whose schema is in none of them has
    not been checked, which is an error, since the check was asked for.

    Fails: an extra manifest with a misspelt field, or of a kind whose schema is not there.
    Passes: the same, mended, with the CRD's schema in one of the folders.
    """
    return fault.at(label, way_out)


PAGES = (
    Page("tree/shape", "error", shape),
    Page("tree/secret", "error", secret),
    Page("tree/kubeconform", "error", kubeconform),
    Page("tree/unchecked-kind", "warning", unchecked_kind),
)
