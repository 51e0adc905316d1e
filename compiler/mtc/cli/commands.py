"""The program's commands and the module of each, which is loaded when the command is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click

from mtc import __version__

PROGRAM: Final = "mtc"
# In the order in which a newcomer meets them.
COMMANDS: Final = {
    "init": "mtc.cli.starting",
    "validate": "mtc.cli.validating",
    "render": "mtc.cli.rendering",
    "show": "mtc.cli.showing",
    "reach": "mtc.cli.network",
    "diff": "mtc.cli.diffing",
    "secrets": "mtc.cli.secrets",
    "lock": "mtc.cli.locking",
    "bootstrap": "mtc.cli.bootstrapping",
    "explain": "mtc.cli.explaining",
    "schema": "mtc.cli.explaining",
    "completion": "mtc.cli.starting",
}


class LazyGroup(click.Group):
    """A group whose commands are `<name>_command` of their modules."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command's name."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, loaded now; None where there is none of the name."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(COMMANDS[cmd_name]), f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with a guess for a mistyped name."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            from mtc.model.spelling import nearest

            guess = nearest(args[0], COMMANDS)
            way_out = f"Did you mean '{guess}'?" if guess else f"'{PROGRAM} --help' lists them."
            ctx.fail(f"No such command '{args[0]}'. {way_out}")
        return super().resolve_command(ctx, args)


SETTINGS: Final = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=LazyGroup, context_settings=SETTINGS)
@click.version_option(__version__, message="mtc %(version)s")
def program() -> None:
    """The multi-tenancy compiler for ClearML Enterprise on Kubernetes.

    You describe a deployment in one file, the blueprint: the server, and its tenants. mtc writes every
    manifest that Flux applies from it into a folder of your Git repository. It needs no network and no
    cluster, and the same blueprint always gives the same files.

    \b
    Start here:
      mtc init                              writes a blueprint to begin with
      mtc validate blueprint.yaml           says what is wrong with it
      mtc render blueprint.yaml -o out/     writes the tree; commit it with the blueprint
      mtc secrets blueprint.yaml            says which Secrets you have to provide

    \b
    Exit codes: 0 good, 1 the blueprint or the tree has errors, 2 wrong usage,
    3 the machine or mtc itself failed, 4 a difference that was asked about.
    """
