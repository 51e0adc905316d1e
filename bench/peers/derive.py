"""The peers' inputs, from the first tenant's files.

`python -m bench.peers.derive TREE BLUEPRINT FOLDER` writes text templates for Jinja2, a Python module that
builds the documents as dicts, and tenants.json: for each tenant the words in which its files differ from
another's. The peers get the digest of a tenant's wish for nothing.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import yaml

DIGEST = re.compile(r"mtc/input: \"?([0-9a-f]+)")
FLUX = "flux.yaml"  # the peers' name for the one file of a tenant that lies elsewhere


def derive(tree: Path, blueprint: Path, into: Path) -> None:
    """Write `templates/*.j2`, `builder.py` and `tenants.json` below `into`."""
    tenants = table(tree, yaml.load(blueprint.read_text(encoding="utf-8"), yaml.CSafeLoader))
    into.mkdir()
    (into / "tenants.json").write_text(json.dumps(tenants, indent=0), encoding="utf-8")
    files = files_of(tree, tenants[0]["name"])
    (into / "templates").mkdir()
    for name, text in files.items():
        (into / "templates" / f"{name}.j2").write_text(template(text, tenants[0]), encoding="utf-8")
    documents = {name: yaml.load(text, yaml.CSafeLoader) for name, text in files.items()}
    (into / "builder.py").write_text(builder(documents, tenants[0]), encoding="utf-8")


def table(tree: Path, blueprint: dict[str, Any]) -> list[dict[str, str]]:
    """For each tenant its words; longer words that contain others come first."""
    return [_words(tree, tenant) for tenant in blueprint["spec"]["tenants"]]


def _words(tree: Path, tenant: dict[str, Any]) -> dict[str, str]:
    job = (tree / "tenants" / tenant["name"] / "bootstrap.job.yaml").read_text(encoding="utf-8")
    found = DIGEST.search(job)
    if found is None:
        raise SystemExit("a tenant's Job has no digest of its wish any more: see bench/peers/derive.py")
    return {
        "email": tenant["admin"]["email"],
        "domain": tenant["login"]["domains"][0],
        "host": tenant["gateway"]["host"],
        "company": tenant["company"],
        "digest": found[1],
        "name": tenant["name"],
    }


def files_of(tree: Path, tenant: str) -> dict[str, str]:
    """A tenant's files, by their names."""
    paths = {path.name: path for path in sorted((tree / "tenants" / tenant).iterdir())}
    paths[FLUX] = tree / "flux" / f"tenant-{tenant}.yaml"
    return {name: path.read_text(encoding="utf-8") for name, path in paths.items()}


def template(text: str, words: dict[str, str]) -> str:
    """A file's text with Jinja2's variables where the tenant's words stood."""
    escaped = re.sub(r"{[{%#]", r"{{ '\g<0>' }}", text)
    text = _pattern(words).sub(lambda found: "{{ " + _variable(words, found[0]) + " }}", escaped)
    return re.sub(r'(?<!")({{ digest }})', r'"\1"', text)  # another tenant's may look like a number


def builder(documents: dict[str, Any], words: dict[str, str]) -> str:
    """A module whose `documents(tenant)` builds a tenant's documents, by file, from its words."""
    pattern = _pattern(words)

    def written(node: Any) -> str:
        if isinstance(node, dict):
            return "{" + ", ".join(f"{key!r}: {written(value)}" for key, value in node.items()) + "}"
        if isinstance(node, list):
            return "[" + ", ".join(map(written, node)) + "]"
        if isinstance(node, str) and pattern.search(node):
            parts = re.split(f"({pattern.pattern})", node)
            known = [f"t[{_variable(words, part)!r}]" if odd else repr(part) for part, odd in _odd(parts)]
            return " + ".join(part for part in known if part != "''")
        return repr(node)

    rows = "".join(f"        {name!r}: {written(document)},\n" for name, document in documents.items())
    return f"def documents(t):\n    return {{\n{rows}    }}\n"


def _odd(parts: list[str]) -> list[tuple[str, bool]]:
    return [(part, index % 2 == 1) for index, part in enumerate(parts)]


def _pattern(words: dict[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words.values())))


def _variable(words: dict[str, str], word: str) -> str:
    return next(name for name, value in words.items() if value == word)


if __name__ == "__main__":
    derive(*map(Path, sys.argv[1:4]))
