"""Runs the program in forked processes, so that hundreds of killed runs do not each pay for Python's start.

Reads a JSON line {"argv", "out"} from stdin, forks, answers with the child's pid, waits, answers with its exit
code (negative: the signal). PYTHONPATH leads to the program's folder, laid out as in the pod.
"""

from __future__ import annotations

import json
import os
import sys

from mtc.bootstrap.__main__ import main

for line in sys.stdin:
    order = json.loads(line)
    pid = os.fork()
    if pid == 0:
        out = os.open(order["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        sys.argv = ["mtc.bootstrap", *order["argv"]]
        try:
            code = main(order["argv"])
        except SystemExit as end:
            code = int(str(end.code))
        sys.stdout.flush()
        os._exit(code)
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
