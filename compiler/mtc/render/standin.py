"""What tells one tenant from another of the same shape: its words. And a stand-in with marks for words.

Two tenants have one shape when their plans are equal but for the words listed here. Everything that render
makes of a tenant is then the same text with other words in it, as long as render only copies and joins
words and never looks into them. `docs/house.md` says so to whoever writes a builder, and a test renders
every example both ways.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from operator import attrgetter, is_, itemgetter
from typing import Any, Final

from mtc.model.blueprint import Admin, Gateway, Login, Tenant
from mtc.model.plan import NamespacePlan, RedisAddress, Release, SecretPlan, TenantPlan
from mtc.model.record import Record, changed

# How a field counts. WORD: a word, or None. WORDS: a tuple of them. PART, PARTS: look inside, at one (or
# None) or a tuple. SAME: one object for all. EQUAL: equal, by hash. ITEMS: an equal map of strings. PLACE:
# the tenant's index; ROUTE: a route below it. FREE: what render takes from the tenant itself. OPTIONAL is no
# field's: those of the words that may be None.
WORD, WORDS, PART, PARTS, SAME, EQUAL, ITEMS, PLACE, ROUTE, FREE, OPTIONAL = range(11)

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
_PLAIN_WORDS: Final = re.compile(r"(?:[A-Za-z0-9]++(?:[ ._@/:+-]++[A-Za-z0-9]++)*+\n)*+\Z")
MARK: Final = "mtc0w"
MARKS: Final = re.compile(r"mtc0w(\d+)z")
STANDIN_INDEX: Final = -1
_BELOW: Final = itemgetter(slice(3, None))  # of a route, what is below the tenant


def mark(number: int) -> str:
    """Where word `number` goes. A DNS label, and no part of any other mark."""
    return f"{MARK}{number}z"


def describe(tenant: TenantPlan) -> tuple[tuple[object, ...], tuple[str, ...]]:
    """(shape, words): equal shapes mean equal plans but for the words, which are in a fixed order."""
    words: list[str] = []
    return _describe(tenant, words), tuple(words)


def shape_of(tenant: TenantPlan) -> tuple[object, ...]:
    """The shape alone."""
    return _describe(tenant, None)


def are_plain(words: tuple[str, ...]) -> bool:
    """True when the words may be put where the marks are in what was made with them."""
    distinct = set(words)  # a tenant has thirty, and most are the same few
    text = "\n".join(distinct) + "\n"
    return text.count("\n") == len(distinct) and _PLAIN_WORDS.match(text) is not None


def odd_words(count: int) -> tuple[str, ...]:
    """Words unlike any that render may have been written for: mixed case, many lengths, in falling order."""
    return tuple(f"Z{count - number:04d}.{'Ab-9' * (number % 5 + 1)}" for number in range(count))


def stand_in(tenant: TenantPlan, words: Iterable[str]) -> TenantPlan:
    """A tenant of the same shape with other words (marks, say), in the order of `describe`."""
    made = _stand_in(tenant, iter(words))
    assert isinstance(made, TenantPlan)
    return changed(made, sops=(), extras=())


def _describe(item: Any, words: list[str] | None) -> tuple[object, ...]:
    """The shape; the item's words come after those that are there, where they are wanted."""
    fields = _fields_of(item)
    many = fields.words(item)
    if words is not None:
        found = fields.word(item)
        words += [word for word in found if word is not None] if None in found else found
        for some in many:
            words += some
    return (
        fields,
        fields.equal(item),
        *map(id, fields.same(item)),
        *map(is_, fields.optional(item), repeat(None)),
        *map(len, many),
        *map(_BELOW, fields.route(item)),
        *map(tuple, map(dict.items, fields.items(item))),
        *[tuple([_describe(part, words) for part in parts]) for parts in fields.parts(item)],
    )


def _stand_in(item: Any, given: Iterator[str]) -> Any:
    """The same with other words, which are taken in the order in which `_describe` gives them."""
    fields = _fields_of(item)
    changes: dict[str, Any] = {}

    def of(kind: int) -> Iterator[tuple[str, Any]]:
        return zip(fields.names[kind], fields.reader(kind)(item), strict=True)

    for name, word in of(WORD):
        changes[name] = None if word is None else next(given)
    for name, many in of(WORDS):
        changes[name] = tuple(next(given) for _ in many)
    for name, _ in of(PLACE):
        changes[name] = STANDIN_INDEX
    for name, route in of(ROUTE):
        changes[name] = (*route[:2], STANDIN_INDEX, *route[3:])
    for name, parts in of(PARTS):
        changes[name] = tuple(_stand_in(part, given) for part in parts)
    return _changed(item, changes)


def _changed(item: Any, changes: Mapping[str, Any]) -> Any:
    """The item with other values at dotted names."""
    own: dict[str, Any] = {}
    below: dict[str, dict[str, Any]] = {}
    for name, value in changes.items():
        first, _, rest = name.partition(".")
        if rest:
            below.setdefault(first, {})[rest] = value
        else:
            own[name] = value
    own |= {name: _changed(getattr(item, name), those) for name, those in below.items()}
    return changed(item, **own)


Reader = Callable[[object], tuple[Any, ...]]


class _Fields:
    """How to read what one kind of item and its parts hold, all fields that count alike at once.

    `names` are dotted, by how they count.
    """

    __slots__ = ("equal", "items", "names", "optional", "parts", "route", "same", "word", "words")

    def __init__(self, item: Any) -> None:
        self.names: dict[int, list[str]] = {kind: [] for kind in range(11)}
        self._walk(item, "")
        self.word, self.words, self.parts = self.reader(WORD), self.reader(WORDS), self.reader(PARTS)
        self.same, self.equal = self.reader(SAME), self.reader(EQUAL)
        self.items, self.route = self.reader(ITEMS), self.reader(ROUTE)
        self.optional = self.reader(OPTIONAL)

    def reader(self, kind: int) -> Reader:
        """What reads all fields that count so."""
        return _reader(self.names[kind])

    def _walk(self, item: Any, above: str) -> None:
        names = FIELDS[type(item)]
        assert set(names) == set(item.__struct_fields__), type(item)
        assert above in {"", "spec."} or not _parts(type(item)), "`_types` would not tell them apart"
        for name, counts in names.items():
            part = getattr(item, name) if counts == PART else None
            if part is not None:
                self._walk(part, f"{above}{name}.")
                continue
            self.names[counts].append(f"{above}{name}")
            if counts == WORD and "None" in type(item).__annotations__[name]:
                self.names[OPTIONAL].append(f"{above}{name}")


# By the types of the item and of its parts, and of the parts of a tenant's `spec`.
_known: dict[object, _Fields] = {}


def _fields_of(item: Any) -> _Fields:
    key = _types(item) if type(item) is TenantPlan else type(item)
    found = _known.get(key)
    if found is None:
        found = _known[key] = _Fields(item)
    return found


def _reader(names: Sequence[str]) -> Reader:
    if len(names) > 1:
        return attrgetter(*names)
    if not names:
        return lambda _: ()
    read = attrgetter(*names)
    return lambda item: (read(item),)


def _parts(kind: type[Record]) -> list[str]:
    return [name for name, counts in FIELDS[kind].items() if counts == PART]


_types: Final = attrgetter(
    *[f"{part}.__class__" for part in (*_parts(TenantPlan), *[f"spec.{part}" for part in _parts(Tenant)])]
)
