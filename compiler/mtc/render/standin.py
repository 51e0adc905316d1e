"""What tells one tenant from another of the same shape: its words. And a stand-in with marks for words.

Two tenants have one shape when their plans are equal but for the words listed here. Everything that render
makes of a tenant is then the same text with other words in it, as long as render only copies and joins
words and never looks into them. `docs/house.md` says so to whoever writes a builder, and a test renders
every example both ways.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import Any, Final

from mtc.model.blueprint import Admin, Gateway, Login, Tenant
from mtc.model.plan import NamespacePlan, RedisAddress, Release, SecretPlan, TenantPlan
from mtc.model.record import Record, changed

# How a field counts. WORD: a word, or None. WORDS: a tuple of them. PART, PARTS: look inside, at one (or
# None) or a tuple. SAME: one object for all. EQUAL: equal, by hash. ITEMS: an equal map of strings. PLACE:
# the tenant's index; ROUTE: a route below it. FREE: what render takes from the tenant itself.
WORD, WORDS, PART, PARTS, SAME, EQUAL, ITEMS, PLACE, ROUTE, FREE = range(10)

FIELDS: Final[dict[type[Record], dict[str, int]]] = {
    TenantPlan: {
        "spec": PART, "namespace": PART, "queues": SAME, "session_ports": EQUAL, "stream_ports": EQUAL,
        "redis": PART, "agent": PART, "gateway": PART, "redis_release": PART, "secrets": PARTS,
        "credentials": WORD, "service_account": WORD, "shard": EQUAL, "certificate": WORD,
        "sops": FREE, "extras": FREE,
    },
    Tenant: {
        "index": PLACE, "name": WORD, "namespace": WORD, "company": WORD, "company_id": WORD,
        "profile": EQUAL, "admin": PART, "login": PART, "max_users": EQUAL, "features": EQUAL,
        "agent": SAME, "queues": SAME, "sessions": EQUAL, "gateway": PART, "quota": SAME,
        "limit_range": SAME, "pod_security": EQUAL, "labels": SAME, "annotations": SAME,
        "protect": EQUAL, "suspended": EQUAL, "shard": EQUAL, "allow": SAME,
    },
    Admin: {"name": WORD, "email": WORD, "internal": EQUAL, "id": WORD, "rotate": EQUAL},
    Login: {"domains": WORDS, "emails": WORDS, "admin_emails": WORDS},
    Gateway: {
        "enabled": EQUAL, "flavor": EQUAL, "chart": EQUAL, "host": WORD, "stream_ports": EQUAL,
        "rules": EQUAL, "values": SAME,
    },
    NamespacePlan: {
        "name": WORD, "component": EQUAL, "pod_security": EQUAL, "labels": SAME, "annotations": SAME,
        "protect": EQUAL, "tenant": WORD, "origin": ROUTE,
    },
    Release: {
        "name": WORD, "release_name": EQUAL, "prefix": EQUAL, "source": EQUAL, "namespace": WORD,
        "service_account": WORD, "depends_on": EQUAL, "timeout": EQUAL, "values_from": WORDS,
        "replaces_crds": EQUAL, "tenant": WORD, "shard": EQUAL, "origin": ROUTE,
    },
    RedisAddress: {"host": WORD, "port": EQUAL, "db": EQUAL, "namespace": WORD, "instance": EQUAL},
    SecretPlan: {
        "name": EQUAL, "namespace": WORD, "form": EQUAL, "fields": EQUAL, "readers": EQUAL,
        "watch": EQUAL, "remote": WORDS, "properties": ITEMS, "tenant": WORD, "origin": ROUTE,
        "registry": EQUAL
    },
}  # fmt: skip
# Words that no encoding on the way changes: JSON, HOCON and Kubernetes' variables keep each of these
# characters, and no line of a block may end in a blank. Other tenants are rendered one by one.
_PLAIN_WORDS: Final = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9 ._@/:+-]*[A-Za-z0-9])?\n)*\Z")
MARK: Final = "mtc0w"
MARKS: Final = re.compile(r"mtc0w(\d+)z")
STANDIN_INDEX: Final = -1


def mark(number: int) -> str:
    """Where word `number` goes. A DNS label, and no part of any other mark."""
    return f"{MARK}{number}z"


def describe(tenant: TenantPlan) -> tuple[tuple[object, ...], tuple[str, ...]]:
    """(shape, words): equal shapes mean equal plans but for the words, which are in a fixed order."""
    shape: list[object] = []
    words: list[str] = []
    _describe(tenant, shape, words)
    return tuple(shape), tuple(words)


def are_plain(words: tuple[str, ...]) -> bool:
    """True when the words may be put where the marks are in what was made with them."""
    text = "\n".join(words) + "\n"
    return text.count("\n") == len(words) and _PLAIN_WORDS.match(text) is not None


def odd_words(count: int) -> tuple[str, ...]:
    """Words unlike any that render may have been written for: mixed case, many lengths, in falling order."""
    return tuple(f"Z{count - number:04d}.{'Ab-9' * (number % 5 + 1)}" for number in range(count))


def stand_in(tenant: TenantPlan, words: Iterable[str]) -> TenantPlan:
    """A tenant of the same shape with other words (marks, say), in the order of `describe`."""
    made = _stand_in(tenant, iter(words))
    assert isinstance(made, TenantPlan)
    return changed(made, sops=(), extras=())


def _describe(item: Any, shape: list[object], words: list[str]) -> None:
    plan = _known.get(type(item)) or _readers(type(item))
    found = plan.word(item)
    shape += (plan.type, plan.equal(item), *map(id, plan.same(item)))
    if None in found:
        shape.append(tuple(word is None for word in found))
        found = tuple(word for word in found if word is not None)
    words += found
    for many in plan.words(item):
        shape.append(len(many))
        words += many
    shape += [route[3:] for route in plan.route(item)]
    shape += [tuple(pairs.items()) for pairs in plan.items(item)]
    for part in plan.part(item):
        if part is None:
            shape.append(None)
        else:
            _describe(part, shape, words)
    for parts in plan.parts(item):
        shape.append(len(parts))
        for part in parts:
            _describe(part, shape, words)


def _stand_in(item: Any, given: Iterator[str]) -> Any:
    names = FIELDS[type(item)]
    changes: dict[str, Any] = {}

    def of(kind: int) -> Iterator[tuple[str, Any]]:
        return ((name, getattr(item, name)) for name, counts in names.items() if counts == kind)

    for name, word in of(WORD):
        changes[name] = None if word is None else next(given)
    for name, many in of(WORDS):
        changes[name] = tuple(next(given) for _ in many)
    for name, _ in of(PLACE):
        changes[name] = STANDIN_INDEX
    for name, route in of(ROUTE):
        changes[name] = (*route[:2], STANDIN_INDEX, *route[3:])
    for name, part in of(PART):
        changes[name] = None if part is None else _stand_in(part, given)
    for name, parts in of(PARTS):
        changes[name] = tuple(_stand_in(part, given) for part in parts)
    return changed(item, **changes)


Reader = Callable[[object], tuple[Any, ...]]


class _Readers:
    """How to read a class' fields of each kind, all of one kind at once."""

    __slots__ = ("equal", "items", "part", "parts", "route", "same", "type", "word", "words")

    def __init__(self, of: type[Record]) -> None:
        names = FIELDS[of]
        assert set(names) == set(of.__struct_fields__), of
        self.type = of

        def reader(kind: int) -> Reader:
            found = [name for name, counts in names.items() if counts == kind]
            if not found:
                return _nothing
            read = attrgetter(*found)
            return read if len(found) > 1 else lambda item: (read(item),)

        self.word, self.words, self.part = reader(WORD), reader(WORDS), reader(PART)
        self.parts, self.same, self.equal = reader(PARTS), reader(SAME), reader(EQUAL)
        self.items, self.route = reader(ITEMS), reader(ROUTE)


_known: dict[type[Record], _Readers] = {}


def _readers(of: type[Record]) -> _Readers:
    if of not in _known:
        _known[of] = _Readers(of)
    return _known[of]


def _nothing(_: object) -> tuple[()]:
    return ()
