"""What an editor shows with the schema that `mtc schema` prints: names to choose, what they mean, what is wrong."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from documents import ROOT
from language_server import LanguageServer, lacking

FIRST_LINE = "# yaml-language-server: $schema=./blueprint.schema.json\n"


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    reason = lacking()
    if reason is not None:
        print(reason)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("editor")
    schema = subprocess.run([Path(sys.executable).with_name("mtc"), "schema"], capture_output=True, check=True)
    (folder / "blueprint.schema.json").write_bytes(schema.stdout)
    server = LanguageServer(folder)
    yield server
    server.close()


def opened(editor: LanguageServer, name: str, text: str) -> Path:
    """A file of this text in the editor, its first line naming the schema as docs/start.md says."""
    path = editor.folder / name
    path.write_text(FIRST_LINE + text, encoding="utf-8")
    editor.open(path)
    return path


def at(path: Path, piece: str) -> dict[str, Any]:
    """The place just behind a piece of the file's text, as the protocol counts: from 0."""
    text = path.read_text(encoding="utf-8")
    before = text[: text.index(piece) + len(piece)]
    place = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
    return {"textDocument": {"uri": path.as_uri()}, "position": place}


def guide() -> str:
    return (ROOT / "blueprints" / "guide.yaml").read_text(encoding="utf-8").partition("\n")[2]


def test_a_good_blueprint_has_no_squiggle(editor: LanguageServer) -> None:
    for source in sorted((ROOT / "blueprints").glob("*.yaml")):
        if not source.name.endswith(".lock.yaml"):
            path = opened(editor, source.name, source.read_text(encoding="utf-8"))
            assert editor.squiggles(path) == [], source.name


def test_a_misspelt_field_and_a_wrong_value_are_underlined(editor: LanguageServer) -> None:
    text = guide().replace("    profile: standard", "    profile: standart").replace("    hosts:", "    hots:")
    path = opened(editor, "broken.yaml", text.replace("  redis:\n", "  rediss:\n"))
    lines = path.read_text(encoding="utf-8").split("\n")
    found = {
        lines[said["range"]["start"]["line"]][
            said["range"]["start"]["character"] : said["range"]["end"]["character"]
        ]: said["message"]
        for said in editor.squiggles(path)
    }
    assert set(found) == {"standart", "rediss"}
    assert "strict" in found["standart"], "it lists what is allowed"
    assert "rediss is not allowed" in found["rediss"]


def test_fields_and_values_are_completed(editor: LanguageServer) -> None:
    head = "apiVersion: mtc/v1alpha1\nkind: Blueprint\nmetadata: {name: x}\nspec:\n  domain: ml.example.com\n"
    path = opened(editor, "typing.yaml", head + "  isolation:\n    profile: \n  re")
    fields = editor.ask("textDocument/completion", at(path, "\n  re"))["items"]
    offered = {item["label"]: item for item in fields}
    assert {"redis", "repositories", "tenants", "server"} <= set(offered)
    assert "Redis" in str(offered["redis"]["documentation"])
    values = editor.ask("textDocument/completion", at(path, "profile: "))["items"]
    assert {"standard", "strict"} <= {item["label"] for item in values}


def test_a_field_says_what_it_means(editor: LanguageServer) -> None:
    path = opened(editor, "hover.yaml", guide())
    said = editor.ask("textDocument/hover", at(path, "\n  dom"))
    assert "cookies are set for it" in str(said["contents"])
    said = editor.ask("textDocument/hover", at(path, "kubernetesVer"))
    assert "Kubernetes" in str(said["contents"])
