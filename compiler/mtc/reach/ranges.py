"""Sets of whole numbers as sorted, disjoint, closed ranges. Addresses and ports are both such sets."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from mtc.model.record import Record


class Ranges(Record, frozen=True):
    """A set of integers. `spans` is sorted, its ranges neither overlap nor touch: equal sets compare equal.

    Build with `Ranges.of`; the bare constructor trusts its argument.
    """

    spans: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, spans: Iterable[tuple[int, int]]) -> Ranges:
        """The set of all numbers of the given closed ranges, in whatever order they come."""
        merged: list[tuple[int, int]] = []
        for first, last in sorted(spans):
            if merged and first <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
            else:
                merged.append((first, last))
        return cls(tuple(merged))

    def __bool__(self) -> bool:
        return bool(self.spans)

    def __contains__(self, number: int) -> bool:
        return any(first <= number <= last for first, last in self.spans)

    def __or__(self, other: Ranges) -> Ranges:
        if self.spans == other.spans:
            return self
        return Ranges.of((*self.spans, *other.spans))

    def __and__(self, other: Ranges) -> Ranges:
        if self.spans == other.spans:
            return self
        return Ranges.of(
            (max(first, low), min(last, high))
            for first, last in self.spans
            for low, high in other.spans
            if first <= high and low <= last
        )

    def __sub__(self, other: Ranges) -> Ranges:
        kept: list[tuple[int, int]] = []
        for first, last in self.spans:
            start = first
            for low, high in other.spans:
                if high < start or low > last:
                    continue
                if low > start:
                    kept.append((start, low - 1))
                start = high + 1
            if start <= last:
                kept.append((start, last))
        return Ranges(tuple(kept))

    def covers(self, other: Ranges) -> bool:
        """Whether every number of `other` is in this set (so every set covers the empty one)."""
        return not other - self

    def overlaps(self, other: Ranges) -> bool:
        """Whether the two sets share a number."""
        return bool(self & other)


def atoms(sets: Iterable[Ranges]) -> list[Ranges]:
    """The coarsest ranges that no given set cuts in two: together they are the union of the sets."""
    spans = [span for each in sets for span in each.spans]
    cuts = sorted({first for first, _ in spans} | {last + 1 for _, last in spans})
    pieces = [Ranges(((start, end - 1),)) for start, end in pairwise(cuts)]
    whole = Ranges.of(spans)
    return [piece for piece in pieces if whole.covers(piece)]
