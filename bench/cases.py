"""What is measured of mtc, and what is promised: the figures of the issues that the project was built to."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.inputs import (
    CHANGED,
    ROOT,
    all_changed,
    all_walls,
    blueprint,
    misspelt,
    one_changed,
    one_wall,
    ruled_out,
)
from bench.measuring import Case
from bench.results import Target
from bench.timing import cost

CHECKOUT = (sys.executable, "-m", "mtc")


@dataclass
class Workshop:
    """A folder of inputs, trees and outputs, each made when it is first asked for; `mtc` is the command."""

    folder: Path
    quick: bool
    mtc: tuple[str, ...] = CHECKOUT
    made: dict[str, Path] = field(default_factory=dict)

    @property
    def sizes(self) -> tuple[int, ...]:
        return (10, 100, 1000) if self.quick else (10, 100, 1000, 10000)

    def rounds(self, tenants: int) -> int:
        """Fewer of what takes long; odd, so that the median is a run."""
        full = 15 if tenants <= 10 else 9 if tenants <= 100 else 7 if tenants <= 1000 else 3
        return min(full, 3) if self.quick and tenants > 10 else min(full, 7) if self.quick else full

    def source(self, tenants: int, kind: str = "base", change: Callable[[str], str] = str) -> Path:
        path = self.folder / f"{kind}{tenants}.yaml"
        if not path.exists():
            path.write_text(change(blueprint(tenants)), encoding="utf-8")
        return path

    def tree(self, tenants: int, kind: str = "base", change: Callable[[str], str] = str) -> Path:
        out = self.folder / f"tree-{kind}{tenants}"
        if not out.exists():
            self.render(self.source(tenants, kind, change), out)
        return out

    def render(self, source: Path, out: Path) -> None:
        """A tree that is there before the clock starts."""
        cost([*self.mtc, "render", str(source), "-o", str(out)])

    def cleared(self, out: Path) -> Callable[[int], None]:
        """What removes an output after its run."""

        def clear(turn: int) -> None:
            shutil.rmtree(out)

        return clear


def all_cases(shop: Workshop) -> Iterator[Case]:
    """In the order in which they are printed."""
    yield from small_cases(shop)
    for tenants in shop.sizes:
        yield first_render(shop, tenants)
    yield from large_cases(shop)
    yield from validating_cases(shop)
    yield from reviewing_cases(shop)


def small_cases(shop: Workshop) -> Iterator[Case]:
    """Start-up, and the blueprints that people begin with; beside `python -c pass`."""
    rounds = shop.rounds(10)
    examples = shop.folder / "examples"
    shutil.copytree(ROOT / "blueprints", examples, dirs_exist_ok=True)
    guide, minimal, out = str(examples / "guide.yaml"), str(examples / "minimal.yaml"), shop.folder / "small"
    clear = shop.cleared(out)
    yield Case("mtc --version", (*shop.mtc, "--version"), rounds, targets=(Target("more", 0.06),))
    command = (*shop.mtc, "render", minimal, "-o", str(out))
    yield Case("render minimal.yaml", command, rounds, targets=(Target("more", 0.2),), after=clear)
    command = (*shop.mtc, "render", guide, "-o", str(out))
    yield Case("render guide.yaml", command, rounds, targets=(Target("wall", 0.4),), after=clear)
    yield Case("validate guide.yaml", (*shop.mtc, "validate", guide), rounds, targets=(Target("more", 0.25),))


def first_render(shop: Workshop, tenants: int) -> Case:
    """Load, check, plan, render, verify and write, into a folder that is not there."""
    out = shop.folder / "out"
    targets = {1000: (Target("ratio", 2.5), Target("memory", 200)), 10000: (Target("memory", 1200),)}
    return Case(
        f"render {tenants:,} tenants",
        (*shop.mtc, "render", str(shop.source(tenants)), "-o", str(out)),
        shop.rounds(tenants),
        tenants=tenants,
        tree=shop.tree(tenants),
        targets=targets.get(tenants, ()),
        after=shop.cleared(out),
    )


def large_cases(shop: Workshop) -> Iterator[Case]:
    """What people wait for every day, at a thousand tenants: little or nothing has changed."""
    tenants, rounds = 1000, shop.rounds(1000)
    tree, source = shop.tree(tenants), shop.source(tenants)
    base, other = blueprint(tenants), one_changed(blueprint(tenants))
    again = (*shop.mtc, "render", str(source), "-o", str(tree))

    def alternate(turn: int) -> None:
        """Every run finds one tenant changed against the run before."""
        source.write_text(base if turn % 2 else other, encoding="utf-8")

    name = f"{tenants:,} tenants"
    daily = (Target("ratio", 1.5),)
    yield Case(f"render {name}, nothing changed", again, rounds, tenants=tenants, tree=tree, targets=daily)
    yield Case(f"render --check {name}", (*again, "--check"), rounds, tenants=tenants, tree=tree)
    changed = f"render {name}, one changed"
    yield Case(changed, again, rounds, tenants=tenants, tree=tree, targets=daily, before=alternate)
    yield Case(
        f"render --tenant NAME, one of {name}",
        (*again, "--tenant", CHANGED),
        rounds,
        tenants=tenants,
        tree=tree,
        targets=(Target("wall", 0.3),),
        before=alternate,
    )
    source.write_text(base, encoding="utf-8")
    shop.render(source, tree)


def validating_cases(shop: Workshop) -> Iterator[Case]:
    """A thousand tenants without a fault, and with one each."""
    tenants, rounds = 1000, shop.rounds(1000)
    tree = shop.tree(tenants)
    wrong, ruled = shop.source(tenants, "misspelt", misspelt), shop.source(tenants, "ruled", ruled_out)
    for what, source, limit, codes in (
        ("", shop.source(tenants), 0.6, (0,)),
        (", a misspelt field in each", wrong, 3, (1,)),
        (", each breaks a rule", ruled, 3, (1,)),
    ):
        name = f"validate {tenants:,} tenants{what}"
        command = (*shop.mtc, "validate", "--max", "20", str(source))
        target = (Target("wall", limit),)
        yield Case(name, command, rounds, tenants=tenants, tree=tree, targets=target, codes=codes)


def reviewing_cases(shop: Workshop) -> Iterator[Case]:
    """`mtc diff` between two rendered folders."""
    tenants, rounds = 1000, min(shop.rounds(1000), 3)
    base = shop.tree(tenants)
    one, every = (Target("wall", 2),), (Target("wall", 6), Target("memory", 400))
    reviews = [
        ("one changed", one_changed, "text", one),
        ("one wall moved", one_wall, "text", one),
        ("all changed", all_changed, "text", every),
        ("all changed, a page", all_changed, "html", every),
        ("all walls moved", all_walls, "text", every),
    ]
    for what, change, format_, targets in (reviews[0], reviews[2]) if shop.quick else reviews:
        head = shop.tree(tenants, change.__name__, change)
        command = (*shop.mtc, "diff", str(base), str(head), "--format", format_)
        name = f"diff {tenants:,} tenants, {what}"
        yield Case(name, command, rounds, tenants=tenants, tree=base, targets=targets)
