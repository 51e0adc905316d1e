"""The facts of two trees, side by side: what came, what went, what is otherwise, and whose name changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from mtc.diff import platform, releases, rights, tenancy, walls
from mtc.diff.facts import Fact, Facts, Key
from mtc.diff.flows import Flows, changed_flows
from mtc.diff.objects import Object, Pair, Tree

READERS = {**tenancy.READERS, **releases.READERS, **rights.READERS, **walls.READERS, **platform.READERS}


class FactChange(NamedTuple):
    """One fact that differs: None on the side that does not have it."""

    key: Key
    base: Fact | None
    head: Fact | None

    @property
    def how(self) -> str:
        """added, removed or changed. A fact whose value is nothing is as good as none."""
        before, after = self.before, self.after
        return "added" if before is None else "removed" if after is None else "changed"

    @property
    def before(self) -> Any:
        return self.base.value if self.base is not None else None

    @property
    def after(self) -> Any:
        return self.head.value if self.head is not None else None

    @property
    def file(self) -> str:
        """Where to look: the head's file, or else the base's."""
        found = self.head or self.base
        assert found is not None
        return found.file


@dataclass(frozen=True)
class Comparison:
    """Two trees, their differing objects in pairs, and what they say."""

    base: Tree
    head: Tree
    pairs: tuple[Pair, ...]
    before: Facts
    after: Facts
    changes: tuple[FactChange, ...]
    renamed: Mapping[str, str]

    def of(self, *nouns: str) -> Iterator[FactChange]:
        """The facts of these nouns that differ."""
        return (change for noun in nouns for change in self._by_noun.get(noun, ()))

    @cached_property
    def _by_noun(self) -> Mapping[str, list[FactChange]]:
        found: dict[str, list[FactChange]] = {}
        for change in self.changes:
            found.setdefault(change.key.noun, []).append(change)
        return found

    @cached_property
    def flows(self) -> Flows:
        """What the evaluator says of both trees."""
        return changed_flows(self.base, self.head, self.pairs)

    @cached_property
    def closed(self) -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
        """(namespace, direction) that a policy of every pod closes, in the base and in the head."""
        return walls.closed(self.base), walls.closed(self.head)

    def of_kind(self, *kinds: str) -> Iterator[Pair]:
        """The pairs of these kinds."""
        return (pair for pair in self.pairs if pair.either.kind in kinds)

    @cached_property
    def population(self) -> int:
        """How many tenants either side has a folder of."""
        paths = {*self.base.files, *self.head.files}
        return len({path.split("/", 2)[1] for path in paths if path.startswith("tenants/")})

    def added(self, tenant: str | None) -> bool:
        """True for a tenant that the base does not have."""
        return tenant is not None and self._gained(Key("tenant", tenant, ""), self.before, self.after)

    def removed(self, tenant: str | None) -> bool:
        """True for a tenant that the head does not have any more."""
        return tenant is not None and self._gained(Key("tenant", tenant, ""), self.after, self.before)

    def moved(self, tenant: str | None) -> bool:
        """True for a tenant whose namespace is another one now."""
        key = Key("tenant", tenant, "")
        before, after = self.before.get(key), self.after.get(key)
        return before is not None and after is not None and before.value != after.value

    @cached_property
    def wholes(self) -> tuple[frozenset[Key], frozenset[Key]]:
        """What facts are parts of, on either side: it is there while it has a part."""
        return _wholes(self.before), _wholes(self.after)

    @staticmethod
    def _gained(key: Key, before: Facts, after: Facts) -> bool:
        return key in after and key not in before


def contrast(base: Tree, head: Tree, pairs: Iterable[Pair]) -> Comparison:
    """The comparison of two trees whose differing objects are `pairs`."""
    paired = tuple(pairs)
    before = facts_of((pair.base for pair in paired if pair.base is not None), base)
    after = facts_of((pair.head for pair in paired if pair.head is not None), head)
    renamed = _renamed(before, after)
    keys = dict.fromkeys((*after, *before))
    changes = (
        FactChange(key, before.get(key), after.get(key))
        for key in keys
        if _value(before.get(key)) != _value(after.get(key)) or (key in before) != (key in after)
    )
    kept = tuple(change for change in changes if change.how != "added" or change.after is not None)
    kept = tuple(change for change in kept if change.before is not None or change.after is not None)
    return Comparison(base, head, paired, before, after, kept, renamed)


def facts_of(objects: Iterable[Object], tree: Tree) -> Facts:
    """The facts of these objects of the tree."""
    found: Facts = {}
    for item in objects:
        for fact in READERS.get(item.kind, platform.manifest)(item, tree):
            found[fact.key] = fact._replace(file=item.file)
    return found


def _wholes(facts: Facts) -> frozenset[Key]:
    return frozenset(key for fact in facts.values() for key in fact.parts_of)


def _value(fact: Fact | None) -> Any:
    return (type(fact.value), fact.value) if fact is not None else None


def _renamed(before: Facts, after: Facts) -> dict[str, str]:
    """New name → old name of tenants that came and went with one company, or one administrator."""
    gone = [key.tenant for key in before if key.noun == "tenant" and key not in after]
    new = [key.tenant for key in after if key.noun == "tenant" and key not in before]
    found: dict[str, str] = {}
    for noun in ("company", "admin"):
        owners: dict[Any, list[str]] = {}
        for tenant in gone:
            fact = before.get(Key(noun, tenant, ""))
            if fact is not None and tenant is not None and tenant not in found.values():
                owners.setdefault(fact.value, []).append(tenant)
        for tenant in new:
            fact = after.get(Key(noun, tenant, ""))
            known = owners.get(fact.value, []) if fact is not None and fact.value is not None else []
            if len(known) == 1 and tenant is not None and tenant not in found:
                found[tenant] = known.pop()
    return found
