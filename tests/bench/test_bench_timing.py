"""What the clock sees of a process: its time, its children's memory, its failure."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from bench.timing import cost, memory_together
from documents import ROOT

HOLD = "import time; block = bytearray(60_000_000); time.sleep({})"


def measured(script: str) -> tuple[float, float | None]:
    """Memory of the largest process and of all, as a small process measures them: pytest's own counts too."""
    code = (
        "import json, sys; from bench.timing import cost, memory_together; command = [sys.executable, '-c', sys.argv[1]];"
        "print(json.dumps([cost(command).memory, memory_together(command)]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    largest, together = json.loads(done.stdout)
    return largest, together


def test_time_is_that_of_the_process() -> None:
    asleep = cost([sys.executable, "-c", "import time; time.sleep(0.5)"])
    assert asleep.wall > 0.5 > asleep.cpu > 0
    busy = cost([sys.executable, "-c", "import time\nwhile time.process_time() < 0.3: pass"])
    assert busy.cpu > 0.29


def test_memory_is_that_of_the_largest_process_and_of_all_together() -> None:
    hold = HOLD.format(0.5)
    both = f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {hold!r}]); {hold}; p.wait()"
    alone, _ = measured(hold)
    largest, together = measured(both)
    assert 60 < alone < 100
    assert 60 < largest < 100
    if together is None:
        pytest.skip("the kernel does not tell a process' share of memory (smaps_rollup)")
    assert 120 < together < 200


def test_what_is_over_at_once_has_no_memory_of_all() -> None:
    assert memory_together(["true"]) is None


def test_a_command_that_fails_ends_the_benchmark_with_its_words() -> None:
    with pytest.raises(SystemExit, match="ended with 3\nno such thing"):
        cost([sys.executable, "-c", "import sys; sys.stderr.write('no such thing'); sys.exit(3)"])
    assert cost([sys.executable, "-c", "import sys; sys.exit(3)"], codes=(0, 3)).wall > 0
