"""What the program promises as a whole: the standard library alone, flat, small, old enough a Python, no secrets."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from world import ROOM, World, wish

from mtc.bootstrap import command
from mtc.bootstrap.clearml import Pair
from mtc.bootstrap.faults import BUG, PERMANENT, TRY_LATER, Permanent, Retryable
from mtc.bootstrap.log import Log

MODULES = sorted(ROOM.glob("*.py"))


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import does not survive a flat mount"
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_module_imports_the_standard_library_and_the_room(path: Path) -> None:
    for name in imports(path):
        assert name.split(".")[0] in sys.stdlib_module_names or name.startswith("mtc.bootstrap"), name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_module_is_python_39_and_no_longer_than_a_screen_or_three(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 9))
    assert text.startswith('"""')
    assert len(text.splitlines()) <= 170


def vermin(*paths: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("vermin")), "--target=3.9-", "--no-tips", "--violations", "--no-config-file"]
    return subprocess.run([*command, *map(str, paths)], capture_output=True, text=True, check=False)


def test_it_calls_nothing_that_python_39_does_not_have(tmp_path: Path) -> None:
    """Whether or not such a Python is on this machine; test_bootstrap_converge.py runs it where one is."""
    done = vermin(ROOM)
    assert done.returncode == 0, done.stdout
    newer = tmp_path / "newer.py"
    newer.write_text("from itertools import pairwise\nlist(zip([1], [2], strict=True))\n")
    assert vermin(newer).returncode != 0


def test_it_fits_a_config_map_and_flux_substitutes_nothing_in_it() -> None:
    texts = [path.read_text(encoding="utf-8") for path in MODULES]
    assert sum(len(text.encode()) for text in texts) < 100_000, "a ConfigMap takes 1 MiB"
    assert not any("${" in text or "$$" in text for text in texts)
    assert not [path for path in ROOM.rglob("*") if path.is_dir() and path.name != "__pycache__"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [(Permanent("why"), PERMANENT), (Retryable("why"), TRY_LATER), (ValueError("Basic hunter2"), BUG), (KeyError("hunter2"), BUG)],
    ids=repr,
)
def test_exit_codes(fault: Exception, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    def work(*_: object) -> None:
        raise fault

    assert command.main(command.parser("test", None), [], work) == code
    out = capsys.readouterr().out
    assert "hunter2" not in out
    assert ("why" in out) is (code != BUG)
    assert (f"{type(fault).__name__} in {Path(__file__).name}:" in out) is (code == BUG)


def test_a_pair_does_not_show_its_secret() -> None:
    pair = Pair("ACCESSKEY", "hunter2")
    assert "hunter2" not in f"{pair} {pair!r} {[pair]} {ValueError(pair)}"
    assert "ACCESSKEY" not in repr(pair)


def test_no_secret_is_on_the_command_line_or_in_the_environment(world: World) -> None:
    world.stage.plan("hold", 20)
    process = world.start(wish())
    assert world.stage.reached.wait(10)
    proc = Path(f"/proc/{process.pid}")
    seen = (proc / "cmdline").read_text() + (proc / "environ").read_text()
    world.stage.gate.set()
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert "mtc.bootstrap" in seen
    for secret in world.spellings():
        assert secret not in seen


def test_keys_from_the_environment_of_a_terminal(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    flags = command.parser("test", None)
    options = flags.parse_args(["--api", "http://127.0.0.1:1"])
    monkeypatch.delenv("CLEARML_API_ACCESS_KEY", raising=False)
    with pytest.raises(Permanent, match="CLEARML_API_SECRET_KEY"):
        command.open_api(options, Log(False))
    monkeypatch.setenv("CLEARML_API_ACCESS_KEY", "A")
    monkeypatch.setenv("CLEARML_API_SECRET_KEY", "B\n")
    assert command.open_api(options, Log(False)).pair == Pair("A", "B")
    with pytest.raises(Permanent, match="--api URL"):
        command.open_api(flags.parse_args([]), Log(False))
    with pytest.raises(Permanent, match="needs the readable files"):
        command.open_api(flags.parse_args(["--api", "http://x", "--credentials", "nowhere"]), Log(False))
