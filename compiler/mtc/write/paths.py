"""Relative POSIX paths of a tree: which are allowed, the folders they need, and those that collide."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping

# The compiler's own folder in every tree; nothing that is rendered may lie there.
STATE = ".mtc"
# Top folders that hold nothing but what the compiler wrote: a stranger's file in them is worth a word.
OWNED = ("flux", "platform", "tenants")
FORBIDDEN_PARTS = frozenset(("", ".", ".."))
# Git's own: a tree that is rendered into a checkout's top must not reach it, nor may an inventory.
GIT = ".git"
# Characters: three times what any of ours has, a quarter of what Linux opens. Of a longer one, every folder
# above it would be named: an inventory with one path of a megabyte would take gigabytes.
LONGEST = 1024
# What paths with slashes between them hold only where one may be unsafe: an empty part, or one with a dot.
_DOUBTFUL = ("//", "/.", "\0")


def is_safe(path: str) -> bool:
    """True for a relative path that stays inside the tree and outside the compiler's own folder and Git's."""
    parts = path.split("/")
    if not FORBIDDEN_PARTS.isdisjoint(parts) or "\0" in path or len(path) > LONGEST:
        return False
    # Only a name that begins with a dot, or hides one in another Unicode form, can be one of the two.
    dotted = path.startswith(".") or "/." in path or not path.isascii()
    return not dotted or (folded(parts[0]) != STATE and GIT not in map(folded, parts))


def first_unsafe(paths: Iterable[str]) -> str | None:
    """The first path that is not safe. One search says of a hundred thousand names that there is none."""
    known = list(paths)
    parts = "/".join(("", *known, ""))
    short = max(map(len, known), default=0) <= LONGEST
    if short and parts.isascii() and not any(mark in parts for mark in _DOUBTFUL):
        return None
    return next((path for path in known if not is_safe(path)), None)


def folded(path: str) -> str:
    """The path as a disk has it that knows neither case nor Unicode form (macOS; Windows: case alone)."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", path).casefold())


def folders_of(paths: Iterable[str]) -> set[str]:
    """Every folder above these paths, the tree's root left out."""
    found: set[str] = set()
    for above in {path.rpartition("/")[0] for path in paths}:
        while above and above not in found:
            found.add(above)
            above = above.rpartition("/")[0]  # noqa: PLW2901 - up, and up
    return found


def inside(paths: Iterable[str], folder: str) -> list[str]:
    """Those of the paths that lie in a folder, or in one of its own; all of them in the folder ""."""
    return [path for path in paths if path.startswith(f"{folder}/")] if folder else list(paths)


def tops_of(paths: Iterable[str]) -> set[str]:
    """The first part of each path. Neighbours share it: a search says where the next one begins."""
    known = sorted(paths)
    found: set[str] = set()
    at = 0
    while at < len(known):
        top = known[at].partition("/")[0]
        found.add(top)
        # "0" follows "/", so that everything in the folder is before this.
        at = max(at + 1, bisect_left(known, f"{top}0", at)) if "/" in known[at] else at + 1
    return found


def require_tree(files: Iterable[str], folders: set[str]) -> None:
    """Raise ValueError where the paths cannot be one tree: the renderer's bug, never the author's fault.

    `folders` are those above the files, here and in `collisions`.
    """
    paths = list(files)
    unsafe = first_unsafe(paths)
    if unsafe is not None:
        raise ValueError(f"not a path inside the tree: {unsafe!r}")
    for path in sorted(folders.intersection(paths)):
        raise ValueError(f"both a file and a folder: {path!r}")


def collisions(files: Iterable[str], folders: set[str]) -> Iterator[tuple[str, str]]:
    """(path, earlier path) where two files or folders are one to macOS or Windows: see `folded`."""
    names = [*folders, *files]
    lines = "\n".join(names)
    if lines.isascii() and len(set(lines.lower().split("\n"))) == lines.count("\n") + 1:
        return  # one search says of a hundred thousand names that there is none
    seen: dict[str, str] = {}
    for path in sorted(names):
        earlier = seen.setdefault(folded(path), path)
        if earlier != path:
            yield path, earlier


def twins(strangers: Iterable[str], wanted: Iterable[str]) -> Mapping[str, str]:
    """Stranger → the wanted path that is the same to such a disk: writing the one would replace the other."""
    others = list(strangers)
    if not others:
        return {}
    known = {folded(path): path for path in wanted}
    return {path: known[key] for path in others if (key := folded(path)) in known}
