"""Where a tenant's state lives: one Kubernetes Secret.

A person reaches it through kubectl (kubectl.py), or keeps the state in a file (file.py). Each store gives the
whole text map with a version, and writes only if that version is still the current one.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from mtc.bootstrap.connection import Answer, Connection, retry_after
from mtc.bootstrap.faults import Permanent, Retryable
from mtc.bootstrap.log import Log

SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"


class Conflict(Exception):
    """Someone wrote since the version that was read."""


class Store(Protocol):
    """A text map with optimistic concurrency."""

    def read(self) -> tuple[dict[str, str], str]:
        """The map and its version."""

    def write(self, data: Mapping[str, str], version: str) -> str:
        """Set these keys if `version` is current, else raise Conflict; gives the new version."""


def decoded(secret: Any, what: str) -> tuple[dict[str, str], str]:
    """A Secret's data as texts, and its resourceVersion; raises Retryable where `secret` is none."""
    try:
        data = secret.get("data") or {}
        texts = {key: base64.b64decode(value, validate=True).decode() for key, value in data.items()}
        return texts, str(secret["metadata"]["resourceVersion"])
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error):
        raise Retryable(f"{what} was answered with something that is not a Secret") from None


def encoded(data: Mapping[str, str]) -> dict[str, str]:
    """Texts as a Secret's `data` has them."""
    return {key: base64.b64encode(text.encode()).decode() for key, text in data.items()}


class SecretStore:
    """A Secret that exists already, by the in-cluster API: `get` and `patch` on that one name are enough.

    `account`: the folder of the mounted service account (token, ca.crt, namespace). The token is read anew
    for each call, because the kubelet replaces it. Answers that may be a matter of minutes (a Role that is
    not there yet, a Secret that Flux has still to make) are Retryable.
    """

    def __init__(self, account: Path, name: str, timeout: float, log: Log) -> None:
        host, port = (
            os.environ.get("KUBERNETES_SERVICE_HOST"),
            os.environ.get("KUBERNETES_SERVICE_PORT", "443"),
        )
        try:
            namespace = (account / "namespace").read_text(encoding="utf-8").strip()
        except OSError:
            raise Permanent(f"no service account is mounted at {account}: give the pod its token") from None
        if not host:
            raise Permanent("not in a cluster: KUBERNETES_SERVICE_HOST is not set; use --state-file")
        address = f"[{host}]" if ":" in host else host
        self._connection = Connection(f"https://{address}:{port}", timeout, str(account / "ca.crt"))
        self._path = f"/api/v1/namespaces/{namespace}/secrets/{name}"
        self._what = f"Secret {namespace}/{name}"
        self._token = account / "token"
        self._log = log

    def read(self) -> tuple[dict[str, str], str]:
        """The Secret's data, decoded, and its resourceVersion."""
        return decoded(self._ask("GET", "", None), self._what)

    def write(self, data: Mapping[str, str], version: str) -> str:
        """Merge the keys in; the resourceVersion in the patch makes the server refuse a stale writer."""
        patch = {"metadata": {"resourceVersion": version}, "data": encoded(data)}
        return decoded(self._ask("PATCH", "application/merge-patch+json", patch), self._what)[1]

    def _ask(self, method: str, content_type: str, body: Any) -> Any:
        token = self._token.read_text(encoding="utf-8").strip()
        self._log.hide(token)
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        if content_type:
            headers["Content-Type"] = content_type
        text = None if body is None else json.dumps(body).encode()
        answer = self._connection.exchange(method, self._path, headers, text)
        if answer.status == 409:
            raise Conflict
        if answer.status != 200:
            self._refuse(method, answer)
        try:
            return json.loads(answer.body)
        except ValueError:
            raise Retryable(
                f"{method} of {self._what} was answered with something that is not JSON"
            ) from None

    def _refuse(self, method: str, answer: Answer) -> None:
        advice = {
            401: "the service account's token was not accepted",
            403: "the Role lacks get or patch for it, or has not been applied yet",
            404: "it does not exist; Flux makes it, or `flux reconcile` does so at once",
        }.get(answer.status, "")
        if answer.status in {400, 413, 415, 422}:
            raise Permanent(
                f"{method} of {self._what} was refused with {answer.status}: is it marked immutable?"
            )
        raise Retryable(
            f"{method} of {self._what} was answered with {answer.status} {advice}", retry_after(answer)
        )
