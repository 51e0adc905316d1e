"""Where the time of a render goes: `python -m bench.stages BLUEPRINT FOLDER`, milliseconds by stage as JSON.

The command itself runs, with a clock around each stage's own functions, on one processor: on two, stages go
on beside one another. `rest` is what remains of the whole process: Python's start, imports, the command line,
the report.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

STAGES = (
    ("load", "mtc.load", "load_blueprint"),
    ("check", "mtc.check", "check_blueprint"),
    ("plan", "mtc.plan", "make_plan"),
    ("render", "mtc.render", "render_objects"),
    ("render", "mtc.render", "with_runbook"),
    ("verify", "mtc.verify", "verify_tree"),
    *(("write", "mtc.write.writing", name) for name in ("sums_of", "survey", "compare", "encode", "apply")),
)
PROOF = ("isolation", "mtc.verify.tree", "network_diagnostics")  # of verify
START = "MTC_BENCH_START"  # when the process was started, by the clock that all processes share


def main() -> None:
    """Render under the clocks."""
    spent: dict[str, float] = defaultdict(float)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    for stage, room, name in (*STAGES, PROOF):
        module = importlib.import_module(room)
        if hasattr(module, name):
            setattr(module, name, _clocked(getattr(module, name), stage, spent))
    from mtc.cli.ending import run  # noqa: PLC0415 - it must find the clocks in place

    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        code = run(["render", sys.argv[1], "-o", sys.argv[2]])
    whole = time.monotonic() - float(os.environ[START])
    spent["rest"] = whole - sum(seconds for stage, seconds in spent.items() if stage != "isolation")
    sys.stdout.write(json.dumps({stage: 1000 * seconds for stage, seconds in spent.items()}))
    sys.exit(code)


def _clocked(function: Callable[..., Any], stage: str, spent: dict[str, float]) -> Callable[..., Any]:
    def clocked(*words: Any, **named: Any) -> Any:
        before = time.monotonic()
        try:
            value = function(*words, **named)
            return list(value) if isinstance(value, Iterator) else value
        finally:
            spent[stage] += time.monotonic() - before

    return clocked


if __name__ == "__main__":
    main()
