"""How the templates beside this file are read. Imports nothing of ours: builds read it too."""

import hashlib
from typing import Final

RUNBOOK: Final = "runbook.md.j2"
OPTIONS: Final = {
    "autoescape": False,  # it is not HTML
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": True,
}
FILTERS: Final = ("plain", "code", "yaml", "sh")


def made_of(jinja: str, source: bytes) -> tuple[str, str]:
    """What a compiled template depends on: Jinja2's version, and the template's SHA-256 in hex."""
    return jinja, hashlib.sha256(source).hexdigest()
