"""Texts for people that begin with a template: Jinja2 files beside this one, and the one way to fill them.

Manifests are never made here (they are built as data), nor the runbook, which every render makes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mtc.model.markdown import code, plain

_FOLDER = Path(__file__).parent


def fill(template: str, values: dict[str, Any]) -> str:
    """The template's text with the values in it; a name that no value has raises UndefinedError (a bug).

    Filters beside Jinja2's own: `plain` and `code` for Markdown, `yaml` for a scalar.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - only when a text is made

    from mtc.yamlio.emit import scalar  # noqa: PLC0415

    environment = Environment(
        loader=FileSystemLoader(_FOLDER, encoding="utf-8"),
        undefined=StrictUndefined,
        autoescape=False,  # it is not HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"plain": plain, "code": code, "yaml": scalar}
    return environment.get_template(template).render(values)
