"""What names a fault and its file from one run to the next, for services that compare runs."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Sequence

from mtc.model.diagnostic import Diagnostic
from mtc.report.visible import encodable


def repository_path(file: str) -> str:
    """The file as the services name it: they do not match a path that starts with `./`."""
    return encodable(re.sub(r"^(?:\./+)+", "", file))


def fingerprints(diagnostics: Sequence[Diagnostic]) -> list[str]:
    """One for each, 32 hexadecimal digits, all different.

    Made of code, file and message, so that it survives when lines move; alike faults are counted through.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    found = []
    for diagnostic in diagnostics:
        key = (diagnostic.code, repository_path(diagnostic.primary.span.file), diagnostic.message)
        seen[key] += 1
        found.append(hashlib.sha256(json.dumps([*key, seen[key]]).encode()).hexdigest()[:32])
    return found
