"""Make the ClearML API agree with one tenant's wish: `python3 -m mtc.bootstrap --wish FILE --api URL`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from mtc.bootstrap import command
from mtc.bootstrap.converge import converge
from mtc.bootstrap.faults import Permanent
from mtc.bootstrap.file import FileStore, NoStore
from mtc.bootstrap.kubectl import KubectlStore
from mtc.bootstrap.log import Log
from mtc.bootstrap.run import Run
from mtc.bootstrap.state import State
from mtc.bootstrap.store import SERVICE_ACCOUNT, SecretStore, Store
from mtc.bootstrap.wish import Wish, read_wish


def _flags() -> command.Parser:
    flags = command.parser("mtc.bootstrap", __doc__)
    flags.add_argument("--wish", required=True, help="the wish, a JSON file")
    flags.add_argument(
        "--dry-run", action="store_true", help="print the calls that would be made, change nothing"
    )
    flags.add_argument("--secret", help="name of the state's Secret (default: tenant-<tenant>-credentials)")
    flags.add_argument(
        "--service-account", default=SERVICE_ACCOUNT, help="folder with token, ca.crt, namespace"
    )
    flags.add_argument("--state-file", help="keep the state in this file instead of a Secret")
    flags.add_argument(
        "--kubectl", metavar="NAMESPACE", help="reach the Secret in that namespace through kubectl"
    )
    flags.add_argument("--context", help="the kubeconfig's context for --kubectl (default: the current one)")
    flags.add_argument(
        "--lease-seconds", type=float, default=60, help="how long a run that died is waited for"
    )
    flags.add_argument(
        "--take-over", action="store_true", help="do not wait: the other run is known to be dead"
    )
    return flags


def _store(options: argparse.Namespace, wish: Wish, log: Log) -> Store:
    if options.state_file:
        return FileStore(Path(options.state_file))
    name = options.secret or f"tenant-{wish.tenant}-credentials"
    if options.kubectl:
        return _reached(
            KubectlStore(options.kubectl, name, options.context, options.call_timeout_seconds, log),
            options.dry_run,
            log,
        )
    return SecretStore(Path(options.service_account), name, options.call_timeout_seconds, log)


def _reached(store: Store, dry: bool, log: Log) -> Store:
    """The store; for a dry run without it none, since nothing can go wrong that way."""
    if dry:
        try:
            store.read()
        except Permanent as fault:
            log.line("state", "note", f"{fault}. Going on as for a tenant of which nothing is known")
            return NoStore()
    return store


def _run(options: argparse.Namespace, log: Log) -> None:
    wish = read_wish(command.read_text(options.wish))
    state = State(_store(options, wish, log), options.lease_seconds, options.dry_run, options.take_over)
    api = command.open_api(options, log, options.dry_run)
    aside = options.state_file is not None
    converge(Run(wish, api, state, log, command.patience(options, log), aside))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; gives its exit code (faults.py). Flags default to what a Job in the cluster needs."""
    return command.main(_flags(), argv, _run)


if __name__ == "__main__":
    sys.exit(main())
