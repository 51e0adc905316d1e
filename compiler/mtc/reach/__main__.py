"""`python -m mtc.reach CASE.json...`: check case files against the evaluator.

Exit 0: every verdict is the expected one. 1: some are not, each printed. 2: a file cannot be read.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from mtc.reach.cases import Disagreement, check_case, read_case
from mtc.reach.fields import ReachError


def main(arguments: Sequence[str]) -> int:
    """Check the named files; all of them, whatever becomes of one. Returns the exit code."""
    if not arguments:
        sys.stderr.write("usage: python -m mtc.reach CASE.json...\n")
        return 2
    verdicts = wrong = unreadable = 0
    for name in arguments:
        try:
            case = read_case(Path(name))
            disagreements = check_case(case)
        except ReachError as fault:
            sys.stderr.write(f"{name}: {' '.join(str(fault).split())}\n")
            unreadable += 1
            continue
        verdicts += len(case.expected)
        wrong += len(disagreements)
        for each in disagreements:
            sys.stdout.write(_spelled(name, each))
    sys.stdout.write(f"{len(arguments) - unreadable} files, {verdicts} verdicts, {wrong} disagree\n")
    return 2 if unreadable else 1 if wrong else 0


def _spelled(name: str, found: Disagreement) -> str:
    wish = found.expected
    words = {True: "allowed", False: "denied"}
    head = f"{name}: {wish.source} -> {wish.target} {wish.protocol} {wish.port}: "
    why = "".join(f"    {line}\n" for line in found.why.splitlines())
    return f"{head}expected {words[wish.allowed]}, got {words[found.got]}\n{why}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
