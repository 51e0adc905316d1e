"""What can be said of a rendered tree before anybody looks at its folder: while it is still being proved."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from mtc.model.diagnostic import Diagnostic
from mtc.model.files import Files
from mtc.model.record import Record
from mtc.write.inventory import digests, encode
from mtc.write.paths import folders_of, require_tree
from mtc.write.refusals import colliding


class Sums(Record, frozen=True, dict=True):
    """`digests`: path → SHA-256 in hex of each file. `folders`: those that the files lie in, at every depth.
    `collisions`: names that one disk takes for the same."""

    digests: Mapping[str, str]
    folders: frozenset[str]
    collisions: tuple[Diagnostic, ...]

    @cached_property
    def inventory(self) -> bytes:
        """The inventory of a folder that holds this tree."""
        return encode(self.digests)


def sums_of(files: Mapping[str, bytes]) -> Sums:
    """The sums of a tree (relative POSIX path → bytes); ValueError for a path that leaves the tree."""
    folders = folders_of(files)
    require_tree(files, folders)
    known = files if isinstance(files, Files) else Files(files)
    return Sums(known.mapped(digests), frozenset(folders), colliding(files, folders))
