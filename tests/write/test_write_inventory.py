"""The inventory's file, and what is done about a damaged one."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtc.write import check_tree, inventory, write_tree
from mtc.write.inventory import decode, decode_near, encode
from mtc.write.paths import is_safe
from write.folders import put, snapshot

PATHS = st.text(min_size=1, max_size=12).filter(is_safe)
DIGESTS = st.binary(max_size=2).map(lambda data: hashlib.sha256(data).hexdigest())


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(PATHS, DIGESTS, max_size=6))
def test_what_is_written_reads_back_whatever_the_order(owned: dict[str, str]) -> None:
    data = encode(owned)
    assert decode(data) == owned
    assert data == encode(dict(reversed(owned.items())))
    assert len(data.splitlines()) == (len(owned) + 2 if owned else 1)
    assert data.decode() == (json.dumps(owned, sort_keys=True, indent=0) if owned else "{}") + "\n"


@settings(max_examples=400, deadline=None)
@given(
    st.dictionaries(PATHS, DIGESTS, min_size=1, max_size=12),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 80), st.binary(max_size=3) | st.just(b'"a": "'))),
    st.dictionaries(PATHS, DIGESTS, max_size=2),
    st.integers(1, 100),
)
def test_a_few_lines_that_changed_are_read_as_the_whole_is(
    owned: dict[str, str], damage: list[tuple[float, int, bytes]], more: dict[str, str], step: int
) -> None:
    known = encode(owned)
    changed = {path: written for number, (path, written) in enumerate(owned.items()) if number != 1}
    for data in (encode(changed), encode(changed | more), encode(owned | more)):
        hurt = data
        for where, length, piece in damage:
            at = int(where * len(hurt))
            hurt = hurt[:at] + piece + hurt[at + length :]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(inventory, "_STEP", step)
            assert decode_near(hurt, known, owned) == decode(hurt)


def test_only_the_lines_that_changed_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    owned = {f"tenants/t{number}/a.yaml": hashlib.sha256(b"%d" % number).hexdigest() for number in range(2000)}
    known, other = encode(owned), encode(owned | {"tenants/t700/a.yaml": "0" * 64})
    decoded: list[int] = []

    def watched(data: bytes) -> dict[str, str] | None:
        decoded.append(len(data))
        return decode(data)

    monkeypatch.setattr(inventory, "decode", watched)
    assert decode_near(other, known, owned) == owned | {"tenants/t700/a.yaml": "0" * 64}
    assert decoded
    assert max(decoded) < len(known) / 10


def test_a_line_per_file_sorted_with_its_sha256(tmp_path: Path) -> None:
    write_tree({"b": b"2", "a/c": b"1"}, tmp_path)
    one, two = hashlib.sha256(b"1").hexdigest(), hashlib.sha256(b"2").hexdigest()
    text = (tmp_path / ".mtc/inventory.json").read_text()
    assert text == f'{{\n"a/c": "{one}",\n"b": "{two}"\n}}\n'
    assert json.loads(text) == {"a/c": one, "b": two}


@pytest.mark.parametrize("name", ["inventory.json", "journal.json"])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"[" * 100_000,
        b'{"a": 1}',
        b'{"a": "short"}',
        b'<<<<<<< HEAD\n{"a": ""}',
        json.dumps({"../victim": hashlib.sha256(b"v").hexdigest()}).encode(),
        json.dumps({"/etc/victim": hashlib.sha256(b"v").hexdigest()}).encode(),
        json.dumps({".git/config": hashlib.sha256(b"v").hexdigest()}).encode(),
        json.dumps({"a/b": "g" * 64, "a/c": "0" * 64}).encode(),
        json.dumps({"a/b": "0" * 63 + "\n", "a/c": "0" * 65}).encode(),
        json.dumps({"a/" * 300_000 + "x": "0" * 64}).encode(),  # 90 GB of names of folders
        b"[" + b"[]," * 20_000_000 + b"[]]",
        b"{" + b'"a":1,' * 10_000_000 + b'"a":1}',
        b"[" + b"999," * 16_000_000 + b"1]",
        b"1" * 60_000_000,
        b" " * 70_000_000 + b"{}",
    ],
    ids=[
        *("empty", "binary", "list", "deep", "number", "short", "conflict", "outside", "absolute", "git"),
        *("no-hex", "no-length", "long-path", "lists", "keys", "numbers", "digits", "huge"),
    ],
)
def test_a_damaged_one_is_refused_and_nothing_is_touched(name: str, data: bytes, tmp_path: Path) -> None:
    out = tmp_path / "out"
    put(tmp_path, "victim", b"v")
    write_tree({"a": b"1"}, out)
    put(out, f".mtc/{name}", data)
    before = snapshot(tmp_path, state=True)
    outcome = write_tree({"a": b"2"}, out, force=True, allow_empty=True)
    assert outcome.value is None
    assert [(d.code, d.primary.span.file) for d in outcome.diagnostics] == [
        ("write/inventory", f".mtc/{name}")
    ]
    report = check_tree({"a": b"1"}, out)
    assert report.diagnostics == outcome.diagnostics
    assert not report.clean
    assert snapshot(tmp_path, state=True) == before


def test_a_lost_inventory_is_made_again_from_equal_files(tmp_path: Path) -> None:
    write_tree({"a": b"1", "b": b"2"}, tmp_path)
    (tmp_path / ".mtc/inventory.json").unlink()
    assert check_tree({"a": b"1", "b": b"2"}, tmp_path).missing == (".mtc/inventory.json",)
    outcome = write_tree({"a": b"1", "b": b"2"}, tmp_path)
    assert outcome.value is not None
    assert outcome.value.unchanged == ("a", "b")
    assert check_tree({"a": b"1", "b": b"2"}, tmp_path).clean
