"""What a review costs: `python bench/review.py [TENANTS]`, 1,000 by default.

Two folders of blueprints/guide.yaml with many tenants: one tenant changed, all changed, and the strictest
case, a wall moved. Each case is a process of its own, in turn with `cp -r` of one of the folders, in memory
(/dev/shm) where the machine has it. Medians of three runs: wall seconds, user+sys seconds, peak memory.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from render import MTC, blueprint, timed

RUNS = 3
PORTS = "{portMode: true, externalIP: 203.0.113.9, startingPort: 32000}"
CHANGES = {
    "one tenant": ("Company 00007\n", "Company 00007\n      features: {enable: [reports]}\n"),
    "one tenant's wall": ("Company 00007\n", f"Company 00007\n      sessions: {PORTS}\n"),
    "all tenants": ("version: 4.2.0}", "version: 4.3.0}"),
    "all walls": ("profile: standard", "profile: guide"),
}


def render(source: Path, folder: Path) -> None:
    subprocess.run([*MTC, "render", str(source), "-o", str(folder)], check=True, capture_output=True)


def main() -> None:
    tenants = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    memory_disk = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory_disk if memory_disk.is_dir() else None) as name:
        folder = Path(name)
        text = blueprint(tenants)
        (folder / "base.yaml").write_text(text)
        render(folder / "base.yaml", folder / "base")
        for what, (old, new) in CHANGES.items():
            assert old in text, what
            (folder / "head.yaml").write_text(text.replace(old, new))
            render(folder / "head.yaml", folder / "head")
            for format_ in ("text", "markdown", "json", "html"):
                case(folder, f"{tenants} tenants, {what} changed, {format_}", format_)


def case(folder: Path, what: str, format_: str) -> None:
    command = [*MTC, "diff", str(folder / "base"), str(folder / "head"), "--format", format_]
    seconds, copies, memory = [], [], 0
    for _ in range(RUNS):
        took, peak = timed(command)
        seconds.append(took)
        memory = max(memory, peak)
        copies.append(timed(["cp", "-r", str(folder / "base"), str(folder / "copy")])[0])
        subprocess.run(["rm", "-r", str(folder / "copy")], check=True)
    wall, copy = statistics.median(seconds), statistics.median(copies)
    print(f"{what}: {wall:.2f} s = {wall / copy:.1f} x cp -r ({copy:.2f} s), {memory} MB")


if __name__ == "__main__":
    main()
