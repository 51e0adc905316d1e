"""One HTTP exchange with one server, bounded in time and size; what the network does wrong is Retryable."""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from urllib.parse import urlsplit

from mtc.bootstrap.faults import Permanent, Retryable

MOST_BYTES = 64 * 1024 * 1024
NO_HTTP = "HTTP cannot carry the server's address, an id or a key: one of them holds characters it may not"


@dataclass(frozen=True)
class Answer:
    """A whole answer: exactly as many bytes as the server announced."""

    status: int
    headers: Message
    body: bytes


class Connection:
    """The way to one server: `url` (http or https, a path in it is a prefix), seconds for a call, its CA."""

    def __init__(self, url: str, timeout: float, ca_file: str | None = None) -> None:
        self._host, self._port, self._prefix = _address(url)
        self._timeout = timeout
        try:
            secure = url.lower().startswith("https:")
            self._tls = ssl.create_default_context(cafile=ca_file) if secure else None
        except OSError:
            raise Permanent(f"{ca_file} is not a file of PEM certificates") from None

    def exchange(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        """Send one request and read its whole answer, whatever the status; raises Retryable.

        Every call is a connection of its own: nothing is assumed about what a proxy between us keeps open.
        """
        door: http.client.HTTPConnection
        if self._tls:
            door = http.client.HTTPSConnection(
                self._host, self._port, timeout=self._timeout, context=self._tls
            )
        else:
            door = http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)
        try:
            door.request(method, self._prefix + path, body, dict(headers))
            response = door.getresponse()
            return Answer(response.status, response.headers, self._body(response))
        except http.client.InvalidURL:
            raise Permanent(NO_HTTP) from None
        except (OSError, http.client.HTTPException) as fault:
            raise Retryable(f"{self._host} does not answer: {type(fault).__name__} {fault}") from None
        except ValueError:  # a header, a host: the exception's text would quote what was to be sent
            raise Permanent(NO_HTTP) from None
        finally:
            door.close()

    def _body(self, response: http.client.HTTPResponse) -> bytes:
        """Read to the end; a timeout of the socket bounds one read, this bounds them all."""
        announced = response.length
        until = time.monotonic() + self._timeout
        body = b""
        while chunk := response.read1(1 << 16):
            body += chunk
            if len(body) > MOST_BYTES or time.monotonic() > until:
                raise Retryable(f"{self._host} sends an answer without end")
        if announced is not None and len(body) < announced:
            raise Retryable(f"{self._host} broke off in the middle of an answer")
        return body


def _address(url: str) -> tuple[str, int | None, str]:
    """Host, port and path of a server's address; raises Permanent. The address is not in the message."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:  # a port beyond 65535, half an IPv6 address
        parts, host, port = urlsplit(""), None, None
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.username:
        raise Permanent("the server's address must read http(s)://host[:port][/path]")
    return host, port, parts.path.rstrip("/")


def passing(status: int) -> bool:
    """Whether an HTTP status speaks of a moment and not of the request."""
    return status >= 500 or status in {408, 425, 429}


def retry_after(answer: Answer) -> float | None:
    """Seconds of a `Retry-After` header; None where there is none (a date counts as none)."""
    text = (answer.headers.get("Retry-After") or "").strip()
    return float(text) if text.isdecimal() else None
