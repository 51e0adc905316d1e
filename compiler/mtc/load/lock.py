"""The lock file to the lock: strict, since a port that is read wrongly becomes somebody else's address."""

from __future__ import annotations

from functools import cache

from mtc.load.judging import hold, judge
from mtc.load.shapes import Contract
from mtc.model.diagnostic import Outcome, has_errors, ordered
from mtc.model.lock import Lease, Lock
from mtc.schemas import SchemaNode
from mtc.yamlio.parse import parse

_PORT: SchemaNode = {"type": "integer", "minimum": 1, "maximum": 65535}
_LEASES: SchemaNode = {
    "type": ["object", "null"],
    "additionalProperties": {
        "type": "object",
        "additionalProperties": False,
        "required": ["startingPort", "maxServices"],
        "properties": {"startingPort": _PORT, "maxServices": _PORT},
    },
}
_SCHEMA: SchemaNode = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "additionalProperties": False,
    "properties": {"ports": _LEASES, "released": _LEASES},
}


def load_lock(text: str | bytes | None, name: str) -> Outcome[Lock]:
    """The lock in a file's text (None: there is no file yet, so nothing is locked). Shape:
    `ports: {globex: {startingPort: 31021, maxServices: 10}}`, `released:` the same.

    Faults: yaml/* and schema/*.
    """
    if text is None:
        return Outcome(Lock())
    parsed = parse(text, name)
    root = parsed.source.root
    if root is None:
        return Outcome(None, parsed.diagnostics)
    held = hold(parsed.source, root, _contract(), "the lock file")
    diagnostics = (*parsed.diagnostics, *judge(held))
    if has_errors(diagnostics):
        return Outcome(None, ordered(diagnostics))
    ports, released = (
        {
            tenant: Lease(lease["startingPort"], lease["maxServices"])
            for tenant, lease in (held.data.get(part) or {}).items()
        }
        for part in ("ports", "released")
    )
    return Outcome(Lock(ports, released, parsed.source))


@cache
def _contract() -> Contract:
    return Contract(_SCHEMA)
