"""The wish: what one tenant is to look like, as JSON that the compiler wrote.

    {"tenant": "acme",
     "company": {"name": "Acme", "id": null},                  id: adopt this company, make none
     "limits": {"users": null},                                null: not limited by the wish
     "features": {"enable": [], "exclude": []},
     "admin": {"name": "A", "email": "a@acme.example", "internal": false, "id": null, "rotate": 0},
     "login": {"domains": [], "emails": [], "adminEmails": []},
     "queues": ["default"],
     "handover": {"accessKey": [["clearml", "agentk8sglueKey"]],   paths in Helm values that take the pair
                  "secretKey": [["clearml", "agentk8sglueSecret"]]},
     "answers": {}}                                            field names of answers, see answers.py

Required: tenant, company.name, admin.name, admin.email. Unknown fields are faults: a typo is not a wish.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from mtc.bootstrap.answers import NAMES
from mtc.bootstrap.faults import Permanent

T = TypeVar("T")
Paths = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Admin:
    """The tenant's first user. `rotate` counts up: a higher number than last time mints a new pair."""

    name: str
    email: str
    internal: bool
    id: str | None
    rotate: int


@dataclass(frozen=True)
class Wish:
    """One tenant's wish; domains and addresses are in lower case."""

    tenant: str
    company: str
    company_id: str | None
    users: int | None
    enable: tuple[str, ...]
    exclude: tuple[str, ...]
    admin: Admin
    domains: tuple[str, ...]
    addresses: Mapping[str, bool]
    queues: tuple[str, ...]
    access_key_paths: Paths
    secret_key_paths: Paths
    answers: Mapping[str, tuple[str, ...]]


class Part:
    """One object of a JSON input: takes fields out of it by type, and names the one that is wrong."""

    def __init__(self, value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise Permanent(f"{path} is not a JSON object")
        self._rest = dict(value)
        self._path = path

    def part(self, name: str) -> Part:
        """Take a nested object; an absent one is empty."""
        return Part(self._rest.pop(name, {}), f"{self._path}.{name}")

    def take(self, name: str, kind: type[T]) -> T | None:
        """Take a value of exactly that JSON type; None where it is absent or null."""
        value = self._rest.pop(name, None)
        if value is not None and type(value) is not kind:
            raise Permanent(f"{self._path}.{name} is not of the type {kind.__name__}")
        if isinstance(value, str) and not value.isprintable():
            raise Permanent(f"{self._path}.{name} holds characters that do not print")
        return value

    def text(self, name: str) -> str:
        """Take a text that must be there and hold more than blanks."""
        value = self.take(name, str)
        if value is None or not value.strip():
            raise Permanent(f"{self._path}.{name} is missing or empty")
        return value.strip()

    def texts(self, name: str) -> tuple[str, ...]:
        """Take a list of texts; an absent one is empty."""
        value: list[Any] = self.take(name, list) or []
        if not all(isinstance(item, str) and item for item in value):
            raise Permanent(f"{self._path}.{name} is not a list of texts")
        return tuple(value)

    def paths(self, name: str) -> Paths:
        """Take a list of paths, each a list of texts."""
        value: list[Any] = self.take(name, list) or []
        return tuple(Part({"path": path}, f"{self._path}.{name}").texts("path") for path in value)

    def names(self) -> Mapping[str, tuple[str, ...]]:
        """Take every field that is left as a list of texts."""
        return {name: self.texts(name) for name in list(self._rest)}

    def end(self, *inner: Part) -> None:
        """Complain about the fields that nobody took."""
        for part in (self, *inner):
            if part._rest:
                raise Permanent(
                    f"{part._path} has fields that this program does not know: {', '.join(part._rest)}"
                )


def _distinct(paths: Paths) -> None:
    """Raise Permanent if a path is empty, double, or runs through another: sorted, those are neighbours."""
    ordered = sorted(paths)
    for path, following in zip(ordered, [*ordered[1:], ("",)]):  # noqa: B905 - `strict` came with Python 3.10
        if not path or following[: len(path)] == path:
            raise Permanent(
                f"wish.handover: the path {'.'.join(path)!r} is empty, double or in another's way"
            )


def read_json(text: str, what: str) -> Part:
    """Parse a JSON input file; raises Permanent with what is wrong and where."""
    try:
        return Part(json.loads(text), what)
    except ValueError as fault:
        raise Permanent(f"{what} is not JSON: {fault}") from None


def read_wish(text: str) -> Wish:
    """Parse the wish; raises Permanent naming the field that is missing, wrong or unknown."""
    top = read_json(text, "wish")
    company, limits, features = top.part("company"), top.part("limits"), top.part("features")
    admin, login, handover = top.part("admin"), top.part("login"), top.part("handover")
    answers = {**NAMES, **top.part("answers").names()}
    if len(answers) != len(NAMES):
        raise Permanent(f"wish.answers may have these fields: {', '.join(NAMES)}")
    wish = Wish(
        tenant=top.text("tenant"),
        company=company.text("name"),
        company_id=company.take("id", str),
        users=limits.take("users", int),
        enable=tuple(sorted(set(features.texts("enable")))),
        exclude=tuple(sorted(set(features.texts("exclude")))),
        admin=Admin(
            name=admin.text("name"),
            email=admin.text("email"),
            internal=admin.take("internal", bool) or False,
            id=admin.take("id", str),
            rotate=admin.take("rotate", int) or 0,
        ),
        domains=tuple(sorted({domain.lower() for domain in login.texts("domains")})),
        addresses={email.lower(): False for email in login.texts("emails")}
        | {email.lower(): True for email in login.texts("adminEmails")},
        queues=tuple(dict.fromkeys(top.texts("queues"))),
        access_key_paths=handover.paths("accessKey"),
        secret_key_paths=handover.paths("secretKey"),
        answers=answers,
    )
    _distinct(wish.access_key_paths + wish.secret_key_paths)
    top.end(company, limits, features, admin, login, handover)
    return wish
