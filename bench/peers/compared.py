"""The peers' cases, and the proof that they wrote the same documents."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.cases import Workshop
from bench.inputs import ROOT
from bench.measuring import Case
from bench.peers.kapitan import PROGRAM, project
from bench.timing import cost

TEXT = "Jinja2 text templates"
PYYAML = "dicts, PyYAML in C"
RUAMEL = "dicts, ruamel.yaml round-trip"
KAPITAN = "kapitan"
KAPITAN_FAST = "kapitan, reclass-rs and rapidyaml"


@dataclass(frozen=True)
class Peer:
    """A way to print the same documents: its command, and where they lie below its output folder."""

    name: str
    command: tuple[str, ...]
    out: Path
    slow: bool = False


def missing() -> dict[str, str]:
    """The peers that are not on this machine, and how to get them."""
    absent = "not on this machine: `make bench-peers` installs it"
    return {} if (ROOT / PROGRAM).exists() else {KAPITAN: absent, KAPITAN_FAST: absent}


def prepared(shop: Workshop, tenants: int) -> list[Peer]:
    """Inputs for all peers that are here, and their commands."""
    source, work = shop.folder / f"peers{tenants}", shop.folder / f"kapitan{tenants}"
    # In a process of its own: the clock's own process has to stay small (see bench/timing.py).
    words = (str(shop.tree(tenants)), str(shop.source(tenants)), str(source))
    cost([sys.executable, "-m", "bench.peers.derive", *words])
    project(source, work)
    own = ROOT / "bench" / "peers"
    out = shop.folder / "peer"
    program = (sys.executable, str(own / "dicts.py"), str(source), str(out))
    found = [
        Peer(TEXT, (sys.executable, str(own / "text.py"), str(source), str(out)), out),
        Peer(PYYAML, (*program, "pyyaml"), out),
        Peer(RUAMEL, (*program, "ruamel"), out, slow=True),
    ]
    if not missing():
        folders = ("--inventory-path", str(work / "inventory"), "--search-paths", str(work))
        plain = (str(ROOT / PROGRAM), "compile", "--quiet", *folders, "--output-path", str(out))
        fast = (*plain, "--inventory-backend", "reclass-rs", "--yaml-use-rapidyaml")
        found += [Peer(KAPITAN, plain, out, slow=True), Peer(KAPITAN_FAST, fast, out, slow=True)]
    return found


def peers_cases(shop: Workshop, tenants: int) -> Iterator[tuple[Case, Peer]]:
    """Each peer beside `cp -r` of mtc's tree, like mtc."""
    for peer in prepared(shop, tenants):
        rounds = min(shop.rounds(tenants), 2 if peer.slow else 5)
        yield (
            Case(
                f"{peer.name}, {tenants:,} tenants",
                peer.command,
                1 if shop.quick else rounds,
                subject=peer.name,
                tenants=tenants,
                tree=shop.tree(tenants),
                after=shop.cleared(peer.out),
            ),
            peer,
        )


def compared(shop: Workshop, tenants: int, peer: Peer) -> int:
    """How many documents of a peer are the same as mtc's; the benchmark ends where one is not."""
    cost(peer.command)
    command = [sys.executable, "-m", "bench.peers.equal", str(shop.tree(tenants)), str(peer.out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    shutil.rmtree(peer.out)
    if done.returncode != 0:
        raise SystemExit(f"{peer.name} does not write the same documents: {done.stderr.strip()}")
    return int(done.stdout)
