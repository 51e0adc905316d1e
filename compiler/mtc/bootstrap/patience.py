"""Trying again: exponential backoff with jitter, one deadline for the whole run."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TypeVar

from mtc.bootstrap.faults import Retryable
from mtc.bootstrap.log import Log

T = TypeVar("T")


class Patience:
    """`deadline`, `base`, `cap` in seconds: for the run, for the first pause, for the longest pause."""

    def __init__(self, deadline: float, base: float, cap: float, log: Log) -> None:
        self._until = time.monotonic() + deadline
        self._base, self._cap, self._log = base, cap, log

    def insist(self, step: str, action: Callable[[], T]) -> T:
        """Do `action` until it raises nothing Retryable; past the deadline the last Retryable comes out.

        The action is repeated whole: it must begin by looking at what an earlier try has done.
        """
        attempt = 0
        while True:
            try:
                return action()
            except Retryable as fault:
                pause = self._pause(attempt, fault.after)
                if time.monotonic() + pause > self._until:
                    raise Retryable(f"out of time, after {attempt + 1} tries of {step}: {fault}") from None
                self._log.line(step, "again", f"in {pause:.1f} s: {fault}")
                time.sleep(pause)
                attempt += 1

    def _pause(self, attempt: int, after: float | None) -> float:
        """Between half and all of the doubled pause; what the server asked for is the least."""
        share = 0.5 + int.from_bytes(os.urandom(2), "big") / 0x20000
        pause = min(self._cap, self._base * 2.0 ** min(attempt, 30)) * share
        return pause if after is None else after + self._base * share
