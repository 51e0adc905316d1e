"""One folder's part of an inventory: what a render of one tenant reads and writes of it.

Decoding 16,000 lines and writing them again takes longer than everything else that such a render does to the
folder. So another process looks ahead that they are what a render writes, and where the folder's own are;
whoever writes puts others in their place, and keeps what lies around them as it is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from mtc.model.failure import DiskError
from mtc.model.record import Record
from mtc.write.ahead import is_settled, root_of
from mtc.write.folder import Folder, opened
from mtc.write.inventory import BETWEEN, INVENTORY, LINE, Around, decode, digest, plain_paths
from mtc.write.paths import folded, folders_of
from mtc.write.survey import Found, way_to


class Part(Record, frozen=True):
    """What an inventory says of one folder's files, and the place of their lines: bytes from its beginning.
    `inventory` is the digest of the whole."""

    inventory: str
    owned: Mapping[str, str]
    start: int
    end: int

    def around(self, inventory: bytes) -> Around | None:
        """What lies around the folder's lines; None where the inventory is another one than was looked at."""
        return Around(inventory, self.start, self.end) if digest(inventory) == self.inventory else None


def look_within(folder: Path, within: str) -> Part | None:
    """The folder's part of the inventory that lies there now. None where a write was cut short or is at work,
    or the inventory is not what a render writes."""
    with suppress(DiskError), opened(folder) as disk:
        if is_settled(root_of(disk)):
            return part_of(disk.read(INVENTORY), within)
    return None


def part_of(inventory: bytes, within: str) -> Part | None:
    """The part of a folder `within`; None of anything but what `encode` gives of plain paths, or where
    another folder's name is the same to some disks: then all lines have to be decoded."""
    paths = plain_paths(inventory)
    if paths is None or _has_twin(paths, within):
        return None
    first, last = bisect_left(paths, f"{within}/"), bisect_left(paths, f"{within}0")  # "0" follows "/"
    end = len(inventory) - len(b"\n}\n")  # nothing follows the last line
    places = [min(2 + sum(map(len, paths[:count])) + count * LINE, end) for count in (first, last)]
    owned = decode(b"{%s}" % inventory[slice(*places)].removesuffix(BETWEEN))
    return None if owned is None else Part(digest(inventory), owned, *places)


def _has_twin(paths: Sequence[str], within: str) -> bool:
    """Whether a folder on the way is the same as another one of these to macOS or Windows: see `folded`."""
    text = "\n".join(("", *paths))
    same = folded(text)
    ways = [f"\n{folder}/" for folder in folders_of([f"{within}/file"])]
    return any(text.count(way) != same.count(folded(way)) for way in ways)


def survey_part(folder: Folder, part: Part, within: str) -> Found | None:
    """As `survey` of what lies within, by a part that was seen ahead; None where it counts no more."""
    kinds = root_of(folder)
    around = part.around(folder.read(INVENTORY)) if is_settled(kinds) else None
    if around is None:
        return None
    kinds.update(way_to(folder, kinds, within))
    return Found(kinds, part.owned, part.owned, around=around)
