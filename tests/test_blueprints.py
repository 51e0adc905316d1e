"""blueprints/: each is documentation, a golden test and a demo: warnings pinned, out/ fresh."""

import os
from pathlib import Path

import pytest

from mtc.load import load_lock
from mtc.pipeline import compile_blueprint
from mtc.render import lock_text

ROOT = Path(__file__).resolve().parent.parent
BLUEPRINTS = sorted((ROOT / "blueprints").glob("*.yaml"))
EXAMPLES = [path for path in BLUEPRINTS if not path.name.endswith(".lock.yaml")]


def test_the_four_examples_are_there():
    assert [path.name for path in EXAMPLES] == ["current.yaml", "guide.yaml", "many.yaml", "minimal.yaml"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_gives_exactly_its_pinned_warnings(path):
    compiled = compile_blueprint(path)
    assert compiled.tree is not None
    found = "".join(
        f"{d.severity} {d.code} line {d.primary.span.line}: {d.message}\n" for d in compiled.diagnostics
    )
    golden = ROOT / "tests" / "golden" / f"{path.stem}.warnings.txt"
    if os.environ.get("MTC_GOLDEN"):
        golden.write_text(found)
    assert found == golden.read_text()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_committed_lock_is_what_the_blueprint_needs(path):
    lock = compile_blueprint(path).plan.lock
    committed = path.with_suffix(".lock.yaml")
    if lock.ports or lock.released:
        assert committed.read_text() == lock_text(lock)
        assert load_lock(committed.read_text(), committed.name).value == lock
    else:
        assert not committed.exists()


def test_out_is_the_tree_of_the_guide():
    files = compile_blueprint(ROOT / "blueprints" / "guide.yaml").tree.files
    out = ROOT / "out"
    on_disk = {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and ".mtc" not in path.relative_to(out).parts
    }
    assert on_disk == dict(files)


def test_minimal_is_under_25_lines():
    assert len((ROOT / "blueprints" / "minimal.yaml").read_text().splitlines()) < 25


def test_the_guide_is_the_one_it_was_given():
    given = ROOT.parent / "shared" / "blueprints" / "guide.yaml"
    if not given.exists():
        pytest.skip("the shared guide.yaml is not beside this clone")
    assert (ROOT / "blueprints" / "guide.yaml").read_bytes() == given.read_bytes()
