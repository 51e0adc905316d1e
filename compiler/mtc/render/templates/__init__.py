"""Texts for people, and the one way to fill them: Jinja2 templates beside this file.

Manifests are never made here (they are built as data). `fill` takes a template's name and its values.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtc.model.markdown import code, plain
from mtc.render.templates.options import FILTERS, OPTIONS, RUNBOOK, made_of

if TYPE_CHECKING:
    from jinja2 import Environment, Template


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

    loader = FileSystemLoader(_FOLDER, encoding="utf-8")
    environment = Environment(loader=loader, undefined=StrictUndefined, **OPTIONS)  # type: ignore[arg-type]
    environment.filters |= dict(zip(FILTERS, (plain, code, scalar, quote), strict=True))
    return _compiled(template, environment) or environment.get_template(template)


def _compiled(template: str, environment: Environment) -> Template | None:
    """The template as it was compiled when mtc was installed; None where it was not, or was another one."""
    if template != RUNBOOK:
        return None
    import jinja2  # noqa: PLC0415

    try:
        made = import_module("mtc.render.templates.compiled")
    except ImportError:
        return None
    if made_of(jinja2.__version__, (_FOLDER / template).read_bytes()) != made.MADE_OF:
        return None
    return environment.template_class.from_module_dict(environment, vars(made), environment.globals)
