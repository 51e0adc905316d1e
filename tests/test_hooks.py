"""The hooks that we publish, run by pre-commit itself: it clones them, installs them, and commits with them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from documents import ROOT

PRE_COMMIT = Path(sys.executable).with_name("pre-commit")
# What pip needs of a checkout, and the hooks themselves.
PARTS = (".pre-commit-hooks.yaml", "pyproject.toml", "README.md", "LICENSE", "compiler", "schema")
PATIENCE = 300  # seconds: the first commit installs mtc, with what it needs, into an environment of its own


class Commit(NamedTuple):
    """One `git commit`: whether it was made, and what was said."""

    made: bool
    said: str


class Team:
    """A team's repository, its hooks switched on."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder, self.home = folder, home

    def run(self, *command: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        names = {f"GIT_{who}_{what}": "team@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PRE_COMMIT"))}
        quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "PRE_COMMIT_COLOR": "never"}
        return subprocess.run(
            [str(word) for word in command],
            cwd=self.folder,
            env=kept | names | quiet | {"PRE_COMMIT_HOME": str(self.home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=check,
        )

    def commit(self) -> Commit:
        self.run("git", "add", "--all")
        done = self.run("git", "commit", "--quiet", "--message", "change", check=False)
        return Commit(done.returncode == 0, done.stdout)

    def edit(self, old: str, new: str, file: str = "blueprint.yaml") -> None:
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")

    def render(self) -> None:
        self.run(Path(sys.executable).with_name("mtc"), "render", "blueprint.yaml", "-o", "out")


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """This checkout as a repository of hooks, and a team that uses them, with a tree that is up to date."""
    folder = tmp_path_factory.mktemp("hooks")
    published, team, home = folder / "mtc", folder / "team", folder / "home"
    published.mkdir()
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy2
        copy(ROOT / part, published / part)
    us = Team(published, home)
    us.run("git", "init", "--quiet")
    assert us.commit().made
    shutil.copytree(ROOT / "blueprints", team)
    for path in team.iterdir():
        if path.name != "minimal.yaml":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    (team / "minimal.yaml").rename(team / "blueprint.yaml")
    revision = us.run("git", "rev-parse", "HEAD").stdout.strip()
    names = [{"id": hook["id"]} for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))]
    config = {"repos": [{"repo": str(published), "rev": revision, "hooks": names}]}
    (team / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    them = Team(team, home)
    them.render()
    them.run("git", "init", "--quiet")
    them.run(PRE_COMMIT, "install")
    first = them.commit()
    assert first.made, first.said
    yield them
    shutil.rmtree(home)


@pytest.fixture
def team(hooks: Team) -> Iterator[Team]:
    """The team, on its first commit."""
    first = hooks.run("git", "rev-list", "--max-parents=0", "HEAD").stdout.strip()
    yield hooks
    hooks.run("git", "reset", "--quiet", "--hard", first)
    hooks.run("git", "clean", "--quiet", "-fd")


def test_the_manifest_is_what_pre_commit_reads() -> None:
    done = subprocess.run([PRE_COMMIT, "validate-manifest", ROOT / ".pre-commit-hooks.yaml"], check=False)
    assert done.returncode == 0


def test_a_good_change_is_committed(team: Team) -> None:
    team.edit("maxPods: 10", "maxPods: 12")
    team.render()
    done = team.commit()
    assert done.made, done.said


def test_a_fault_is_said_with_its_line_and_not_committed(team: Team) -> None:
    team.edit("maxPods: 10", "maxPod: 10")
    done = team.commit()
    assert not done.made
    assert "error[schema/unknown-field]" in done.said
    assert "--> blueprint.yaml:22:19" in done.said
    assert "did you mean `maxPods`?" in done.said


def test_a_tree_that_was_not_rendered_again_is_not_committed(team: Team) -> None:
    team.edit("maxPods: 10", "maxPods: 12")
    done = team.commit()
    assert not done.made
    assert "stale    out/tenants/acme/agent.helmrelease.yaml" in done.said


def test_a_file_that_was_taken_out_of_the_tree_is_missed(team: Team) -> None:
    """pre-commit names no deleted file to a hook, so this one runs on every commit."""
    (team.folder / "out" / "tenants" / "acme" / "namespace.yaml").unlink()
    done = team.commit()
    assert not done.made
    assert "missing  out/tenants/acme/namespace.yaml" in done.said


def test_a_lock_file_is_judged_with_its_blueprint(team: Team) -> None:
    (team.folder / "blueprint.lock.yaml").write_text("version: nonsense\n", encoding="utf-8")
    done = team.commit()
    assert not done.made
    assert "blueprint.lock.yaml:1:" in done.said
    assert "apiVersion" not in done.said, "it is not taken for a blueprint"


def test_other_files_are_none_of_their_business(team: Team) -> None:
    (team.folder / "values.yaml").write_text("a: [\n", encoding="utf-8")
    done = team.commit()
    assert done.made, done.said
    assert "(no files to check)" in done.said
