"""The ClearML API: its envelope, its headers, its refusals, and what a person can do about each.

The wire protocol is the one of the public server: POST JSON to /<service>.<action>, Basic credentials, and an
answer {"meta": {"result_code", "result_subcode", "result_msg"}, "data"} whose code is the HTTP status.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mtc.bootstrap.connection import Answer, Connection, passing, retry_after
from mtc.bootstrap.faults import Permanent, Retryable
from mtc.bootstrap.log import Log

NEW = "(new)"
"""Stands in a dry run for an id that only the server could have given."""

ADVICE: Mapping[tuple[int, int | None], str] = {
    (
        400,
        6,
    ): "These credentials may not act for users of other companies, or that user is gone: use a pair of "
    "an Enterprise server's system or root user with cross-tenant rights (the supervisor's)",
    (400, 10): "An id in the request is unknown to the server: was the company or the user deleted by hand?",
    (400, 22): "Write a well-formed address as admin.email",
    (400, 23): "Write well-formed domains in login.domains",
    (400, 800): "A value was refused: company and queue names need 3 characters or more, addresses a domain",
    (400, 801): "Something of that name exists already",
    (
        401,
        None,
    ): "The API's pair is not one that the server knows: compare the Secret api-credentials with the "
    "server's configuration, then run the Job again",
    (
        403,
        None,
    ): "The role of these credentials does not permit the call: use a pair whose role is system or root",
    (
        404,
        None,
    ): "This server lacks the call: it takes ClearML Enterprise, and the API's own address as apiUrl",
}


@dataclass(frozen=True)
class Pair:
    """API credentials. The secret half never shows in a repr, so no traceback or f-string can leak it."""

    access_key: str
    secret_key: str

    def __repr__(self) -> str:
        return f"Pair({self.access_key[:4]}…)"

    @property
    def basic(self) -> str:
        """The pair as the value of a Basic Authorization header, without the word Basic."""
        return base64.b64encode(f"{self.access_key}:{self.secret_key}".encode()).decode()


class Refused(Permanent):
    """The server understood a call and said no. `code`, `subcode`: its result code and subcode."""

    def __init__(self, call: str, code: int, subcode: int, text: str) -> None:
        advice = (
            ADVICE.get((code, subcode)) or ADVICE.get((code, None)) or "See the server's log for the reason"
        )
        super().__init__(f"{call} was refused ({code}/{subcode}: {text}). {advice}.")
        self.code = code
        self.subcode = subcode


def impersonate(user: str) -> dict[str, str]:
    """Headers that make the caller that user, role included."""
    return {"X-Clearml-Impersonate-As": user}


def act_as(user: str) -> dict[str, str]:
    """Headers that act in that user's company with the caller's own role."""
    return {"X-Clearml-Act-As": user}


class Api:
    """Calls of the API. With `dry`, changing calls are printed and not made."""

    def __init__(self, connection: Connection, pair: Pair, log: Log, dry: bool) -> None:
        self.dry = dry
        self.pair = pair
        self._connection = connection
        self._log = log
        self.hide(pair)

    def hide(self, pair: Pair) -> None:
        """Make a pair's secret forms known to the log before anything can print them."""
        self._log.hide(pair.secret_key)
        self._log.hide(pair.basic)

    def call(
        self,
        name: str,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        pair: Pair | None = None,
    ) -> Any:
        """Make a call that changes nothing; gives its data. Raises Refused, Permanent, Retryable.

        `pair`: whose credentials to use instead of the caller's. In a dry run a question about something that
        does not exist yet is answered with nothing.
        """
        if self.dry and NEW in [*(body or {}).values(), *(headers or {}).values()]:
            return {}
        sent = {"Content-Type": "application/json", **(headers or {})}
        sent["Authorization"] = "Basic " + (pair or self.pair).basic
        answer = self._connection.exchange("POST", f"/{name}", sent, json.dumps(body or {}).encode())
        return _data(name, answer)

    def change(self, name: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Any:
        """Make a call that changes something, or print it in a dry run (which answers `{"id": NEW}`)."""
        if not self.dry:
            return self.call(name, body, headers)
        who = "".join(f" {header}: {value}" for header, value in (headers or {}).items())
        self._log.line("dry-run", "would call", f"{name} {json.dumps(body)}{who}")
        return {"id": NEW}


def _data(name: str, answer: Answer) -> Any:
    if passing(answer.status):
        raise Retryable(f"{name} was answered with {answer.status}", retry_after(answer))
    if 300 <= answer.status < 400:
        raise Permanent(f"{name} is redirected: write the address that the API itself answers on as apiUrl")
    try:
        envelope = json.loads(answer.body)
        meta, data = envelope["meta"], envelope.get("data")
        code, subcode = int(meta["result_code"]), int(meta.get("result_subcode") or 0)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Retryable(
            f"{name} was answered with {answer.status} and something that is not the API's"
        ) from None
    if code != answer.status:
        raise Retryable(f"{name} was answered with {answer.status}, its envelope says {code}")
    if code != 200:
        raise Refused(name, code, subcode, str(meta.get("result_msg") or ""))
    return {} if data is None else data
