"""prepared: what another process judges is what would be judged here, whatever it is handed."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mtc.aside import Prepared, second_processor
from mtc.pipeline import compile_blueprint, plan_blueprint
from mtc.prepared import Helper, _proof, _without_text, is_small, prepared_helper
from mtc.render import beside, render_objects
from mtc.verify import verify_tree
from mtc.write.inventory import encode
from test_pipeline import SMALL, TWICE, write

BLUEPRINTS = Path(__file__).parents[1] / "blueprints"
FAULTY = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: faulty}\ndata: [not, a, map]\n"
TENANTS = [{"name": name, "admin": {"name": "Ada", "email": f"ada@{name}.example"}} for name in ("acme", "beta", "gamma")]


def sound(path: Path, tenant: str) -> bool:
    """What the other process answers, in this one."""
    plan = plan_blueprint(path).plan
    assert plan is not None
    handed = pickle.loads(pickle.dumps(_without_text(beside(plan, tenant))))
    try:
        return not _proof(handed)
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
    assert pickle.loads(pickle.dumps(_proof(pickle.loads(pickle.dumps(plan))))) == said
    return len(said)


@pytest.fixture
def helper(monkeypatch: pytest.MonkeyPatch) -> Iterator[Helper]:
    """One that has no process: the system refuses it, and all is done here, by the same functions."""
    monkeypatch.setattr("mtc.aside._forked", lambda: -1)
    with Prepared(lambda: None) as other:
        yield Helper(other)


@pytest.mark.parametrize("name", ["guide", "minimal", "current"])
def test_with_help_a_small_blueprint_is_compiled_as_without(name: str, helper: Helper) -> None:
    path = BLUEPRINTS / f"{name}.yaml"
    assert is_small(path)
    alone, helped = compile_blueprint(path), compile_blueprint(path, helper=helper)
    assert alone.tree is not None and helped.tree is not None
    assert alone.diagnostics == helped.diagnostics
    assert list(alone.tree.files.items()) == list(helped.tree.files.items())


@pytest.mark.parametrize("name", ["guide", "minimal", "current", "many"])
def test_with_help_one_tenants_tree_is_its_own_part(name: str, helper: Helper) -> None:
    """Its folder, and its file in Flux's; all that was proved where the author's own files are among it."""
    path = BLUEPRINTS / f"{name}.yaml"
    plan = plan_blueprint(path).plan
    assert plan is not None
    for tenant in plan.tenants[:2]:
        alone = compile_blueprint(path, only=tenant.name)
        helped = compile_blueprint(path, only=tenant.name, helper=helper)
        assert alone.tree is not None and helped.tree is not None
        assert alone.diagnostics == helped.diagnostics
        own = {
            file: data
            for file, data in alone.tree.files.items()
            if file.startswith((f"tenants/{tenant.name}/", f"flux/tenant-{tenant.name}.yaml"))
        }
        assert len(own) > 10
        assert dict(helped.tree.files) == (dict(alone.tree.files) if plan.blueprint.files else own)


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"tenants": TENANTS, "domian": "x"}, {"schema/unknown-field"}),
        ({"tenants": [*TENANTS, TENANTS[0]]}, {"names/duplicate-tenant"}),
        ({"tenants": TENANTS, "extras": {"platform": ["twice.yaml"]}}, {"names/identity"}),
        ({"tenants": TENANTS, "extras": {"tenant": ["faulty.yaml"]}}, {"names/identity", "tree/shape"}),
    ],
    ids=["load", "check", "verify", "a tenant's extra"],
)
@pytest.mark.parametrize("only", [None, "beta"])
def test_with_help_every_stage_refuses_as_without(
    changes: dict[str, Any], codes: set[str], only: str | None, helper: Helper, tmp_path: Path
) -> None:
    (tmp_path / "twice.yaml").write_text(TWICE)
    (tmp_path / "faulty.yaml").write_text(FAULTY)
    path = write(tmp_path, **changes)
    alone, helped = compile_blueprint(path, only=only), compile_blueprint(path, only=only, helper=helper)
    assert alone.tree is None and helped.tree is None
    assert alone.diagnostics == helped.diagnostics
    assert codes <= {found.code for found in helped.diagnostics}


def test_a_folder_a_missing_file_and_a_long_one_are_not_small(tmp_path: Path) -> None:
    long = tmp_path / "long.yaml"
    long.write_text("#" * (1 << 15))
    assert is_small(long)
    long.write_text("#" * ((1 << 15) + 1))
    assert not any(map(is_small, (long, tmp_path, tmp_path / "none.yaml", "\0", "")))


@pytest.mark.skipif(not second_processor(), reason="one processor: there is no second process")
def test_a_blueprint_that_cannot_be_handed_over_is_judged_here() -> None:
    """Deeper than pickle goes, which no parser gives: nobody waits for an answer that never comes."""
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with prepared_helper(many=True) as helper:
        if helper is not None:  # a test's own process may have threads
            assert helper.fits(deep)() is False
            assert helper.fits({"no": "blueprint"})() is False


KILLING = """
import os, signal, sys
import mtc.aside as aside
from mtc.cli.ending import run
number = int(sys.argv.pop(1))
asked = aside.Prepared.ask
def ask(self, *given):
    global number
    number -= 1
    if number == 0 and not self.is_here:
        os.kill(self._pid, signal.SIGKILL)
    return asked(self, *given)
aside.Prepared.ask = ask
code = run(sys.argv[1:])
print("killed" if number <= 0 else "not asked so often")
sys.exit(code)
"""


@pytest.mark.skipif(not second_processor(), reason="one processor: there is no second process")
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_helper_that_is_killed_is_not_missed(number: int, tmp_path: Path) -> None:
    """Whenever it goes: before it looks at the folder, asks the schema, gets ready, or proves."""
    path, out = write(tmp_path, tenants=TENANTS), tmp_path / "out"
    assert printed(path, out, os.sched_getaffinity(0))[0] == 0
    command = (sys.executable, "-c", KILLING, str(number), "render", "--tenant", "beta", str(path), "-o", str(out))
    ran = subprocess.run(command, text=True, capture_output=True, check=False, timeout=60)
    said = ran.stdout.splitlines()
    assert (ran.returncode, said[0].startswith("written 0, unchanged"), said[1], ran.stderr) == (0, True, "killed", "")


@pytest.mark.skipif(not second_processor(), reason="one processor: there is no second process")
def test_a_tenants_large_part_and_a_large_blueprint_do_not_wait_for_each_other(tmp_path: Path) -> None:
    """An inventory that a pull request brings may have a thousand files of one tenant."""
    values = {"note": "x" * 3_000_000}
    server = {**SMALL["spec"]["server"], "values": values}
    path, out = write(tmp_path, tenants=TENANTS, server=server), tmp_path / "out"
    both = os.sched_getaffinity(0)
    assert printed(path, out, both)[0] == 0
    inventory = out / ".mtc" / "inventory.json"
    known = json.loads(inventory.read_text())
    known |= {f"tenants/beta/{number:04d}.yaml": "0" * 64 for number in range(1000)}
    planted = encode(known)
    answers = []
    for processors in (both, {min(both)}):
        inventory.write_bytes(planted)
        answers.append(printed(path, out, processors, "--tenant", "beta"))
    assert answers[0] == answers[1]
    assert answers[0][0] == 0


@pytest.mark.parametrize("name", ["a\udcff", "", "..", "no/where", "Beta"])
def test_a_tenant_that_is_not_there_is_wrong_usage(name: str, tmp_path: Path) -> None:
    path, out = write(tmp_path, tenants=TENANTS), tmp_path / "out"
    both = os.sched_getaffinity(0)
    assert printed(path, out, both)[0] == 0
    answers = [printed(path, out, processors, "--tenant", name) for processors in (both, {min(both)})]
    assert answers[0] == answers[1]
    assert answers[0][0] == 2


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
