"""The only module that prints: one line an event, and no secret that was ever made known to it."""

from __future__ import annotations

import json
import sys


class Log:
    """Lines on stdout, as text (`step: event: detail`) or as JSON objects with those three keys."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._secrets: list[str] = []

    def hide(self, secret: str) -> None:
        """Print `***` for `secret` from now on, wherever it turns up (a server may echo what it was sent)."""
        if secret and secret not in self._secrets:
            self._secrets = sorted([*self._secrets, secret], key=len, reverse=True)

    def line(self, step: str, event: str, detail: str = "") -> None:
        """Print one event. Control characters in `detail` become blanks: a line stays a line."""
        for secret in self._secrets:
            detail = detail.replace(secret, "***")
        detail = "".join(character if character.isprintable() else " " for character in detail)
        if self._as_json:
            text = json.dumps({"step": step, "event": event, "detail": detail})
        else:
            text = f"{step}: {event}: {detail}" if detail else f"{step}: {event}"
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
