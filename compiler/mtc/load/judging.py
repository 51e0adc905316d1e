"""A parsed file under a contract: its data, and all that is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mtc.load.contract import violations
from mtc.load.faults import diagnose
from mtc.load.places import Places
from mtc.load.reading import read
from mtc.load.shapes import Contract
from mtc.model.diagnostic import Diagnostic
from mtc.model.source import Node, Source


@dataclass(frozen=True)
class Judged:
    """`data` fits the contract when there are no diagnostics."""

    data: Any
    places: Places
    diagnostics: tuple[Diagnostic, ...]


def judge(source: Source, root: Node, contract: Contract, whole: str) -> Judged:
    """Reads and judges a file, which is called `whole` in sentences."""
    diagnostics: list[Diagnostic] = []
    data = read(root, contract.root, source, diagnostics)
    places = Places(source, data, contract, whole)
    for violation in violations(data, contract):
        diagnostics += diagnose(violation, places)
    return Judged(data, places, tuple(diagnostics))
