"""prepared: a proof that another process makes is the one that would be made here, whatever it is handed."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mtc.aside import second_processor
from mtc.pipeline import plan_blueprint
from mtc.prepared import _prepared_proof, _without_text
from mtc.render import beside, render_objects
from mtc.verify import verify_tree
from test_pipeline import TWICE, write

BLUEPRINTS = Path(__file__).parents[1] / "blueprints"
FAULTY = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: faulty}\ndata: [not, a, map]\n"
TENANTS = [{"name": name, "admin": {"name": "Ada", "email": f"ada@{name}.example"}} for name in ("acme", "beta", "gamma")]


def sound(path: Path, tenant: str) -> bool:
    """What the other process answers, in this one."""
    plan = plan_blueprint(path).plan
    assert plan is not None
    handed = pickle.loads(pickle.dumps(_without_text(beside(plan, tenant))))
    try:
        return not _prepared_proof()(handed)
    except Exception:  # noqa: BLE001 - as whoever asks takes it
        return False


def wrong(path: Path, tenant: str) -> list[str]:
    """What is said where all is at hand."""
    plan = plan_blueprint(path).plan
    assert plan is not None
    plan = beside(plan, tenant)
    return [found.code for found in verify_tree(render_objects(plan), plan)]


@pytest.mark.parametrize("name", ["guide", "minimal", "current", "many"])
def test_examples_are_sound_where_nothing_is_said_of_them(name: str) -> None:
    path = BLUEPRINTS / f"{name}.yaml"
    plan = plan_blueprint(path).plan
    assert plan is not None
    for tenant in plan.tenants[:4]:
        assert sound(path, tenant.name) == (wrong(path, tenant.name) == [])


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"extras": {"platform": ["twice.yaml"]}}, ["names/identity"]),
        ({"extras": {"tenant": ["faulty.yaml"]}}, ["names/identity", "tree/shape"]),
        ({"extras": {"platform": ["faulty.yaml"]}}, ["tree/shape"]),
    ],
    ids=["sound", "two of a name", "a tenant's extra", "the platform's extra"],
)
def test_what_is_wrong_is_never_sound(changes: dict[str, Any], codes: list[str], tmp_path: Path) -> None:
    (tmp_path / "twice.yaml").write_text(TWICE)
    (tmp_path / "faulty.yaml").write_text(FAULTY)
    path = write(tmp_path, tenants=TENANTS, **changes)
    assert sorted(set(wrong(path, "beta"))) == codes
    assert sound(path, "beta") == (codes == [])


@pytest.mark.parametrize("name", ["guide", "minimal", "current", "many"])
def test_with_the_authors_text_it_says_what_would_be_said_here(name: str) -> None:
    assert_same(BLUEPRINTS / f"{name}.yaml")


@pytest.mark.parametrize("extras", [{"platform": ["twice.yaml"]}, {"tenant": ["faulty.yaml"]}], ids=["two of a name", "a wrong shape"])
def test_faults_keep_their_places(extras: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "twice.yaml").write_text(TWICE)
    (tmp_path / "faulty.yaml").write_text(FAULTY)
    assert assert_same(write(tmp_path, tenants=TENANTS, extras=extras)) > 0


def assert_same(path: Path) -> int:
    """How much is said."""
    plan = plan_blueprint(path).plan
    assert plan is not None
    said = verify_tree(render_objects(plan), plan)
    assert pickle.loads(pickle.dumps(_prepared_proof()(pickle.loads(pickle.dumps(plan))))) == said
    return len(said)


def test_who_proves_nothing_pays_nothing_for_a_second_process() -> None:
    """Validating loads nothing of what it takes to hand a plan over."""
    script = "import sys; from mtc.cli.ending import run; code = run(sys.argv[1:]); print('mtc.aside' in sys.modules, code)"
    command = (sys.executable, "-c", script, "validate", str(BLUEPRINTS / "guide.yaml"))
    ran = subprocess.run(command, text=True, capture_output=True, check=True, timeout=60)
    assert ran.stdout.splitlines()[-1] == "False 0"


def printed(path: Path, out: Path, processors: set[int], *options: str) -> tuple[int, str, str]:
    ran = subprocess.run(
        [sys.executable, "-m", "mtc", "render", *options, str(path), "-o", str(out), "--format", "json"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: os.sched_setaffinity(0, processors),
    )
    return ran.returncode, ran.stdout.replace(str(out), "OUT"), ran.stderr.replace(str(out), "OUT")


@pytest.mark.skipif(not second_processor(), reason="one processor: there is no second process")
@pytest.mark.parametrize("changes", [{}, {"extras": {"platform": ["faulty.yaml"]}}], ids=["sound", "faulty"])
@pytest.mark.parametrize("options", [(), ("--tenant", "beta")], ids=["whole", "tenant"])
def test_the_command_says_the_same_on_one_processor_and_on_two(
    changes: dict[str, Any], options: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "faulty.yaml").write_text(FAULTY)
    path = write(tmp_path, tenants=TENANTS, **changes)
    both = sorted(os.sched_getaffinity(0))[:2]
    one = printed(path, tmp_path / "one", {both[0]}, *options)
    two = printed(path, tmp_path / "two", set(both), *options)
    assert one == two
    said = sorted({found["code"] for found in json.loads(one[1])["diagnostics"]})
    assert (one[0], said) == ((1, ["tree/shape"]) if changes else (0, []))
