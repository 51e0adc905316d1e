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
        began = []
        def twice(text):
            return began[0], text * 2
        with Prepared(lambda: began.append(time.monotonic())) as other:
            time.sleep(0.5)
            asked = time.monotonic()
            at, text = other.ask(twice, "a" * 3_000_000)()
        print(at < asked, began, len(text))
    """
    assert run(script) == (0, "True [] 6000000\n", "")


def test_tasks_are_done_in_order_and_handed_over_before_it_is_ready() -> None:
    """The first is larger than a pipe by default: who hands it over does not wait for the other one."""
    script = """
        from mtc.aside import Prepared
        seen = []
        def put(text, more=""):
            seen.append(len(text + more))
            return list(seen)
        with Prepared(lambda: time.sleep(1)) as other:
            began = time.monotonic()
            waiting = [other.ask(put, "a" * size, more="b") for size in (500_000, 20, 1)]
            other.no_more()
            took = time.monotonic() - began
            print(*[wait() for wait in reversed(waiting)])
        print(took < 0.9)
    """
    assert run(script) == (0, "[500001, 21, 2] [500001, 21] [500001]\nTrue\n", "")


def test_a_task_that_fails_is_not_the_end() -> None:
    script = """
        from mtc.aside import Prepared
        def divided(by):
            return 6 / by
        with Prepared(dict) as other:
            waiting = [other.ask(divided, by) for by in (0, 2)]
            for wait in waiting:
                try:
                    print(wait())
                except ZeroDivisionError as error:
                    print(error)
    """
    assert run(script) == (0, "division by zero\n3.0\n", "")


@pytest.mark.parametrize("when", ["before it is asked", "while it works"])
def test_a_prepared_process_that_is_killed_is_one_sentence(when: str) -> None:
    script = f"""
        from mtc.aside import Prepared
        def end(text):
            os.kill(os.getpid(), signal.SIGKILL)
        with Prepared(dict) as other:
            if {when!r} == "before it is asked":
                os.kill(other._pid, signal.SIGKILL)
                time.sleep(0.2)
            wait, then = other.ask(end, "a" * 3_000_000), other.ask(end, "b")
            for each in (wait, then):
                try:
                    each()
                except Exception as error:
                    print(type(error).__name__, error)
    """
    code, out, err = run(script)
    assert (code, err) == (0, "")
    assert out == "CompilerFailure a process that mtc began was killed: is there memory enough? Try again\n" * 2


@pytest.mark.parametrize("size", [10, 3_000_000])
def test_large_tasks_and_large_answers_do_not_wait_for_each_other(size: int) -> None:
    """Each is larger than a pipe: the first answer is under way when the next task is handed over."""
    script = f"""
        from mtc.aside import Prepared
        def grown(text):
            return text * 300_000
        with Prepared(dict) as other:
            waiting = [other.ask(grown, "abc")]
            time.sleep(0.3)
            waiting += [other.ask(len, "a" * {size}), other.ask(grown, "ab"), other.ask(len, "a" * {size})]
            print(*[value if isinstance(value := wait(), int) else len(value) for wait in waiting])
    """
    assert run(script) == (0, f"900000 {size} 600000 {size}\n", "")


def test_who_ignores_how_children_end_has_none() -> None:
    script = """
        from mtc.aside import Prepared
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        with Aside(os.getpid) as other, Prepared(dict) as later:
            print(other.result() == os.getpid(), later.ask(os.getpid)() == os.getpid())
    """
    assert run(script) == (0, "True True\n", "")


def test_prepared_work_that_nobody_asks_for_is_over() -> None:
    script = """
        from mtc.aside import Prepared
        with Prepared(dict):
            pass
        try:
            os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            print("no process is left")
    """
    assert run(script) == (0, "no process is left\n", "")


def test_preparing_that_fails_is_no_failure() -> None:
    """What it was for fails again, and says so where its result is asked for."""
    script = """
        from mtc.aside import Prepared
        def fail(*text):
            raise ValueError("as it went")
        try:
            with Prepared(fail) as other:
                time.sleep(0.2)
                print(other.ask(len, "abc")())
                other.ask(fail, "a" * 3_000_000)()
        except ValueError as error:
            print(error)
    """
    assert run(script) == (0, "3\nas it went\n", "")


NO_PROCESS = """
        def refused():
            raise BlockingIOError(11, "Resource temporarily unavailable")
        os.fork = refused
"""


def test_where_the_system_refuses_a_process_the_work_is_done_here() -> None:
    script = """
        from mtc.aside import Prepared
        def where(text):
            return text, os.getpid()
        with Aside(os.getpid) as other, Prepared(os.getpid) as later:
            print(other.result() == os.getpid(), later.ask(where, "x")() == ("x", os.getpid()))
        with Aside(lambda: print("never asked for")), Prepared(lambda: print("nor that")):
            pass
        print(len(os.listdir("/proc/self/fd")))
    """
    code, out, err = run(NO_PROCESS + script)
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "True True"
    assert int(out.splitlines()[1]) <= 4  # three streams, and the listing's own


def test_a_failure_here_is_the_same_failure() -> None:
    assert run(NO_PROCESS + FAILING) == (0, "28 x\n", "")
