"""Two bodies of one object, and the places where they differ; the owner of DeepDiff.

Maps are compared key by key, lists of named things by name, lists of plain values as what came and went. What
is left are lists of nameless maps (rules of policies and roles): which entry became which is a guess, and
DeepDiff makes it, by distance. It is not asked for more, because a whole release takes it 11 ms and the rest
of this module 0.8, and because it takes 0.1 s to load: a change of a thousand tenants would take three times
as long.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mtc.diff.decoding import Named, decoded
from mtc.diff.objects import Object
from mtc.diff.secrets import masked_line, secret_key, shown, withheld
from mtc.model.review import Edit, EditKind

Keys = tuple[str, ...]
MAX_LIST = 60  # entries that DeepDiff pairs; its work grows with the square
MAX_LINES = 3_000  # of a text that is compared line by line
CONTEXT = 2
_MISSING: Any = object()


def edits_of(base: Object, head: Object) -> tuple[Edit, ...]:
    """Where the two differ, in the order of the head's fields; empty where they say the same."""
    hidden = _hidden_fields(base) | _hidden_fields(head)
    return tuple(_Comparison(hidden).compare(decoded(base.body), decoded(head.body), ()))


def _hidden_fields(found: Object) -> frozenset[str]:
    """The top fields of which nothing is shown: a Secret's data, and all of an encrypted file's."""
    if "sops" in found.body:
        return frozenset(("data", "stringData", "sops"))
    return frozenset(("data", "stringData")) if found.kind == "Secret" else frozenset()


class _Comparison:
    def __init__(self, hidden: frozenset[str]) -> None:
        self._hidden = hidden

    def compare(self, base: Any, head: Any, keys: Keys) -> Iterator[Edit]:
        if _same(base, head):
            return
        if isinstance(base, Mapping) and isinstance(head, Mapping):
            yield from self._maps(base, head, keys)
        elif isinstance(base, list) and isinstance(head, list):
            yield from self._lists(base, head, keys)
        elif isinstance(base, str) and isinstance(head, str) and ("\n" in base or "\n" in head):
            yield self._text(base, head, keys)
        else:
            yield self._edit("changed", keys, base, head)

    def _maps(self, base: Mapping[str, Any], head: Mapping[str, Any], keys: Keys) -> Iterator[Edit]:
        for key, after in head.items():
            before = base.get(key, _MISSING)
            if before is _MISSING:
                yield from self._one_side("added", (*keys, key), after)
            else:
                yield from self.compare(before, after, (*keys, key))
        for key, before in base.items():
            if key not in head:
                yield from self._one_side("removed", (*keys, key), before)
        if isinstance(base, Named) and isinstance(head, Named):
            common = [key for key in base if key in head]
            if common != [key for key in head if key in base]:
                yield self._edit("reordered", keys)

    def _one_side(self, kind: EditKind, keys: Keys, value: Any) -> Iterator[Edit]:
        """What came or went: leaf by leaf, so that each stands at its place; an empty one as it is."""
        if isinstance(value, Mapping) and value:
            for key, child in value.items():
                yield from self._one_side(kind, (*keys, str(key)), child)
        elif kind == "added":
            yield self._edit(kind, keys, None, value)
        else:
            yield self._edit(kind, keys, value, None)

    def _lists(self, base: list[Any], head: list[Any], keys: Keys) -> Iterator[Edit]:
        gone, new = _without(base, head), _without(head, base)
        if not gone and not new:
            yield self._edit("reordered", keys)
            return
        structured = any(isinstance(item, Mapping) for item in (*gone, *new))
        if structured and gone and new and max(len(gone), len(new)) <= MAX_LIST:
            report = _pairs(gone, new)
            if report is not None:
                yield from self._paired(report, keys)
                return
        for item in new:
            yield self._edit("added", keys, None, item)
        for item in gone:
            yield self._edit("removed", keys, item, None)

    def _paired(self, found: Any, keys: Keys) -> Iterator[Edit]:
        """What DeepDiff says of two lists of nameless maps."""
        for report in sorted(found):
            for level in found[report]:
                steps = tuple(
                    f"[{step}]" if isinstance(step, int) else str(step)
                    for step in level.path(output_format="list")
                )
                kind: EditKind = "changed"
                if report.endswith("_added"):
                    kind = "added"
                elif report.endswith("_removed"):
                    kind = "removed"
                before, after = (
                    (None if kind == "added" else level.t1),
                    (None if kind == "removed" else level.t2),
                )
                yield self._edit(kind, (*keys, *steps), before, after)

    def _text(self, base: str, head: str, keys: Keys) -> Edit:
        before, after = base.splitlines(), head.splitlines()
        if self._hides(keys, base) or self._hides(keys, head):
            return Edit(place(keys), "text", hidden=True)
        if max(len(before), len(after)) > MAX_LINES:
            return Edit(place(keys), "text", lines=(f"({len(before)} lines before, {len(after)} now)",))
        from difflib import unified_diff  # noqa: PLC0415

        lines = list(unified_diff(before, after, lineterm="", n=CONTEXT))[2:]
        return Edit(place(keys), "text", lines=tuple(line[:1] + masked_line(line[1:]) for line in lines))

    def _edit(self, kind: EditKind, keys: Keys, before: Any = None, after: Any = None) -> Edit:
        if kind == "reordered":
            return Edit(place(keys), kind)
        if self._hides(keys, before) or self._hides(keys, after):
            return Edit(place(keys), kind, hidden=True)
        return Edit(
            place(keys),
            kind,
            None if kind == "added" else shown(keys, before),
            None if kind == "removed" else shown(keys, after),
        )

    def _hides(self, keys: Keys, value: Any) -> bool:
        if keys and keys[0] in self._hidden:
            return True
        if isinstance(value, str) and "\n" in value:
            return secret_key(keys[-1] if keys else "")
        return withheld(keys, value)


def place(keys: Keys) -> str:
    """`("a", "b.c", "[0]", "d")` → `a[b.c][0].d`."""
    path = ""
    for key in keys:
        if key.startswith("["):
            path += key
        elif "." in key or "/" in key:
            path += f"[{key}]"
        else:
            path += f".{key}" if path else key
    return path


def _same(base: Any, head: Any) -> bool:
    """Equal, and of one type: to Kubernetes `1` is no `true`. Named things also stand in one order."""
    if base is head:
        return True
    if type(base) is not type(head) or base != head:
        return False
    if isinstance(base, (dict, list)):
        return _written(base) == _written(head)
    return True


def _written(value: Any) -> str:
    """The value as text, equal for equal values; the order of a plain map does not count."""
    return json.dumps(_ordered(value), sort_keys=True, default=str)


def _ordered(value: Any) -> Any:
    if isinstance(value, Named):
        return [list(value), [_ordered(child) for child in value.values()]]
    if isinstance(value, dict):
        return {key: _ordered(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_ordered(child) for child in value]
    return value


def _without(items: list[Any], others: list[Any]) -> list[Any]:
    """The items that `others` does not have, as often as it lacks them."""
    counts: dict[str, int] = {}
    for other in others:
        written = _written(other)
        counts[written] = counts.get(written, 0) + 1
    rest = []
    for item in items:
        written = _written(item)
        if counts.get(written, 0):
            counts[written] -= 1
        else:
            rest.append(item)
    return rest


def _pairs(base: list[Any], head: list[Any]) -> Any:
    """Which of these nameless maps became which, by DeepDiff; None where it gave up: half is no answer."""
    import logging  # noqa: PLC0415 - DeepDiff does

    from deepdiff import DeepDiff  # noqa: PLC0415 - 100 ms, and seldom needed

    logging.getLogger("deepdiff").setLevel(logging.CRITICAL)  # that it gives up is ours to say
    found: Any = DeepDiff(
        base,
        head,
        ignore_order=True,
        report_repetition=True,
        view="tree",
        max_passes=200,
        max_diffs=20_000,
    )
    stats = found.get_stats()
    return None if stats["MAX DIFF LIMIT REACHED"] or stats["MAX PASS LIMIT REACHED"] else found
