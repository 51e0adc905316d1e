"""model/files: a mapping like any other, of which little is made and nearly nothing kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtc.model.files import Batch, Files

MADE: list[str] = []


def batch(*paths: str) -> Batch:
    def make() -> list[bytes]:
        MADE.extend(paths)
        return [path.encode() for path in paths]

    return Batch(paths, make)


def decoded(files: Iterable[bytes]) -> list[str]:
    return [data.decode() for data in files]


@pytest.fixture(autouse=True)
def nothing_made() -> None:
    MADE.clear()


PATHS = st.lists(st.text("ab/.", min_size=1, max_size=4), unique=True)


@given(PATHS, st.data())
def test_it_is_the_mapping_that_it_says(paths: list[str], data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(paths)), max_size=4)))
    parts = [paths[start:end] for start, end in zip([0, *cuts], [*cuts, len(paths)], strict=True)]
    files = Files({path: path.encode() for path in parts[0]}, [batch(*part) for part in parts[1:]])
    expected = {path: path.encode() for path in sorted(paths)}
    assert files == expected
    assert list(files) == list(files.keys()) == list(expected)
    assert len(files) == len(expected)
    assert files.mapped(decoded) == {path: path for path in expected}
    assert list(files.mapped(decoded)) == list(expected)
    assert files.and_one("README.md", b"x") == expected | {"README.md": b"x"}
    assert list(files.and_one("README.md", b"x")) == sorted([*expected, "README.md"])
    assert "nowhere" not in files


def test_nothing_is_made_before_it_is_asked_for() -> None:
    files = Files({"a": b"a"}, [batch("b", "d"), batch("c")])
    assert (len(files), list(files), "b" in files, files["a"]) == (4, list("abcd"), True, b"a")
    assert MADE == []
    assert files["d"] == b"d"
    assert MADE == ["b", "d"]


def test_neighbours_are_made_once() -> None:
    files = Files({"a": b"a"}, [batch("b", "c"), batch("d")])
    assert [files[path] for path in "abcabc"] == [b"a", b"b", b"c", b"a", b"b", b"c"]
    assert MADE == ["b", "c"]
    files["d"]
    files["b"]
    assert MADE == ["b", "c", "d", "b", "c"]


@pytest.mark.parametrize("look", [lambda files: files["nowhere"], lambda files: files.mapped(decoded)["nowhere"]])
def test_what_is_not_there(look: Callable[[Files], object]) -> None:
    with pytest.raises(KeyError):
        look(Files({"a": b"a"}, [batch("b")]))
