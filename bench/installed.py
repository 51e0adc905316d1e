"""mtc as people have it: a wheel in an environment of its own, without what its tests need beside it."""

from __future__ import annotations

import subprocess
import sys

from bench.inputs import ROOT

PLACE = ROOT / ".tools" / "mtc"


def install() -> tuple[str, ...]:
    """Build this checkout's wheel, install it, and give the command. Raises CalledProcessError."""
    pip = PLACE / "bin" / "pip"
    if not pip.exists():
        subprocess.run([sys.executable, "-m", "venv", str(PLACE)], check=True)
    subprocess.run([str(pip), "install", "--quiet", "--disable-pip-version-check", str(ROOT)], check=True)
    return (str(PLACE / "bin" / "mtc"),)
