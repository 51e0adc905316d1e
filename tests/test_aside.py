"""aside: a function on the second processor. In processes of their own, since a test's own must not fork."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

from mtc.aside import second_processor

pytestmark = pytest.mark.skipif(not second_processor(), reason="one processor: there is no second process")


def run(script: str) -> tuple[int, str, str]:
    head = "import os, signal, time\nfrom mtc.aside import Aside\n"
    ran = subprocess.run(
        [sys.executable, "-c", head + textwrap.dedent(script)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ran.returncode, ran.stdout, ran.stderr


def test_a_result_comes_back() -> None:
    script = """
        with Aside(lambda: ["a" * 1_000_000, os.getpid()]) as other:
            text, pid = other.result()
        print(len(text), pid != os.getpid())
    """
    assert run(script) == (0, "1000000 True\n", "")


FAILING = """
        def fail():
            raise OSError(28, "No space left on device", "x")
        try:
            with Aside(fail) as other:
                other.result()
        except OSError as error:
            print(error.errno, error.filename)
"""


def test_an_exception_comes_back() -> None:
    assert run(FAILING) == (0, "28 x\n", "")


def test_a_killed_process_is_one_sentence() -> None:
    script = """
        try:
            with Aside(lambda: os.kill(os.getpid(), signal.SIGKILL)) as other:
                other.result()
        except Exception as error:
            print(type(error).__name__, error)
    """
    code, out, err = run(script)
    assert (code, err) == (0, "")
    assert out == "CompilerFailure a process that mtc began was killed: is there memory enough? Try again\n"


def test_leaving_ends_it() -> None:
    script = """
        began = time.monotonic()
        try:
            with Aside(lambda: time.sleep(60)) as other:
                raise KeyboardInterrupt
        except KeyboardInterrupt:
            pass
        print(time.monotonic() - began < 30)
        try:
            os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            print("no process is left")
    """
    assert run(script) == (0, "True\nno process is left\n", "")


def test_prepared_work_gets_its_task_later() -> None:
    """More bytes than a pipe holds, both ways; preparing has begun before anybody asks."""
    script = """
        from mtc.aside import Prepared
        def prepare():
            times = [time.monotonic()]
            return lambda task: (times[0], task * 2)
        with Prepared(prepare) as other:
            time.sleep(0.5)
            asked = time.monotonic()
            began, text = other.ask("a" * 1_000_000)()
        print(began < asked, len(text))
    """
    assert run(script) == (0, "True 2000000\n", "")


def test_prepared_work_that_nobody_asks_for_is_over() -> None:
    script = """
        from mtc.aside import Prepared
        with Prepared(lambda: print):
            pass
        try:
            os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            print("no process is left")
    """
    assert run(script) == (0, "no process is left\n", "")


@pytest.mark.parametrize("when", ["preparing", "working"])
def test_prepared_work_that_fails_says_so_where_its_result_is_asked_for(when: str) -> None:
    script = f"""
        from mtc.aside import Prepared
        def fail(*task):
            raise ValueError("as it went")
        prepare = fail if {when!r} == "preparing" else lambda: fail
        try:
            with Prepared(prepare) as other:
                time.sleep(0.2)
                other.ask("a" * 1_000_000)()
        except ValueError as error:
            print(error)
    """
    assert run(script) == (0, "as it went\n", "")


NO_PROCESS = """
        def refused():
            raise BlockingIOError(11, "Resource temporarily unavailable")
        os.fork = refused
"""


def test_where_the_system_refuses_a_process_the_work_is_done_here() -> None:
    script = """
        from mtc.aside import Prepared
        with Aside(os.getpid) as other, Prepared(lambda: lambda task: (task, os.getpid())) as later:
            print(other.result() == os.getpid(), later.ask("x")() == ("x", os.getpid()))
        with Aside(lambda: print("never asked for")), Prepared(lambda: print):
            pass
        print(len(os.listdir("/proc/self/fd")))
    """
    code, out, err = run(NO_PROCESS + script)
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "True True"
    assert int(out.splitlines()[1]) <= 4  # three streams, and the listing's own


def test_a_failure_here_is_the_same_failure() -> None:
    assert run(NO_PROCESS + FAILING) == (0, "28 x\n", "")
