"""The pages tell the truth: their commands run here and print what they say, their links lead somewhere.

A ```console block is run, in order with the others of its page, in a copy of the checkout (README) or an
empty folder (docs), and its output is compared line by line. What cannot run here (Flux, kubectl against a
cluster, a Git server) is a ```sh block: bash reads it and runs nothing.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from documents import PAGES, ROOT, Block, blocks, code_spans, headings, links, same_output, steps
from mtc.load import load_text
from mtc.model.diagnostic import has_errors
from mtc.pipeline import compile_blueprint

BIN = Path(sys.executable).parent
LANGUAGES = {"console", "sh", "yaml", "text"}
PARTS = ("Makefile", "pyproject.toml", "README.md", "blueprints", "docs", "out", "schema")
GUIDE = ROOT / "docs" / "guide-to-blueprint.md"
ALL = [block for page in PAGES for block in blocks(page)]


def of(language: str) -> list[Block]:
    return [block for block in ALL if block.language == language]


def name(block: Block) -> str:
    return f"{block.page.name}:{block.line}"


def environment(home: Path) -> dict[str, str]:
    """A newcomer's shell: the venv's programs first, no settings of this machine."""
    return {
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "100",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        **{f"GIT_{who}_{what}": "docs@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }


def checkout(folder: Path) -> Path:
    """A copy of what the README's commands touch, installed: make finds a virtual environment in it."""
    for part in PARTS:
        source = ROOT / part
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(source, folder / part)
    (folder / ".venv").mkdir()
    (folder / ".venv" / "bin").symlink_to(BIN)
    (folder / ".venv" / ".installed").touch()
    fresh = ["render", "blueprints/guide.yaml", "-o", "out", "--force"]  # that it is committed so: not tested here
    subprocess.run([BIN / "mtc", *fresh], cwd=folder, capture_output=True, check=True)
    return folder


def run(command: str, cwd: Path, home: Path) -> tuple[int, list[str], Path]:
    """One command in bash: its exit code, its lines (both streams), and the folder it ends in."""
    where = home / "folder"
    done = subprocess.run(
        ["bash", "-c", f'trap \'pwd >"{where}"\' EXIT\n{command}\n'],
        cwd=cwd,
        env=environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout.splitlines(), Path(where.read_text(encoding="utf-8").strip())


@pytest.mark.parametrize(
    "page", [page for page in PAGES if any(b.language == "console" for b in blocks(page))], ids=lambda p: p.name
)
def test_the_commands_print_what_the_page_says(page: Path, tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    folder.mkdir()
    cwd = checkout(folder) if page.parent == ROOT else folder
    for block in (block for block in blocks(page) if block.language == "console"):
        wanted = next((int(word.removeprefix("exit=")) for word in block.words if word.startswith("exit=")), 0)
        ran = steps(block)
        for step in ran:
            code, printed, cwd = run(step.command, cwd, home)
            assert same_output(printed, step.expected), f"{name(block)}: {step.command}\n" + "\n".join(printed)
            assert code == (wanted if step is ran[-1] else 0), f"{name(block)}: {step.command}"


@pytest.mark.parametrize("block", of("sh"), ids=name)
def test_bash_reads_what_cannot_run_here(block: Block) -> None:
    done = subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert block.text.strip()


def test_every_block_is_of_a_checked_kind() -> None:
    assert [name(block) for block in ALL if block.language not in LANGUAGES] == []
    assert {"console", "sh", "yaml"} <= {block.language for block in ALL}


@pytest.mark.parametrize("block", of("yaml"), ids=name)
def test_yaml_is_yaml_and_blueprints_load(block: Block) -> None:
    assert yaml.safe_load(block.text) is not None
    if "blueprint" in block.words:
        outcome = load_text(block.text, name(block), files={})
        assert outcome.value is not None, outcome.diagnostics
        assert not has_errors(outcome.diagnostics)
    for word in block.words[2:]:
        assert block.text in (ROOT / word).read_text(encoding="utf-8"), f"no longer what {word} says"


def test_the_readme_shows_a_blueprint() -> None:
    assert any("blueprint" in block.words for block in of("yaml") if block.page.name == "README.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in links(page):
        if re.match(r"https?://", target):
            continue  # other people's pages: nobody here can promise them
        path, _, anchor = target.partition("#")
        goal = (page.parent / path).resolve() if path else page
        assert goal.is_relative_to(ROOT), target
        assert goal.exists(), target
        assert not anchor or anchor in headings(goal), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_a_page_speaks_of_exist(page: Path) -> None:
    """A code span that begins like a path of this checkout is one."""
    spans = re.findall(r"`((?:compiler|tests|schema|blueprints|docs|bench)/[\w./-]*)`", page.read_text("utf-8"))
    assert [span for span in spans if not (ROOT / span).exists()] == []


def resolve(data: Any, path: str) -> bool:
    """True when a blueprint has something at `a.b[].c`; `[]` is any item of a list, `*` any key."""
    if not path:
        return True
    head, _, rest = path.partition(".")
    if head.endswith("[]"):
        return any(resolve(item, rest) for item in data.get(head[:-2], []))
    if head == "*":
        return isinstance(data, dict) and any(resolve(value, rest) for value in data.values())
    return isinstance(data, dict) and head in data and resolve(data[head], rest)


def test_the_guides_fields_are_in_the_guides_blueprint_and_tree() -> None:
    path = ROOT / "blueprints" / "guide.yaml"
    spec = yaml.safe_load(path.read_text(encoding="utf-8"))["spec"]
    tree = compile_blueprint(path).tree
    assert tree is not None
    rows = code_spans(GUIDE, "Line by line")
    assert len(rows) > 20
    for _, fields, files in rows:
        assert [field for field in fields if not resolve(spec, field)] == []
        assert [file for file in files if file not in tree.files] == []
    calls = code_spans(GUIDE, "Calls of the API")
    assert [field for _, fields in calls for field in fields if not resolve(spec, field)] == []
    assert calls


def test_the_rules_that_the_guides_mistakes_name_exist() -> None:
    from mtc.pipeline import all_rules

    known = {rule.code for rule in all_rules()}
    folders = {code.partition("/")[0] for code in known}
    spans = re.findall(r"`([a-z]+/[a-z0-9-]+)`", GUIDE.read_text(encoding="utf-8"))
    named = {span for span in spans if span.partition("/")[0] in folders}
    assert named
    assert named <= known


def test_nothing_names_the_machine_it_was_written_on() -> None:
    for page in PAGES:
        assert not re.search(r"(?<![\w.])/(?:work|tmp|home|root)/", page.read_text(encoding="utf-8")), page.name


@pytest.mark.parametrize(
    ("printed", "expected", "same"),
    [
        (["a", "b"], ("a", "b"), True),
        (["a", "b"], ("a",), False),
        (["a"], ("a", "b"), False),
        (["a "], ("a",), False),
        ([], (), True),
        (["a"], (), False),
        (["a", "x", "y", "z"], ("a", "...", "z"), True),
        (["a", "z"], ("a", "...", "z"), True),
        (["a", "x"], ("a", "...", "z"), False),
    ],
)
def test_outputs_are_compared_line_by_line(printed: list[str], expected: tuple[str, ...], same: bool) -> None:
    assert same_output(printed, expected) is same


def test_a_console_block_is_read_as_steps() -> None:
    text = "$ cat <<'END'\n> a\n> END\na\n\n$ true\n$ echo b\nb\n"
    read = steps(Block(ROOT / "README.md", 1, ("console",), text))
    assert [(step.command, step.expected) for step in read] == [
        ("cat <<'END'\na\nEND", ("a", "")),
        ("true", ()),
        ("echo b", ("b",)),
    ]
