"""What a render costs, against `cp -r` of the tree it wrote: `python bench/render.py [TENANTS …]`.

Each case is a process of its own, run in turn with `cp -r` of the same tree, into memory (/dev/shm) where
the machine has it: on a disk, re-creating ten thousand files swings several times. Medians of five runs.
Prints the ratio, the peak memory, and where the time went.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MTC = [sys.executable, "-m", "mtc"]
RUNS = 5
STAGES = """
import gc, sys, time
gc.disable()
clock = time.perf_counter
marks = [("imports", clock())]
from mtc.load import load_blueprint
from mtc.check import check_blueprint
from mtc.plan import make_plan
from mtc.render import render_plan
from mtc.verify import verify_tree
marks.append(("load", clock())); blueprint = load_blueprint(sys.argv[1]).value
marks.append(("check", clock())); check_blueprint(blueprint)
marks.append(("plan", clock())); plan = make_plan(blueprint).value
marks.append(("render", clock())); tree = render_plan(plan)
marks.append(("verify", clock())); verify_tree(tree, plan)
marks.append(("", clock()))
print(", ".join(f"{name} {1000 * (after - at):.0f}" for (name, at), (_, after) in zip(marks, marks[1:])))
"""


def blueprint(tenants: int) -> str:
    """blueprints/guide.yaml with this many tenants that inherit its defaults, without port mode."""
    text = (ROOT / "blueprints" / "guide.yaml").read_text()
    head = text[: text.index("  tenants:\n")]
    tenant = (
        "    - name: t{0:05d}\n      company: Company {0:05d}\n"
        "      admin: {{name: Admin, email: admin@t{0:05d}.example}}\n"
        "      login:\n        domains: [t{0:05d}.example]\n      gateway:\n        host: t{0:05d}-router\n"
    )
    return head + "  tenants:\n" + "".join(tenant.format(index) for index in range(tenants))


def timed(command: list[str]) -> tuple[float, int]:
    """Wall seconds and peak memory in MB of one process; a failing command ends the benchmark."""
    before = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = _wait(process)
    seconds = time.perf_counter() - before
    if status != 0:
        raise SystemExit(f"{' '.join(command)} ended with {status}")
    return seconds, usage.ru_maxrss // 1024


def _wait(process: subprocess.Popen[bytes]) -> tuple[int, int, resource.struct_rusage]:
    pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return pid, process.returncode, usage


def case(folder: Path, tenants: int) -> None:
    """One size: a first render, a render of what is there already, and `cp -r`, in turn."""
    source = folder / f"b{tenants}.yaml"
    source.write_text(blueprint(tenants))
    first, again, copies, memory = [], [], [], 0
    for _ in range(RUNS):
        out, copy = folder / "out", folder / "copy"
        seconds, peak = timed([*MTC, "render", str(source), "-o", str(out)])
        first.append(seconds)
        memory = max(memory, peak)
        copies.append(timed(["cp", "-r", str(out), str(copy)])[0])
        again.append(timed([*MTC, "render", str(source), "-o", str(out)])[0])
        for used in (out, copy):
            shutil.rmtree(used)
    base = statistics.median(copies)
    new, same = statistics.median(first), statistics.median(again)
    print(
        f"{tenants:>6} tenants: first {new:.2f} s = {new / base:.1f} x cp -r ({base:.2f} s), "
        f"unchanged {same:.2f} s = {same / base:.1f} x, {memory} MB"
    )
    stages = subprocess.run(
        [sys.executable, "-c", STAGES, str(source)], capture_output=True, text=True, check=True
    )
    print(f"               ms: {stages.stdout.strip()}")


def main() -> None:
    """Start-up, guide.yaml, and the sizes given (10, 100 and 1,000 by default)."""
    start = statistics.median(timed([sys.executable, "-c", "pass"])[0] for _ in range(9))
    version = statistics.median(timed([*MTC, "--version"])[0] for _ in range(9))
    more, empty = 1000 * (version - start), 1000 * start
    print(f"mtc --version: {more:.0f} ms more than python -c pass ({empty:.0f} ms)")
    memory_disk = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory_disk if memory_disk.is_dir() else None) as name:
        folder = Path(name)
        guide = shutil.copy(ROOT / "blueprints" / "guide.yaml", folder)
        runs = [timed([*MTC, "render", str(guide), "-o", str(folder / f"g{run}")])[0] for run in range(RUNS)]
        print(f"guide.yaml: {1000 * statistics.median(runs):.0f} ms")
        for tenants in [int(word) for word in sys.argv[1:]] or [10, 100, 1000]:
            case(folder, tenants)


if __name__ == "__main__":
    main()
