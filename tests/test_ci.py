"""The CI files that a team copies: what GitHub's and GitLab's schemas say of them, and what their commands do."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from documents import ROOT
from test_docs import environment

CI = ROOT / "docs" / "ci"
SCHEMAS = {"github.yml": "vendor.github-workflows", "gitlab.yml": "vendor.gitlab-ci"}


def read(name: str) -> Any:
    return yaml.load((CI / name).read_text(encoding="utf-8"), yaml.BaseLoader)  # `on` stays a word


def commands(name: str) -> list[str]:
    """What the job of checks runs, in order, after mtc is installed."""
    job = read(name)
    if name == "gitlab.yml":
        return list(job["mtc"]["script"])
    return [step["run"] for step in job["jobs"]["mtc"]["steps"] if step.get("run", "").startswith("mtc ")]


def variables(name: str) -> dict[str, str]:
    return dict(read(name)["variables" if name == "gitlab.yml" else "env"])


def job(name: str, folder: Path) -> tuple[int, str]:
    """The commands in a checkout, up to the first that fails: its exit code, and all that was said."""
    said = ""
    for command in commands(name):
        done = subprocess.run(
            ["bash", "-e", "-c", command],
            cwd=folder,
            env=environment(folder) | variables(name),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        said += done.stdout
        if done.returncode:
            return done.returncode, said
    return 0, said


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A team's repository: a blueprint and the tree that it gives."""
    text = (ROOT / "blueprints" / "minimal.yaml").read_text(encoding="utf-8")
    (tmp_path / "blueprint.yaml").write_text(text, encoding="utf-8")
    mtc = Path(sys.executable).with_name("mtc")
    subprocess.run([mtc, "render", "blueprint.yaml", "-o", "out"], cwd=tmp_path, check=True, capture_output=True)
    return tmp_path


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "blueprint.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_service_reads_it(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", SCHEMAS[name], CI / name],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", SCHEMAS)
def test_it_installs_what_the_team_names_and_does_both_checks(name: str) -> None:
    assert set(variables(name)) >= {"BLUEPRINT", "TREE", "MTC"}
    assert 'pip install --quiet "$MTC"' in (CI / name).read_text(encoding="utf-8")
    validate, render = commands(name)
    assert validate.startswith("mtc validate ")
    assert render.startswith("mtc render ") and "--check --locked" in render


def test_a_pull_request_gets_no_rights_beyond_reading() -> None:
    workflow = read("github.yml")
    assert workflow["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in workflow["on"], "it would run a stranger's branch with our rights"


@pytest.mark.parametrize("name", SCHEMAS)
def test_what_is_in_order_passes(name: str, checkout: Path) -> None:
    code, said = job(name, checkout)
    assert code == 0, said
    assert said.endswith("out is what blueprint.yaml says\n")


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_fault_fails_the_job(name: str, checkout: Path) -> None:
    edit(checkout, "maxPods: 10", "maxPod: 10")
    code, said = job(name, checkout)
    assert code == 1
    if name == "github.yml":
        assert "::error file=blueprint.yaml,line=22,endLine=22,col=19,endColumn=24,title=schema/unknown-field::" in said
        return
    assert "error[schema/unknown-field]" in said, "the job's log has it too"
    artifact = read(name)["mtc"]["artifacts"]["reports"]["codequality"]
    (fault,) = json.loads((checkout / artifact).read_text(encoding="utf-8"))
    assert fault["location"] == {"path": "blueprint.yaml", "lines": {"begin": 22, "end": 22}}


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_tree_that_was_not_rendered_again_fails_the_job(name: str, checkout: Path) -> None:
    edit(checkout, "maxPods: 10", "maxPods: 12")
    code, said = job(name, checkout)
    assert code == 4
    assert "stale    out/tenants/acme/agent.helmrelease.yaml" in said


@pytest.mark.parametrize("name", SCHEMAS)
def test_ports_that_nobody_locked_fail_the_job(name: str, checkout: Path) -> None:
    edit(
        checkout,
        "    gateway: {enabled: false}",
        "    gateway: {enabled: false}\n    sessions: {portMode: true, externalIP: 192.0.2.7}\n ",
    )
    code, said = job(name, checkout)
    assert code == 1, said
    assert "lock/changed" in said
