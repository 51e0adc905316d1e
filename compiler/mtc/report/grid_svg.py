"""A grid of who reaches whom as a picture: SVG, with a dark and a light face, and nothing to load."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mtc.model.grid import Cell, Grid

_CELL_WIDTH, _CELL_HEIGHT = 78, 34
_HEAD, _SIDE, _MARGIN, _TOP, _FOOT = 128, 190, 24, 34, 58
_STYLE = """
  svg { font-family: ui-sans-serif, system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
  .back { fill: #ffffff; } .title { font-size: 17px; font-weight: 600; fill: #1f2328; }
  .head { font-size: 12px; fill: #1f2328; } .axis { font-size: 11px; fill: #59636e; }
  .ports { font-size: 11px; text-anchor: middle; }
  .closed { fill: #f0f2f5; } .meant { fill: #c6ecd0; } .exposed { fill: #ffd8a8; }
  .open { fill: #fff3bf; } .forbidden { fill: #e03131; }
  .on-closed { fill: #b1bac4; } .on-meant { fill: #0b4f26; } .on-exposed { fill: #7a3e00; }
  .on-open { fill: #6b5900; } .on-forbidden { fill: #ffffff; font-weight: 700; }
  @media (prefers-color-scheme: dark) {
    .back { fill: #0d1117; } .title, .head { fill: #e6edf3; } .axis { fill: #9198a1; }
    .closed { fill: #161b22; } .meant { fill: #12402a; } .exposed { fill: #5c3a10; } .open { fill: #4a4313; }
    .on-closed { fill: #3d444d; } .on-meant { fill: #8fe3ae; } .on-exposed { fill: #ffc680; }
    .on-open { fill: #f2df7c; }
  }
"""
_LEGEND = {
    "meant": "needed, or asked for",
    "exposed": "published on nodes: open to everybody",
    "open": "nothing restricts it",
    "forbidden": "not meant",
    "closed": "closed",
}


def grid_svg(grid: Grid) -> str:
    """The picture, ending in a line feed. Each cell's whole text is its tooltip."""
    width = _MARGIN * 2 + _SIDE + _CELL_WIDTH * len(grid.targets)
    height = _TOP + _HEAD + _CELL_HEIGHT * len(grid.sources) + _FOOT
    svg = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width} {height}",
            "width": str(width),
            "height": str(height),
            "role": "img",
        },
    )
    SubElement(svg, "title").text = grid.title
    SubElement(svg, "style").text = _STYLE
    _rectangle(svg, "back", 0, 0, width, height)
    _text(svg, "title", _MARGIN, 34, grid.title)
    _text(svg, "axis", _MARGIN, _TOP + _HEAD - 12, "from \N{DOWNWARDS ARROW}   to \N{RIGHTWARDS ARROW}")
    left, top = _MARGIN + _SIDE, _TOP + _HEAD
    for number, name in enumerate(grid.targets):
        x = left + _CELL_WIDTH * number + _CELL_WIDTH // 2
        head = _text(svg, "head", x, top - 10, _cut(name, 26))
        head.set("transform", f"rotate(-40 {x} {top - 10})")
    for row, name in enumerate(grid.sources):
        y = top + _CELL_HEIGHT * row
        side = _text(svg, "head", left - 10, y + 21, _cut(name, 28))
        side.set("text-anchor", "end")
        for column, cell in enumerate(grid.cells[row]):
            if cell is not None:
                _cell(svg, cell, left + _CELL_WIDTH * column, y)
    _legend(svg, top + _CELL_HEIGHT * len(grid.sources) + 34, grid)
    indent(svg)
    return tostring(svg, encoding="unicode") + "\n"


def _cell(svg: Element, cell: Cell, x: int, y: int) -> None:
    group = SubElement(svg, "g")
    said = f"{cell.ports} ({cell.purpose})" if cell.ports else "closed"
    SubElement(group, "title").text = f"{cell.source} \N{RIGHTWARDS ARROW} {cell.target}: {said}"
    box = _rectangle(group, cell.state, x + 1, y + 1, _CELL_WIDTH - 2, _CELL_HEIGHT - 2)
    box.set("rx", "4")
    short = cell.short or "\N{MIDDLE DOT}"
    text = _text(group, f"ports on-{cell.state}", x + _CELL_WIDTH // 2, y + 21, short)
    if len(short) > 11:
        text.set("textLength", str(_CELL_WIDTH - 8))
        text.set("lengthAdjust", "spacingAndGlyphs")


def _legend(svg: Element, y: int, grid: Grid) -> None:
    there = {cell.state for row in grid.cells for cell in row if cell is not None}
    x = _MARGIN
    for state, words in _LEGEND.items():
        if state in there:
            _rectangle(svg, state, x, y - 12, 16, 16).set("rx", "3")
            _text(svg, "axis", x + 22, y, words)
            x += 46 + 6 * len(words)


def _rectangle(parent: Element, kind: str, x: int, y: int, width: int, height: int) -> Element:
    places = {"x": x, "y": y, "width": width, "height": height}
    return SubElement(parent, "rect", {"class": kind} | {name: str(at) for name, at in places.items()})


def _text(parent: Element, kind: str, x: int, y: int, words: str) -> Element:
    element = SubElement(parent, "text", {"class": kind, "x": str(x), "y": str(y)})
    element.text = words
    return element


def _cut(name: str, most: int) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
