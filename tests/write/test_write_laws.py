"""Any sequence of renders and of what people do in between, against a model that is a dictionary."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from mtc.write import check_tree, write_tree
from mtc.write.paths import folders_of
from write.folders import delete, put, snapshot

Tree = dict[str, bytes]
POOL = ("a", "a/b", "a/c", "a/c/d", "tenants/x/1", "tenants/x/2", "tenants/y/1", "tenants/y")
BYTES = st.sampled_from((b"", b"1", b"2"))
TREES = st.dictionaries(st.sampled_from(POOL), BYTES, max_size=6).filter(
    lambda t: not folders_of(t) & t.keys()
)
RENDER = st.tuples(st.just("render"), TREES, st.booleans())
PERSON = st.tuples(st.sampled_from(("put", "delete")), st.sampled_from(POOL), BYTES)


def blocked(disk: Tree, owned: Tree, files: Tree, leaving: set[str]) -> set[str]:
    """Paths that somebody else holds and the tree needs."""
    stay = disk.keys() - leaving
    ours = files.keys() & owned.keys() & disk.keys()
    different = {path for path in files.keys() & stay - ours if disk[path] != files[path]}
    return different | (folders_of(files) & stay) | (files.keys() & folders_of(stay))


def rendered(disk: Tree, owned: Tree, files: Tree, force: bool) -> tuple[set[str], Tree]:
    """(codes of the refusals, the folder after it), by the rules as the documentation tells them."""
    leaving = {path for path in owned.keys() - files.keys() if path in disk}
    edited = {
        path
        for path in owned.keys() & disk.keys()
        if disk[path] not in (owned[path], files.get(path, owned[path]))
    }
    found = {"write/foreign-in-the-way"} if blocked(disk, owned, files, leaving) else set()
    if edited and not force:
        found.add("write/edited")
    if found:
        return found, disk
    return found, {path: data for path, data in disk.items() if path not in leaving} | files


@settings(max_examples=250, deadline=None)
@given(st.lists(RENDER | PERSON, min_size=2, max_size=9))
def test_renders_and_people(steps: list[tuple[str, Tree | str, bytes | bool]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        disk: Tree = {}
        owned: Tree = {}
        for step, what, how in steps:
            if step == "render":
                codes, disk = rendered(disk, owned, what, how)
                outcome = write_tree(what, folder, force=how, allow_empty=True)
                assert {d.code for d in outcome.diagnostics} == codes
                assert (outcome.value is None) == bool(codes)
                if not codes:
                    owned = what
                    report = check_tree(what, folder)
                    assert not (report.missing or report.stale or report.edited or report.interrupted)
                    strangers = {path for path in disk.keys() - what.keys() if path.startswith("tenants/")}
                    assert set(report.foreign) == strangers
            elif step == "delete" and what in disk:
                delete(folder, what)
                del disk[what]
            elif step == "put" and not (folders_of([what]) & disk.keys() or what in folders_of(disk)):
                put(folder, what, how)
                disk[what] = how
            assert snapshot(folder) == disk
