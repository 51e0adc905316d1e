"""`mtc show network` and `mtc reach`: what the rendered policies let through, all at once or one by one."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mtc.cli.asking import blueprint_argument, planned
from mtc.cli.tables import format_option, write_rows
from mtc.model.source import Data

if TYPE_CHECKING:
    from mtc.model.grid import Grid
    from mtc.model.plan import Plan
    from mtc.reach import Topology
    from mtc.reach.world import Endpoint
    from mtc.verify.isolation import Proof

_FEW = 4


@click.command("network")
@blueprint_argument
@format_option("svg")
def network_command(blueprint: Path, format_: str) -> None:
    """Who may reach whom, by the rendered policies.

    Isolation is judged by what the most generous network plugin lets through. What is closed is not listed.
    """
    from mtc.verify.grid import network_grid

    _, plan = planned(blueprint)
    grid = network_grid(_proof(plan), plan)
    if format_ == "svg":
        from mtc.report.grid_svg import grid_svg

        sys.stdout.write(grid_svg(grid))
        return
    write_rows("flows", ("from", "to", "ports", "state", "purpose"), _rows(grid), format_)
    if format_ == "table" and any(row[3] == "exposed" for row in _rows(grid)):
        print(
            "\nexposed: published on every node. A node may hide who connects behind its own address, so no"
            "\npolicy can let clients in and keep other tenants out; the guard there is SSH's login."
        )


def _proof(plan: Plan) -> Proof:
    from mtc.pipeline import prove_plan
    from mtc.reach.fields import ReachError

    try:
        return prove_plan(plan)
    except ReachError as error:
        message = f"a rendered policy cannot be read: {error}; `mtc render` says which"
        raise click.ClickException(message) from None


def _rows(grid: Grid) -> list[list[Data]]:
    """The cells that are not closed; those of one source that are alike, as one."""
    alike: dict[tuple[str, str, str, str], list[Data]] = {}
    for cell in (cell for row in grid.cells for cell in row if cell is not None and cell.state != "closed"):
        alike.setdefault((cell.source, cell.ports, cell.state, cell.purpose), []).append(cell.target)
    return [[source, _listed(targets, rest[1]), *rest] for (source, *rest), targets in alike.items()]


def _listed(targets: list[Data], state: str) -> list[Data]:
    """Whoever nothing keeps in reaches everything beside the tree: that is not worth a list."""
    return ["everything beside the tree"] if state == "open" and len(targets) > _FEW else targets


@click.command("reach")
@blueprint_argument
@click.option("--from", "source", required=True, metavar="ENDPOINT", help="Who connects: globex/agent.")
@click.option("--to", "target", required=True, metavar="ENDPOINT", help="To whom: acme/gateway, internet.")
@click.option("--port", required=True, type=click.IntRange(1, 65535), help="The pod's port, not a Service's.")
@click.option(
    "--protocol",
    type=click.Choice(["TCP", "UDP", "SCTP"]),
    default="TCP",
    show_default=True,
    help="The transport.",
)
@format_option()
def reach_command(
    blueprint: Path, source: str, target: str, port: int, protocol: str, format_: str
) -> None:
    """Say whether a connection passes, by which policies.

    An endpoint is NAMESPACE/POD, with pods as they are called here (agent, gateway, tasks, sessions,
    apiserver, others …), or one outside: internet, 'metadata service', 'Kubernetes API'.
    """
    from mtc.reach import Reading, explain

    _, plan = planned(blueprint)
    found = _proof(plan).topology
    ends = (_endpoint(found, source, "--from"), _endpoint(found, target, "--to"))
    may = explain(found.world, *ends, port, protocol, Reading.MAY)
    must = explain(found.world, *ends, port, protocol, Reading.MUST)
    if format_ == "json":
        flow: dict[str, Data] = {"from": source, "to": target, "port": port, "protocol": protocol}
        sides: list[Data] = [
            {
                "direction": side.direction.value,
                "allowed": side.allowed,
                "closedBy": list(side.selected_by),
                "allowedBy": [str(note) for note in side.allowed_by],
            }
            for side in may.sides
        ]
        verdict = {"version": 1, **flow, "possible": may.allowed, "certain": must.allowed, "sides": sides}
        print(json.dumps(verdict, indent=2, ensure_ascii=False))
        return
    print(may.text())
    if may.allowed and not must.allowed:
        print("\nNot every network plugin lets it through:")
        print(must.text())


def _endpoint(found: Topology, name: str, option: str) -> Endpoint:
    from mtc.model.spelling import nearest

    endpoint = found.endpoint(name)
    if endpoint is None:
        known = [*map(str, found.world.pods), *found.outside]
        guess = nearest(name, known, most=None)
        mine = [pod.workload.name for pod in found.world.pods_in(name.partition("/")[0])]
        there = f" There, it knows {', '.join(mine)}." if mine else ""
        way_out = f" Did you mean '{guess}'?" if guess else there
        raise click.BadParameter(f"the tree has no endpoint '{name}'.{way_out}", param_hint=f"'{option}'")
    return endpoint
