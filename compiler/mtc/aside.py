"""Work on the second processor: a function in a process of its own, while this one goes on.

It is forked, so it sees what was there, and only its result comes back. What it computes may not depend on
where it ran, nor on when: nobody can tell from a result whether there was a second processor. Where there
is none, or the system refuses a process (a limit of processes), the work is done here, when its result is
asked for.
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

from mtc.model.failure import CompilerFailure

Task = TypeVar("Task")
Result = TypeVar("Result")


def second_processor() -> bool:
    """True where there is a second processor for this process, and a way to use it."""
    return hasattr(os, "fork") and hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(0)) > 1


def worthwhile() -> bool:
    """True where work may be done aside.

    A process with threads is not forked: what they hold, nobody would let go of in the other one.
    """
    return second_processor() and threading.active_count() == 1


class Aside(Generic[Result]):
    """`work`, begun in another process where that is worth it.

    Leave the `with` block and it is over, whatever happened.
    """

    def __init__(self, work: Callable[[], Result]) -> None:
        self._work = work
        self._reading, writing = os.pipe()
        self._pid = _forked()
        if self._pid == 0:
            os.close(self._reading)
            _run(work, writing)
        os.close(writing)
        self.is_here = self._pid < 0
        """True where there is no other process."""
        if self.is_here:
            os.close(self._reading)
            self._reading = -1

    def result(self) -> Result:
        """What the work gave; raises the exception that it ended with.

        CompilerFailure where it ended in no way of its own: somebody killed it.
        """
        if self.is_here:
            return self._work()
        with os.fdopen(self._reading, "rb") as pipe:
            answer = pipe.read()
        self._reading = -1
        self._wait()
        if not answer:
            raise CompilerFailure("a process that mtc began was killed: is there memory enough? Try again")
        outcome = pickle.loads(answer)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome[0]  # type: ignore[no-any-return]

    def __enter__(self) -> Aside[Result]:
        return self

    def __exit__(self, *_: object) -> None:
        if self._reading >= 0:
            os.close(self._reading)
            self._reading = -1
        if self._pid > 0:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            self._wait()

    def _wait(self) -> None:
        os.waitpid(self._pid, 0)
        self._pid = -1


class Prepared(Generic[Task, Result]):
    """Work whose task is not known yet: `prepare`, begun in another process, gives what will do the task.

    Leave the `with` block and it is over, asked or not.
    """

    def __init__(self, prepare: Callable[[], Callable[[Task], Result]]) -> None:
        reading, self._asking = os.pipe()

        def work() -> Result:
            os.close(self._asking)
            do = prepare()
            with os.fdopen(reading, "rb") as pipe:
                return do(pickle.loads(pipe.read()))

        self._prepare = prepare
        self._other = Aside(work)
        os.close(reading)

    def ask(self, task: Task) -> Callable[[], Result]:
        """Hand the task over, once. What comes back waits for the result: see `Aside.result`."""
        if self._other.is_here:
            return lambda: self._prepare()(task)
        asking, self._asking = self._asking, -1
        with suppress(BrokenPipeError), os.fdopen(asking, "wb") as pipe:
            pipe.write(pickle.dumps(task, pickle.HIGHEST_PROTOCOL))
        return self._other.result

    def __enter__(self) -> Prepared[Task, Result]:
        self._other.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        if self._asking >= 0:
            os.close(self._asking)
            self._asking = -1
        self._other.__exit__(*_)


def _forked() -> int:
    """As os.fork; -1 where a process is not worth it, or the system has none to give."""
    if not worthwhile():
        return -1
    try:
        return os.fork()
    except OSError:
        return -1


def _run(work: Callable[[], object], writing: int) -> None:
    """The other process' whole life: it never returns, prints nothing and cleans nothing up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever waits for us is interrupted, and ends us
    code = 1
    try:
        try:
            answer = pickle.dumps((work(),), pickle.HIGHEST_PROTOCOL)
        except Exception as error:  # noqa: BLE001 - raised again where the result is asked for
            answer = pickle.dumps(error, pickle.HIGHEST_PROTOCOL)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(answer)
        code = 0
    finally:
        os._exit(code)
