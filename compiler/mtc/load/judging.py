"""A parsed file under a contract: its data, and all that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from mtc.load.contract import violations
from mtc.load.places import Places
from mtc.load.reading import read
from mtc.load.shapes import Contract
from mtc.model.diagnostic import MANY, Diagnostic, too_many
from mtc.model.record import Record
from mtc.model.source import Node, Source


class Judged(Record, frozen=True):
    """`data` fits the contract when there are no diagnostics."""

    data: Any
    places: Places
    diagnostics: tuple[Diagnostic, ...]


def judge(source: Source, root: Node, contract: Contract, whole: str) -> Judged:
    """Reads and judges a file, which is called `whole` in sentences."""
    diagnostics: list[Diagnostic] = []
    data = read(root, contract.root, source, diagnostics)
    places = Places(source, data, contract, whole)
    diagnostics += islice(_said(places), max(0, MANY - len(diagnostics)))
    if len(diagnostics) >= MANY:
        diagnostics.append(too_many(source.name))
    return Judged(data, places, tuple(diagnostics))


def _said(places: Places) -> Iterator[Diagnostic]:
    """What the contract refuses, in words, which are loaded for it: most files break nothing."""
    for violation in violations(places.root, places.contract):
        from mtc.load.faults import diagnose  # noqa: PLC0415

        yield from diagnose(violation, places)
