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
def secrets_command(blueprint: Path, format_: str) -> None:
    """List the Secrets that you have to provide.

    With `--format manifests`: Secrets with placeholders, to fill in and give to `kubectl apply -f`. Never
    commit them.
    """
    _, plan = planned(blueprint)
    if format_ == "manifests":
        from mtc.render import secrets_manifests

        sys.stdout.write(secrets_manifests(plan))
        return
    rows = [_row(secret) for secret in _needed(plan)]
    if format_ == "table":  # the rest is too wide for a line
        write_rows("secrets", COLUMNS[:6], [row[:6] for row in rows], format_)
    else:
        write_rows("secrets", COLUMNS, rows, format_)


def _needed(plan: Plan) -> list[SecretPlan]:
    return [*plan.secrets, *(secret for tenant in plan.tenants for secret in tenant.secrets)]


def _row(secret: SecretPlan) -> list[Data]:
    keys: list[Data] = list(secret.keys)
    notes: dict[str, Data] = {field.property: field.note for field in secret.fields}
    remote = "/".join(secret.remote)
    return [secret.namespace, secret.name, secret.type, keys, secret.tenant, secret.readers, remote, notes]
