"""The folder as the system gives it: links, locks, and every way in which it refuses."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from mtc.model.diagnostic import Outcome
from mtc.model.failure import DiskError
from mtc.write import WriteReport, check_tree, write_tree
from mtc.write.folder import CHUNK, opened
from write.folders import put, snapshot

TREE = {"README.md": b"r", "tenants/acme/agent.yaml": b"a"}


def codes(outcome: Outcome[WriteReport]) -> list[tuple[str, str]]:
    assert outcome.value is None
    return [(d.code, d.primary.span.file) for d in outcome.diagnostics]


@pytest.mark.parametrize("link", ["README.md", "tenants", "tenants/acme", ".mtc", ".mtc/inventory.json"])
def test_a_symbolic_link_is_never_followed(link: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_tree(TREE, out)
    elsewhere = tmp_path / "elsewhere"
    (out / link).rename(elsewhere)
    (out / link).symlink_to(elsewhere)
    before = snapshot(tmp_path, state=True)
    outcome = write_tree({"README.md": b"2", "tenants/acme/agent.yaml": b"2"}, out, force=True)
    assert codes(outcome) == [("write/symlink", link)]
    assert snapshot(tmp_path, state=True) == before
    report = check_tree(TREE, out)
    assert [d.code for d in report.diagnostics] == ["write/symlink"]
    assert not report.clean


def test_a_link_in_the_place_of_a_file_that_goes_is_refused(tmp_path: Path) -> None:
    write_tree(TREE | {"old": b"o"}, tmp_path)
    (tmp_path / "old").unlink()
    (tmp_path / "old").symlink_to("README.md")
    assert codes(write_tree(TREE, tmp_path)) == [("write/symlink", "old")]
    assert (tmp_path / "README.md").read_bytes() == b"r"


def test_a_link_planted_as_the_temporary_file_is_not_written_through(tmp_path: Path) -> None:
    put(tmp_path, "victim", b"v")
    (tmp_path / "out/.mtc").mkdir(parents=True)
    (tmp_path / "out/.mtc/new").symlink_to(tmp_path / "victim")
    assert write_tree(TREE, tmp_path / "out").value is not None
    assert (tmp_path / "victim").read_bytes() == b"v"
    assert check_tree(TREE, tmp_path / "out").clean


def test_a_folder_planted_as_the_temporary_one_goes_and_nothing_beyond_it(tmp_path: Path) -> None:
    put(tmp_path, "victim/v", b"v")
    put(tmp_path, "out/.mtc/new/deep/x", b"x")
    put(tmp_path, "out/.mtc/new2/y", b"y")
    (tmp_path / "out/.mtc/new/deep/link").symlink_to(tmp_path / "victim")
    assert check_tree(TREE, tmp_path / "out").interrupted
    assert write_tree(TREE, tmp_path / "out").value is not None
    assert snapshot(tmp_path / "victim") == {"v": b"v"}
    assert check_tree(TREE, tmp_path / "out").clean
    assert sorted(path.name for path in (tmp_path / "out/.mtc").iterdir()) == [".gitignore", "inventory.json"]


@pytest.mark.parametrize("swapped", ["tenants", "tenants/acme", ".mtc"])
@pytest.mark.parametrize("instant", [1, 2, 3])
def test_a_link_that_appears_while_we_write_is_not_followed(swapped: str, instant: int, tmp_path: Path) -> None:
    """The folder was looked at, and then somebody put a link in its place."""
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    write_tree(TREE | {"tenants/acme/old.yaml": b"o", "tenants/beta/x": b"x"}, out)
    shutil.copytree(out / swapped, elsewhere)
    before = snapshot(elsewhere, state=True)

    def swap(done: int, total: int) -> None:
        if done == instant:
            (out / swapped).rename(tmp_path / "moved")
            (out / swapped).symlink_to(elsewhere)

    new = {"README.md": b"2", "tenants/acme/agent.yaml": b"2", "tenants/beta/x": b"2", "tenants/new/x": b"n"}
    try:
        write_tree(new, out, progress=swap)
    except DiskError as error:
        assert "vanished or changed while the tree was being written" in str(error)
    assert (out / swapped).is_symlink()
    assert snapshot(elsewhere, state=True) == before


@pytest.mark.parametrize("foreign", ["readme.MD", "Tenants/notes", "tenants/ACME/notes", "tenants/acme/Agent.yaml"])
def test_a_foreign_name_that_is_ours_to_another_disk_is_refused(foreign: str, tmp_path: Path) -> None:
    put(tmp_path, foreign, b"mine")
    outcome = write_tree(TREE, tmp_path, force=True)
    assert {code for code, _ in codes(outcome)} == {"write/case-collision"}
    assert snapshot(tmp_path) == {foreign: b"mine"}
    assert [d.code for d in check_tree(TREE, tmp_path).diagnostics] == ["write/case-collision"]


def test_a_foreign_name_in_another_unicode_form_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "tenants/Cafe\u0301", b"mine")
    assert codes(write_tree({"tenants/caf\u00e9": b"ours"}, tmp_path)) == [
        ("write/case-collision", "tenants/Cafe\u0301")
    ]


def test_foreign_files_with_odd_names_stay(tmp_path: Path) -> None:
    names = [b"\xff\xfe", b"a\nb", b"\x1b[31m", b" ", b"*", b"...", b"new", b"-rf", "\u202egnp".encode()]
    (tmp_path / "tenants/acme").mkdir(parents=True)
    for name in names:
        Path(os.fsdecode(os.fsencode(tmp_path / "tenants/acme") + b"/" + name)).write_bytes(name)
    write_tree(TREE, tmp_path)
    assert len(check_tree(TREE, tmp_path).foreign) == len(names)
    write_tree({"README.md": b"r"}, tmp_path, allow_empty=True)
    left = {Path(entry).read_bytes() for entry in (tmp_path / "tenants/acme").iterdir()}
    assert left == set(names)


def test_what_is_no_file_is_in_the_way_and_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "tenants/acme").mkdir(parents=True)
    os.mkfifo(tmp_path / "README.md")
    sock = socket.socket(socket.AF_UNIX)
    sock.bind(str(tmp_path / "tenants/acme/agent.yaml"))
    outcome = write_tree(TREE, tmp_path, force=True)
    assert codes(outcome) == [("write/foreign-in-the-way", path) for path in TREE]
    sock.close()


def test_a_file_of_a_terabyte_is_not_read_to_its_end(tmp_path: Path) -> None:
    write_tree(TREE, tmp_path)
    os.truncate(tmp_path / "README.md", 1 << 40)
    assert codes(write_tree(TREE, tmp_path)) == [("write/edited", "README.md")]
    os.truncate(tmp_path / ".mtc/inventory.json", 1 << 40)
    assert codes(write_tree(TREE, tmp_path)) == [("write/inventory", ".mtc/inventory.json")]


def test_the_output_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to("real")
    assert write_tree(TREE, tmp_path / "out").value is not None
    assert snapshot(tmp_path / "real") == TREE


def test_a_file_for_a_folder(tmp_path: Path) -> None:
    put(tmp_path, "out", b"a file")
    for act in (write_tree, check_tree):
        with pytest.raises(DiskError, match=r"^`[^`]*/out` is a file, not a folder$"):
            act(TREE, tmp_path / "out")
    with pytest.raises(DiskError, match="Not a directory"):
        write_tree(TREE, tmp_path / "out/below")
    assert (tmp_path / "out").read_bytes() == b"a file"


def test_a_folder_that_vanishes_on_the_way(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(DiskError, match="vanished"):
        write_tree(TREE, out, progress=lambda done, total: shutil.rmtree(out))
    assert write_tree(TREE, out).value is not None
    assert check_tree(TREE, out).clean


def test_a_second_render_is_refused_while_one_is_at_work(tmp_path: Path) -> None:
    inner: list[Outcome[WriteReport]] = []
    outer = write_tree(TREE, tmp_path, progress=lambda done, total: inner.append(write_tree({}, tmp_path)))
    assert outer.value is not None
    assert [codes(outcome) for outcome in inner] == [[("write/locked", str(tmp_path))]] * 2
    assert check_tree(TREE, tmp_path).clean


RACER = """
import sys
from pathlib import Path
from mtc.write import write_tree
word, folder = sys.argv[1].encode(), Path(sys.argv[2])
files = {f"tenants/t{n}/{m}.yaml": word * 50 for n in range(40) for m in range(10)}
print("ready", flush=True)
sys.stdin.readline()
outcome = write_tree(files, folder)
print(outcome.value is not None or [d.code for d in outcome.diagnostics])
"""


def test_two_processes_leave_one_whole_tree(tmp_path: Path) -> None:
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, word, tmp_path / "out"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for word in ("one", "two")
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    said = [racer.communicate(timeout=30)[0].strip() for racer in racers]
    assert "True" in said
    assert set(said) <= {"True", "['write/locked']"}
    here = snapshot(tmp_path / "out")
    assert len(here) == 400
    assert len(set(here.values())) == 1


DENIED = """
import os, sys
from pathlib import Path
from mtc.write import check_tree, write_tree
from mtc.model.failure import DiskError
if os.geteuid() == 0:
    os.setuid(65534)  # the superuser may write everywhere
for act in (write_tree, check_tree):
    try:
        print(act({"README.md": b"r"}, Path(sys.argv[1])))
    except DiskError as error:
        print(error)
"""


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that another user may enter, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_no_permission(shared: Path) -> None:
    for name, mode in (("locked", 0o000), ("readable", 0o555)):
        (shared / name).mkdir()
        (shared / name).chmod(mode)
    run = [sys.executable, "-c", DENIED]
    locked = subprocess.run([*run, shared / "locked"], capture_output=True, text=True, check=True)
    assert locked.stdout == f"no permission to read or write `{shared}/locked`\n" * 2
    readable = subprocess.run([*run, shared / "readable"], capture_output=True, text=True, check=True)
    assert readable.stdout.splitlines() == [
        f"no permission to read or write `{shared}/readable/.mtc`",
        "CheckReport(missing=('.mtc/inventory.json', 'README.md'), stale=(), edited=(), foreign=(), "
        "interrupted=False, diagnostics=())",
    ]


MOUNTED = """
import subprocess, sys
from pathlib import Path
from mtc.write import check_tree, write_tree
from mtc.model.failure import DiskError
out = Path(sys.argv[1])
def mount(options):
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", out], check=True)
def attempt(files):
    try:
        print(write_tree(files, out).value is not None)
    except DiskError as error:
        print(error)
mount("size=64k")
old = {f"tenants/t/{n}": b"old" for n in range(3)}
new = {f"tenants/t/{n}": b"n" * 9000 for n in range(20)}
attempt(old)
attempt(new)
left = [path.read_bytes() for path in out.glob("tenants/t/*")]
print(all(data in (b"old", b"n" * 9000) for data in left), check_tree(new, out).interrupted)
mount("remount,size=1m")
attempt(new)
print(check_tree(new, out).clean)
mount("remount,ro")
attempt(new)
attempt(old)
"""


def test_a_full_disk_and_a_read_only_one(tmp_path: Path) -> None:
    inside = ["unshare", "--map-root-user", "--mount"]
    if shutil.which("unshare") is None or subprocess.run([*inside, "true"], check=False).returncode:
        pytest.skip("this machine allows no mounts in a user namespace: no small disk to fill")
    run = subprocess.run(
        [*inside, sys.executable, "-c", MOUNTED, tmp_path], capture_output=True, text=True, check=False
    )
    assert run.stderr == ""
    assert run.stdout == textwrap.dedent(
        f"""\
        True
        no space left to write `{tmp_path}`: make room and render again, which completes the work
        True True
        True
        True
        True
        `{tmp_path}` is on a read-only file system
        """
    )
    assert list(tmp_path.iterdir()) == []


def test_contents_are_what_each_read_gives(tmp_path: Path) -> None:
    held = {"a/b/c": b"1", "a/b/d": b"2" * CHUNK, "a/e": b"3" * (CHUNK + 1), "f": b"", "g/h": b"4", "i/j": b"5"}
    for path, data in held.items():
        put(tmp_path, path, data)
    (tmp_path / "a/link").symlink_to(tmp_path / "f")
    (tmp_path / "k").symlink_to(tmp_path / "g")
    os.mkfifo(tmp_path / "a/pipe")
    paths = ["a/b/c", "a/b/d", "a/b", "a/e", "a/link", "a/none/x", "a/pipe", "f", "f/x", "g/h", "g/none", "i/j", "k/h"]

    def alone(path: str) -> bytes | None:
        with opened(tmp_path) as disk:
            try:
                return disk.read(path)
            except OSError:
                return None

    with opened(tmp_path) as disk:
        assert dict(disk.contents(paths, {})) == {path: alone(path) for path in paths}
        assert dict(disk.contents(reversed(paths), {})) == {path: alone(path) for path in paths}
