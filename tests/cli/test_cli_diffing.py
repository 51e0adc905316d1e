"""`mtc diff` as people run it: every kind of side, every way that it ends."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from mtc_process import Run, blueprint, environment, mtc

IDENTITY = {f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True, env=environment(**IDENTITY)
    )
    return done.stdout.strip()


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("committed")
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "blueprint.yaml").write_text(blueprint("acme", "globex"), encoding="utf-8")
    assert mtc("render", "blueprint.yaml", "-o", "out", cwd=folder).code == 0
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "one")
    return folder


@pytest.fixture
def repository(committed: Path, tmp_path: Path) -> Path:
    """A repository with blueprint.yaml (acme, globex) and its tree in out/, committed."""
    return Path(shutil.copytree(committed, tmp_path / "repository"))


def change(folder: Path, old: str, new: str) -> None:
    path = folder / "blueprint.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def features(folder: Path) -> None:
    change(folder, "email: ada@acme.example}", "email: ada@acme.example}, features: {enable: [reports]}")


def read(run: Run) -> dict[str, object]:
    found = json.loads(run.out)
    assert isinstance(found, dict)
    return found


def test_nothing_to_say(repository: Path) -> None:
    for sides in ([], ["blueprint.yaml"], ["out"], ["out", "blueprint.yaml"], ["git:HEAD", "out"], ["git:HEAD:out", "out"]):
        run = mtc("diff", "--exit-code", *sides, cwd=repository)
        assert (run.code, run.err) == (0, ""), sides
        assert run.out.endswith(": no difference\n")


def test_every_pair_of_sides_says_the_same(repository: Path) -> None:
    features(repository)
    assert mtc("render", "blueprint.yaml", "-o", "new", cwd=repository).code == 0
    git(repository, "add", "blueprint.yaml", "new")
    git(repository, "commit", "--quiet", "--message", "two")
    (repository / "old.yaml").write_text(blueprint("acme", "globex"), encoding="utf-8")
    bases = ["out", "old.yaml", "git:HEAD:out", "git:HEAD~1:out", "git:main~1"]
    heads = ["new", "blueprint.yaml", "git:HEAD:new"]
    said = set()
    for base, head in [*((base, heads[0]) for base in bases), *((bases[0], head) for head in heads)]:
        run = mtc("diff", base, head, "--format", "json", cwd=repository)
        assert (run.code, run.err) == (0, ""), (base, head)
        found = read(run)
        assert (found.pop("base"), found.pop("head")) == (base, head)
        said.add(json.dumps(found))
    assert len(said) == 1
    assert json.loads(said.pop())["intent"] == [
        {"code": "feature/added", "tenant": "acme", "message": "the feature `reports` is enabled"}
    ]


def test_exit_codes(repository: Path) -> None:
    features(repository)
    assert mtc("diff", cwd=repository).code == 0
    assert mtc("diff", "--exit-code", cwd=repository).code == 4
    assert mtc("diff", "--fail-on", "data-loss,isolation", cwd=repository).code == 0
    assert mtc("diff", "--fail-on", "data-loss,privilege", cwd=repository).code == 4
    assert mtc("diff", "--tenant", "globex", "--exit-code", cwd=repository).code == 0
    assert mtc("diff", "--tenant", "acme", "--exit-code", cwd=repository).code == 4
    assert mtc("diff", "--only", "objects", "--fail-on", "privilege", cwd=repository).code == 4


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--fail-on", "fire"], "'fire' is none of data-loss"),
        (["--only", "all"], "'all' is none of intent"),
        (["--tenant", "acmee"], "Did you mean 'acme'?"),
        (["a", "b", "c"], "two sides at most"),
        (["git:HEAD"], "something to compare it with"),
        (["--links", "javascript:alert(1)"], "links begin with"),
        (["--max-bytes", "10"], "2000"),
    ],
)
def test_wrong_usage(repository: Path, arguments: list[str], word: str) -> None:
    run = mtc("diff", *arguments, cwd=repository)
    assert (run.code, run.out) == (2, "")
    assert word in run.err


@pytest.mark.parametrize(
    ("sides", "code"),
    [
        (["git:nowhere:out", "out"], "diff/revision"),
        (["out", "git:HEAD:nowhere"], "diff/no-tree"),
        (["out", "git:HEAD:blueprint.yaml"], "diff/no-tree"),
        (["git:--help", "out"], "diff/revision"),
        (["out", "nothing.yaml"], "files/missing"),
        (["empty", "out"], "diff/no-tree"),
        (["out", "empty"], "diff/no-tree"),
        (["linked", "out"], "diff/link"),
    ],
)
def test_a_side_that_cannot_be_read_is_a_fault(repository: Path, sides: list[str], code: str) -> None:
    (repository / "empty").mkdir()
    (repository / "linked" / "flux").mkdir(parents=True)
    (repository / "linked" / "flux" / "secret.yaml").symlink_to("/etc/hostname")
    run = mtc("diff", *sides, cwd=repository)
    assert (run.code, run.out) == (1, "")
    assert f"error[{code}]" in run.err


def test_a_blueprint_with_errors_is_that_and_no_deletion(repository: Path) -> None:
    change(repository, "email: ada@globex.example", "email: ada@acme.example")
    run = mtc("diff", cwd=repository)
    assert (run.code, run.out) == (1, "")
    assert "error[names/duplicate-email]" in run.err or "error[" in run.err
    assert "removed" not in run.err


def test_a_tree_that_is_not_committed_yet_is_all_new(repository: Path) -> None:
    git(repository, "rm", "--quiet", "-r", "--cached", "out")
    git(repository, "commit", "--quiet", "--message", "three")
    run = mtc("diff", "--format", "json", cwd=repository)
    assert run.code == 0
    found = read(run)
    assert found["notes"] == ["nothing is rendered in the base yet: everything is new"]
    assert {each["change"] for each in found["objects"]} == {"added"}  # type: ignore[index,attr-defined]


def test_nothing_is_written_or_checked_out(repository: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in repository.rglob("*")}
    assert mtc("diff", "git:HEAD:out", "blueprint.yaml", cwd=repository).code == 0
    assert {path: path.stat().st_mtime_ns for path in repository.rglob("*")} == before


def test_a_repository_cannot_make_git_run_anything(repository: Path) -> None:
    trap = repository / "trap"
    trap.write_text("#!/bin/sh\ntouch sprung\n", encoding="utf-8")
    trap.chmod(0o755)
    for key in ("core.fsmonitor", "core.pager", "diff.external", "filter.x.smudge", "core.sshCommand"):
        git(repository, "config", key, str(trap))
    git(repository, "config", "alias.cat-file", f"!{trap}")
    (repository / ".gitattributes").write_text("* filter=x diff=x\n", encoding="utf-8")
    assert mtc("diff", "git:HEAD:out", "out", cwd=repository).code == 0
    assert not (repository / "sprung").exists()


def test_a_file_instead_of_the_terminal(repository: Path) -> None:
    features(repository)
    run = mtc("diff", "--format", "markdown", "-o", "review.md", cwd=repository)
    assert (run.code, run.out) == (0, "")
    assert (repository / "review.md").read_text(encoding="utf-8").startswith("<!-- mtc diff")


def test_annotations_name_the_file_in_the_repository(repository: Path) -> None:
    features(repository)
    assert mtc("render", "blueprint.yaml", "-o", "out", cwd=repository).code == 0
    run = mtc("diff", "git:HEAD:out", "out", "--format", "github", cwd=repository)
    lines = run.out.splitlines()
    start = "::warning file=out/tenants/acme/bootstrap-input.configmap.yaml,title=privilege/feature-added::acme:"
    assert any(line.startswith(start) for line in lines), run.out
    assert lines[-1].startswith("::notice title=mtc diff::1 of 2 tenants")
