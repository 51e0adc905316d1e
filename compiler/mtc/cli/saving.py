"""One file, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from mtc.model.failure import DiskError


def save(path: Path, text: str) -> None:
    """Puts the text in the file's place in one step: whoever reads it finds the old text or the new.

    A device or a pipe (`-o /dev/stdout`) is written to, not replaced; a link's target is what is replaced.
    Raises DiskError.
    """
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            path.write_text(text, encoding="utf-8", newline="")
            return
        _replace(path.resolve(), text.encode())
    except OSError as error:
        raise DiskError(f"cannot write {path}: {(error.strerror or str(error)).lower()}") from error


def make_folder(path: Path) -> None:
    """The folder and those above it, where they are missing. Raises DiskError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DiskError(f"cannot make the folder {path}: {(error.strerror or str(error)).lower()}") from error


def _replace(path: Path, content: bytes) -> None:
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    """What new files are denied; it can be read only by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
