"""Upload the application package: `python3 -m mtc.bootstrap.applications --package FILE --api URL --work DIR`

The package, a JSON file; url and sha256 are required, the rest is shown with its defaults:

    {"url": "https://…", "sha256": "…", "script": "upload_apps.py", "directory": "apps",
     "arguments": ["--host", "{host}", "--user", "{key}", "--password", "{secret}",
                   "--dir", "{directory}", "-ml"],
     "limits": {"archiveBytes": 1073741824, "bytes": 4294967296, "files": 20000}}

`script` lies in the archive and runs in its own folder; later packages want other arguments (--key, --secret,
--command upload), hence the list. The script gets them in its sys.argv and through a pipe: on the process'
own command line, any user of the node could read the secret.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from mtc.bootstrap import archive, caller, command
from mtc.bootstrap.faults import Permanent, Retryable
from mtc.bootstrap.log import Log
from mtc.bootstrap.wish import read_json

ARGUMENTS = ("--host", "{host}", "--user", "{key}", "--password", "{secret}", "--dir", "{directory}", "-ml")

LAUNCH = """
import json, os, runpy, sys
sys.argv[:] = json.loads(sys.stdin.readline())
sys.path[0] = os.getcwd()
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def _flags() -> command.Parser:
    flags = command.parser("mtc.bootstrap.applications", __doc__)
    flags.add_argument("--package", required=True, help="the package, a JSON file")
    flags.add_argument("--work", required=True, help="an existing folder to download and unpack in")
    flags.add_argument("--upload-seconds", type=float, default=3600, help="the script is stopped after that")
    flags.add_argument(
        "--download-seconds", type=float, default=3600, help="the archive is given up after that"
    )
    return flags


def _run(options: argparse.Namespace, log: Log) -> None:
    package = read_json(command.read_text(options.package), "package")
    url, sha256 = package.text("url"), package.text("sha256")
    script, directory = (
        package.take("script", str) or "upload_apps.py",
        package.take("directory", str) or "apps",
    )
    arguments = package.texts("arguments") or ARGUMENTS
    limits = package.part("limits")
    archive_bytes = limits.take("archiveBytes", int) or 1 << 30
    most_bytes, most_files = limits.take("bytes", int) or 1 << 32, limits.take("files", int) or 20_000
    package.end(limits)
    api, patience = command.open_api(options, log), command.patience(options, log)
    caller.ping(api, patience, log)
    caller.identify(api, patience, log)
    with tempfile.TemporaryDirectory(dir=options.work, prefix="applications-") as work:
        packed, folder = Path(work, "package.zip"), Path(work, "package")
        patience.insist(
            "archive",
            lambda: archive.fetch(
                url, sha256, packed, archive_bytes, options.call_timeout_seconds, options.download_seconds
            ),
        )
        log.line("archive", "ok", f"SHA-256 {sha256}")
        archive.unpack(packed, folder, most_bytes, most_files)
        log.line("unpack", "ok")
        values = {"host": options.api, "key": api.pair.access_key, "secret": api.pair.secret_key}
        # The script's home and its temporary files: the rest of the pod's disk is read-only.
        home = Path(work, "home")
        home.mkdir()
        filled = _fill(arguments, {**values, "directory": directory})
        _upload(folder / script, filled, home, options.upload_seconds, log)


def _fill(arguments: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """Put the values in place of {host}, {key}, {secret}, {directory}; other braces stay."""
    pattern = "|".join(f"{{{name}}}" for name in values)
    return [re.sub(pattern, lambda found: values[found[0][1:-1]], argument) for argument in arguments]


def _upload(script: Path, arguments: list[str], home: Path, seconds: float, log: Log) -> None:
    """Run the script, print its lines without secrets; raises Retryable if it fails or takes too long."""
    if not script.is_file():
        raise Permanent(f"the archive has no {script.name} where package.script says")
    process = subprocess.Popen(
        [sys.executable, "-B", "-c", LAUNCH],
        cwd=script.parent,
        env={**os.environ, "HOME": str(home), "TMPDIR": str(home)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    clock = threading.Timer(seconds, process.kill)
    clock.start()
    try:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps([script.name, *arguments]) + "\n")
        process.stdin.close()
        for line in process.stdout:
            log.line("upload", "output", line.rstrip())
        code = process.wait()
    except BrokenPipeError:
        code = process.wait()
    finally:
        clock.cancel()
        process.kill()
        process.wait()
    if code:
        raise Retryable(f"{script.name} ended with {code}")
    log.line("upload", "ok")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; gives its exit code (faults.py)."""
    return command.main(_flags(), argv, _run)


if __name__ == "__main__":
    sys.exit(main())
