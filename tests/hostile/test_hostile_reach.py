"""What a run opens, as the kernel sees it: nothing outside its folders, whatever the blueprint names."""

from __future__ import annotations

import os
import re
import site
import sys
import sysconfig
from pathlib import Path

import pytest

from cli.mtc_process import MTC
from hostile.corpus import FOLDERS, GOOD, of_spec
from write.syscalls import CHANGING, OPENING, Call, calls, needs_strace, writes

# Python, its packages, this project, and what the C library reads when any program starts.
OURS = {
    *map(os.path.realpath, (sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib"), *site.getsitepackages())),
    str(Path(__file__).resolve().parents[2] / "compiler"),
    str(Path(__file__).resolve().parents[2] / "schema"),
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/share/locale", "/usr/share/zoneinfo"),
    *("/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/localtime", "/etc/locale.alias"),
    *("/dev/null", "/dev/urandom", "/etc/ssl/openssl.cnf", "/usr/lib/ssl"),
    # How many processors and how much memory there are.
    *("/proc/meminfo", "/proc/cpuinfo", "/proc/stat", "/sys/fs/cgroup", "/sys/devices/system/cpu"),
}
MYSELF = re.compile(r"/proc/(?:self|\d+)/(?:statm|cgroup|maps|mountinfo)")
PATH = re.compile(r'(?:AT_FDCWD|\d+)(?:<([^>]*)>)?, "((?:[^"\\]|\\.)*)"')


def opened(call: Call) -> str | None:
    """The absolute path that an opening opened; None where it did not, or for other calls."""
    found = PATH.match(call.arguments)
    if call.name not in OPENING or found is None or re.search(r"= -1 ", call.arguments):
        return None
    base, name = found.groups()
    return os.path.realpath(Path(base or "/", name))


def strangers(paths: set[str], *folders: Path) -> set[str]:
    """Those that are neither ours nor in these folders."""
    allowed = (*OURS, *map(os.path.realpath, folders))
    return {
        path
        for path in paths
        if not MYSELF.fullmatch(path) and not any(path == one or path.startswith(f"{one}/") for one in allowed)
    }


def traced(folder: Path, *arguments: str) -> tuple[set[str], set[str]]:
    """(read, written): what one run of mtc opened, successes alone; everything else that changed files."""
    found = calls((MTC, *arguments), folder.parent / "log", folder, fine=False)
    read = {path for call in found if (path := opened(call)) is not None}
    written = {path for call in found if writes(call) and (path := opened(call)) is not None}
    for call in found:
        if call.name in OPENING or call.name in {"write", "writev"} or "= -1 " in call.arguments:
            continue
        known = re.search(r"<(/[^>]*)>", call.arguments) or re.search(r'"([^"]*)"', call.arguments)
        written.add(str(folder / known[1]) if known else f"{call.name}({call.arguments}")
    return read, written


@needs_strace
def test_a_render_reads_its_folder_and_writes_its_tree(tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "prod.yaml").write_text(of_spec("extras: {tenant: [extra.yaml]}"), encoding="utf-8")
    (folder / "extra.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: acme}\n", encoding="utf-8")
    read, written = traced(folder, "render", "prod.yaml", "-o", "out")
    assert str(folder / "prod.yaml") in read
    assert str(folder / "extra.yaml") in read
    assert strangers(read, folder) == set()
    lock = re.compile(rf"{re.escape(str(folder))}(?:/\.?prod\.lock\.yaml.*)?")
    assert [path for path in strangers(written, folder / "out") if not lock.fullmatch(path)] == []
    assert any(path.startswith(str(folder / "out")) for path in written)


@needs_strace
@pytest.mark.parametrize("name", FOLDERS)
def test_a_hostile_one_reads_nothing_else_and_writes_nothing(name: str, tmp_path: Path) -> None:
    make, _ = FOLDERS[name]
    folder = tmp_path / "repository"
    folder.mkdir()
    (tmp_path / "victim").write_text("ports: {}\n", encoding="utf-8")
    (folder / "prod.yaml").write_text(GOOD, encoding="utf-8")
    make(folder)
    read, written = traced(folder, "render", "prod.yaml", "-o", "out")
    assert strangers(read, folder) == set()
    assert written <= {"/dev/null"}


def test_the_calls_that_are_watched_include_every_opening() -> None:
    assert set(CHANGING) >= OPENING
