"""load/lock: the lock file, strictly."""

from __future__ import annotations

import pytest
from load_samples import said

from mtc.load import load_lock
from mtc.model.lock import Lease, Lock
from mtc.model.source import Source

GOOD = """\
ports:
  globex: {startingPort: 31021, maxServices: 10}
released:
  "123": {startingPort: 31032, maxServices: 5}
"""


def test_it_holds_leases_and_knows_where_they_stand() -> None:
    lock = load_lock(GOOD, "b.lock.yaml").value
    assert lock is not None
    assert lock.ports == {"globex": Lease(31021, 10)}
    assert lock.released == {"123": Lease(31032, 5)}
    assert lock.source is not None
    span = lock.source.value(("ports", "globex", "startingPort"))
    assert (span.file, span.line, span.column) == ("b.lock.yaml", 2, 26)


def test_no_file_is_an_empty_lock() -> None:
    assert load_lock(None, "b.lock.yaml").value == Lock()


@pytest.mark.parametrize("text", ["ports: {}\n", "{}\n", "ports:\nreleased:\n"])
def test_a_lock_of_nothing(text: str) -> None:
    outcome = load_lock(text, "b.lock.yaml")
    assert outcome.value == Lock()
    assert outcome.diagnostics == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ['1 "" yaml/empty: `b.lock.yaml` has no content [write the document]']),
        ("- a\n", ['1 "- a" schema/type: the lock file is a list where a map belongs [write a map]']),
        (
            "ports: {a: {startingPort: x, maxServces: 10}}\nprts: 1\n",
            [
                '1 "x" schema/type: `ports.a.startingPort` is `x` where a whole number belongs [write a whole number]',
                '1 "maxServces" schema/unknown-field: `ports.a` has no field `maxServces` [did you mean `maxServices`?]',
                '2 "prts" schema/unknown-field: the lock file has no field `prts` [did you mean `ports`?]',
            ],
        ),
        (
            "ports: {a: {startingPort: 70000}, b: }\n",
            [
                '1 "a" schema/required: `ports.a` has no `maxServices` [add `maxServices`]',
                '1 "70000" schema/range: `ports.a.startingPort` is `70000`, which is out of range [write a number that is at least 1 and at most 65535]',
                '1 "b" schema/type: `ports.b` is empty where a map belongs [write a map]',
            ],
        ),
        (
            "<<<<<<< HEAD\nports: {}\n",
            ['1 "<<<<<<<" yaml/syntax: a merge conflict is not resolved [keep one of the two sides]'],
        ),
    ],
)
def test_what_is_wrong_with_it_is_said(text: str, expected: list[str]) -> None:
    outcome = load_lock(text, "b.lock.yaml")
    assert outcome.value is None
    assert said(text, outcome.diagnostics) == expected


def test_where_leases_were_read_from_makes_no_difference() -> None:
    """`mtc render --check` asks whether a lock would change by `!=`."""
    leases = {"acme": Lease(31010, 10)}
    one, other = Lock(leases, source=Source("a", "x")), Lock(leases, source=Source("b", "y"))
    assert one == other
    assert not one != other  # noqa: SIM202 - the two operators can be two things
    assert one != Lock()
