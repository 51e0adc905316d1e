"""bench/installed: what is measured is this checkout's wheel, alone in its environment."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bench import installed
from mtc import __version__


def test_the_command_is_a_wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "PLACE", tmp_path / "mtc")
    (command,) = installed.install()
    said = subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout
    assert said == f"mtc {__version__}\n"
    packages = {path.name for path in (tmp_path / "mtc/lib").glob("python*/site-packages/*")}
    assert "mtc" in packages
    assert "pytest" not in packages
