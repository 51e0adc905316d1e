"""The tenant's Secret through kubectl: for a person at a terminal, with that person's own rights."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from typing import Any

from mtc.bootstrap.faults import Permanent, Retryable
from mtc.bootstrap.log import Log
from mtc.bootstrap.store import Conflict, decoded, encoded

ADVICE: Mapping[str, str] = {
    "NotFound": "it does not exist: let Flux apply the tree, or apply the tenant's credentials.secret.yaml",
    "Forbidden": "you may not read or write it: ask for get and update on that one Secret",
    "Unauthorized": "the cluster does not know you: log in again",
}


class KubectlStore:
    """A Secret that exists already, read and replaced by `kubectl --raw`: get and update are enough.

    A Secret's text goes through pipes and never onto a command line. Until the first answer every fault is
    Permanent: the person is there and can mend it. After it the cluster is known, and faults are Retryable.
    """

    def __init__(self, namespace: str, name: str, context: str | None, timeout: float, log: Log) -> None:
        self._path = f"/api/v1/namespaces/{namespace}/secrets/{name}"
        self._what = f"Secret {namespace}/{name}"
        self._command = ["kubectl", *([f"--context={context}"] if context else [])]
        self._timeout, self._log, self._reached = timeout, log, False

    def read(self) -> tuple[dict[str, str], str]:
        """The Secret's data, decoded, and its resourceVersion."""
        return decoded(self._ask("get", None), self._what)

    def write(self, data: Mapping[str, str], version: str) -> str:
        """Set these keys; the resourceVersion in the object makes the server refuse a stale writer."""
        secret = self._ask("get", None)
        if decoded(secret, self._what)[1] != version:
            raise Conflict
        secret["data"] = {**(secret.get("data") or {}), **encoded(data)}
        return decoded(self._ask("replace", secret), self._what)[1]

    def _ask(self, verb: str, body: Any) -> Any:
        command = [*self._command, f"--request-timeout={self._timeout:g}s", verb, f"--raw={self._path}"]
        # kubectl has no need of the API's keys.
        environment = {key: value for key, value in os.environ.items() if not key.startswith("CLEARML_API_")}
        try:
            done = subprocess.run(
                [*command, *(["--filename=-"] if body is not None else [])],
                input="" if body is None else json.dumps(body),
                env=environment,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=self._timeout + 15,
                check=False,
            )
        except FileNotFoundError:
            raise Permanent("kubectl is not on this machine: install it, or use --state-file") from None
        except subprocess.TimeoutExpired:
            raise self._fault("kubectl does not end") from None
        if done.returncode:
            raise self._refusal(done.stderr)
        self._reached = True
        try:
            return json.loads(done.stdout)
        except ValueError:
            raise Retryable(f"{self._what} was answered with something that is not JSON") from None

    def _refusal(self, text: str) -> Exception:
        """What kubectl said, as a fault; without the server's sentence, which may quote what it was sent."""
        found = re.search(r"(?:Error from|logged in to the) server(?: \((\w+)\))?", text)
        reason = (found[1] or "no reason") if found else text.strip().partition("\n")[0]
        if reason == "Conflict":
            return Conflict()
        advice = ADVICE.get(reason, "" if found else "is this the right cluster? else use --state-file")
        return self._fault(f"kubectl could not reach {self._what}: {reason}. {advice}".strip())

    def _fault(self, text: str) -> Exception:
        return Retryable(text) if self._reached else Permanent(text)
