"""Relative POSIX paths of a tree: which are allowed, the folders they need, and those that collide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

# The compiler's own folder in every tree; nothing that is rendered may lie there.
STATE = ".mtc"
# Top folders that hold nothing but what the compiler wrote: a stranger's file in them is worth a word.
OWNED = ("flux", "platform", "tenants")
FORBIDDEN_PARTS = frozenset(("", ".", ".."))


def is_safe(path: str) -> bool:
    """True for a relative path that stays inside the tree and outside the compiler's own folder."""
    parts = path.split("/")
    return FORBIDDEN_PARTS.isdisjoint(parts) and parts[0].casefold() != STATE and "\0" not in path


def folders_of(paths: Iterable[str]) -> set[str]:
    """Every folder above these paths, the tree's root left out."""
    found: set[str] = set()
    for path in paths:
        above = path.rpartition("/")[0]
        while above and above not in found:
            found.add(above)
            above = above.rpartition("/")[0]
    return found


def require_tree(files: Iterable[str]) -> None:
    """Raise ValueError where the paths cannot be one tree: the renderer's bug, never the author's fault."""
    paths = list(files)
    for path in paths:
        if not is_safe(path):
            raise ValueError(f"not a path inside the tree: {path!r}")
    for path in sorted(folders_of(paths).intersection(paths)):
        raise ValueError(f"both a file and a folder: {path!r}")


def collisions(files: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(path, earlier path) where two files or folders differ by case only: macOS and Windows keep one."""
    paths = list(files)
    seen: dict[str, str] = {}
    for path in sorted(folders_of(paths).union(paths)):
        earlier = seen.setdefault(path.casefold(), path)
        if earlier != path:
            yield path, earlier
