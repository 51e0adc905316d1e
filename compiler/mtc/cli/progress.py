"""A bar on a terminal's stderr, for work that takes over a second."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from types import TracebackType

PATIENCE = 1.0  # seconds before there is anything to see
INTERVAL = 0.1  # seconds between two pictures
WIDTH = 30
CLEAR = "\r\x1b[K"


class Progress:
    """Made when the work begins, and called with (done, of how many).

    Nothing is shown where stderr is no terminal, and nothing stays.
    """

    def __init__(self, doing: str, clock: Callable[[], float] = monotonic) -> None:
        self._doing = doing
        self._clock = clock
        self._next = clock() + PATIENCE
        self._shown = False
        self._on = sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        """Draws, if it is time to."""
        if not self._on or total <= 0:
            return
        now = self._clock()
        if now < self._next:
            return
        self._next = now + INTERVAL
        self._shown = True
        filled = WIDTH * done // total
        bar = "#" * filled + "." * (WIDTH - filled)
        sys.stderr.write(f"{CLEAR}{self._doing} [{bar}] {done}/{total}")
        sys.stderr.flush()

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            with suppress(OSError):  # the terminal is gone; what went wrong before matters more
                sys.stderr.write(CLEAR)
                sys.stderr.flush()
