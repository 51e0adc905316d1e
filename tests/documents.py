"""The pages of this project, read as a program would: their fenced blocks, links and tables."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
ELLIPSIS = "..."  # a line of its own in expected output: any lines, or none


@dataclass(frozen=True)
class Block:
    """A fenced block: its words after the fence, its text, and the page's line it begins on."""

    page: Path
    line: int
    words: tuple[str, ...]
    text: str

    @property
    def language(self) -> str:
        return self.words[0] if self.words else ""


@dataclass(frozen=True)
class Step:
    """One command of a console block, and the lines that the page says it prints."""

    command: str
    expected: tuple[str, ...]


def tokens(page: Path) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8"))


def blocks(page: Path) -> list[Block]:
    return [
        Block(page, token.map[0] + 1, tuple(token.info.split()), token.content)
        for token in tokens(page)
        if token.type == "fence" and token.map is not None
    ]


def links(page: Path) -> list[str]:
    """Every link's target, as written."""
    return [
        str(child.attrs["href"])
        for token in tokens(page)
        for child in token.children or ()
        if child.type == "link_open"
    ]


def headings(page: Path) -> list[str]:
    """The anchors that GitHub gives a page's headings."""
    made = []
    found = tokens(page)
    for opening, inline in pairwise(found):
        if opening.type == "heading_open":
            kept = "".join(char for char in inline.content.lower() if char.isalnum() or char in " -_")
            made.append(kept.replace(" ", "-"))
    return made


def steps(block: Block) -> list[Step]:
    """`$ ` begins a command, `> ` goes on with it, anything else is its output."""
    made: list[tuple[list[str], list[str]]] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            made.append(([line[2:]], []))
        elif line.startswith("> ") and made and not made[-1][1]:
            made[-1][0].append(line[2:])
        else:
            made[-1][1].append(line)
    return [Step("\n".join(command), tuple(expected)) for command, expected in made]


def code_spans(page: Path, heading: str) -> list[list[list[str]]]:
    """The tables under a heading: for each row of their bodies, each cell's code spans."""
    rows: list[list[list[str]]] = []
    found, inside, body = tokens(page), False, False
    for index, token in enumerate(found):
        if token.type == "heading_open":
            inside = found[index + 1].content == heading
        body = (body and token.type != "tbody_close") or token.type == "tbody_open"
        if inside and body and token.type == "tr_open":
            rows.append([])
        if inside and body and token.type == "inline" and rows:
            rows[-1].append([child.content for child in token.children or () if child.type == "code_inline"])
    return rows


def same_output(printed: list[str], expected: tuple[str, ...]) -> bool:
    """Line by line the same, where an ellipsis stands for any lines."""
    if not expected:
        return not printed
    if expected[0] == ELLIPSIS:
        return any(same_output(printed[skip:], expected[1:]) for skip in range(len(printed) + 1))
    return bool(printed) and printed[0] == expected[0] and same_output(printed[1:], expected[1:])
