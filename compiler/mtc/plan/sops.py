"""SOPS files: the encrypted Secret that stands for each one the tree needs, taken byte for byte."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mtc.model.blueprint import Blueprint
from mtc.model.diagnostic import Diagnostic, Label
from mtc.model.plan import SecretPlan, SopsFile
from mtc.model.source import Data
from mtc.yamlio.parse import parse_data

_ENCRYPTED = "ENC["


def sops_files(
    blueprint: Blueprint, secrets: Sequence[SecretPlan], faults: list[Diagnostic]
) -> tuple[SopsFile, ...]:
    """The files for these Secrets, in order; what is missing or wrong goes to `faults`."""
    if blueprint.secrets.provider != "sops":
        return ()
    found: list[SopsFile] = []
    for secret in secrets:
        path = f"{blueprint.secrets.sops.directory.rstrip('/')}/{secret.namespace}/{secret.name}.yaml"
        file = blueprint.files.get(path)
        if file is None:
            faults.append(missing(blueprint, secret, path))
            continue
        parsed = parse_data(file.content, path)
        faults.extend(parsed.diagnostics)
        if parsed.value is not None:
            problems = list(_problems(secret, parsed.value))
            faults.extend(wrong_file(blueprint, secret, path, problem) for problem in problems)
        found.append(SopsFile(f"{secret.namespace}.{secret.name}.secret.yaml", file.content, secret.tenant))
    return tuple(found)


def _problems(secret: SecretPlan, documents: Sequence[Data]) -> Iterator[str]:
    """What keeps these documents from being that Secret, encrypted."""
    body = documents[0] if len(documents) == 1 else None
    if not isinstance(body, Mapping):
        yield "is not one YAML document"
        return
    if body.get("kind") != "Secret" or body.get("apiVersion") != "v1":
        yield "is not a Secret of apiVersion v1"
    if not isinstance(body.get("sops"), Mapping):
        yield "is not encrypted with sops"
    if body.get("type", "Opaque") != secret.type:
        yield f"does not have `type: {secret.type}`"
    yield from _misnamed(secret, body.get("metadata"))
    yield from _misheld(secret, body)


def _misnamed(secret: SecretPlan, metadata: Data) -> Iterator[str]:
    names = metadata if isinstance(metadata, Mapping) else {}
    for field, want in (("name", secret.name), ("namespace", secret.namespace)):
        if names.get(field) != want:
            yield f"does not have `metadata.{field}: {want}`"
    labels = names.get("labels")
    for label, wanted in secret.labels.items():
        if not isinstance(labels, Mapping) or labels.get(label) != wanted:
            yield f"does not carry the label `{label}: {wanted}`"


def _misheld(secret: SecretPlan, body: Mapping[str, Data]) -> Iterator[str]:
    data = [values for name in ("data", "stringData") if isinstance(values := body.get(name), Mapping)]
    held = {key: value for values in data for key, value in values.items()}
    for key in secret.keys:
        if key not in held:
            yield f"has no key `{key}`"
    for key, value in held.items():
        if not (isinstance(value, str) and value.startswith(_ENCRYPTED)):
            yield f"holds `{key}` in plain text"


def missing(blueprint: Blueprint, secret: SecretPlan, path: str) -> Diagnostic:
    """A Secret that the tree needs has no encrypted file.

    Flux would apply the tree and the release would wait for a Secret that nobody makes.

    Fails: `provider: sops` without `secrets/clearml/server.yaml`.
    Passes: the same with that file, encrypted by sops.
    """
    folder = path.removesuffix(f"/{secret.namespace}/{secret.name}.yaml")
    return Diagnostic(
        "secrets/sops-missing",
        f"the Secret `{secret.name}` of namespace `{secret.namespace}` has no file `{path}`",
        Label(blueprint.value("spec", "secrets", "sops", "directory")),
        f"encrypt a Secret with the keys {', '.join(f'`{key}`' for key in secret.keys)} into that file "
        f"(`mtc secrets BLUEPRINT -o {folder}` writes what is missing, with placeholders)",
    )


def wrong_file(blueprint: Blueprint, secret: SecretPlan, path: str, problem: str) -> Diagnostic:
    """An encrypted file is not the Secret that the tree needs.

    Flux would apply it, and what waits for the Secret would wait for ever, or read a key that is not there.

    Fails: `secrets/clearml/server.yaml` with `metadata.name: clearml`.
    Passes: the same with `metadata.name: server`, encrypted by sops with every key that is asked for.
    """
    return Diagnostic(
        "secrets/sops-wrong",
        f"`{path}` {problem}",
        Label(blueprint.value("spec", "secrets", "sops", "directory")),
        f"it must be the Secret `{secret.name}` of namespace `{secret.namespace}` with the keys "
        f"{', '.join(f'`{key}`' for key in secret.keys)}",
    )
