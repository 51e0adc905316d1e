"""cli/beginning: who gets a helper, and that it is over when the command is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mtc.aside import second_processor

BLUEPRINTS = Path(__file__).parents[2] / "blueprints"
SMALL, LARGE = str(BLUEPRINTS / "minimal.yaml"), "large.yaml"
ASK = """
import os, sys
from mtc.cli.beginning import helper_for
with helper_for(sys.argv[1:]) as helper:
    print(helper is not None)
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("no process is left")
"""


@pytest.mark.skipif(not second_processor(), reason="one processor: there is no second process")
@pytest.mark.parametrize(
    ("arguments", "helped"),
    [
        (("render", SMALL, "-o", "out"), True),
        (("render", LARGE, "-o", "out"), False),
        (("render", LARGE, "-o", "out", "--tenant", "acme"), True),
        (("render", "--tenant=acme", LARGE, "-o", "out"), True),
        (("render", "missing.yaml", "-o", "out"), False),
        (("render",), False),
        (("validate", SMALL), False),
        ((), False),
    ],
    ids=str,
)
def test_a_render_of_few_tenants_is_helped(arguments: tuple[str, ...], helped: bool, tmp_path: Path) -> None:
    (tmp_path / LARGE).write_text("#" * (1 << 16))
    command = [sys.executable, "-c", ASK, *arguments]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout == f"{helped}\nno process is left\n"
