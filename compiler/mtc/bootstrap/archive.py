"""An archive from elsewhere: fetched over https, checked against its digest, unpacked without trusting it."""

from __future__ import annotations

import hashlib
import http.client
import stat
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path, PurePosixPath
from typing import IO, Any

from mtc.bootstrap.connection import passing
from mtc.bootstrap.faults import Permanent, Retryable


class _HttpsOnly(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        _check_scheme(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetch(
    url: str, sha256: str, target: Path, most_bytes: int, timeout: float, seconds: float = 3600
) -> None:
    """Download `url` to `target`; raises Retryable, or Permanent where the digest is another.

    `timeout`: seconds for one read; `seconds`: for all of them. Redirects may lead to https alone. The URL is
    never in a message: a signed one is a secret.
    """
    _check_scheme(url)
    opener = urllib.request.build_opener(_HttpsOnly)
    digest, size, until = hashlib.sha256(), 0, time.monotonic() + seconds
    try:
        with opener.open(url, timeout=timeout) as response, target.open("wb", buffering=0) as file:
            announced = response.headers.get("Content-Length")
            while chunk := response.read1(1 << 16):
                size += len(chunk)
                if size > most_bytes:
                    raise Permanent(
                        f"the archive is larger than {most_bytes} bytes: raise limits.archiveBytes"
                    )
                if time.monotonic() > until:
                    raise Retryable(f"the archive's server takes more than {seconds:g} seconds")
                digest.update(chunk)
                _keep(file, chunk)
    except urllib.error.HTTPError as fault:
        if passing(fault.code):
            raise Retryable(f"the archive's server answered with {fault.code}") from None
        raise Permanent(f"the archive's server answered with {fault.code}: correct package.url") from None
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as fault:
        reason = getattr(fault, "reason", fault)
        raise Retryable(f"the archive's server does not answer: {type(reason).__name__}") from None
    if announced is not None and announced != str(size):
        raise Retryable("the archive's server broke off in the middle")
    if digest.hexdigest() != sha256.lower():
        raise Permanent(
            f"the archive's SHA-256 is {digest.hexdigest()}, not {sha256}: correct package.sha256"
        )


def unpack(source: Path, folder: Path, most_bytes: int, most_files: int) -> None:
    """Unpack a zip into the new `folder`: files and folders alone, all below it; raises Permanent.

    What an entry says of its size is not believed: the bytes are counted as they come out. Retryable where
    the disk is full.
    """
    folder.mkdir(parents=True)
    try:
        _unpack(source, folder, most_bytes, most_files)
    except (Permanent, Retryable):
        raise
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        raise Permanent("the archive holds one name twice") from None
    except Exception as fault:  # noqa: BLE001 - what the reader raises on bytes that are no zip is nowhere listed
        raise Permanent(f"the archive is not a zip that can be read: {type(fault).__name__}") from None


def _unpack(source: Path, folder: Path, left: int, most_files: int) -> None:
    with zipfile.ZipFile(source) as archive:
        entries = archive.infolist()
        if len(entries) > most_files:
            raise Permanent(f"the archive holds more than {most_files} entries: raise limits.files")
        for entry in entries:
            place = folder / _name(entry)
            if entry.is_dir():
                place.mkdir(parents=True, exist_ok=True)
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(entry) as packed, place.open("xb", buffering=0) as file:
                left -= _copy(packed, file, left)


def _check_scheme(url: str) -> None:
    if not url.lower().startswith("https://"):
        raise Permanent("the archive must come over https: correct package.url, or what it redirects to")


def _name(entry: zipfile.ZipInfo) -> str:
    """The entry's path if it stays below the folder and is no link or device; else raises Permanent."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    path = PurePosixPath(entry.filename)
    safe = path.parts and not path.is_absolute() and ".." not in path.parts and path.parts[0][1:2] != ":"
    if not safe or "\\" in entry.filename or kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise Permanent(f"the archive holds an entry that no one may unpack: {entry.filename!r}")
    if entry.flag_bits & 1:
        raise Permanent("the archive is encrypted: package.url must lead to one that is not")
    return entry.filename


def _copy(packed: IO[bytes], file: IO[bytes], most: int) -> int:
    size = 0
    while chunk := packed.read(1 << 16):
        size += len(chunk)
        if size > most:
            raise Permanent("the archive unpacks to more than limits.bytes")
        _keep(file, chunk)
    return size


def _keep(file: IO[bytes], chunk: bytes) -> None:
    left = memoryview(chunk)
    try:
        while left:
            left = left[file.write(left) :]
    except OSError as fault:  # a node without room; the next try may be on another
        raise Retryable(f"the archive finds no room: {fault.strerror}") from None
