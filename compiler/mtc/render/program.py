"""The bootstrap program as it is shipped: the text of its modules, and a name that follows their content."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "bootstrap"


@cache
def program() -> dict[str, str]:
    """Each module's file name and text, sorted. Reads this package's own files: they are the compiler."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(PACKAGE.glob("*.py"))}


@cache
def program_name() -> str:
    """`mtc-bootstrap-` and ten digits of the content's hash: a changed program is another ConfigMap."""
    content = sha256()
    for name, text in program().items():
        content.update(f"{name}\0{text}\0".encode())
    return f"mtc-bootstrap-{content.hexdigest()[:10]}"
