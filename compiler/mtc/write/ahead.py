"""A look at the folder while the blueprint is still being compiled: most renders change little or nothing.

What it saw is believed of files that turn out to be unchanged, and of no others; and of those only while no
other render was at work in between, which its inventory tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

from mtc.aside import Aside, worthwhile
from mtc.model.failure import DiskError
from mtc.model.record import Record
from mtc.write.folder import TEMPORARIES, Folder, Kind, opened
from mtc.write.inventory import INVENTORY, JOURNAL, decode, digest
from mtc.write.paths import STATE

# An inventory of fewer bytes (about 2,000 files) is read sooner than a process is begun.
LARGE = 200_000


class Ahead(Record, frozen=True):
    """The inventory's bytes, and the digest of each file that is not as they say; None where it is none."""

    inventory: bytes
    others: Mapping[str, str | None]


Glance: TypeAlias = Callable[[], "Ahead | None"]


@contextmanager
def looking_ahead(folder: Path) -> Iterator[Glance]:
    """Inside the block, what another process sees; None where it saw no finished tree, or is not worth it."""
    inventory = folder / INVENTORY
    if not worthwhile() or inventory.is_symlink() or not _is_large(inventory):
        yield _nothing
        return
    with Aside(lambda: look(folder)) as other:
        yield other.result


def look(folder: Path) -> Ahead | None:
    """What lies there now; None where a write was cut short or is at work, or the inventory is not one."""
    with suppress(DiskError), opened(folder) as disk:
        kinds = disk.kinds(STATE)
        if kinds.get(INVENTORY) != "file" or at_work(kinds):
            return None
        inventory = disk.read(INVENTORY)
        known = decode(inventory)
        if known is not None:
            seen = ((path, recorded, _digest(disk, path)) for path, recorded in known.items())
            return Ahead(inventory, {path: found for path, recorded, found in seen if found != recorded})
    return None


def at_work(kinds: Mapping[str, Kind]) -> bool:
    """True where a write has begun and not ended."""
    return any(path in kinds for path in (JOURNAL, *TEMPORARIES))


def _digest(disk: Folder, path: str) -> str | None:
    try:
        return digest(disk.read(path))
    except OSError:
        return None  # missing, a link, a folder: whoever compares will look again


def _is_large(path: Path) -> bool:
    with suppress(OSError):
        return path.stat().st_size >= LARGE
    return False


def _nothing() -> None:
    return None
