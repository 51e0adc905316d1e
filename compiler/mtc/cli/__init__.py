"""The command line: arguments → one call → exit code. The only room that prints.

Owns the commands (one module a group, loaded when it is asked for), where output goes and how a run ends.
Must not know how anything is made. Results go to stdout and diagnostics to stderr; where a report in a
program's format is what was asked for (`--format json`), it is the result.

    0  good                      1  the blueprint or the tree has errors
    2  wrong usage               3  the machine failed, or mtc did
    4  a difference was asked about and found              130  interrupted
"""

from __future__ import annotations

import sys

from mtc import __version__


def main() -> None:
    """The program `mtc`; ends the process."""
    if sys.argv[1:] == ["--version"]:  # a pre-commit hook asks on every commit: click alone takes 20 ms
        print(f"mtc {__version__}")
        return
    from mtc.cli.ending import leave, run

    leave(run(sys.argv[1:]))
