"""Runs the author's templates in a process of their own, which is stopped where they ask for too much."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from mtc.model.failure import CompilerFailure

PROGRAM = Path(__file__).with_name("manifests.py")
LARGEST = 1 << 26  # bytes of all manifests together
# What a Python may need to find its own libraries; no template needs anything else of the environment.
_KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_TOO_LONG = frozenset((signal.SIGPROF, signal.SIGXCPU, signal.SIGKILL))


def manifests(job: Mapping[str, Any]) -> tuple[list[dict[str, Any]], str | None]:
    """The lines of `manifests.py`, whose docstring has the form of both, and why there are no more of them:
    None where all are there or many failed. Raises CompilerFailure where there is no Python to run."""
    import subprocess  # noqa: PLC0415 - 2 ms, for the few blueprints that have templates

    # By its path and not as `-m`: the package would import what no template needs.
    command = [sys.executable, "-I", "-B", str(PROGRAM)]
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    kept["HOME"] = "/"  # without it Python looks it up in the machine's list of people
    pipe = subprocess.PIPE
    try:
        process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, cwd="/", env=kept
        )
    except OSError as error:
        raise CompilerFailure(
            f"cannot start {sys.executable} for extra manifests: {error.strerror}"
        ) from error
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        try:
            with suppress(BrokenPipeError), process.stdin:
                process.stdin.write(json.dumps(job).encode())
            said = process.stdout.read(LARGEST + 1)
        finally:
            process.kill()  # done already, or not to go on
    whole = said[: said.rfind(b"\n") + 1].splitlines()
    if len(said) > LARGEST:
        return [
            json.loads(line) for line in whole
        ], f"all manifests together are larger than {LARGEST >> 20} MiB"
    return [json.loads(line) for line in whole], _why(process.returncode)


def _why(code: int) -> str | None:
    if code == 0:
        return None
    if -code in _TOO_LONG:
        return "it takes too long"
    return "it takes too much memory" if code > 0 else f"it broke the template engine (signal {-code})"
