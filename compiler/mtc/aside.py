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
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from select import select
from typing import Any, BinaryIO, Generic, ParamSpec, Self, TypeVar

from mtc.model.failure import CompilerFailure

Result = TypeVar("Result")
P = ParamSpec("P")
ROOM = 1 << 20  # bytes of tasks that wait in a pipe, where the system allows it
CHUNK = 1 << 16
HEAD = 8  # bytes before an answer that tell how long it is


def second_processor() -> bool:
    """True where there is a second processor for this process, and a way to use it."""
    return hasattr(os, "fork") and hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(0)) > 1


def worthwhile() -> bool:
    """True where work may be done aside.

    A process with threads is not forked: what they hold, nobody would let go of in the other one. Nor is one
    that ignores how its children end, which cannot wait for them.
    """
    return (
        second_processor()
        and threading.active_count() == 1
        and signal.getsignal(signal.SIGCHLD) is not signal.SIG_IGN
    )


class _Process:
    """Another process, where that is worth it, and what it answers. Leave the `with` block and it is over,
    whatever happened."""

    def __init__(self, answers: Callable[[], Iterator[object]]) -> None:
        self._reading, writing = os.pipe()
        self._pid = _forked()
        if self._pid == 0:
            os.close(self._reading)
            _run(answers, writing)
        os.close(writing)
        self._bytes = bytearray()  # of answers that are not whole yet
        self._come: list[Any] = []
        self.is_here = self._pid < 0
        """True where there is no other process."""
        if self.is_here:
            self._stop_reading()

    def _answer(self, number: int) -> Any:
        """Its answer of this number: what was computed, or raised. CompilerFailure where there comes none:
        somebody killed it."""
        while len(self._come) <= number:
            if not self._take():
                message = "a process that mtc began was killed: is there memory enough? Try again"
                raise CompilerFailure(message)
        answer = self._come[number]
        if isinstance(answer, Exception):
            raise answer
        return answer[0]

    def _take(self) -> bool:
        """Take in what it has written, and wait for it where it has not; False where nothing will come."""
        come = os.read(self._reading, CHUNK) if self._reading >= 0 else b""
        self._bytes += come
        while len(self._bytes) >= HEAD:
            end = HEAD + int.from_bytes(self._bytes[:HEAD])
            if len(self._bytes) < end:
                break
            self._come.append(pickle.loads(memoryview(self._bytes)[HEAD:end]))
            del self._bytes[:end]
        return bool(come)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pid > 0:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self._pid = -1
        self._stop_reading()

    def _stop_reading(self) -> None:
        if self._reading >= 0:
            os.close(self._reading)
            self._reading = -1


class Aside(_Process, Generic[Result]):
    """`work`, begun in another process."""

    def __init__(self, work: Callable[[], Result]) -> None:
        self._work = work
        super().__init__(lambda: iter((_outcome(work),)))

    def result(self) -> Result:
        """What the work gave; raises the exception that it ended with, or CompilerFailure."""
        if self.is_here:
            return self._work()
        return self._answer(0)  # type: ignore[no-any-return]


class Prepared(_Process):
    """Another process that is there before its tasks are known; `prepare` is what it begins with."""

    def __init__(self, prepare: Callable[[], object]) -> None:
        tasks, self._asking = os.pipe()

        def answers() -> Iterator[object]:
            os.close(self._asking)
            _outcome(prepare)  # what fails in it fails in the tasks again
            with os.fdopen(tasks, "rb") as pipe:
                while (asked := _next(pipe)) is not None:
                    yield _outcome(asked)

        self._asked = 0
        super().__init__(answers)
        os.close(tasks)
        if not self.is_here:
            os.set_blocking(self._asking, False)
            _widen(self._asking)

    def ask(self, do: Callable[P, Result], *given: P.args, **named: P.kwargs) -> Callable[[], Result]:
        """Hand a task over: `do`, a function of a module. One is done after the other.

        What comes back waits for the result: see `Aside.result`.
        """
        task = partial(do, *given, **named)
        if self.is_here:
            return task
        self._hand_over(memoryview(pickle.dumps(task, pickle.HIGHEST_PROTOCOL)))
        number, self._asked = self._asked, self._asked + 1
        return lambda: self._answer(number)

    def no_more(self) -> None:
        """Nothing will be asked any more: it ends by itself after the last task, and nobody waits for it."""
        if self._asking >= 0:
            os.close(self._asking)
            self._asking = -1

    def _hand_over(self, task: memoryview) -> None:
        """What is larger than the pipe waits until it is read; but never for one who waits for us, with an
        answer that is larger than its pipe."""
        with suppress(BrokenPipeError):
            while task:
                answers, room, _ = select([self._reading], [self._asking], [])
                if room:
                    task = task[os.write(self._asking, task) :]
                elif answers and not self._take():
                    return

    def __exit__(self, *_: object) -> None:
        self.no_more()
        super().__exit__(*_)


def _next(tasks: BinaryIO) -> Any:
    """The next task; None where none will come. Nothing but this process writes to the pipe."""
    try:
        return pickle.load(tasks)
    except EOFError:
        return None


def _widen(pipe: int) -> None:
    """Give a pipe room for large tasks: whoever hands one over would wait until the other one is ready."""
    with suppress(ImportError, AttributeError, OSError):
        from fcntl import F_SETPIPE_SZ, fcntl  # noqa: PLC0415 - not every system has them

        fcntl(pipe, F_SETPIPE_SZ, ROOM)


def _outcome(do: Callable[[], object]) -> tuple[object] | Exception:
    """What comes back of a piece of work, as it is sent: its result in a tuple, or the exception."""
    try:
        return (do(),)
    except Exception as error:  # noqa: BLE001 - raised again where the result is asked for
        return error


def _forked() -> int:
    """As os.fork; -1 where a process is not worth it, or the system has none to give.

    It is never interrupted: whoever waits for it is, and ends it.
    """
    if not worthwhile():
        return -1
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
    except OSError:
        pid = -1
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return pid


def _run(answers: Callable[[], Iterator[object]], writing: int) -> None:
    """The other process' whole life: it never returns, prints nothing and cleans nothing up."""
    code = 1
    try:
        with os.fdopen(writing, "wb") as pipe:
            for answer in answers():
                pickled = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
                pipe.write(len(pickled).to_bytes(HEAD))
                pipe.write(pickled)
                pipe.flush()
        code = 0
    finally:
        os._exit(code)
