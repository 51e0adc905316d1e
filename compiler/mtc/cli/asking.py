"""What commands are asked about: a blueprint, planned or else said to be at fault."""

from __future__ import annotations

from pathlib import Path

import click

from mtc.cli.ending import FAULTY
from mtc.cli.reporting import Manner, say
from mtc.model.plan import Plan
from mtc.pipeline import Compiled, Relock, plan_blueprint

blueprint_argument = click.argument("blueprint", type=click.Path(path_type=Path))


def planned(path: Path, relock: Relock | None = None) -> tuple[Compiled, Plan]:
    """The blueprint and its plan; where it has errors they are said, and the run ends.

    Warnings and missing encrypted files are for `mtc validate` and `mtc render`, where something can be done.
    """
    compiled = plan_blueprint(path, relock, sops=False)
    manner = Manner(blueprints=(path,))
    faulty = say((found for found in compiled.diagnostics if found.severity == "error"), manner)
    if faulty or compiled.plan is None:
        raise click.exceptions.Exit(FAULTY)
    return compiled, compiled.plan


def known_tenant(plan: Plan, name: str, option: str) -> str:
    """The name, if the plan has a tenant of it; wrong usage otherwise, with a guess."""
    from mtc.model.spelling import nearest

    names = [tenant.name for tenant in plan.tenants]
    if name not in names:
        guess = nearest(name, names, most=None)
        raise click.BadParameter(
            f"the blueprint has no tenant '{name}'." + (f" Did you mean '{guess}'?" if guess else ""),
            param_hint=f"'{option}'",
        )
    return name
