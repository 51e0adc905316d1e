"""write/ahead: what was seen early counts for unchanged files alone, and only while nobody else rendered."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from hashlib import sha256
from pathlib import Path

import pytest

from mtc.aside import second_processor
from mtc.write import check_tree, write_tree
from mtc.write.ahead import Ahead, look

TREE = {f"tenants/t{n}/f.yaml": b"x: %d\n" % n for n in range(8)}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    assert write_tree(TREE, tmp_path / "out").value is not None
    return tmp_path / "out"


def seen(out: Path) -> Ahead:
    found = look(out)
    assert found is not None
    return found


def test_it_sees_what_the_inventory_lists(out: Path) -> None:
    (out / "tenants/t1/f.yaml").unlink()
    (out / "tenants/t2/f.yaml").unlink()
    (out / "tenants/t2/f.yaml").symlink_to(out / "tenants/t3/f.yaml")
    (out / "stranger").write_text("x")
    (out / "tenants/t4/f.yaml").write_text("by hand")
    others = seen(out).others
    assert (others["tenants/t1/f.yaml"], others["tenants/t2/f.yaml"]) == (None, None)
    assert others["tenants/t4/f.yaml"] == sha256(b"by hand").hexdigest()
    assert len(others) == 3


def test_an_unchanged_tree_is_not_read_again(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = seen(out)
    read: list[str] = []
    from mtc.write.folder import Folder

    real = Folder.read
    monkeypatch.setattr(Folder, "read", lambda self, path: read.append(path) or real(self, path))
    assert check_tree(TREE, out, lambda: ahead).clean
    report = write_tree(TREE, out, glance=lambda: ahead).value
    assert report is not None
    assert len(report.unchanged) == len(TREE)
    assert not set(read) & set(TREE)


def test_what_changed_since_is_found(out: Path) -> None:
    """An edit before the look is seen by it; whatever differs from the rendered bytes is read again."""
    (out / "tenants/t1/f.yaml").write_text("by hand")
    ahead = seen(out)
    assert check_tree(TREE, out, lambda: ahead).edited == ("tenants/t1/f.yaml",)
    (out / "tenants/t1/f.yaml").write_bytes(TREE["tenants/t1/f.yaml"])
    assert check_tree(TREE, out, lambda: ahead).clean
    (out / "tenants/t2/f.yaml").unlink()
    assert check_tree(TREE, out, lambda: ahead).missing == ("tenants/t2/f.yaml",)


def test_a_render_in_between_makes_it_worthless(out: Path) -> None:
    """The other render changed a file that the look saw; believing the look would leave the other's bytes."""
    ahead = seen(out)
    assert write_tree({**TREE, "tenants/t1/f.yaml": b"other\n"}, out).value is not None
    report = write_tree(TREE, out, glance=lambda: ahead).value
    assert report is not None
    assert report.written == ("tenants/t1/f.yaml",)


@pytest.mark.parametrize("left", ["journal.json", "new", "new2"])
def test_a_write_cut_short_gives_nothing(left: str, out: Path) -> None:
    (out / ".mtc" / left).write_text("{}")
    assert look(out) is None


def test_no_tree_gives_nothing(tmp_path: Path) -> None:
    assert look(tmp_path / "none") is None
    (tmp_path / ".mtc").mkdir()
    (tmp_path / ".mtc/inventory.json").write_text('{"../x": ""}')
    assert look(tmp_path) is None


@pytest.mark.skipif(not second_processor(), reason="one processor: nothing looks ahead")
def test_a_run_looks_ahead_of_a_large_tree(tmp_path: Path) -> None:
    script = """
        import sys
        from pathlib import Path
        from mtc.cli import rendering
        from mtc.write import write_tree
        rendering.LARGE = 100
        out = Path(sys.argv[1])
        with rendering._ahead(out) as glance:
            print(glance)
        write_tree({"flux/a.yaml": b"a", "flux/b.yaml": b"b"}, out)
        with rendering._ahead(out) as glance:
            print(dict(glance().others))
        (out / "flux/a.yaml").unlink()
        with rendering._ahead(out) as glance:
            print(dict(glance().others))
    """
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.stdout, ran.stderr) == ("None\n{}\n{'flux/a.yaml': None}\n", "")
