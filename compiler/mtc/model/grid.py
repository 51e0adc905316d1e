"""Who reaches whom, as a grid of classes of endpoints: what `mtc show network` shows in any format."""

from __future__ import annotations

from typing import Literal, TypeAlias

from mtc.model.record import Record

State: TypeAlias = Literal["closed", "meant", "exposed", "open", "forbidden"]


class Cell(Record, frozen=True):
    """The connections from one class to another. `ports` in words, `short` for a picture; both "" if closed.

    `exposed`: published on nodes, so open to everybody. `open`: no policy restricts it, and none is meant to.
    """

    source: str
    target: str
    state: State
    ports: str
    short: str
    purpose: str


class Grid(Record, frozen=True):
    """Classes of endpoints, and a cell for each pair of them, row by row; None where the two are one."""

    title: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    cells: tuple[tuple[Cell | None, ...], ...]
