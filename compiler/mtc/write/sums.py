"""What can be said of a rendered tree before anybody looks at its folder: while it is still being proved."""

from __future__ import annotations

from collections.abc import Mapping

from mtc.model.diagnostic import Diagnostic
from mtc.model.record import Record
from mtc.write.inventory import digest
from mtc.write.paths import require_tree
from mtc.write.refusals import colliding


class Sums(Record, frozen=True):
    """`digests`: path → SHA-256 in hex of each file. `collisions`: names that one disk takes for the same."""

    digests: Mapping[str, str]
    collisions: tuple[Diagnostic, ...]


def sums_of(files: Mapping[str, bytes]) -> Sums:
    """The sums of a tree (relative POSIX path → bytes); ValueError for a path that leaves the tree."""
    require_tree(files)
    return Sums({path: digest(data) for path, data in files.items()}, colliding(files))
