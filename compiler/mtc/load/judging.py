"""A parsed file under a contract: its data, and all that is wrong with it."""

from __future__ import annotations

from itertools import islice
from typing import Any

from mtc.load.contract import violations
from mtc.load.faults import diagnose
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
    said = (fault for violation in violations(data, contract) for fault in diagnose(violation, places))
    diagnostics += islice(said, max(0, MANY - len(diagnostics)))
    if len(diagnostics) >= MANY:
        diagnostics.append(too_many(source.name))
    return Judged(data, places, tuple(diagnostics))
