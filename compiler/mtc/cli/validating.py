"""`mtc validate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mtc.cli.ending import FAULTY, GOOD
from mtc.cli.reporting import Manner, reporting_options, say

if TYPE_CHECKING:
    from mtc.report import Format

PATH = click.Path(path_type=Path)


@click.command("validate")
@click.argument("blueprints", metavar="BLUEPRINT...", nargs=-1, required=True, type=PATH)
@reporting_options
@click.option(
    "-o",
    "--output",
    type=PATH,
    metavar="FILE",
    help="Write the report to a file; people still read the faults on stderr.",
)
def validate_command(
    blueprints: tuple[Path, ...], format_: Format, strict: bool, limit: int | None, output: Path | None
) -> int:
    """Say everything that is wrong with blueprints.

    Reads each BLUEPRINT, the lock file beside it and the files it names, and writes nothing. Each fault
    comes with its place and a way out; `mtc explain CODE` says more. A lock file stands for the blueprint
    that it lies beside.
    """
    from mtc.pipeline import locked_blueprint, plan_blueprint

    paths = dict.fromkeys(locked_blueprint(path) or path for path in blueprints)
    diagnostics = [found for path in paths for found in plan_blueprint(path).diagnostics]
    faulty = say(diagnostics, Manner(format_, strict, limit, output))
    return FAULTY if faulty else GOOD
