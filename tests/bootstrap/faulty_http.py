"""A threaded HTTP(S) server whose calls can go wrong in one planned way.

Both servers of a test share one `Stage`, which counts their calls in the order of arrival, so that "the k-th
call of the whole sequence" means something.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import ssl
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

KINDS = (
    "kill-before",  # the client dies; the call is not acted on
    "kill-unanswered",  # acted on, the client dies before the answer
    "kill-after",  # acted on and answered, the client dies before its next call
    "drop-before",  # the connection closes; not acted on
    "drop-after",  # acted on, then the connection closes
    "500",
    "500-after",  # acted on, then a proxy's bare 500
    "429",
    "slow",  # acted on, answered after the client has given up
    "late",  # acted on only after the client has given up, and may have asked again
    "garbage",  # acted on, answered with something that is not the API's
    "truncated",  # acted on, the answer breaks off
)
UNANSWERED = ("kill-unanswered", "drop-after", "500-after", "slow", "garbage", "truncated")
"""Kinds that act and whose answer the client does not get."""


class Reply(NamedTuple):
    status: int
    body: bytes
    headers: dict[str, str]


REFUSALS = {
    "500": Reply(500, b"upstream says no", {}),
    "429": Reply(429, b"", {"Retry-After": "0"}),
    "429-in-one-second": Reply(429, b"", {"Retry-After": "1"}),
    "redirect": Reply(301, b"", {"Location": "https://127.0.0.1/"}),
}
SPOILT = {
    "500-after": Reply(500, b"Internal Server Error", {}),
    "garbage": Reply(200, b"<html>It works!</html>", {}),
}


class Stage:
    """The planned fault, the calls so far, and the client that may be killed."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.busy = 0
        self.clear()

    def clear(self) -> None:
        self.calls: list[str] = []
        self.hit: str | None = None
        self._left, self._of, self._kind, self._dead = 0, "", "", False
        self.gate, self.reached = threading.Event(), threading.Event()
        self._pid: int | None = None
        self._known = threading.Event()

    def plan(self, kind: str, at: int, of: str = "") -> None:
        """The call number `at` from now on, counted from 0 among those that begin with `of`, meets the fault."""
        self._kind, self._left, self._of, self.hit = kind, at + 1, of, None

    def client(self, pid: int) -> None:
        self._pid, self._dead = pid, False
        self._known.set()

    def arrive(self, label: str) -> str:
        with self.lock:
            if self._dead:
                return "dead"
            self.calls.append(label)
            self._left -= label.startswith(self._of)
            if self._left or not label.startswith(self._of):
                return ""
            self.hit = label
            if self._kind.startswith("kill"):
                self._dead = True
            self.reached.set()
            return self._kind

    def kill(self) -> None:
        assert self._known.wait(10)
        assert self._pid
        with contextlib.suppress(ProcessLookupError):  # after its last call it may have ended by itself
            os.kill(self._pid, signal.SIGKILL)

    def quiet(self) -> None:
        """Wait until no call is being served: a late one may still act after its client is gone."""
        until = time.monotonic() + 20
        while self.busy:
            assert time.monotonic() < until
            time.sleep(0.005)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def setup(self) -> None:
        if isinstance(self.request, ssl.SSLSocket):
            self.request.do_handshake()
        super().setup()

    def _serve(self) -> None:
        body = self._body()
        stage = self.server.stage
        with stage.lock:
            stage.busy += 1
        try:
            self._play(stage, body)
        finally:
            with stage.lock:
                stage.busy -= 1

    def _body(self) -> bytes:
        """The request's body; kubectl sends one of no announced length."""
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _play(self, stage: Stage, body: bytes) -> None:
        kind = stage.arrive(f"{self.command} {self.path}")
        self.close_connection = True
        if kind in REFUSALS:
            self._send(REFUSALS[kind])
        elif kind == "kill-before":
            stage.kill()
        elif kind not in {"dead", "drop-before"}:
            self._before(stage, kind)
            reply = self.server.act(self.command, self.path, dict(self.headers.items()), body)
            self._answer(stage, kind, reply)

    def _before(self, stage: Stage, kind: str) -> None:
        if kind == "late":
            self._outlast()
            time.sleep(0.05)
        if kind == "hold":
            assert stage.gate.wait(20)

    def _answer(self, stage: Stage, kind: str, reply: Reply) -> None:
        if kind == "kill-unanswered":
            stage.kill()
        elif kind in SPOILT:
            self._send(SPOILT[kind])
        elif kind == "truncated":
            self._send(reply, whole=False)
        elif kind != "drop-after":
            if kind == "slow":
                self._outlast()
            self._send(reply, drip=kind == "drips")
            if kind == "kill-after":
                stage.kill()

    def _outlast(self) -> None:
        """Wait until the client has closed the connection."""
        readable, _, _ = select.select([self.connection], [], [], 20)
        assert readable

    def _drip(self, body: bytes) -> None:
        """A byte every tenth of a second: each read succeeds, and there is no end."""
        with contextlib.suppress(OSError):
            for number in range(len(body)):
                self.wfile.write(body[number : number + 1])
                self.wfile.flush()
                time.sleep(0.1)

    def _send(self, reply: Reply, whole: bool = True, drip: bool = False) -> None:
        with contextlib.suppress(OSError):  # the client may be gone, which is what some faults are about
            self.send_response(reply.status)
            for name, value in {**reply.headers, "Content-Length": str(len(reply.body)), "Connection": "close"}.items():
                self.send_header(name, value)
            self.end_headers()
            if drip:
                self._drip(reply.body)
            else:
                self.wfile.write(reply.body if whole else reply.body[: len(reply.body) // 2])
            self.wfile.flush()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

    def log_message(self, format: str, *args: Any) -> None:
        """The stage keeps the log."""


class Server(ThreadingHTTPServer):
    """Serves `act(method, path, headers, body)`; with `certificate` (a PEM of key and chain) over TLS."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self, stage: Stage, act: Callable[[str, str, dict[str, str], bytes], Reply], certificate: str | None = None
    ) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.stage, self.act = stage, act
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            # The handshake is the handler's: here it would hold up everyone else's connection.
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that dies breaks its connection; anything else must be seen."""
        import sys
        import traceback

        if not isinstance(sys.exc_info()[1], OSError):
            traceback.print_exc()
