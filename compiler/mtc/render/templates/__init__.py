"""Texts for people, and the one way to fill them: Jinja2 templates beside this file.

Manifests are never made here (they are built as data). `fill` takes a template's name and its values.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtc.model.markdown import code, plain

if TYPE_CHECKING:
    from jinja2 import Template

_FOLDER = Path(__file__).parent


def fill(template: str, values: dict[str, Any]) -> str:
    """The template's text with the values in it; a name that no value has raises UndefinedError (a bug)."""
    return read(template).render(values)


def read(template: str) -> Template:
    """The template, ready to take values.

    Filters beside Jinja2's own: `plain` and `code` for Markdown, `yaml` for a scalar, `sh` for a shell word.
    """
    from shlex import quote  # noqa: PLC0415 - as Jinja2: only when a text is made

    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415

    from mtc.yamlio.emit import scalar  # noqa: PLC0415

    environment = Environment(
        loader=FileSystemLoader(_FOLDER, encoding="utf-8"),
        undefined=StrictUndefined,
        autoescape=False,  # it is not HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"plain": plain, "code": code, "yaml": scalar, "sh": quote}
    return environment.get_template(template)
