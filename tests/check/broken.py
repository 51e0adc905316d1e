"""A broken copy of an example blueprint, and the pieces of the guide's that copies change."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Broken:
    """One broken copy of blueprints/<base>.yaml."""

    name: str
    edits: tuple[tuple[str, str], ...]
    faults: tuple[tuple[str, str], ...]
    gone: tuple[tuple[str, str], ...] = ()
    base: str = "guide"


ACME = "    - name: acme\n      company: Acme Corporation\n"
GLOBEX = "    - name: globex\n      company: Globex\n"
LAST = "        externalIP: 203.0.113.10\n"
THIRD = (
    LAST + "    - name: {name}\n      company: {company}\n"
    "      admin: {{name: Third, email: {email}}}\n      gateway:\n        host: {host}\n"
)
THE_END = LAST
