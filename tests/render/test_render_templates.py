"""render/templates: the runbook's template is compiled when mtc is installed, and that changes no byte."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import jinja2
import pytest

from mtc.render import templates
from mtc.render.runbook import runbook
from plan.planning import plan_of

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "compiler" / "mtc" / "render" / "templates" / "runbook.md.j2"


def made_of() -> tuple[str, str]:
    return jinja2.__version__, hashlib.sha256(SOURCE.read_bytes()).hexdigest()


def test_this_installation_has_compiled_this_template() -> None:
    """If it has not, `make test` after `pip install --editable .` is what a changed template needs."""
    from mtc.render.templates import compiled

    assert made_of() == compiled.MADE_OF, "the template has changed since mtc was installed: install it again"


def test_nobody_can_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_of(tenants=[{"name": "acme"}, {"name": "globex"}])
    text = runbook(plan)
    asked: list[str] = []
    original = jinja2.Environment.get_template

    def get_template(self: jinja2.Environment, name: str) -> jinja2.Template:
        asked.append(name)
        return original(self, name)

    monkeypatch.setattr(jinja2.Environment, "get_template", get_template)
    assert runbook(plan) == text
    assert asked == []
    for stale in (("3.0.0", made_of()[1]), (made_of()[0], "0" * 64)):
        monkeypatch.setattr("mtc.render.templates.compiled.MADE_OF", stale)
        assert runbook(plan) == text
    assert asked == ["runbook.md.j2"] * 2


def test_without_it_the_template_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> ModuleType:
        raise ImportError(name)

    plan = plan_of(tenants=[{"name": "acme"}])
    text = runbook(plan)
    monkeypatch.setattr(templates, "import_module", missing)
    assert runbook(plan) == text


def test_a_wheel_has_it(tmp_path: Path) -> None:
    build = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT))
    subprocess.run(build, check=True, timeout=300)
    (wheel,) = tmp_path.glob("mtc-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read("mtc/render/templates/compiled.py").decode()
    assert f"MADE_OF = {made_of()!r}" in text
