"""How a run ends: every way out of the program, its one line and its exit code."""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

GOOD, FAULTY, USAGE, BROKEN, DIFFERENT = 0, 1, 2, 3, 4
INTERRUPTED = 130  # 128 + SIGINT, as a shell counts
READER_GONE = 141  # 128 + SIGPIPE
_kept: list[object] = []


def run(arguments: Sequence[str]) -> int:
    """One run of the program; its exit code. Never raises, and never shows a traceback."""
    # Nearly everything that a run makes lives until it ends, so collecting frees nothing; without it a load
    # of 10,000 tenants takes little more than half the time.
    gc.disable()
    for name in ("stdout", "stderr"):  # closed by whoever started us: nobody reads it, which is no fault
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
    try:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # a name that it cannot show is no reason to fail
                stream.reconfigure(errors="backslashreplace")
        from mtc.cli.beginning import helper_for

        with helper_for(arguments) as helper:
            code = _command(arguments, helper)
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = _last_words("interrupted", INTERRUPTED)
    except BrokenPipeError:  # `mtc schema | head` has what it wants
        code = READER_GONE
    except MemoryError:
        code = _last_words("out of memory", BROKEN)
    except OSError as error:
        code = _last_words(f"{error.strerror or error}{_of(error.filename)}", BROKEN)
    except Exception as error:  # noqa: BLE001 - the last stop: what arrives here is a bug, or a broken machine
        code = _failed(error)
    _let_go()
    return code


def _command(arguments: Sequence[str], helper: object) -> int:
    import click

    from mtc.cli.commands import PROGRAM, program

    if f"_{PROGRAM.upper()}_COMPLETE" in os.environ:  # the shell asks what could come next
        program.main(prog_name=PROGRAM)
    try:
        with program.make_context(PROGRAM, list(arguments), obj=helper) as context:
            code = program.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return _last_words("interrupted", INTERRUPTED)
    return code if isinstance(code, int) else GOOD


def _failed(error: Exception) -> int:
    from mtc.model.failure import CompilerFailure

    if isinstance(error, CompilerFailure):
        return _last_words(str(error), BROKEN)
    return _last_words(f"this is a bug in mtc ({type(error).__name__}); {_saved_traceback(error)}", BROKEN)


def _saved_traceback(error: Exception) -> str:
    """Where the traceback went: a file that only its owner can read, since messages may quote a blueprint."""
    import tempfile
    import traceback

    try:
        descriptor, name = tempfile.mkstemp(prefix="mtc-", suffix=".traceback.txt")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.writelines(traceback.format_exception(error))
    except OSError as refused:
        return f"its traceback could not be saved: {refused.strerror or refused}"
    return f"its traceback is in {name}"


def _last_words(text: str, code: int) -> int:
    from mtc.report.visible import visible

    line = visible(" ".join(text.split()))  # it may hold a name that somebody else gave to a file
    try:
        print(f"mtc: {line}", file=sys.stderr, flush=True)
    except OSError:
        _silence(2)
    return code


def _of(filename: object) -> str:
    return f": {filename}" if isinstance(filename, str) else ""


def _let_go() -> None:
    """Nothing more to say: what cannot be written any more must not fail a second time when Python ends."""
    for number, stream in ((1, sys.stdout), (2, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):
            _silence(number)


def keep(*things: object) -> None:
    """Hold on to these, and to nothing else, until the process ends: taking a tree apart takes as long as a
    tenth of making it, and whoever waits for the exit code waits for that too."""
    _kept[:] = things


def leave(code: int) -> NoReturn:
    """End the process, everything being said. Taking a hundred thousand objects apart first helps nobody."""
    os._exit(code)


def _silence(number: int) -> None:
    descriptor = os.open(os.devnull, os.O_WRONLY)
    os.dup2(descriptor, number)
    os.close(descriptor)
