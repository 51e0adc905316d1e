"""The steps in order, and the rule that each follows.

A step looks at the API first. If it sees the wish it returns "", else it changes what differs and returns
what it did, and is asked again: only a look that finds nothing to do ends a step, so the run's success is the
API's word and not ours. A fault in the middle repeats the step from its look, never a bare call: that is why
a lost answer makes no second company. Killed anywhere, the next run is the same loop.
"""

from __future__ import annotations

from collections.abc import Callable

from mtc.bootstrap import admin, caller, company, credentials, login, queues
from mtc.bootstrap.faults import LostLease, Permanent, Retryable
from mtc.bootstrap.run import Run
from mtc.bootstrap.store import Conflict

LOOKS = 4
"""How often a step may find something to change before the server counts as deaf."""

STEPS: tuple[tuple[str, Callable[[Run], str]], ...] = (
    ("company", company.converge),
    ("admin", admin.converge),
    ("credentials", credentials.converge),
    ("revocation", credentials.revoke),
    ("domains", login.domains),
    ("addresses", login.addresses),
    ("queues", queues.converge),
)


def converge(run: Run) -> None:
    """Make the API agree with the wish. Raises Permanent, or Retryable when the deadline has passed."""
    caller.ping(run.api, run.patience, run.log)
    caller.identify(run.api, run.patience, run.log)
    while True:
        try:
            run.patience.insist("lease", run.state.take)
            _steps(run)
            return
        except LostLease:
            run.log.line("lease", "lost", "another run has taken over; starting again after it")


def _steps(run: Run) -> None:
    try:
        for name, step in STEPS:
            _settle(run, name, step)
        run.patience.insist("lease", run.state.release)
    except LostLease:
        raise
    except BaseException as end:
        # Also on SIGTERM: the next run need not wait for a lease that nobody holds.
        try:
            run.state.release()
        except LostLease:
            # What an overtaken run takes for a permanent fault may be the other run's work.
            if isinstance(end, Permanent):
                raise
        except (Retryable, Permanent, Conflict):
            run.log.line("lease", "kept", "it could not be given back and will run out")
        raise


def _settle(run: Run, name: str, step: Callable[[Run], str]) -> None:
    def attempt() -> str:
        run.state.hold()
        return step(run)

    change = ""
    for _ in range(LOOKS):
        last, change = change, run.patience.insist(name, attempt)
        if not change:
            run.log.line(name, "ok")
            return
        if run.api.dry:
            return
        run.log.line(name, "changed", change)
    raise Permanent(f"{name}: told the server {LOOKS} times, and it still shows something else. Last: {last}")
