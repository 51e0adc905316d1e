"""The envelope, what is passing and what is not, the connection below, patience and the log."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from faulty_http import Reply, Server, Stage
from hypothesis import given, settings
from hypothesis import strategies as st

from mtc.bootstrap.clearml import Api, Pair, Refused, act_as
from mtc.bootstrap.connection import Answer, Connection, retry_after
from mtc.bootstrap.faults import Permanent, Retryable
from mtc.bootstrap.log import Log
from mtc.bootstrap.patience import Patience


class Script(Connection):
    """A connection whose next answer the test chose; for answers by the hundred."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__("http://127.0.0.1:1", 1)
        self.answer = Answer(status, Message(), body)

    def exchange(self, *_: Any) -> Answer:
        return self.answer


def call(status: int, body: bytes) -> Any:
    return Api(Script(status, body), Pair("A", "B"), Log(False), False).call("x.y")


def envelope(code: Any, subcode: Any = 0, data: Any = None, text: str = "OK") -> bytes:
    meta = {"result_code": code, "result_subcode": subcode, "result_msg": text}
    return json.dumps({"meta": meta, "data": data}).encode()


def test_a_good_answer() -> None:
    assert call(200, envelope(200, data={"a": 1})) == {"a": 1}
    assert call(200, envelope(200)) == {}


@pytest.mark.parametrize(
    ("code", "subcode", "advice"),
    [
        (400, 6, "cross-tenant rights"), (400, 801, "exists already"), (400, 800, "3 characters or more"), (400, 12, "server's log"),
        (401, 22, "Secret api-credentials"), (403, 20, "system or root"), (404, 0, "ClearML Enterprise"),
    ],
)
def test_a_refusal_says_what_to_do(code: int, subcode: int, advice: str) -> None:
    with pytest.raises(Refused) as refusal:
        call(code, envelope(code, subcode, text="because"))
    assert (refusal.value.code, refusal.value.subcode) == (code, subcode)
    assert f"x.y was refused ({code}/{subcode}: because)" in str(refusal.value)
    assert advice in str(refusal.value)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_passing_status(status: int) -> None:
    with pytest.raises(Retryable, match=str(status)):
        call(status, envelope(status))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, b"default backend - 404"),  # an ingress controller that does not know the host yet
        (401, b"<html>log in</html>"),
        (200, envelope(400)),
        (400, envelope(200)),
        (200, b""),
        (200, b"\xff\xfe"),
        (200, b'{"meta": {}}'),
        (200, b'{"meta": null}'),
        (200, b"[]"),
        (200, b"null"),
        (200, b'{"meta": {"result_code": []}}'),
    ],
)
def test_what_is_not_the_apis_answer_is_asked_again(status: int, body: bytes) -> None:
    with pytest.raises(Retryable):
        call(status, body)


@settings(max_examples=150)
@given(st.sampled_from([200, 204, 301, 400, 401, 404, 500]), st.binary(max_size=60))
def test_no_answer_at_all_breaks_the_program(status: int, body: bytes) -> None:
    with pytest.raises((Retryable, Permanent)):
        call(status, body)


def test_a_dry_run_asks_nothing_about_what_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    api = Api(Connection("http://127.0.0.1:1", 0.1), Pair("A", "B"), Log(False), True)
    assert api.change("system.create_company", {"name": "Acme"}) == {"id": "(new)"}
    assert api.call("login.get_settings", {}, act_as("(new)")) == {}
    assert api.call("x.y", {"company": "(new)"}) == {}
    out = capsys.readouterr().out
    assert out == 'dry-run: would call: system.create_company {"name": "Acme"}\n'
    with pytest.raises(Retryable):
        api.call("debug.ping")


# The connection.


@pytest.mark.parametrize("url", ["", "ftp://x", "http://", "api.example.com", "https://user:hunter2@x", "http://x/?key=hunter2"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(Permanent, match=r"^the server's address must read") as fault:
        Connection(url, 1)
    assert "hunter2" not in str(fault.value)


@pytest.fixture
def mirror() -> Iterator[Server]:
    """Answers with what it was asked."""
    def act(method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        return Reply(200, json.dumps([method, path, headers.get("X-Test"), body.decode()]).encode(), {"Retry-After": "7"})

    server = Server(Stage(), act)
    yield server
    server.shutdown()
    server.server_close()


def test_an_exchange(mirror: Server) -> None:
    connection = Connection(f"http://127.0.0.1:{mirror.port}/prefix/", 5)
    answer = connection.exchange("PATCH", "/path", {"X-Test": "yes"}, b"body")
    assert (answer.status, json.loads(answer.body)) == (200, ["PATCH", "/prefix/path", "yes", "body"])
    assert retry_after(answer) == 7


@pytest.mark.parametrize(("text", "seconds"), [("0", 0), ("120", 120), ("", None), ("-1", None), ("Fri, 31 Dec 1999", None)])
def test_retry_after(text: str, seconds: float | None) -> None:
    headers = Message()
    headers["Retry-After"] = text
    assert retry_after(Answer(429, headers, b"")) == seconds
    assert retry_after(Answer(429, Message(), b"")) is None


@pytest.mark.parametrize("kind", ["drop-before", "drop-after", "slow", "truncated"])
def test_what_the_network_does_wrong_is_retryable(mirror: Server, kind: str) -> None:
    mirror.stage.plan(kind, 0)
    with pytest.raises(Retryable):
        Connection(f"http://127.0.0.1:{mirror.port}", 0.2).exchange("GET", "/", {})
    assert mirror.stage.hit


def test_nobody_listens() -> None:
    with pytest.raises(Retryable, match="ConnectionRefusedError"):
        Connection("http://127.0.0.1:1", 1).exchange("GET", "/", {})


def test_an_answer_that_drips_is_given_up() -> None:
    """Each read is in time and the whole would never be."""

    class Dripping(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            for _ in range(40):
                try:
                    self.wfile.write(b"x")
                except OSError:
                    return
                time.sleep(0.05)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing to log."""

    server = HTTPServer(("127.0.0.1", 0), Dripping)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    start = time.monotonic()
    with pytest.raises(Retryable, match="without end"):
        Connection(f"http://127.0.0.1:{server.server_address[1]}", 0.3).exchange("GET", "/", {})
    assert time.monotonic() - start < 1.5
    thread.join()
    server.server_close()


# Patience.


def test_patience_doubles_up_to_its_cap_with_jitter() -> None:
    patience = Patience(60, 1, 8, Log(False))
    for attempt, whole in enumerate([1, 2, 4, 8, 8, 8]):
        pauses = [patience._pause(attempt, None) for _ in range(50)]
        assert whole / 2 <= min(pauses) < max(pauses) <= whole
    assert 8 / 2 <= patience._pause(10_000, None) <= 8
    assert 30.5 <= patience._pause(0, 30) <= 31, "what the server asked for is the least"


def test_patience_repeats_until_it_works(capsys: pytest.CaptureFixture[str]) -> None:
    left = [Retryable("one"), Retryable("two", 0)]

    def action() -> str:
        if left:
            raise left.pop(0)
        return "done"

    assert Patience(10, 0.001, 0.01, Log(False)).insist("step", action) == "done"
    assert [line.split(": ")[-1] for line in capsys.readouterr().out.splitlines()] == ["one", "two"]


def test_patience_ends_at_the_deadline_and_not_for_other_faults() -> None:
    def action() -> None:
        raise Retryable("still no", 100)

    with pytest.raises(Retryable, match="out of time, after 1 tries of step: still no"):
        Patience(1, 0.001, 0.01, Log(False)).insist("step", action)

    def fatal() -> None:
        raise Permanent("no")

    with pytest.raises(Permanent):
        Patience(1, 0.001, 0.01, Log(False)).insist("step", fatal)


# The log.


def test_the_log_hides_what_it_was_told_to(capsys: pytest.CaptureFixture[str]) -> None:
    for as_json in (False, True):
        log = Log(as_json)
        log.hide("hunter2")
        log.hide("hunter2-and-more")
        log.hide('quo"te')
        log.hide("")
        log.line("step", "event", 'a hunter2-and-more b hunter2 c quo"te d')
        assert "a *** b *** c *** d" in capsys.readouterr().out


@settings(max_examples=100)
@given(st.text())
def test_a_line_stays_a_line_and_json_stays_json(text: str) -> None:
    import contextlib
    import io

    for as_json in (False, True):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            Log(as_json).line("step", "event", text)
        assert len(out.getvalue().splitlines()) == 1
        if as_json:
            assert sorted(json.loads(out.getvalue())) == ["detail", "event", "step"]
