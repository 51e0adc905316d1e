"""write/part: reading and writing one folder's lines of an inventory is reading and writing all of them."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtc.write import WriteReport, look_within, write_tree
from mtc.write.inventory import decode, encode
from mtc.write.part import part_of
from mtc.write.paths import folded, folders_of, inside, is_safe
from write.folders import put, snapshot
from write.test_write_inventory import DIGESTS, PATHS
from write.test_write_survey import DEEDS, TREE, TREES, disturbed, said

FOLDERS = st.sampled_from(["tenants/a", "tenants/b", "tenants/c", "tenants"])
PLAIN = st.text("abAB ._-/:~,{", min_size=1, max_size=6).filter(is_safe)
NAMES = PLAIN | PLAIN | PATHS
BELOW = NAMES.map(lambda name: f"tenants/a/{name}") | NAMES.map(lambda name: f"tenants/{name}") | NAMES


def is_plain(owned: dict[str, str]) -> bool:
    """Whether no path needs an escape, or a second look: see `first_unsafe`."""
    text = "/".join(("", *owned, ""))
    return bool(owned) and text.isascii() and text.isprintable() and not re.search(r'["\\,{[]|/[./]', text)


def has_twin(owned: dict[str, str], within: str) -> bool:
    way, folders = folders_of([f"{within}/x"]), folders_of(owned)
    return any(folder not in way and folded(folder) in map(folded, way) for folder in folders)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(BELOW, DIGESTS, max_size=8), FOLDERS, st.dictionaries(PATHS, DIGESTS, max_size=3))
def test_a_part_is_read_and_filled_as_the_whole_is(owned: dict[str, str], within: str, names: dict[str, str]) -> None:
    data = encode(owned)
    part = part_of(data, within)
    if part is None:
        assert not is_plain(owned) or has_twin(owned, within)
        return
    assert not has_twin(owned, within)
    mine = {path: owned[path] for path in inside(owned, within)}
    assert part.owned == mine
    around = part.around(data)
    assert around is not None
    come = {f"{within}/{name}": known for name, known in names.items()}
    others = {path: known for path, known in owned.items() if path not in mine}
    assert around.filled(come) == encode({**others, **come})
    assert around.filled(mine) == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nonsense",
        b"{}",
        encode(dict.fromkeys(["tenants/a/x", "tenants/a/y"], "0" * 64)).replace(b": ", b":"),
        encode({"tenants/a/x": "0" * 63}),
        encode({"tenants/a/x": "0" * 64, "../y": "0" * 64}),
        b'{\n"b": "%s",\n"a": "%s"\n}\n' % (b"0" * 64, b"0" * 64),
        b'{\n"a": "%s",\n"a": "%s"\n}\n' % (b"0" * 64, b"1" * 64),
        encode({"a": "0" * 64, "b": "1" * 64}).replace(b"\n}", b",\n}"),
        encode({"a": "0" * 64}) + b"\n",
        encode({"a": "0" * 64, "{" * 300: "1" * 64}),
        encode({"a": "0" * 64, "/b": "1" * 64}),
        encode({"a": "0" * 64, ".git/b": "1" * 64}),
        encode({"Tenants/A/x": "0" * 64, "tenants/a/x": "0" * 64}),
    ],
)
def test_what_no_render_writes_has_no_parts(data: bytes) -> None:
    assert part_of(data, "tenants/a") is None


def test_another_inventory_than_was_looked_at_has_no_such_part() -> None:
    before = encode({"tenants/a/x": "0" * 64, "tenants/b/x": "0" * 64})
    part = part_of(before, "tenants/a")
    assert part is not None
    assert part.around(before) is not None
    assert part.around(encode({"tenants/a/x": "0" * 64, "tenants/b/x": "1" * 64})) is None


@settings(max_examples=250, deadline=None)
@given(TREES, DEEDS, TREES, FOLDERS, st.booleans())
def test_writing_by_a_part_is_writing_by_the_whole(
    before: dict[str, bytes], deeds: list[tuple[Callable[[Path, str], None], str]], after: dict[str, bytes], within: str, force: bool
) -> None:
    with tempfile.TemporaryDirectory() as place:
        one, other = Path(place, "one"), Path(place, "other")
        if not disturbed(before, deeds, one, other):
            return
        part = look_within(one, within)
        by_part = write_tree(after, one, within=within, glance=lambda: part, force=force)
        by_all = write_tree(after, other, within=within, force=force)
        assert said(by_part) == said(by_all)
        assert snapshot(one) == snapshot(other)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    assert write_tree(TREE, tmp_path / "out").value is not None
    return tmp_path / "out"


def test_the_other_lines_are_not_decoded_again(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = look_within(out, "tenants/a")
    assert part is not None
    monkeypatch.setattr("mtc.write.survey.load", lambda *_: pytest.fail("decoded"))
    report = write_tree({"tenants/a/x.yaml": b"new"}, out, within="tenants/a", glance=lambda: part).value
    monkeypatch.undo()
    assert report == WriteReport(("tenants/a/x.yaml",), (), ("tenants/a/y.yaml",))
    known = decode((out / ".mtc/inventory.json").read_bytes())
    assert known is not None
    assert sorted(known) == sorted(TREE.keys() - {"tenants/a/y.yaml"})


def test_a_render_that_came_between_is_not_undone(out: Path) -> None:
    part = look_within(out, "tenants/a")
    assert write_tree({**TREE, "tenants/d/x.yaml": b"d"}, out).value is not None
    assert write_tree({"tenants/a/x.yaml": b"new"}, out, within="tenants/a", glance=lambda: part).value is not None
    known = decode((out / ".mtc/inventory.json").read_bytes())
    assert known is not None
    assert "tenants/d/x.yaml" in known


def test_a_damaged_inventory_and_a_cut_short_write_have_no_part(out: Path) -> None:
    put(out, ".mtc/journal.json", b"{}\n")
    assert look_within(out, "tenants/a") is None
    (out / ".mtc/journal.json").unlink()
    put(out, ".mtc/inventory.json", b"{")
    assert look_within(out, "tenants/a") is None
    assert look_within(out / "nowhere", "tenants/a") is None
