"""What the proof of isolation costs alone: `python -m bench.proof BLUEPRINT` prints its seconds.

Seconds of the processor for the proof of a tree that is rendered already: the best of three. A tree that is
not proved ends the benchmark.
"""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

from mtc.pipeline import plan_blueprint
from mtc.render import render_plan
from mtc.verify.isolation import prove
from mtc.verify.streams import alike

RUNS = 3


def seconds(blueprint: Path) -> float:
    """Of the best run; SystemExit where there is nothing to prove, or it does not hold."""
    made = plan_blueprint(blueprint)
    if made.plan is None:
        raise SystemExit(f"{blueprint.name}: {made.diagnostics[0].message}")
    bodies = [document.body for document in render_plan(made.plan).documents]
    spent = []
    for _ in range(RUNS):
        gc.collect()
        gc.disable()  # as the program itself does
        start = time.process_time()
        same = alike(bodies, made.plan)
        holds = prove(same.documents, same.plan).holds
        spent.append(time.process_time() - start)
        gc.enable()
        if not holds:
            raise SystemExit(f"{blueprint.name}: isolation is NOT proved")
    return min(spent)


if __name__ == "__main__":
    print(seconds(Path(sys.argv[1])))
