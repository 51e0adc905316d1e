"""`mtc validate`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mtc.cli.ending import FAULTY, GOOD, keep
from mtc.cli.reporting import Manner, reporting_options, say
from mtc.model.diagnostic import Diagnostic

if TYPE_CHECKING:
    from mtc.report import Format
    from mtc.verify.kubeconform import Kubeconform

PATH = click.Path(path_type=Path)
FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command("validate")
@click.argument("blueprints", metavar="[BLUEPRINT]...", nargs=-1, type=PATH)
@click.option(
    "--tree",
    "trees",
    type=FOLDER,
    multiple=True,
    metavar="DIR",
    help="Check a rendered tree on the disk: each object of its YAML files.",
)
@reporting_options
@click.option(
    "-o",
    "--output",
    type=PATH,
    metavar="FILE",
    help="Write the report to a file; people still read the faults on stderr.",
)
@click.option(
    "--kubeconform",
    "use_kubeconform",
    is_flag=True,
    help="Let kubeconform judge the objects, not mtc's own schemas; blueprints are rendered for it.",
)
@click.option(
    "--schema-location",
    "locations",
    type=FOLDER,
    multiple=True,
    metavar="DIR",
    help="A folder of JSON Schemas for kubeconform; it reads nothing else, and no network.",
)
@click.option(
    "--kubeconform-bin", "program", metavar="FILE", help="The program, where it is not on the PATH."
)
def validate_command(
    blueprints: tuple[Path, ...],
    trees: tuple[Path, ...],
    format_: Format,
    strict: bool,
    limit: int | None,
    output: Path | None,
    use_kubeconform: bool,
    locations: tuple[Path, ...],
    program: str | None,
) -> int:
    """Say everything that is wrong with blueprints, or trees.

    Reads each BLUEPRINT, the lock file beside it and the files it names, and writes nothing. Each fault
    comes with its place and a way out; `mtc explain CODE` says more. A lock file stands for the blueprint
    that it lies beside.
    """
    if not blueprints and not trees:
        raise click.UsageError("name a BLUEPRINT, or a rendered tree with --tree.")
    judge = _judge(use_kubeconform, locations, program)
    paths = _blueprints(blueprints)
    found = [*_of_blueprints(paths, judge), *_of_trees(trees, judge)]
    return FAULTY if say(found, Manner(format_, strict, limit, output, paths, trees)) else GOOD


def _blueprints(named: tuple[Path, ...]) -> tuple[Path, ...]:
    from mtc.pipeline import locked_blueprint

    return tuple(dict.fromkeys(locked_blueprint(path) or path for path in named))


def _of_blueprints(blueprints: tuple[Path, ...], judge: Kubeconform | None) -> Iterator[Diagnostic]:
    from mtc.pipeline import compile_blueprint, plan_blueprint

    for path in blueprints:
        made = plan_blueprint(path) if judge is None else compile_blueprint(path, judge.of)
        keep(made)
        yield from made.diagnostics


def _of_trees(trees: tuple[Path, ...], judge: Kubeconform | None) -> Iterator[Diagnostic]:
    if not trees:
        return  # verify/ takes a while to load
    from mtc.verify import verify_folder, yaml_files

    for folder in trees:
        if not yaml_files(folder):
            raise click.BadParameter(f"there is no YAML file in '{folder}'.", param_hint="'--tree'")
        yield from verify_folder(folder) if judge is None else verify_folder(folder, judge)


def _judge(wanted: bool, locations: tuple[Path, ...], program: str | None) -> Kubeconform | None:
    if not wanted:
        if locations or program is not None:
            raise click.UsageError("--schema-location and --kubeconform-bin belong to --kubeconform.")
        return None
    if not locations:
        raise click.UsageError("--kubeconform needs --schema-location: a folder of schemas on this machine.")
    from mtc.verify.kubeconform import PROGRAM, Kubeconform

    return Kubeconform(locations, program if program is not None else PROGRAM)
