"""`mtc secrets`: the Secrets that somebody has to provide."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mtc.cli.asking import blueprint_argument, planned
from mtc.cli.tables import format_option, write_rows
from mtc.model.plan import Plan, SecretPlan
from mtc.model.source import Data

COLUMNS = ("namespace", "name", "type", "keys", "tenant", "readers", "remote", "notes")


@click.command("secrets")
@blueprint_argument
@format_option("manifests")
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write each manifest to DIR/NAMESPACE/NAME.yaml, where there is none yet.",
)
def secrets_command(blueprint: Path, format_: str, output: Path | None) -> None:
    """List the Secrets that you have to provide.

    With `--format manifests`: Secrets with placeholders, to fill in and give to `kubectl apply -f`. Never
    commit them.

    With `-o`, the same as a file each, which is where SOPS' files lie. Fill them in, and encrypt each before
    you commit: `sops encrypt --in-place --encrypted-regex '^(data|stringData)$' FILE`.
    """
    _, plan = planned(blueprint)
    if output is not None:
        _write_files(plan, output)
        return
    if format_ == "manifests":
        from mtc.render import secrets_manifests

        sys.stdout.write(secrets_manifests(plan))
        return
    rows = [_row(secret) for secret in _needed(plan)]
    if format_ == "table":  # the rest is too wide for a line
        write_rows("secrets", COLUMNS[:6], [row[:6] for row in rows], format_)
    else:
        write_rows("secrets", COLUMNS, rows, format_)


def _write_files(plan: Plan, folder: Path) -> None:
    """A file for each Secret that has none; the others stay, encrypted or not. Raises DiskError."""
    from mtc.cli.saving import make_folder, save
    from mtc.render import secret_manifest

    for secret in _needed(plan):
        path = folder / secret.namespace / f"{secret.name}.yaml"
        if not path.exists() and not path.is_symlink():
            make_folder(path.parent)
            save(path, secret_manifest(secret))
            print(path)


def _needed(plan: Plan) -> list[SecretPlan]:
    return [*plan.secrets, *(secret for tenant in plan.tenants for secret in tenant.secrets)]


def _row(secret: SecretPlan) -> list[Data]:
    keys: list[Data] = list(secret.keys)
    notes: dict[str, Data] = {field.property: field.note for field in secret.fields}
    remote = "/".join(secret.remote)
    return [secret.namespace, secret.name, secret.type, keys, secret.tenant, secret.readers, remote, notes]
