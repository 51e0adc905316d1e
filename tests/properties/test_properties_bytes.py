"""The same bytes from the same blueprint, wherever and however it is compiled; a tenant costs its own files only."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import texts
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtc.aside import second_processor
from mtc.model.document import Tree
from mtc.pipeline import compile_blueprint
from mtc.write.putting import MANY

BLUEPRINTS = Path(__file__).parents[2] / "blueprints"

# The program compiles in a process of its own: its hash seed, folder, locale and zone are the test's to choose.
PROGRAM = """
import hashlib, sys
from pathlib import Path
from mtc.pipeline import compile_blueprint
from mtc.write.putting import MANY
tree = compile_blueprint(Path(sys.argv[1])).tree
for path, content in tree.files.items():
    print(hashlib.sha256(content).hexdigest(), path)
"""


@pytest.mark.parametrize("name", ["guide", "many"])
def test_no_surrounding_shows_in_the_bytes(name: str, tmp_path: Path) -> None:
    here = tree_of(name)
    expected = [f"{hashlib.sha256(content).hexdigest()} {path}" for path, content in here.files.items()]
    surroundings: list[tuple[Path, dict[str, str]]] = [
        (tmp_path, {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC", "HOME": str(tmp_path)}),
        (
            Path("/"),
            {"PYTHONHASHSEED": "4242", "LC_ALL": "C.UTF-8", "TZ": "Asia/Kathmandu", "LANGUAGE": "tr"},
        ),
        (BLUEPRINTS, {"PYTHONHASHSEED": "1", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
    ]
    for folder, variables in surroundings:
        path = (
            os.path.relpath(BLUEPRINTS / f"{name}.yaml", folder)
            if folder != tmp_path
            else BLUEPRINTS / (f"{name}.yaml")
        )
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(path)],
            cwd=folder,
            env={key: os.environ[key] for key in ("PATH",)} | variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert ran.returncode == 0, ran.stderr
        assert ran.stdout.splitlines() == expected, (folder, variables)


@cache
def tree_of(name: str) -> Tree:
    """An example's tree, compiled in this process."""
    compiled = compile_blueprint(BLUEPRINTS / f"{name}.yaml")
    assert compiled.tree is not None, compiled.diagnostics
    return compiled.tree


def shuffled(value: Any, chance: random.Random) -> Any:
    """The same data, every map's keys in another order; lists stay, their order is meant."""
    if isinstance(value, list):
        return [shuffled(item, chance) for item in value]
    if not isinstance(value, dict):
        return value
    keys = list(value)
    chance.shuffle(keys)
    return {key: shuffled(value[key], chance) for key in keys}


def objects(tree: Tree) -> dict[str, Any]:
    """Every object by its path; lists of named entries (variables) as maps, since a map is what they come from."""
    return {document.path: _by_name(yaml.safe_load(tree.files[document.path])) for document in tree.documents}


def _by_name(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _by_name(item) for key, item in value.items()}
    if isinstance(value, list) and value and all(isinstance(item, dict) and "name" in item for item in value):
        named = {item["name"]: _by_name(item) for item in value}
        assert len(named) == len(value)
        return named
    return [_by_name(item) for item in value] if isinstance(value, list) else value


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_the_order_of_maps_is_no_matter(seed: int, tmp_path: Path) -> None:
    source = yaml.safe_load((BLUEPRINTS / "guide.yaml").read_bytes())
    path = tmp_path / "guide.yaml"
    path.write_text(json.dumps(shuffled(source, random.Random(seed))), encoding="utf-8")
    (tmp_path / "guide.lock.yaml").write_bytes((BLUEPRINTS / "guide.lock.yaml").read_bytes())
    compiled = compile_blueprint(path)
    assert compiled.tree is not None, compiled.diagnostics
    assert objects(compiled.tree) == objects(tree_of("guide"))


NAMES = st.lists(st.from_regex(r"\A[a-z][a-z0-9]{1,8}\Z"), min_size=2, max_size=6, unique=True)


@settings(max_examples=20, deadline=None)
@given(names=NAMES, at=st.integers(0, 5))
def test_one_more_tenant_touches_its_own_files_and_the_indexes(names: list[str], at: int) -> None:
    new, *others = (f"t{name}" for name in names)
    before = texts.rendered(texts.blueprint(*({"name": name} for name in others))).files
    at = min(at, len(others))
    all_names = [*others[:at], new, *others[at:]]
    after = texts.rendered(texts.blueprint(*({"name": name} for name in all_names))).files
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    own = {path for path in after if path.startswith(f"tenants/{new}/")} | {f"flux/tenant-{new}.yaml"}
    assert {f"tenants/{new}/namespace.yaml", f"tenants/{new}/agent.helmrelease.yaml"} <= own
    assert own <= changed
    assert changed - own <= {"flux/kustomization.yaml", "README.md"}
    assert "flux/kustomization.yaml" in changed


# What a limit of processes looks like to the program.
REFUSED = """
import os
def refused():
    raise BlockingIOError(11, "Resource temporarily unavailable")
os.fork = refused
from mtc.cli import main
main()
"""


@pytest.mark.skipif(not second_processor(), reason="one processor: there is nothing to compare")
@pytest.mark.parametrize("count", [3, 170])
def test_the_second_processor_changes_no_byte(count: int, tmp_path: Path) -> None:
    """A small tree, and one that is large enough for two processes at every step, first written, then changed, then
    rendered again, and then one tenant of it; on one processor, on two, and where the system has no process to give."""
    tenants = [{"name": f"ten{number:03d}"} for number in range(count)]
    source = texts.blueprint(*tenants, isolation={"profile": "standard"})
    other = texts.blueprint(*tenants[:-1], {**tenants[-1], "company": "Other Company"})
    both = os.sched_getaffinity(0)
    program = ("-m", "mtc")
    ways = {"one": (program, {min(both)}), "two": (program, both), "refused": (("-c", REFUSED), both)}
    for name, (started, processors) in ways.items():
        folder = tmp_path / name
        folder.mkdir()
        last = ("--tenant", str(tenants[-1]["name"]))
        for blueprint, options, told in (
            (source, (), "removed 0"),
            (other, (), "unchanged"),
            (other, (), "written 0"),
            (source, last, "removed 0"),
            (source, last, "written 0"),
        ):
            (folder / "prod.yaml").write_text(texts.written(blueprint), encoding="utf-8")
            ran = subprocess.run(
                [sys.executable, *started, "render", "prod.yaml", "-o", "out", *options],
                cwd=folder,
                preexec_fn=lambda use=processors: os.sched_setaffinity(0, use),  # type: ignore[misc]
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
            assert ran.returncode == 0, ran.stderr
            assert told in ran.stdout
    assert digests(tmp_path / "one") == digests(tmp_path / "two") == digests(tmp_path / "refused")
    assert (len(digests(tmp_path / "one")) > MANY) is (count == 170)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
