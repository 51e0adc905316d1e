"""A case, run in turn with its yardsticks: `cp -r` or a bare Python, and work.py."""

from __future__ import annotations

import shutil
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.results import Figure, Loss, Results, Target, loss
from bench.timing import Cost, cost, memory_together

PYTHON = "python -c pass"
COPY = "cp -r"
WORK = Path(__file__).with_name("work.py")


def nothing(turn: int) -> None:
    """No preparation."""


@dataclass(frozen=True)
class Case:
    """A command to measure, and the rest of its figure.

    `before` prepares the run of that number and `after` clears up, outside the clock. `tree` is the folder
    that `cp -r` copies in turn with the command; without one the yardstick is `python -c pass`.
    """

    name: str
    command: tuple[str, ...]
    rounds: int
    subject: str = "mtc"
    tenants: int = 0
    tree: Path | None = None
    targets: tuple[Target, ...] = ()
    codes: tuple[int, ...] = (0,)
    before: Callable[[int], None] = nothing
    after: Callable[[int], None] = nothing

    def beside(self) -> Cost:
        """The yardstick, once."""
        if self.tree is None:
            return cost([sys.executable, "-c", "pass"])
        copy = self.tree.with_name("copy")
        spent = cost(["cp", "-r", str(self.tree), str(copy)])
        shutil.rmtree(copy)
        return spent


def measure(case: Case, baseline: Results | None) -> Figure:
    """The case's figure. What looks like a loss against the baseline is measured again, and the better of
    both counts: a busy machine is no loss."""
    figure = _measure(case)
    lost = loss(figure, baseline)
    if lost is None:
        return figure
    return min(figure, _measure(case), key=lambda one: Loss(lost.was, one).more)


def _measure(case: Case) -> Figure:
    runs, beside, works = [], [], []
    for turn in range(case.rounds):
        case.before(turn)
        runs.append(cost(case.command, case.codes))
        case.after(turn)
        beside.append(case.beside())
        works.append(cost([sys.executable, str(WORK)]))
    case.before(case.rounds)
    together = memory_together(case.command)
    case.after(case.rounds)
    return Figure(
        name=case.name,
        subject=case.subject,
        tenants=case.tenants,
        yardstick=COPY if case.tree else PYTHON,
        rounds=case.rounds,
        wall=statistics.median(run.wall for run in runs),
        cpu=statistics.median(run.cpu for run in runs),
        ratio=_ratio(runs, beside),
        work=_ratio(runs, works),
        beside=statistics.median(run.wall for run in beside),
        memory=max(run.memory for run in runs),
        together=together,
        targets=case.targets,
    )


def _ratio(runs: Sequence[Cost], others: Sequence[Cost]) -> float:
    return statistics.median(run.wall / other.wall for run, other in zip(runs, others, strict=True))
