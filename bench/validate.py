"""What `mtc validate` costs: on guide.yaml beside `python -c pass`, and on many tenants, faultless and not.

Run by hand: `python bench/validate.py [TENANTS]`. Medians of processes that run in turn; CPU seconds (user
and system) stand beside wall seconds, since other work on the machine lengthens those more. The modules are
compiled beforehand, as an installation does. Prints a line for each promise and its limit.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from render import MTC, ROOT, blueprint

RUNS = 7


class Cost(NamedTuple):
    """Of one process, or the medians of several: wall seconds, CPU seconds."""

    wall: float
    cpu: float


def cost(command: list[str], codes: tuple[int, ...] = (0,)) -> Cost:
    """One run; an exit code that is none of these ends the benchmark."""
    before = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - before
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in codes:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Cost(wall, usage.ru_utime + usage.ru_stime)


def medians(*commands: list[str]) -> list[Cost]:
    """Each command's median cost, the commands run in turn."""
    runs = [[cost(command, (0, 1)) for command in commands] for _ in range(RUNS)]
    return [Cost(*map(statistics.median, zip(*column, strict=True))) for column in zip(*runs, strict=True)]


def shown(name: str, spent: Cost, limit: float) -> None:
    wall, cpu = 1000 * spent.wall, 1000 * spent.cpu
    print(f"{name:<48} {wall:>5.0f} ms (CPU {cpu:.0f} ms), at most {1000 * limit:.0f} ms")


def faulty(text: str) -> str:
    """The same with a fault in every tenant that a rule finds: all in one reserved namespace."""
    return text.replace("      company: Company ", "      namespace: kube-system\n      company: Company ")


def main() -> None:
    """guide.yaml, and the number of tenants given (1,000 by default)."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    subprocess.run([sys.executable, "-m", "compileall", "-q", ROOT / "compiler"], check=True)
    with tempfile.TemporaryDirectory() as name:
        good, misspelt, ruled = (Path(name) / f"{kind}.yaml" for kind in ("good", "misspelt", "ruled"))
        text = blueprint(count)
        good.write_text(text)
        misspelt.write_text(text.replace("      company: Company ", "      compny: Company "))
        ruled.write_text(faulty(text))
        guide = str(ROOT / "blueprints" / "guide.yaml")
        validate = [*MTC, "validate", "--max", "20"]
        empty, small, large, wrong, broken = medians(
            [sys.executable, "-c", "pass"],
            [*validate, guide],
            [*validate, str(good)],
            [*validate, str(misspelt)],
            [*validate, str(ruled)],
        )
        said = subprocess.run([*validate, str(ruled)], capture_output=True, text=True, check=False).stderr
    more = Cost(small.wall - empty.wall, small.cpu - empty.cpu)
    shown("guide.yaml, more than python -c pass", more, 0.25)
    shown(f"{count:,} tenants", large, 1.5)
    shown(f"{count:,} tenants, a misspelt field in every one", wrong, 3)
    shown(f"{count:,} tenants, a rule broken by every one", broken, 3)
    print(f"of the last, `--max 20` shows {said.count('error[')} faults in {len(said):,} characters")


if __name__ == "__main__":
    main()
