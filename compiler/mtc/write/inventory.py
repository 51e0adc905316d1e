"""What the compiler owns in a folder: the inventory, and the journal of a write under way.

Both are one JSON object, path → SHA-256 in hex, sorted, a line per file. The inventory tells what the last
complete write left; the journal, which exists only during a write, what this write is about to put down.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from operator import lt

from mtc.model.diagnostic import Diagnostic, Label
from mtc.model.record import Record
from mtc.model.source import Span
from mtc.write.folder import Folder, Kind
from mtc.write.paths import STATE, first_unsafe

INVENTORY = f"{STATE}/inventory.json"
JOURNAL = f"{STATE}/journal.json"
# Reading JSON takes many times its size where it is made of small pieces; ours has four quotes in 70 bytes.
_PIECES = (b'"', b",", b"[", b"{")
_SPACING = 8
BETWEEN = b",\n"  # two files' lines
LINE = len('"": "",\n') + 64  # bytes of a line beside its path
# A line as `encode` writes it of a path that needs no escapes, and has none of the pieces above.
_PLAIN = r'"([ !#-+\--Z\]-z|}~]++)": "[0-9a-f]{64}"(?:,\n|\n\}\n\Z)'
_STEP = 1 << 12  # bytes that are compared at once


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def digests(files: Iterable[bytes]) -> list[str]:
    """The same of several."""
    sha256 = hashlib.sha256
    return [sha256(data).hexdigest() for data in files]


def encode(owned: Mapping[str, str]) -> bytes:
    """The file's bytes: a line per file. Only paths that need escapes take json, which is slower."""
    if not owned:
        return b"{}\n"
    names = "".join(owned)
    if names.isascii() and names.isprintable() and '"' not in names and "\\" not in names:
        paths, count = sorted(owned), len(owned)
        pieces = ["", '": "', "", '",\n"'] * count  # one join of them: a line of its own for each costs more
        pieces[::4], pieces[2::4] = paths, map(owned.__getitem__, paths)
        pieces[-1] = '"\n}\n'
        return "".join(['{\n"', *pieces]).encode("ascii")
    text = json.dumps(dict(owned), sort_keys=True, separators=(",\n", ": "))
    return f"{{\n{text[1:-1]}\n}}\n".encode("ascii")


class Around(Record, frozen=True):
    """An inventory around the lines of one folder, which are its bytes from `start` to `end`."""

    inventory: bytes
    start: int
    end: int

    def filled(self, owned: Mapping[str, str]) -> bytes:
        """The inventory, with these files in the folder."""
        own = encode(owned)[2:-3]
        if own and self.inventory[self.start : self.end].removesuffix(BETWEEN) == own:
            return self.inventory
        whole = memoryview(self.inventory)  # which is not copied for each piece
        before, after = whole[2 : self.start], whole[self.end : -3]
        if before[-len(BETWEEN) :] == BETWEEN:
            before = before[: -len(BETWEEN)]
        pieces = [piece for piece in (before, own, after) if piece]
        lines = [part for piece in pieces for part in (BETWEEN, piece)][1:]
        return b"".join((b"{\n", *lines, b"\n}\n")) if lines else encode({})


def decode(data: bytes) -> dict[str, str] | None:
    """The paths and digests; None where it is not such a file, or names a path outside the tree."""
    if any(data.count(piece) * _SPACING > len(data) + 256 for piece in _PIECES):
        return None  # planted, to take our memory: a pull request can bring such a file
    try:
        found = json.loads(data)
        digests = "".join(found.values())
    except (ValueError, RecursionError, AttributeError, TypeError):
        return None
    if set(map(len, found.values())) - {64} or not _is_hex(digests):
        return None
    return found if first_unsafe(found) is None else None


def plain_paths(data: bytes) -> list[str] | None:
    """The paths of an inventory, in order; None of anything but what `encode` gives of plain paths that stay
    inside the tree. Takes half the time of decoding and encoding it."""
    if not (data.isascii() and data.startswith(b"{\n") and data.endswith(b"\n}\n")):
        return None
    paths: list[str] = re.findall(_PLAIN, data.decode("ascii"))
    if len(data) != len("{\n}\n") - len(",") + len(paths) * LINE + sum(map(len, paths)):
        return None  # something lies between the lines
    ordered = all(map(lt, paths, paths[1:]))  # and no two are one
    return paths if ordered and first_unsafe(paths) is None else None


def decode_near(data: bytes, known: bytes, owned: Mapping[str, str]) -> Mapping[str, str] | None:
    """As `decode`, of bytes that may differ in a few lines from `known`, an inventory of `owned`.

    Only what lies between the first step that differs and the last is decoded: most renders change a tenant.
    """
    if data == known:
        return owned
    most = min(len(data), len(known)) // _STEP
    front = next((n for n in range(most) if _step(data, n) != _step(known, n)), most)
    most -= front
    back = next((n for n in range(most) if _step(data, ~n) != _step(known, ~n)), most)
    start, end = known.rfind(b"\n", 0, front * _STEP) + 1, known.find(b"\n", len(known) - back * _STEP) + 1
    if not start or known[end : end + 1] != b'"':
        return decode(data)  # too little is the same for a line before it and one after it
    gone, come = _lines(known[start:end]), _lines(data[start : len(data) - len(known) + end])
    if gone is None or come is None:
        return decode(data)
    found = dict(owned)
    for path in gone:
        found.pop(path, None)
    if any(path in found for path in come):
        return decode(data)
    found.update(come)
    return found


def _step(data: bytes, number: int) -> bytes:
    """So many bytes from the front, or with a negative number from behind: -1 is the last step."""
    at = number * _STEP if number >= 0 else len(data) + number * _STEP
    return data[at : at + _STEP]


def _lines(data: bytes) -> dict[str, str] | None:
    """What some whole lines between others say; None where they are no such lines."""
    if not data:
        return {}
    return (decode(b"{%s}" % data.removesuffix(BETWEEN)) or None) if data.endswith(BETWEEN) else None


def _is_hex(digits: str) -> bool:
    try:
        return bytes.fromhex(digits).hex() == digits  # in a fifth of a pattern's time
    except ValueError:
        return False


def load(
    folder: Folder, kinds: Mapping[str, Kind], path: str, known: tuple[bytes, Mapping[str, str]] | None = None
) -> Mapping[str, str] | Diagnostic | None:
    """The inventory or journal; None where there is none, a Diagnostic where it cannot be trusted.

    `known`: bytes that may be there, and what they say.
    """
    place = path if path in kinds else STATE
    kind = kinds.get(place)
    if kind == "link":
        return refusal("write/symlink", place, f"`{place}` is a symbolic link, which is never followed")
    if kind is None or (place == STATE and kind == "dir"):
        return None
    data = folder.read(path) if place == path and kind == "file" else b""
    owned = decode(data) if known is None else decode_near(data, *known)
    if owned is None:
        return refusal(
            "write/inventory",
            place,
            f"`{place}` is damaged, so nobody knows which files are the compiler's",
            "restore it from Git, or render into an empty folder",
        )
    return owned


def settled(
    inventory: Mapping[str, str], journal: Mapping[str, str], folder: Folder, kinds: Mapping[str, Kind]
) -> Mapping[str, str]:
    """What is ours after a write that was cut short: the inventory, and what that write had put down.

    A file at a journal's path with other bytes is not claimed: it is the old one, or somebody's.
    """
    if not journal:
        return inventory
    arrived = {
        path: written
        for path, written in journal.items()
        if kinds.get(path) == "file" and digest(folder.read(path)) == written
    }
    return {**inventory, **arrived}


def refusal(code: str, path: str, message: str, help: str = "") -> Diagnostic:
    """A refusal about one path of the output folder."""
    return Diagnostic(code, message, Label(Span(path, 1, 1, 1, 1)), help)
