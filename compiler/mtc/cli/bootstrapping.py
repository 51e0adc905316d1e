"""`mtc bootstrap`: the program of the Jobs, run by a person; the one command that speaks to a server."""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import click

from mtc.cli.asking import blueprint_argument, known_tenant, planned
from mtc.cli.ending import BROKEN

LOCAL = ("localhost", "127.0.0.1", "::1")


@click.command("bootstrap")
@blueprint_argument
@click.option("--tenant", required=True, metavar="NAME", help="The tenant to bring up.")
@click.option(
    "--api",
    required=True,
    metavar="URL",
    envvar="CLEARML_API_HOST",
    show_envvar=True,
    help="Where the ClearML API answers.",
)
@click.option("--dry-run", is_flag=True, help="Print the calls that would be made, and make none of them.")
@click.option(
    "--state-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Keep the tenant's credentials in this file, not in its Secret. Never commit it.",
)
@click.option("--context", metavar="NAME", help="The kubeconfig's context. Default: the current one.")
@click.option("--ca-file", metavar="FILE", help="The PEM certificates that the API's is signed with.")
@click.option(
    "--log",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="A line an event, or a JSON object.",
)
@click.option(
    "--deadline",
    type=click.FloatRange(min=0),
    default=120,
    show_default=True,
    metavar="SECONDS",
    help="How long to try again where a server does not answer.",
)
@click.option("--take-over", is_flag=True, help="Do not wait for another run: it is known to be dead.")
def bootstrap_command(
    blueprint: Path,
    tenant: str,
    api: str,
    dry_run: bool,
    state_file: Path | None,
    context: str | None,
    ca_file: str | None,
    log: str,
    deadline: float,
    take_over: bool,
) -> int:
    """Bring a tenant up through the ClearML API.

    The program of its Job, run here: for the first install, and for support. Company, administrator,
    credentials, login rules and queues are made to agree with the blueprint; what agrees is left alone.

    The API's keys come from CLEARML_API_ACCESS_KEY and CLEARML_API_SECRET_KEY. The tenant's own go into its
    Secret in the control namespace, which kubectl reaches, and so this run and the Job know of each other.

    \b
    Exit codes: 0 the API says what the blueprint says, 1 the blueprint has errors, 2 wrong usage,
    3 a bug, 75 a server did not answer in time, 78 something has to be changed: the last line says what.
    """
    from mtc.bootstrap.__main__ import main
    from mtc.bootstrap.faults import BUG
    from mtc.render import wish_text

    _, plan = planned(blueprint)
    known_tenant(plan, tenant, "--tenant")
    wished = next(one for one in plan.tenants if one.name == tenant)
    try:
        url = urlsplit(api)
    except ValueError as error:
        raise click.BadParameter(f"{error}.", param_hint="'--api'") from None
    if url.scheme == "http" and url.hostname not in LOCAL:
        click.echo("mtc: over http the keys cross the network in the clear", err=True)
    store = (
        [f"--state-file={state_file}"]
        if state_file is not None
        else [f"--kubectl={plan.control}", f"--secret={wished.credentials}"]
    )
    optional = {"context": context, "ca-file": ca_file}
    switches = {"dry-run": dry_run, "take-over": take_over}
    with tempfile.TemporaryDirectory(prefix="mtc-") as folder:
        wish = Path(folder, "wish.json")
        wish.write_text(wish_text(wished), encoding="utf-8")
        code = main(
            [
                f"--wish={wish}",
                f"--api={api}",
                f"--log={log}",
                f"--deadline-seconds={deadline:g}",
                *store,
                *(f"--{name}={value}" for name, value in optional.items() if value is not None),
                *(f"--{name}" for name, given in switches.items() if given),
            ]
        )
    return BROKEN if code == BUG else code
