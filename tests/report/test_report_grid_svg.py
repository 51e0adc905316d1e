"""The picture of a grid is well-formed, has every cell, and what the author wrote stays text in it."""

from __future__ import annotations

from xml.etree import ElementTree

from mtc.model.grid import Cell, Grid
from mtc.report.grid_svg import grid_svg

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*names: str) -> ElementTree.Element:
    cells = tuple(
        tuple(None if one == other else Cell(one, other, "meant", "TCP 8008", "8008", "calls") for other in names)
        for one in names
    )
    return ElementTree.fromstring(grid_svg(Grid("a <title> & more", names, names, cells)))


def test_each_cell_is_drawn_with_its_words() -> None:
    picture = drawn("acme", "globex", "server")
    said = [title.text for title in picture.iter(f"{SVG}title")]
    assert said[0] == "a <title> & more"
    assert len(said) == 1 + 6
    assert "acme → globex: TCP 8008 (calls)" in said


def test_what_the_author_wrote_is_text() -> None:
    name = '<script>alert("x")</script>'
    picture = drawn(name, "globex")
    assert [element.tag for element in picture.iter() if "script" in element.tag.lower()] == []
    assert any(name in (title.text or "") for title in picture.iter(f"{SVG}title"))


def test_nothing_is_loaded_and_everything_lies_inside() -> None:
    picture = drawn("acme", "globex")
    text = ElementTree.tostring(picture, encoding="unicode")
    assert "href" not in text
    assert "url(" not in text
    width, height = float(picture.get("width", "0")), float(picture.get("height", "0"))
    for box in picture.iter(f"{SVG}rect"):
        assert float(box.get("x", "0")) + float(box.get("width", "0")) <= width
        assert float(box.get("y", "0")) + float(box.get("height", "0")) <= height
