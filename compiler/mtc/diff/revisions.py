"""A rendered tree in Git: read by plumbing alone; nothing is checked out, written or fetched; owner of git.

The repository may be hostile. The commands below run no hook, filter, pager or alias of its own, and take no
name of the author's for an option.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from mtc.diff.faults import ambiguous, link, no_revision, no_tree, too_large
from mtc.diff.folders import MAX_ALL, MAX_FILE, TOPS, belongs
from mtc.diff.objects import Tree
from mtc.model.diagnostic import Diagnostic, Outcome, ordered
from mtc.model.failure import CompilerFailure, ToolMissing

PREFIX = "git:"
INVENTORY = ".mtc/inventory.json"
PATIENCE = 300  # seconds; reading 10,000 tenants takes a few
_FILE_MODES = ("100644", "100755", "100664")
_QUIET = {"GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}


class Revision(NamedTuple):
    """`git:REV[:PATH]`: `path` is the tree's folder from the repository's top, None to look for it."""

    name: str
    revision: str
    path: str | None


class _Entry(NamedTuple):
    path: str
    mode: str
    digest: str
    size: int


def revision_of(argument: str) -> Revision | None:
    """The revision that an argument names; None for a path."""
    if not argument.startswith(PREFIX):
        return None
    revision, colon, path = argument.removeprefix(PREFIX).partition(":")
    return Revision(argument, revision or "HEAD", path.strip("/") if colon else None)


def read_revision(
    wanted: Revision, where: Path, known: Mapping[str, bytes], *, may_lack: bool
) -> Outcome[Tree]:
    """The tree of a revision, of the repository around the folder `where`.

    With `may_lack`, a revision without the folder has an empty tree. Faults: diff/revision, diff/which-tree,
    diff/no-tree, diff/link, diff/too-large. Raises CompilerFailure where Git itself fails.
    """
    commit = _commit(wanted, where)
    if isinstance(commit, Diagnostic):
        return Outcome(None, (commit,))
    path = wanted.path
    if path is None:
        found = _trees(commit, where)
        if len(found) != 1 and not (may_lack and not found):
            return Outcome(None, (ambiguous(wanted.name, found),))
        path = found[0] if found else None
    top = (
        _git(["rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}:{path}"], where)
        if path is not None
        else b""
    )
    if not top or _git(["cat-file", "-t", top.decode().strip()], where) != b"tree\n":
        return Outcome(Tree(wanted.name, {})) if may_lack else Outcome(None, (no_tree(wanted.name),))
    return _read(wanted.name, top.decode().strip(), where, known)


def folder_in_repository(folder: Path) -> str | None:
    """A folder's path from the top of its repository; None where it is in none."""
    found = _git(["rev-parse", "--show-prefix"], folder) if folder.is_dir() else b""
    return found.decode("utf-8", "surrogateescape").strip("\n").rstrip("/") if found else None


def _commit(wanted: Revision, where: Path) -> str | Diagnostic:
    spec = f"{wanted.revision}^{{commit}}"
    found = _git(["rev-parse", "--verify", "--quiet", "--end-of-options", spec], where)
    if not found:
        inside = _git(["rev-parse", "--git-dir"], where)
        reason = "no such commit here" if inside else "this is no Git repository, or Git refuses to read it"
        return no_revision(wanted.name, wanted.revision, reason)
    return found.decode().strip()


def _trees(commit: str, where: Path) -> list[str]:
    """The folders with a compiler's inventory in them."""
    listed = _git(["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit], where) or b""
    paths = [path.decode("utf-8", "surrogateescape") for path in listed.split(b"\0")]
    return sorted(
        path.removesuffix(INVENTORY).rstrip("/") for path in paths if f"/{path}".endswith(f"/{INVENTORY}")
    )


def _read(name: str, tree: str, where: Path, known: Mapping[str, bytes]) -> Outcome[Tree]:
    faults: list[Diagnostic] = []
    entries = []
    total = 0
    for entry in _entries(tree, where):
        if not belongs(entry.path):
            continue
        total += entry.size
        if entry.mode not in _FILE_MODES:
            faults.append(link(name, entry.path))
        elif entry.size > MAX_FILE or total > MAX_ALL:
            faults.append(too_large(name, entry.path))
            break
        else:
            entries.append(entry)
    if not faults and not any(entry.path.partition("/")[0] in TOPS for entry in entries):
        faults.append(no_tree(name))
    if faults:
        return Outcome(None, ordered(faults))
    contents = _contents([entry.digest for entry in entries], where)
    files = {}
    for entry in sorted(entries):
        data = contents[entry.digest]
        before = known.get(entry.path)
        files[entry.path] = before if before == data else data
    return Outcome(Tree(name, files))


def _entries(tree: str, where: Path) -> list[_Entry]:
    found = []
    for line in (_git(["ls-tree", "-r", "-l", "-z", "--full-tree", tree], where) or b"").split(b"\0"):
        about, tab, path = line.partition(b"\t")
        if tab:
            mode, _, digest, size = about.decode("ascii").split()
            shown = path.decode("utf-8", "surrogateescape")
            found.append(_Entry(shown, mode, digest, int(size) if size.isdigit() else 0))
    return found


def _contents(digests: list[str], where: Path) -> dict[str, bytes]:
    """The contents of blobs, by their digest."""
    wanted = "".join(f"{digest}\n" for digest in dict.fromkeys(digests)).encode()
    output = _git(["cat-file", "--batch"], where, wanted) or b""
    found: dict[str, bytes] = {}
    at = 0
    for digest in dict.fromkeys(digests):
        end = output.find(b"\n", at)
        words = output[at:end].split()
        if end < 0 or len(words) != 3 or words[0] != digest.encode():
            raise CompilerFailure(
                f"Git does not hand out the object {digest}: the clone may be partial or damaged"
            )
        size = int(words[2])
        found[digest] = output[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
    return found


def _git(arguments: list[str], where: Path, given: bytes | None = None) -> bytes | None:
    """What git prints; None where it says no."""
    command = ["git", "--no-pager", "--no-optional-locks", "-c", "core.fsmonitor=false", *arguments]
    environment = {**os.environ, **_QUIET}
    try:
        done = subprocess.run(
            command,
            cwd=where,
            env=environment,
            input=given if given is not None else b"",
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except FileNotFoundError as error:
        raise ToolMissing("git is not installed: it reads `git:` sides") from error
    except subprocess.TimeoutExpired as error:
        raise CompilerFailure(f"git did not answer within {PATIENCE} seconds") from error
    return done.stdout if done.returncode == 0 else None
