"""The page and the plot are made from the committed baseline, and from nothing else."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

from bench.page import BEGIN, END, PAGE, PICTURE, filled
from bench.plot import curves, plot
from bench.results import BASELINE, Figure, Results, read


def figure(name: str, tenants: int, wall: float, subject: str = "mtc") -> Figure:
    return Figure(name, subject, tenants, "cp -r", 3, wall, wall, 2 * wall, 8 * wall, wall / 2, 30.0)


SAMPLE = Results(
    "a machine",
    "full",
    (
        *(figure(f"render {n:,} tenants", n, n / 500) for n in (10, 100, 1000, 10000)),
        *(figure(f"<peer> & co, {n}", n, n / 90, "<peer> & co") for n in (100, 1000)),
    ),
    stages={"10": {"load": 3.0, "rest": 4.0}},
    compared={"<peer> & co": 16000},
    missing={"kapitan": "not on this machine"},
)


def baseline() -> Results:
    found = read(BASELINE)
    assert found is not None
    return found


def test_the_page_and_the_plot_are_those_of_the_baseline() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert filled(text, baseline()) == text, "run `make bench-docs`"
    assert plot(baseline()) == PICTURE.read_text(encoding="utf-8"), "run `make bench-docs`"


def test_the_writer_is_deterministic_and_leaves_the_prose_alone() -> None:
    page = f"# Before\n\n{BEGIN}old\n{END}\nafter\n"
    once = filled(page, SAMPLE)
    assert once == filled(once, SAMPLE)
    assert once.startswith(f"# Before\n\n{BEGIN}")
    assert once.endswith(f"{END}\nafter\n")
    assert "old" not in once
    assert "| 16,000 |" in once
    assert "kapitan: not on this machine." in once
    assert plot(SAMPLE) == plot(SAMPLE)


def test_the_plot_is_an_svg_with_every_curve_inside_it() -> None:
    root = ElementTree.fromstring(plot(SAMPLE))
    space = {"s": "http://www.w3.org/2000/svg"}
    assert [curve.name for curve in curves(SAMPLE)] == ["mtc render", "cp -r", "<peer> & co"]
    names = {text.text for text in root.findall("s:text", space)}
    assert {"mtc render", "cp -r", "<peer> & co", "10,000"} <= names
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for place in root.findall("s:text", space):
        assert 0 < float(place.attrib["x"]) < width
        assert 0 < float(place.attrib["y"]) < height
    assert "prefers-color-scheme: dark" in plot(SAMPLE)


def test_a_run_without_peers_is_a_page_too() -> None:
    alone = replace(SAMPLE, figures=SAMPLE.figures[:1], compared={}, missing={})
    assert "render 10 tenants" in filled(f"{BEGIN}{END}", alone)
    assert plot(alone)
