"""What the caller of a report chose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`render_report`'s choices, as each writer is handed them."""

    sources: Mapping[str, Sequence[str]]
    color: bool
    limit: int | None
    rules: Mapping[str, str]
    hide: frozenset[str]
