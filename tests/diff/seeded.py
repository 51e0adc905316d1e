"""The corpus of seeded changes: how an entry becomes two trees."""

from __future__ import annotations

import json
import shutil
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from mtc.diff.objects import Tree
from mtc.pipeline import compile_blueprint

ROOT = Path(__file__).resolve().parents[2]
BLUEPRINTS = ROOT / "blueprints"
CORPUS = Path(__file__).with_name("corpus.yaml")
GONE = "(gone)"


@dataclass(frozen=True)
class Seeded:
    """One entry of corpus.yaml; see its head."""

    id: str
    blueprint: str
    intent: list[str]
    risks: list[str]
    set: dict[str, Any] = field(default_factory=dict)
    base: dict[str, Any] = field(default_factory=dict)
    also: list[str] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)
    tree: dict[str, Any] = field(default_factory=dict)
    baseTree: dict[str, str] = field(default_factory=dict)
    reorder: str = ""


def corpus() -> list[Seeded]:
    return [Seeded(**entry) for entry in yaml.safe_load(CORPUS.read_text(encoding="utf-8"))]


def sides(entry: Seeded, folder: Path) -> tuple[Tree, Tree]:
    """The two trees; the blueprints are written to `base/` and `head/` of the folder and compiled there."""
    data = yaml.safe_load((BLUEPRINTS / f"{entry.blueprint}.yaml").read_text(encoding="utf-8"))
    edit(data, entry.base)
    base = {**rendered(data, entry.blueprint, folder / "base"), **_bytes(entry.baseTree)}
    changed = deepcopy(data)
    edit(changed, entry.set)
    if entry.reorder:
        changed["spec"][entry.reorder] = changed["spec"][entry.reorder][::-1]
    head = (
        base if not entry.set and not entry.reorder else rendered(changed, entry.blueprint, folder / "head")
    )
    head = {**head, **_bytes(entry.baseTree)}
    for path, how in entry.tree.items():
        head = by_hand(head, path, how)
    return Tree("base", base), Tree("head", head)


def edit(data: Any, changes: dict[str, Any]) -> None:
    """Sets each path; a path from the top begins with `/`, all others are below `spec`."""
    for path, value in changes.items():
        keys = path[1:].split("/") if path.startswith("/") else ["spec", *path.split("/")]
        _set(data, keys, value)


def _set(node: Any, keys: list[str], value: Any) -> None:
    key, *rest = keys
    if isinstance(node, list):
        found = next((item for item in node if item.get("name") == key), None)
        if not rest:
            if found is not None:
                node.remove(found)
            if value != GONE:
                node.append({"name": key, **value})
            return
        assert found is not None, f"no tenant {key}"
        _set(found, rest, value)
    elif rest:
        if not isinstance(node.get(key), (dict, list)):
            node[key] = {}
        _set(node[key], rest, value)
    elif value == GONE:
        node.pop(key, None)
    else:
        node[key] = value


def rendered(data: Any, name: str, folder: Path) -> dict[str, bytes]:
    """The files of a blueprint's tree, made once; the files beside the example are beside it."""
    key = json.dumps([name, data])
    if key not in _RENDERED:
        _RENDERED[key] = _render(data, name, folder)
    return dict(_RENDERED[key])


_RENDERED: dict[str, dict[str, bytes]] = {}


def _render(data: Any, name: str, folder: Path) -> dict[str, bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    for companion in BLUEPRINTS.iterdir():
        copy = shutil.copytree if companion.is_dir() else shutil.copy2
        if not (folder / companion.name).exists():
            copy(companion, folder / companion.name)
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    compiled = compile_blueprint(path)
    assert compiled.tree is not None, [str(d.message) for d in compiled.diagnostics if d.severity == "error"]
    return dict(compiled.tree.files)


def by_hand(files: dict[str, bytes], path: str, how: Any) -> dict[str, bytes]:
    """A file edited by hand: None removes it, a text is its content, a map replaces texts in it."""
    changed = dict(files)
    if how is None:
        del changed[path]
    elif isinstance(how, str):
        changed[path] = how.encode()
    else:
        text = changed[path].decode()
        for old, new in how.items():
            assert old in text, f"{path} has no {old!r}"
            text = text.replace(old, new, 1)
        changed[path] = text.encode()
    return changed


def _bytes(files: dict[str, str]) -> dict[str, bytes]:
    return {path: text.encode() for path, text in files.items()}
