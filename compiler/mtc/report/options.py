"""What the caller of a report chose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mtc.model.record import Record


class Options(Record, frozen=True, kw_only=True):
    """`render_report`'s choices, as each writer is handed them."""

    sources: Mapping[str, Sequence[str]]
    color: bool
    limit: int | None
    rules: Mapping[str, str]
    hide: frozenset[str]
