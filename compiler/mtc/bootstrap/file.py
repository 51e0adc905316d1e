"""A tenant's state in a file, for who runs this by hand; and a dry run's, where nothing is known."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from mtc.bootstrap.faults import Permanent
from mtc.bootstrap.store import Conflict


class NoStore:
    """A dry run's, where nothing is known of the tenant and nothing may be kept."""

    def read(self) -> tuple[dict[str, str], str]:
        """Nothing, of no version."""
        return {}, ""

    def write(self, data: Mapping[str, str], version: str) -> str:
        """Refuse: a dry run writes nothing."""
        raise AssertionError("a dry run writes nothing")


class FileStore:
    """A JSON file, readable by its owner alone; it holds the tenant's secret key."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> tuple[dict[str, str], str]:
        """The file's map and the digest of its bytes; an absent file is empty."""
        try:
            text = self._path.read_bytes() if self._path.exists() else b"{}"
        except OSError as fault:
            raise self._broken("read", fault) from None
        try:
            data = json.loads(text)
        except ValueError:
            raise Permanent(f"{self._path} is not JSON: put it right or move it away") from None
        if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
            raise Permanent(f"{self._path} is not a map of texts: put it right or move it away")
        return data, hashlib.sha256(text).hexdigest()

    def write(self, data: Mapping[str, str], version: str) -> str:
        """Replace the file whole, under a lock on its folder; raises Permanent where the disk will not."""
        try:
            return self._write(data, version)
        except OSError as fault:
            raise self._broken("written", fault) from None

    def _write(self, data: Mapping[str, str], version: str) -> str:
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            old, current = self.read()
            if current != version:
                raise Conflict
            text = json.dumps({**old, **data}, indent=2).encode()
            new = self._path.with_name(self._path.name + ".new")
            new.unlink(missing_ok=True)
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._path)
            os.fsync(folder)
            return hashlib.sha256(text).hexdigest()
        finally:
            os.close(folder)

    def _broken(self, done: str, fault: OSError) -> Permanent:
        return Permanent(f"{self._path} cannot be {done}: {(fault.strerror or str(fault)).lower()}")
