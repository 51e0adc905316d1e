"""What the proof of isolation costs: `python bench/isolation.py [TENANTS …]`, 1,000 and 10,000 by default.

The blueprint is the one of bench/render.py, under `standard` and under `strict`, and once with stream ports
of its own for each tenant, so that no two tenants have the same policies as they are written. Seconds of the
processor for the proof alone, of a tree that is rendered already: the best of three.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from pathlib import Path

from mtc.pipeline import plan_blueprint
from mtc.render import render_plan
from mtc.verify.isolation import prove
from mtc.verify.streams import alike
from render import blueprint

RUNS = 3
STANDARD = "    profile: standard\n"
CLUSTER = "  cluster:\n"
FACTS = """\
    podCidrs: [10.244.0.0/16]
    serviceCidrs: [10.96.0.0/12]
    apiServerCidrs: [192.0.2.10/32]
"""
ROUTER = "flavor: task-traffic-router"
GATEWAY = "flavor: app-gateway"


def strict(text: str) -> str:
    """The blueprint under strict isolation, with the facts that it needs."""
    return changed(changed(text, STANDARD, "    profile: strict\n"), CLUSTER, CLUSTER + FACTS)


def own_streams(text: str) -> str:
    """The blueprint with app gateways, each with a stream port that no other tenant has."""
    text = changed(strict(text), ROUTER, GATEWAY)
    text = changed(text, CLUSTER, f"{CLUSTER}    nodePortRange: {{first: 1024, last: 65535}}\n")
    lines, port = [], 1024
    for line in text.splitlines(keepends=True):
        lines.append(line)
        if line.startswith("        host: t"):
            port += 1 + ((port + 1) in range(30000, 33000)) * 3000
            lines.append(f"        streamPorts: {{first: {port}, last: {port}}}\n")
    return "".join(lines)


def changed(text: str, old: str, new: str) -> str:
    """The text with a part replaced that has to be there."""
    if old not in text:
        raise SystemExit(f"bench/isolation.py: blueprints/guide.yaml has no {old.strip()!r} any more")
    return text.replace(old, new, 1)


def measure(name: str, text: str, folder: Path) -> None:
    """The seconds of one case, and what was proved."""
    path = folder / "bench.yaml"
    path.write_text(text, encoding="utf-8")
    made = plan_blueprint(path)
    if made.plan is None:
        raise SystemExit(f"{name}: {made.diagnostics[0].message}")
    bodies = [document.body for document in render_plan(made.plan).documents]
    policies = sum(body["kind"] == "NetworkPolicy" for body in bodies)
    seconds, holds = [], True
    for _ in range(RUNS):
        gc.collect()
        gc.disable()  # as the program itself does
        start = time.process_time()
        same = alike(bodies, made.plan)
        holds = prove(same.documents, same.plan).holds and holds
        seconds.append(time.process_time() - start)
        gc.enable()
    verdict = "proved" if holds else "NOT proved"
    print(f"{name}: {min(seconds):.2f} s, {policies:,} policies, {verdict}")


def main() -> None:
    """Each size under each profile, and with ports that no two tenants share."""
    with tempfile.TemporaryDirectory() as name:
        for tenants in [int(word) for word in sys.argv[1:]] or [1000, 10000]:
            text = blueprint(tenants)
            measure(f"{tenants:>6} tenants, standard", text, Path(name))
            measure(f"{tenants:>6} tenants, strict", strict(text), Path(name))
            measure(f"{tenants:>6} tenants, strict, own stream ports", own_streams(text), Path(name))


if __name__ == "__main__":
    main()
