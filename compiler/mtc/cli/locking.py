"""`mtc lock`, and the lock file for whoever writes it."""

from __future__ import annotations

from pathlib import Path

import click

from mtc.cli.asking import blueprint_argument, known_tenant, planned
from mtc.model.blueprint import Blueprint
from mtc.model.lock import Lock
from mtc.model.plan import Plan
from mtc.model.record import changed
from mtc.pipeline import Compiled, lock_path


@click.command("lock")
@blueprint_argument
@click.option("--prune", is_flag=True, help="Let go of the ports of tenants that are gone.")
@click.option("--reallocate", metavar="TENANT", help="Hand out this tenant's ports anew.")
def lock_command(blueprint: Path, prune: bool, reallocate: str | None) -> None:
    """Write the lock file, which keeps handed-out node ports.

    With it no address moves by itself. It lies beside the blueprint (`prod.lock.yaml` for `prod.yaml`);
    commit it. `mtc render` writes it too, but takes ports away from nobody.
    """

    def relock(b: Blueprint, lock: Lock) -> Lock:
        from mtc.plan import prune_lock
        from mtc.plan import reallocate as without

        if reallocate is not None:
            lock = without(b, lock, reallocate)
        if prune:  # what only now fell free is free for this run's tenants too
            names = {tenant.name for tenant in b.tenants}
            kept = {name: lease for name, lease in lock.ports.items() if name in names}
            lock = changed(prune_lock(lock), ports=kept)
        return lock

    compiled, plan = planned(blueprint, relock)
    if reallocate is not None:
        known_tenant(plan, reallocate, "--reallocate")
    state = "written" if write_lock(blueprint, compiled, plan) else "unchanged"
    print(f"{lock_path(blueprint)} {state}: {len(plan.lock.ports)} held, {len(plan.lock.released)} released")


def lock_changed(compiled: Compiled, plan: Plan) -> bool:
    """True where the next lock says something else than the file; formatting is nobody's business."""
    return compiled.lock != plan.lock


def write_lock(blueprint: Path, compiled: Compiled, plan: Plan) -> bool:
    """Writes the lock file where it changed; True if it did. Raises DiskError."""
    if not lock_changed(compiled, plan):
        return False
    from mtc.cli.saving import save
    from mtc.render import lock_text

    save(lock_path(blueprint), lock_text(plan.lock))
    return True
