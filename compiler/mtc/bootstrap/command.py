"""What the command lines of both programs share: flags, credentials, exit codes."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from mtc.bootstrap.clearml import Api, Pair
from mtc.bootstrap.connection import Connection
from mtc.bootstrap.faults import BUG, DONE, PERMANENT, SIGNALLED, TRY_LATER, Permanent, Retryable
from mtc.bootstrap.log import Log
from mtc.bootstrap.patience import Patience

KEYS = ("CLEARML_API_ACCESS_KEY", "CLEARML_API_SECRET_KEY")


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaint is a permanent fault: the same Job would be as wrong again."""

    def error(self, message: str) -> NoReturn:
        """Raise instead of leaving with a code of argparse's own."""
        raise Permanent(f"{self.prog}: {message}")


def parser(program: str, description: str | None) -> Parser:
    """The flags that both programs have."""
    flags = Parser(
        prog=program, description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    flags.add_argument(
        "--api", default=os.environ.get("CLEARML_API_HOST"), help="the API's URL [CLEARML_API_HOST]"
    )
    flags.add_argument("--ca-file", help="PEM file that signs the API's certificate (default: the system's)")
    flags.add_argument(
        "--credentials", help=f"folder with access-key and secret-key (default: {', '.join(KEYS)})"
    )
    flags.add_argument("--log", choices=("text", "json"), default="text")
    flags.add_argument("--deadline-seconds", type=float, default=600)
    flags.add_argument("--call-timeout-seconds", type=float, default=15)
    flags.add_argument("--retry-base-seconds", type=float, default=1)
    flags.add_argument("--retry-cap-seconds", type=float, default=15)
    return flags


def open_api(options: argparse.Namespace, log: Log, dry: bool = False) -> Api:
    """The API as the flags say; raises Permanent where they leave something out."""
    if not options.api:
        raise Permanent("say where the API is: --api URL")
    return Api(
        Connection(options.api, options.call_timeout_seconds, options.ca_file), _pair(options), log, dry
    )


def _pair(options: argparse.Namespace) -> Pair:
    if options.credentials:
        try:
            texts = [
                (Path(options.credentials) / key).read_text(encoding="utf-8")
                for key in ("access-key", "secret-key")
            ]
        except (OSError, UnicodeDecodeError):
            raise Permanent(
                f"{options.credentials} needs the readable files access-key and secret-key"
            ) from None
    else:
        texts = [os.environ.get(key, "") for key in KEYS]
    access, secret = (text.strip() for text in texts)
    if not access or not secret:
        raise Permanent(f"the API's pair is empty: --credentials FOLDER, or {' and '.join(KEYS)}")
    return Pair(access, secret)


def read_text(path: str) -> str:
    """An input file's text; raises Permanent."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Permanent(f"{path} cannot be read") from None


def patience(options: argparse.Namespace, log: Log) -> Patience:
    """The patience that the flags ask for."""
    return Patience(options.deadline_seconds, options.retry_base_seconds, options.retry_cap_seconds, log)


def main(flags: Parser, argv: Sequence[str] | None, work: Callable[[argparse.Namespace, Log], None]) -> int:
    """Read the flags, do the work, print how it ended, and give the exit code (faults.py)."""
    log = Log(False)
    # The first process of a container ignores signals unless it says otherwise.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: sys.exit(SIGNALLED + number))
    try:
        options = flags.parse_args(argv)
        log = Log(options.log == "json")
        work(options, log)
    except Permanent as fault:
        log.line("end", "failed for good", str(fault))
        return PERMANENT
    except Retryable as fault:
        log.line("end", "try again", str(fault))
        return TRY_LATER
    except Exception as fault:  # noqa: BLE001 - an exception's text may hold what was sent: only its place is printed
        place = traceback.extract_tb(fault.__traceback__)[-1]
        log.line("end", "bug", f"{type(fault).__name__} in {Path(place.filename).name}:{place.lineno}")
        return BUG
    log.line("end", "ok")
    return DONE
