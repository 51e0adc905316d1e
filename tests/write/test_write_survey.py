"""write/survey: believing what was seen ahead gives what looking gives, and never costs anybody a file."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtc.model.diagnostic import Outcome
from mtc.write import WriteReport, look, write_tree
from mtc.write.folder import Folder
from write.folders import put, snapshot

PATHS = ["README.md", "flux/a.yaml", "flux/b.yaml", "tenants/k.yaml", "tenants/a/x.yaml", "tenants/a/y.yaml", "tenants/b/x.yaml"]
TREE = {path: path.encode() for path in PATHS}
TREES = st.dictionaries(
    st.sampled_from([*PATHS, "tenants/c/x.yaml", "tenants/a/new.yaml", "platform/p.yaml", "tenants/n", "extras/e"]),
    st.sampled_from([b"1", b"2"]),
    min_size=1,
)


def edit(out: Path, path: str) -> None:
    if (out / path).is_file():
        put(out, path, b"by hand")


def lose(out: Path, path: str) -> None:
    (out / path).unlink(missing_ok=True)


def link(out: Path, path: str) -> None:
    if (out / path).parent.is_dir():
        lose(out, path)
        (out / path).symlink_to("/etc/hostname")


def stranger(out: Path, path: str) -> None:
    if (out / path).parent.is_dir() and not (out / f"{path}.mine").exists():
        put(out, f"{path}.mine", b"mine")


def folder(out: Path, path: str) -> None:
    lose(out, path)
    put(out, f"{path}/deep/file", b"mine")


def twin(out: Path, path: str) -> None:
    if (out / path).parent.is_dir():
        put(out, path.upper() if "/" not in path else f"{path.rpartition('/')[0]}/{path.rpartition('/')[2].upper()}", b"mine")


DEEDS = st.lists(st.tuples(st.sampled_from([edit, lose, link, stranger, folder, twin]), st.sampled_from([*PATHS, "tenants/c", "platform/q"])), max_size=3)


def said(outcome: Outcome[WriteReport]) -> object:
    return outcome.value, [(each.code, each.primary.span.file) for each in outcome.diagnostics]


def disturbed(before: dict[str, bytes], deeds: list[tuple[Callable[[Path, str], None], str]], one: Path, other: Path) -> bool:
    """Make two folders alike, of a tree to which somebody did something; False for what is no tree."""
    if write_tree(before, one).value is None:
        return False
    for deed, path in deeds:
        with suppress(FileExistsError, NotADirectoryError, IsADirectoryError):
            deed(one, path)
    shutil.copytree(one, other, symlinks=True)
    return True


@settings(max_examples=250, deadline=None)
@given(TREES, DEEDS, TREES, st.booleans())
def test_believing_is_looking(
    before: dict[str, bytes], deeds: list[tuple[Callable[[Path, str], None], str]], after: dict[str, bytes], force: bool
) -> None:
    with tempfile.TemporaryDirectory() as place:
        one, other = Path(place, "one"), Path(place, "other")
        if not disturbed(before, deeds, one, other):
            return
        ahead = look(one)
        believed = write_tree(after, one, glance=lambda: ahead, force=force, allow_empty=True)
        looked = write_tree(after, other, force=force, allow_empty=True)
        assert said(believed) == said(looked)
        assert snapshot(one) == snapshot(other)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    assert write_tree(TREE, tmp_path / "out").value is not None
    return tmp_path / "out"


def entered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders that are looked into from now on."""
    seen: list[str] = []
    real = Folder.kinds

    def kinds(self: Folder, top: str = "", *, deep: bool = True) -> object:
        seen.append(top)
        return real(self, top, deep=deep)

    monkeypatch.setattr(Folder, "kinds", kinds)
    return seen


def test_only_folders_with_work_in_them_are_looked_into(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = look(out)
    seen = entered(monkeypatch)
    assert write_tree(TREE, out, glance=lambda: ahead).value == WriteReport(unchanged=tuple(sorted(TREE)))
    assert set(seen) == {"", ".mtc"}
    changed = {**TREE, "tenants/a/x.yaml": b"new", "tenants/c/z.yaml": b"z"}
    assert write_tree(changed, out, glance=lambda: ahead).value is not None
    assert set(seen) == {"", ".mtc", "tenants", "tenants/a"}


@pytest.mark.parametrize("path", ["tenants/a/new.yaml", "tenants/c/x.yaml", "flux/new.yaml", "new.yaml"])
def test_a_file_that_came_after_the_look_is_not_overwritten(path: str, out: Path) -> None:
    ahead = look(out)
    put(out, path, b"mine")
    outcome = write_tree({**TREE, path: b"ours"}, out, glance=lambda: ahead)
    assert said(outcome) == (None, [("write/foreign-in-the-way", path)])
    assert (out / path).read_bytes() == b"mine"


def test_an_edit_after_the_look_is_not_overwritten(out: Path) -> None:
    ahead = look(out)
    put(out, "tenants/a/x.yaml", b"by hand")
    outcome = write_tree({**TREE, "tenants/a/x.yaml": b"ours"}, out, glance=lambda: ahead)
    assert said(outcome) == (None, [("write/edited", "tenants/a/x.yaml")])


def test_a_link_that_came_after_the_look_is_not_followed(out: Path, tmp_path: Path) -> None:
    ahead = look(out)
    (out / "tenants/a").rename(tmp_path / "elsewhere")
    (out / "tenants/a").symlink_to(tmp_path / "elsewhere")
    outcome = write_tree({**TREE, "tenants/a/x.yaml": b"ours"}, out, glance=lambda: ahead)
    assert outcome.value is None
    assert ("write/symlink", "tenants/a") in [(each.code, each.primary.span.file) for each in outcome.diagnostics]
    assert (tmp_path / "elsewhere/x.yaml").read_bytes() == TREE["tenants/a/x.yaml"]


def test_a_folder_that_went_after_the_look(out: Path) -> None:
    ahead = look(out)
    shutil.rmtree(out / "tenants/a")
    report = write_tree({**TREE, "tenants/a/x.yaml": b"ours"}, out, glance=lambda: ahead).value
    assert report is not None
    assert report.written == ("tenants/a/x.yaml", "tenants/a/y.yaml")
    assert snapshot(out)["tenants/a/x.yaml"] == b"ours"
