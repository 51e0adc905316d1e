"""Cost against tenants as an SVG: both axes logarithmic, readable on light and on dark pages."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape

from bench.results import Results, growing

WIDTH, HEIGHT = 860, 470
LEFT, RIGHT, TOP, BOTTOM = 64, 286, 44, 52
STYLE = """\
svg { font: 13px system-ui, sans-serif }
.page { fill: #ffffff } text { fill: #24292f } .title { font-weight: 600; font-size: 15px }
.grid { stroke: #d0d7de; stroke-width: 1 }
.line { fill: none; stroke-width: 2.2 } .mtc { stroke-width: 4 } .copy { stroke-dasharray: 6 4 }
.c0 { stroke: #0969da } .c1 { stroke: #6e7781 } .c2 { stroke: #1a7f37 } .c3 { stroke: #bf5600 }
.c4 { stroke: #cf222e } .c5 { stroke: #8250df } .c6 { stroke: #bf3989 }
.dot { stroke-width: 6; stroke-linecap: round }
@media (prefers-color-scheme: dark) {
.page { fill: #0d1117 } text { fill: #e6edf3 } .grid { stroke: #30363d }
.c0 { stroke: #58a6ff } .c1 { stroke: #9ea7b3 } .c2 { stroke: #56d364 } .c3 { stroke: #f0883e }
.c4 { stroke: #ff7b72 } .c5 { stroke: #bc8cff } .c6 { stroke: #f778ba }
}
"""


class Curve(NamedTuple):
    """What one subject needs: seconds by tenants."""

    name: str
    points: tuple[tuple[int, float], ...]


class Scale(NamedTuple):
    """Whole decades of tenants and seconds, onto the drawing."""

    tenants: tuple[int, int]
    seconds: tuple[int, int]

    def x(self, tenants: float) -> float:
        low, high = self.tenants
        return LEFT + (math.log10(tenants) - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def y(self, seconds: float) -> float:
        low, high = self.seconds
        return HEIGHT - BOTTOM - (math.log10(seconds) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)


def curves(results: Results) -> list[Curve]:
    """mtc's first renders, `cp -r` of the same trees, and the peers."""
    own = growing(results)
    found = [
        Curve("mtc render", tuple((one.tenants, one.wall) for one in own)),
        Curve("cp -r", tuple((one.tenants, one.beside) for one in own)),
    ]
    for name in dict.fromkeys(one.subject for one in results.figures if one.subject != "mtc"):
        measured = [one for one in results.figures if one.subject == name]
        found.append(Curve(name, tuple((one.tenants, one.wall) for one in measured)))
    return [curve for curve in found if curve.points]


def plot(results: Results) -> str:
    """The whole picture."""
    drawn = curves(results)
    scale = _scale(drawn)
    box = f'viewBox="0 0 {WIDTH} {HEIGHT}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} role="img" aria-labelledby="t">',
        '<title id="t">Seconds of a first render against tenants, beside cp -r and other tools</title>',
        f"<style>{STYLE}</style>",
        f'<rect class="page" width="{WIDTH}" height="{HEIGHT}" rx="6"/>',
        f'<text class="title" x="{LEFT}" y="26">A first render: seconds against tenants</text>',
        *_grid(scale),
        *(_curve(curve, index, scale) for index, curve in enumerate(drawn)),
        *_legend(drawn),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _scale(drawn: list[Curve]) -> Scale:
    points = [point for curve in drawn for point in curve.points]

    def decades(values: list[float]) -> tuple[int, int]:
        low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        return low, max(high, low + 1)

    return Scale(decades([point[0] for point in points]), decades([point[1] for point in points]))


def _grid(scale: Scale) -> Iterator[str]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    for power in range(scale.tenants[0], scale.tenants[1] + 1):
        x = scale.x(10**power)
        yield f'<path class="grid" d="M{x:.1f} {TOP}V{bottom}"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 20}" text-anchor="middle">{10**power:,}</text>'
    yield f'<text x="{(LEFT + right) / 2:.1f}" y="{bottom + 42}" text-anchor="middle">tenants</text>'
    for power in range(scale.seconds[0], scale.seconds[1] + 1):
        y = scale.y(10**power)
        yield f'<path class="grid" d="M{LEFT} {y:.1f}H{right}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g} s</text>'


def _curve(curve: Curve, index: int, scale: Scale) -> str:
    at = [(f"{scale.x(tenants):.1f}", f"{scale.y(seconds):.1f}") for tenants, seconds in curve.points]
    path = "L".join(f"{x} {y}" for x, y in at)
    dots = "".join(f'<path class="dot c{index % 7}" d="M{x} {y}h0"/>' for x, y in at)
    return f'<path class="{_kind(curve)} c{index % 7}" d="M{path}"/>{dots}'


def _legend(drawn: list[Curve]) -> Iterator[str]:
    """The names, dearest first, by the largest size that all have in common."""
    common = set.intersection(*({tenants for tenants, _ in curve.points} for curve in drawn))
    size = max(common, default=0)
    order = sorted(range(len(drawn)), key=lambda index: -dict(drawn[index].points).get(size, 0.0))
    for row, index in enumerate(order):
        x, y = WIDTH - RIGHT + 18, TOP + 10 + 24 * row
        yield f'<path class="{_kind(drawn[index])} c{index % 7}" d="M{x} {y}h22"/>'
        yield f'<text x="{x + 30}" y="{y + 4}">{escape(drawn[index].name)}</text>'


def _kind(curve: Curve) -> str:
    return "line" + {"mtc render": " mtc", "cp -r": " copy"}.get(curve.name, "")
