"""What the compiler owns in a folder: the inventory, and the journal of a write under way.

Both are one JSON object, path → SHA-256 in hex, sorted, a line per file. The inventory tells what the last
complete write left; the journal, which exists only during a write, what this write is about to put down.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from mtc.model.diagnostic import Diagnostic, Label
from mtc.model.source import Span
from mtc.write.folder import Folder, Kind
from mtc.write.paths import STATE, first_unsafe

INVENTORY = f"{STATE}/inventory.json"
JOURNAL = f"{STATE}/journal.json"
# Reading JSON takes many times its size where it is made of small pieces; ours has four quotes in 70 bytes.
_PIECES = (b'"', b",", b"[", b"{")
_SPACING = 8


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def encode(owned: Mapping[str, str]) -> bytes:
    """The file's bytes: a line per file. Only paths that need escapes take json, which is slower."""
    if not owned:
        return b"{}\n"
    names = "".join(owned)
    if names.isascii() and names.isprintable() and '"' not in names and "\\" not in names:
        lines = '",\n"'.join(map('": "'.join, sorted(owned.items())))
        return f'{{\n"{lines}"\n}}\n'.encode("ascii")
    text = json.dumps(dict(owned), sort_keys=True, separators=(",\n", ": "))
    return f"{{\n{text[1:-1]}\n}}\n".encode("ascii")


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
    if known is not None and data == known[0]:
        return known[1]
    owned = decode(data)
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
