"""`python -m bench`: measure, print, keep the figures, compare them with the committed baseline.

Exit code 1 where the ratio of a case to its yardstick is more than 15 % worse than in the baseline.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from bench import page
from bench.cases import Workshop, all_cases
from bench.inputs import ROOT, own_streams, strict
from bench.installed import install
from bench.lines import comparison, heading, line, overall_lines
from bench.measuring import measure
from bench.peers.compared import compared, missing, peers_cases
from bench.results import BASELINE, PROOF, RESULTS, Results, losses, read, write
from bench.stages import START

MEMORY_DISK = Path("/dev/shm")


def main() -> int:
    """See the options."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer runs, up to 1,000 tenants: two minutes")
    parser.add_argument("--no-peers", action="store_true", help="mtc alone")
    parser.add_argument(
        "--update-baseline", action="store_true", help="make this run the baseline, and its page"
    )
    parser.add_argument("--page", action="store_true", help="measure nothing: write the page")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a gigabyte of trees does not stay
    if asked.page:
        page.write_page(latest=True)
        return 0
    baseline = None if asked.update_baseline else read(BASELINE)
    disk = MEMORY_DISK if MEMORY_DISK.is_dir() and os.access(MEMORY_DISK, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="mtc-bench-", dir=disk) as name:
        os.environ["TMPDIR"] = name  # what peers put down in between belongs there as well
        shop = Workshop(Path(name), asked.quick, install())
        found = run(shop, baseline, machine(disk), peers=not asked.no_peers)
    write(found, RESULTS)
    if asked.update_baseline:
        page.write_page(latest=True)
    print(*comparison(found, baseline), sep="\n")
    return 1 if losses(found, baseline) else 0


def machine(disk: Path | None) -> str:
    """What the figures depend on."""
    load = f"load {os.getloadavg()[0]:.1f} when it began"  # an idle machine has less than 1
    where = "in memory (tmpfs)" if disk else "on the disk: the temporary folder, so ratios swing"
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}, {load}, {where}"


def run(shop: Workshop, baseline: Results | None, machine: str, *, peers: bool) -> Results:
    """All cases, each printed when it is known."""
    found = Results(machine, "quick" if shop.quick else "full")
    print(f"{found.mode} run, {machine}", heading(), sep="\n", flush=True)
    folders = ["compiler", "bench"]  # compiled beforehand, as an installation does
    subprocess.run([sys.executable, "-m", "compileall", "-q", *folders], check=True, cwd=ROOT)
    for case in all_cases(shop):
        figure = measure(case, baseline)
        found = replace(found, figures=(*found.figures, figure))
        print(line(figure), flush=True)
    found = replace(found, stages={str(size): stages(shop, size) for size in shop.sizes})
    found = replace(found, proofs=proofs(shop))
    print(*overall_lines(found), sep="\n", flush=True)
    return with_peers(shop, found) if peers else found


def with_peers(shop: Workshop, found: Results) -> Results:
    """The same with what a team would have otherwise; the largest size is compared document by document."""
    absent = missing()
    sizes = (100,) if shop.quick else (10, 100, 1000)
    for size in sizes:
        for case, peer in peers_cases(shop, size):
            figure = measure(case, None)
            found = replace(found, figures=(*found.figures, figure))
            print(line(figure), flush=True)
            if size == sizes[-1]:
                same = compared(shop, size, peer)
                found = replace(found, compared={**found.compared, peer.name: same})
                print(f"{'':<8}{same:,} documents, equal to mtc's after parsing", flush=True)
    for name, why in absent.items():
        print(f"{name}: {why}")
    return replace(found, missing=absent)


def proofs(shop: Workshop) -> Mapping[str, Mapping[str, float]]:
    """Seconds of the proof of isolation, by profile and by tenants: what is alike, and what is not."""
    profiles: dict[str, Callable[[str], str]] = {
        "standard": str,
        "strict": strict,
        "strict, a stream port each": own_streams,
    }
    sizes = [tenants for tenants in shop.sizes if str(tenants) in PROOF]
    return {
        profile: {str(tenants): _proof(shop, tenants, change) for tenants in sizes}
        for profile, change in profiles.items()
    }


def _proof(shop: Workshop, tenants: int, change: Callable[[str], str]) -> float:
    source = shop.source(tenants, "base" if change is str else change.__name__, change)
    command = [sys.executable, "-m", "bench.proof", str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode != 0:
        raise SystemExit(f"the proof of isolation: {done.stderr.strip()}")
    return float(done.stdout)


def stages(shop: Workshop, tenants: int) -> Mapping[str, float]:
    """Milliseconds by stage of a first render."""
    out = shop.folder / "staged"
    command = [sys.executable, "-m", "bench.stages", str(shop.source(tenants)), str(out)]
    environment = {**os.environ, START: str(time.monotonic())}
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=environment)
    shop.cleared(out)(0)
    return {stage: float(spent) for stage, spent in json.loads(done.stdout).items()}


if __name__ == "__main__":
    sys.exit(main())
