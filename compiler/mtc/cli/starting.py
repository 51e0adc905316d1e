"""`mtc init` and `mtc completion`: what one does once."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mtc.cli.saving import make_folder, save

BLUEPRINT = "blueprint.yaml"


@click.command("init")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", default="clearml", show_default=True, help="The deployment's name.")
@click.option("--domain", default="clearml.example.com", show_default=True, help="The domain of its hosts.")
def init_command(folder: Path, name: str, domain: str) -> None:
    """Write a commented blueprint to begin with.

    It goes into DIR, by default the folder you are in, with a README and a pre-commit configuration.
    Nothing that is there already is overwritten.
    """
    from mtc.load import load_text
    from mtc.render.starter import starter_files

    starter = starter_files(name, domain)
    for fault in load_text(starter[BLUEPRINT], BLUEPRINT, folder).diagnostics:  # the name or the domain
        raise click.UsageError(f"{fault.message}: {fault.help}")
    files = {folder / path: content for path, content in starter.items()}
    present = [str(path) for path in files if path.exists() or path.is_symlink()]
    if present:
        raise click.UsageError(f"already there: {', '.join(present)}. Nothing was written.")
    for path, content in files.items():
        make_folder(path.parent)
        save(path, content.decode())
        print(path)


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion_command(ctx: click.Context, shell: str) -> None:
    """Print what lets a shell complete mtc's commands.

    \b
    bash:  eval "$(mtc completion bash)"      in ~/.bashrc
    zsh:   eval "$(mtc completion zsh)"       in ~/.zshrc
    fish:  mtc completion fish | source       in ~/.config/fish/config.fish
    """
    from click.shell_completion import get_completion_class

    from mtc.cli.commands import PROGRAM, program

    completer = get_completion_class(shell)
    assert completer is not None  # click knows all three
    sys.stdout.write(f"{completer(program, {}, PROGRAM, f'_{PROGRAM.upper()}_COMPLETE').source()}\n")
