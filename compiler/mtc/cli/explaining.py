"""`mtc explain` and `mtc schema`: what mtc knows, for reading."""

from __future__ import annotations

import sys

import click


@click.command("explain")
@click.argument("code", required=False)
def explain_command(code: str | None) -> None:
    """Say what a fault means, and show an example.

    CODE is what stands in brackets: features/unknown. Without CODE: the list of all codes, each in one line.
    """
    from mtc.check import codes, explain
    from mtc.cli.tables import table_text
    from mtc.pipeline import all_pages

    rules = all_pages()
    if code is None:
        sys.stdout.write(table_text([[found, severity, line] for found, severity, line in codes(rules)]))
        return
    page = explain(code, rules)
    if page is None:
        from mtc.model.spelling import nearest

        guess = nearest(code, [found for found, _, _ in codes(rules)], most=None)
        way_out = f"Did you mean '{guess}'?" if guess else "'mtc explain' lists them."
        raise click.BadParameter(f"no rule has the code '{code}'. {way_out}", param_hint="'CODE'")
    sys.stdout.write(page)


@click.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of blueprints, for editors.

    \b
    mtc schema > blueprint.schema.json, and as the blueprint's first line:
      # yaml-language-server: $schema=blueprint.schema.json
    """
    from mtc.load import schema_text

    sys.stdout.write(schema_text())
