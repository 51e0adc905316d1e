"""What can end a run, and the exit code of each end.

| code | name      | meaning                                                | the Job       |
| ---- | --------- | ------------------------------------------------------ | ------------- |
| 0    | DONE      | the API says what the wish says                        | is complete   |
| 1    | BUG       | a fault of this program; type and place are printed    | tries again   |
| 75   | TRY_LATER | the deadline passed while a server would not answer    | tries again   |
| 78   | PERMANENT | someone must change something; the last line says what | fails at once |
| 143  | SIGNALLED | SIGTERM (130: SIGINT); the lease was given back        | tries again   |

75 and 78 are TEMPFAIL and CONFIG of sysexits.h, far from what shells and Python itself exit with.
`podFailurePolicy` needs one rule for the program: `FailJob` on exit code 78 of its container.
"""

from __future__ import annotations

DONE = 0
BUG = 1
TRY_LATER = 75
PERMANENT = 78
SIGNALLED = 128


class Retryable(Exception):
    """A fault that time may heal. `after`: seconds that the other side asked to be left alone, if it did."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class Permanent(Exception):
    """A fault that the same run would meet again: the message says what a person has to change."""


class LostLease(Exception):
    """Another run has taken this tenant over: read the state anew, when that run has finished."""
