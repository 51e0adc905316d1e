"""`mtc show`: what was decided, as a table or as JSON."""

from __future__ import annotations

from pathlib import Path

import click

from mtc.cli.asking import blueprint_argument, planned
from mtc.cli.network import network_command
from mtc.cli.tables import format_option, write_rows
from mtc.model.blueprint import Ports
from mtc.model.plan import Plan, TenantPlan
from mtc.model.source import Data


@click.group("show")
def show_command() -> None:
    """Show what a blueprint comes to; writes nothing."""


show_command.add_command(network_command)


@show_command.command("tenants")
@blueprint_argument
@format_option()
def tenants_command(blueprint: Path, format_: str) -> None:
    """The tenants: where they run and what they run."""
    _, plan = planned(blueprint)
    columns = ("name", "company", "namespace", "profile", "queues", "gateway", "shard", "suspended")
    write_rows("tenants", columns, [_tenant(tenant) for tenant in plan.tenants], format_)


def _tenant(tenant: TenantPlan) -> list[Data]:
    spec = tenant.spec
    queues: list[Data] = [queue.name for queue in tenant.queues]
    host = spec.gateway.host if tenant.gateway is not None else None
    return [spec.name, spec.company, spec.namespace, spec.profile, queues, host, tenant.shard, spec.suspended]


@show_command.command("ports")
@blueprint_argument
@format_option()
def ports_command(blueprint: Path, format_: str) -> None:
    """The node ports of sessions and streams.

    Ports of tenants that are gone are kept for them, `released`, until `mtc lock --prune`.
    """
    _, plan = planned(blueprint)
    columns = ("tenant", "purpose", "firstPort", "lastPort", "services")
    write_rows("ports", columns, _ports(plan), format_)


def _ports(plan: Plan) -> list[list[Data]]:
    """By first port. A session interval's first port stays unused (agent chart): it serves one less."""
    held: list[tuple[Ports, list[Data]]] = []
    for tenant in plan.tenants:
        if tenant.session_ports is not None:
            held.append((tenant.session_ports, _interval(tenant.name, "sessions", tenant.session_ports, 1)))
        if tenant.stream_ports is not None:
            held.append((tenant.stream_ports, _interval(tenant.name, "streams", tenant.stream_ports, 0)))
    for name, lease in plan.lock.released.items():
        held.append((lease.ports, _interval(name, "released", lease.ports, 1)))
    return [row for ports, row in sorted(held, key=lambda pair: (pair[0].first, str(pair[1][0])))]


def _interval(tenant: str, purpose: str, ports: Ports, unused: int) -> list[Data]:
    return [tenant, purpose, ports.first, ports.last, len(ports) - unused]


@show_command.command("features")
@blueprint_argument
@format_option()
def features_command(blueprint: Path, format_: str) -> None:
    """The ClearML features that the server, groups and tenants get."""
    _, plan = planned(blueprint)
    server = plan.blueprint.server
    rows: list[list[Data]] = [["server", plan.name, list(server.features), []]]
    rows += [["group", group.key, list(group.features), []] for group in server.groups]
    rows += [
        ["tenant", tenant.name, list(tenant.spec.features.enable), list(tenant.spec.features.exclude)]
        for tenant in plan.tenants
    ]
    write_rows("features", ("kind", "name", "features", "excluded"), rows, format_)
