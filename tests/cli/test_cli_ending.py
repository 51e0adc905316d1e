"""Every way out: one line, the right exit code, never a raw traceback."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from mtc_process import MTC, PATIENCE, Run, blueprint, environment, mtc

from mtc import __version__

# A process whose `mtc schema` meets what no blueprint causes.
BROKEN = """
import sys
import mtc.load
def broken():
    {body}
mtc.load.schema_text = broken
sys.argv = ["mtc", "schema"]
from mtc.cli import main
main()
"""


def broken(body: str, tmp_path: Path) -> Run:
    done = subprocess.run(
        [sys.executable, "-c", BROKEN.format(body=body)],
        env=environment(TMPDIR=str(tmp_path)),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_fault(closed: str, tmp_path: Path) -> None:
    """With a tenant, and so with a helper, whose pipes would have the streams' numbers."""
    (tmp_path / "prod.yaml").write_text(blueprint("acme"), encoding="utf-8")
    script = f"{MTC} render prod.yaml -o out --tenant acme {closed}; code=$?; {MTC} explain >&- || exit 9; exit $code"
    for _ in range(2):
        done = subprocess.run(["sh", "-c", script], cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert (done.returncode, "Traceback" in done.stdout + done.stderr) == (0, False), done.stderr
    assert (tmp_path / "out" / "tenants" / "acme" / "namespace.yaml").is_file()


def test_a_bug_says_where_its_traceback_went(tmp_path: Path) -> None:
    run = broken("raise KeyError('s3cret')", tmp_path)
    assert (run.code, run.out) == (3, "")
    said = re.fullmatch(r"mtc: this is a bug in mtc \(KeyError\); its traceback is in (\S+)\n", run.err)
    assert said is not None, run.err
    path = Path(said[1])
    assert path.parent == tmp_path
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text(encoding="utf-8").endswith("KeyError: 's3cret'\n")


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("from mtc.model.failure import ToolMissing; raise ToolMissing('no\\n sops')", "mtc: no sops"),
        ("raise MemoryError", "mtc: out of memory"),
        ("raise OSError(28, 'No space left on device', 'x')", "mtc: No space left on device: x"),
    ],
)
def test_a_broken_machine_is_one_line(body: str, line: str, tmp_path: Path) -> None:
    assert broken(body, tmp_path) == (3, "", f"{line}\n")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_behind_stdout() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [MTC, "schema"], stdout=full, stderr=subprocess.PIPE, timeout=PATIENCE, check=False
        )
    assert (done.returncode, done.stderr) == (3, b"mtc: No space left on device\n")


def test_a_reader_that_went_away() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [MTC, "schema"], stdout=writing, stderr=subprocess.PIPE, timeout=PATIENCE, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


def test_ctrl_c() -> None:
    """The blueprint is a pipe: when more went into it than it holds, the run is known to be under way."""
    reading, writing = os.pipe()
    # A shell's background jobs ignore SIGINT, and whoever they start inherits that.
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [MTC, "validate", "/dev/stdin"],
        stdin=reading,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        os.close(reading)
        os.write(writing, b"#" * 200_000)
        process.send_signal(signal.SIGINT)
        # A signal that lands just before the read begins is seen only when the read ends: end it.
        os.close(writing)
        out, err = process.communicate(timeout=PATIENCE)
    finally:
        signal.signal(signal.SIGINT, ours)
        process.kill()
    assert (process.returncode, out, err) == (130, b"", b"mtc: interrupted\n")


@pytest.mark.parametrize(
    "arguments",
    [["--nope"], ["rendr"], ["validate"], ["render", "x.yaml"], ["validate", "x.yaml", "--format", "xml"]],
)
def test_wrong_usage(arguments: list[str]) -> None:
    run = mtc(*arguments)
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith("Usage: mtc ")


def test_a_mistyped_command_is_guessed() -> None:
    assert "Did you mean 'render'?" in mtc("rendr").err
    assert "'mtc --help' lists them." in mtc("xyzzy").err


def test_version_is_quick() -> None:
    """At most 60 ms of processor time more than `python -c pass`; the least of several, since others work here."""
    assert mtc("--version") == (0, f"mtc {__version__}\n", "")
    bare = min(spent([sys.executable, "-c", "pass"]) for _ in range(7))
    ours = min(spent([MTC, "--version"]) for _ in range(7))
    assert ours - bare < 0.060


def spent(command: list[str]) -> float:
    """Seconds of processor time that a process took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, timeout=PATIENCE, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
