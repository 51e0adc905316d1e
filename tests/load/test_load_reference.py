"""load/reference: docs/language.md is the schema in words."""

from __future__ import annotations

import re
from pathlib import Path

from mtc.load.contract import blueprint_contract
from mtc.load.reference import reference_markdown

PAGE = Path(__file__).resolve().parents[2] / "docs" / "language.md"


def test_the_page_in_the_docs_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference_markdown()


def test_every_field_has_a_row() -> None:
    rows = {
        match[1].rpartition(".")[2] for match in re.finditer(r"^\| `([^`]+)` \|", reference_markdown(), re.M)
    }
    fields: set[str] = set()

    def collect(node: object) -> None:
        if isinstance(node, dict):
            fields.update(node.get("properties", {}))
            for child in node.values():
                collect(child)

    collect(
        {
            "s": blueprint_contract().schema["definitions"],
            "p": blueprint_contract().schema["properties"]["spec"],
        }
    )
    assert fields - rows == set()


def test_every_row_is_whole_and_every_link_leads_somewhere() -> None:
    page = reference_markdown()
    for line in page.splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 6, line
    anchors = {
        re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^## (.+)$", page, re.M)
    }
    links = set(re.findall(r"\]\(#([^)]+)\)", page))
    assert links
    assert links <= anchors
    assert "None" not in page


def test_rows_say_type_default_and_example() -> None:
    page = reference_markdown()
    assert "| `interval` | duration | `1h` | How often Flux applies the tree again. |  |" in page
    assert "| `domain` | DNS name | **required** |" in page
    assert "| `gpuFraction` | number over 0 to 1 |  |" in page
    assert "`guide`, `standard` or `strict` | `standard` |" in page
    assert "| `queues` | map of [Queue](#queue) |" in page
    assert "| `reserved` | list of whole number from 1 to 65535 or map |" in page
