"""The figures of a run: kept as JSON, and compared with those of an earlier one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

RESULTS = Path(__file__).parent / "results.json"
BASELINE = Path(__file__).parent / "baseline.json"
PROOF = {"1000": 0.5, "10000": 3.0}  # seconds that the proof may take, by tenants
ALLOWED = 0.15  # how much a ratio may grow before it counts as a loss


class Target(NamedTuple):
    """A promise: the figure of this name is at most `limit` (see Figure.value)."""

    of: str
    limit: float


@dataclass(frozen=True)
class Figure:
    """One case, medians of `rounds` runs. `ratio` is the median of each run's wall time to its yardstick's,
    which ran right after it, `work` the same to that of work.py; times are in seconds, memory in MB (see
    timing.Cost and memory_together)."""

    name: str
    subject: str  # mtc, or the peer's name
    tenants: int  # 0 where it is no question of tenants
    yardstick: str
    rounds: int
    wall: float
    cpu: float
    ratio: float
    work: float
    beside: float  # the yardstick's own seconds
    memory: float
    together: float | None = None
    targets: tuple[Target, ...] = ()

    def value(self, of: str) -> float:
        """What a target speaks of, in its unit."""
        known = {"ratio": self.ratio, "wall": self.wall, "memory": self.memory}
        return {**known, "more": self.wall - self.beside}[of]


class Verdict(NamedTuple):
    """A target and what was measured."""

    target: Target
    value: float

    @property
    def kept(self) -> bool:
        return self.value <= self.target.limit


@dataclass(frozen=True)
class Results:
    """A run of the benchmark.

    `stages` are milliseconds by tenants, then by stage; `proofs` the seconds of the proof of isolation by
    profile, then by tenants; `compared` how many of a peer's documents were equal to mtc's.
    """

    machine: str
    mode: str
    figures: tuple[Figure, ...] = ()
    stages: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    proofs: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    compared: Mapping[str, int] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)  # peers that are not on this machine, and why

    def named(self, name: str) -> Figure | None:
        return next((figure for figure in self.figures if figure.name == name), None)


class Loss(NamedTuple):
    """A case that grew by more than ALLOWED beside its yardstick, and beside the work in Python as well.

    One of both alone is the machine: of two that compute alike, one makes files three times as fast.
    """

    was: Figure
    now: Figure

    @property
    def more(self) -> float:
        """What it lost of both: the lesser growth, 0.2 for a fifth."""
        return min(self.now.ratio / self.was.ratio, self.now.work / self.was.work) - 1

    def __str__(self) -> str:
        beside = f"{self.now.ratio:.2f} times its yardstick, {self.was.ratio:.2f} in the baseline"
        work = f"{self.now.work:.2f} times the work in Python, {self.was.work:.2f} in the baseline"
        return f"{self.now.name}: {beside}; {work}: {100 * self.more:.0f} % worse"


class Overall(NamedTuple):
    """A promise about several cases, or a stage: its words, what was measured, and the limit."""

    words: str
    value: float
    limit: float


def overall(results: Results) -> list[Overall]:
    """Growth from 1,000 to 10,000 tenants, and the proof of isolation, where they were measured."""
    found = []
    few, many = results.named("render 1,000 tenants"), results.named("render 10,000 tenants")
    if few and many:
        found.append(Overall("10,000 tenants, times 1,000 tenants", many.wall / few.wall, 11))
    for profile, by_tenants in results.proofs.items():
        for tenants, seconds in by_tenants.items():
            words = f"proof of isolation, {int(tenants):,} tenants, {profile}, CPU seconds"
            found.append(Overall(words, seconds, PROOF[tenants]))
    return found


def growing(results: Results) -> list[Figure]:
    """The first renders, by tenants: what one more tenant costs shows in them."""
    return [figure for figure in results.figures if figure.name == f"render {figure.tenants:,} tenants"]


class Each(NamedTuple):
    """What a tenant costs in a tree of this many: milliseconds of the whole, divided; and what one more costs
    than in the next smaller tree that was measured, start-up left out."""

    tenants: int
    wall: float
    cpu: float
    more_wall: float | None
    more_cpu: float | None


def each_tenant(results: Results) -> list[Each]:
    found: list[Each] = []
    before: Figure | None = None
    for one in growing(results):
        more_wall = more_cpu = None
        if before is not None:
            added = (one.tenants - before.tenants) / 1000
            more_wall, more_cpu = (one.wall - before.wall) / added, (one.cpu - before.cpu) / added
        count = one.tenants / 1000
        found.append(Each(one.tenants, one.wall / count, one.cpu / count, more_wall, more_cpu))
        before = one
    return found


def verdicts(figure: Figure) -> list[Verdict]:
    return [Verdict(target, figure.value(target.of)) for target in figure.targets]


def loss(figure: Figure, baseline: Results | None) -> Loss | None:
    """What a case of mtc's lost; nothing where the baseline does not know it. Peers lose nothing."""
    was = baseline.named(figure.name) if baseline else None
    if was is None or figure.subject != "mtc":
        return None
    lost = Loss(was, figure)
    return lost if lost.more > ALLOWED else None


def losses(now: Results, baseline: Results | None) -> list[Loss]:
    return [lost for figure in now.figures if (lost := loss(figure, baseline))]


def write(results: Results, path: Path) -> None:
    path.write_text(json.dumps(_rounded(asdict(results)), indent=1) + "\n", encoding="utf-8")


def read(path: Path) -> Results | None:
    """The results in a file; None where there is no such file."""
    if not path.exists():
        return None
    data = json.loads(path.read_text(encoding="utf-8"))
    figures = [
        Figure(**{**one, "targets": tuple(Target(*target) for target in one["targets"])})
        for one in data["figures"]
    ]
    return Results(**{**data, "figures": tuple(figures)})


def _rounded(node: Any) -> Any:
    """Floats as far as they mean anything: to a tenth of a millisecond."""
    if isinstance(node, float):
        return round(node, 4)
    if isinstance(node, dict):
        return {key: _rounded(value) for key, value in node.items()}
    return [_rounded(item) for item in node] if isinstance(node, list | tuple) else node
