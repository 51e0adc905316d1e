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


class Held(Record, frozen=True):
    """A file's data before anybody asked the contract; `diagnostics` are those of reading it."""

    data: Any
    places: Places
    diagnostics: tuple[Diagnostic, ...]


def hold(source: Source, root: Node, contract: Contract, whole: str) -> Held:
    """Reads a file, which is called `whole` in sentences."""
    diagnostics: list[Diagnostic] = []
    data = read(root, contract.root, source, diagnostics)
    return Held(data, Places(source, data, contract, whole), tuple(diagnostics))


def judge(held: Held) -> tuple[Diagnostic, ...]:
    """All that is wrong with it: where there are none, the data fits the contract."""
    diagnostics = list(held.diagnostics)
    diagnostics += islice(_said(held.places), max(0, MANY - len(diagnostics)))
    if len(diagnostics) >= MANY:
        diagnostics.append(too_many(held.places.source.name))
    return tuple(diagnostics)


def _said(places: Places) -> Iterator[Diagnostic]:
    """What the contract refuses, in words, which are loaded for it: most files break nothing."""
    for violation in violations(places.root, places.contract):
        from mtc.load.faults import diagnose  # noqa: PLC0415

        yield from diagnose(violation, places)
