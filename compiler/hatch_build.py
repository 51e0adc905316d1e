"""Compiles the runbook's template when mtc is built or installed, which saves every render 40 ms.

Jinja2 turns a template into Python. Doing that once, here, leaves a module beside the template, which is used
as long as template and Jinja2 are those that it was made from (mtc/render/templates).
"""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import jinja2
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

TEMPLATES = Path("compiler", "mtc", "render", "templates")


class Compiling(BuildHookInterface):  # type: ignore[type-arg]
    """The build hook `custom` of pyproject.toml."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write `compiled.py`, for a wheel and for an editable installation alike."""
        made = TEMPLATES / "compiled.py"
        _put(Path(self.root) / made, compiled(Path(self.root) / TEMPLATES))
        build_data["artifacts"].append(made.as_posix())  # Git ignores it


def compiled(folder: Path) -> str:
    """The module's text."""
    options = runpy.run_path(str(folder / "options.py"))
    name = options["RUNBOOK"]
    source = (folder / name).read_bytes()
    environment = jinja2.Environment(**options["OPTIONS"])
    environment.filters |= dict.fromkeys(options["FILTERS"], _unknown)
    # `defer_init`: the environment comes when the module is used.
    code = environment.compile(source.decode(), name, raw=True, defer_init=True)
    made_of = options["made_of"](jinja2.__version__, source)
    return f'"""Made of {name} by compiler/hatch_build.py."""\n{code}\nMADE_OF = {made_of!r}\n'


def _put(path: Path, text: str) -> None:
    """Write what has changed, whole: somebody may be using it."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    new = path.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


def _unknown(*_: object) -> str:
    """A filter of mtc's own, of which nothing is known yet: Jinja2 leaves a failing one to the run."""
    raise NotImplementedError
