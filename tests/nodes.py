"""The nodes of plain data, for tests that bend it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def places(data: Any) -> Iterator[tuple[Any, Any]]:
    """(container, key) of everything below."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in list(items):
        yield data, key
        yield from places(value)
