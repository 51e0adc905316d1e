"""Every code has a folder of cases, tests/cases/<code>/, and every folder a code.

`bad.yaml` gives that code and no other, from whichever stage it comes, and the text that is printed is
`bad.out`; `near.yaml` is as near to it as can be, and gives nothing. Other files of the folder lie beside the
blueprint, `bad.lock.yaml` and `near.lock.yaml` as its lock file. What no blueprint shows alone is a script,
`bad.sh` and `near.sh`, run by bash beside tests/cases/*.yaml, which give nothing. `MTC_GOLDEN=1` writes the
`.out` files anew; read the difference.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pytest

from mtc.model.diagnostic import SECRET_CODES, Diagnostic
from mtc.pipeline import all_pages, all_rules, compile_blueprint
from mtc.report import render_report

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "cases"
PACKAGE = ROOT / "compiler" / "mtc"
NAME = "blueprint.yaml"  # what the case is called while it runs
# Code → why no blueprint and no command gives it, and the test that does.
WITHOUT = {
    "access/release-account": "a release's account is ours; tests/verify/test_verify_rbac_sabotage.py takes it away",
    "access/stranger": "our bindings' subjects are ours; tests/verify/test_verify_rbac_sabotage.py swaps them",
    "write/case-collision": "every path of a tree is in lower case; tests/write/test_write_tree.py asks the writer itself",
    "faults/too-many": "it comes with a thousand others; tests/hostile/test_hostile_corpus.py has them",
    "network/host-network": "a Namespace's labels are ours; tests/verify/test_verify_network.py takes one away",
    "network/unreadable": "shapes are judged before; tests/verify/test_verify_network.py asks the proof alone",
    "tree/kubeconform": "it needs the real program; tests/verify/test_verify_kubeconform.py runs that",
}
CODE = r"[a-z]+/[a-z][a-z0-9]*(-[a-z0-9]+)*"
KNOWN = {rule.code for rule in all_rules()}
FOLDERS = {str(path.relative_to(CASES)): path for path in sorted(CASES.glob("*/*")) if path.is_dir()}
BLUEPRINTS = [code for code, folder in FOLDERS.items() if (folder / "bad.yaml").exists()]
SCRIPTS = [code for code, folder in FOLDERS.items() if (folder / "bad.sh").exists()]


def compiled(code: str, case: str, folder: Path, patch: pytest.MonkeyPatch) -> tuple[Diagnostic, ...]:
    """What all stages say of a case, which is copied into the folder and run there."""
    shutil.copytree(FOLDERS[code], folder, dirs_exist_ok=True)
    (folder / f"{case}.yaml").rename(folder / NAME)
    lock = folder / f"{case}.lock.yaml"
    if lock.exists():
        lock.rename(folder / "blueprint.lock.yaml")
    patch.chdir(folder)
    return compile_blueprint(Path(NAME)).diagnostics


def printed(folder: Path, diagnostics: Iterable[Diagnostic]) -> str:
    """The diagnostics as a terminal without colours shows them."""
    sources = {}
    for path in folder.rglob("*.yaml"):
        with suppress(UnicodeDecodeError):  # which is the case's fault, and is not quoted
            sources[path.relative_to(folder).as_posix()] = path.read_bytes().decode().replace("\r\n", "\n").split("\n")
    return render_report(diagnostics, "text", sources=sources, hide=SECRET_CODES)


def run(code: str, case: str, folder: Path) -> tuple[int, str]:
    """A script's exit code, and all that it printed."""
    for path in CASES.glob("*.yaml"):
        shutil.copy2(path, folder)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-e", FOLDERS[code] / f"{case}.sh"],
        cwd=folder,
        env={"PATH": path, "EXAMPLES": str(ROOT / "blueprints"), "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout


def codes(output: str) -> set[str]:
    return set(re.findall(r"^(?:error|warning)\[(.*?)\]", output, re.M))


def golden(code: str, output: str) -> str:
    """What the case is to print, after it was written anew where that was asked for."""
    path = FOLDERS[code] / "bad.out"
    if os.environ.get("MTC_GOLDEN") == "1":
        path.write_text(output, encoding="utf-8")
    return path.read_text(encoding="utf-8")


def test_no_code_without_cases_and_no_case_without_a_code() -> None:
    assert sorted(FOLDERS) == sorted(KNOWN - set(WITHOUT))
    assert set(WITHOUT) <= KNOWN
    assert sorted(BLUEPRINTS + SCRIPTS) == sorted(FOLDERS)
    for code, folder in FOLDERS.items():
        kind = "yaml" if code in BLUEPRINTS else "sh"
        assert {path.name for path in folder.iterdir()} >= {"bad.out", f"bad.{kind}", f"near.{kind}"}, code


def test_no_code_in_the_source_without_a_manual_page() -> None:
    """Everything that looks like a code of a known noun, wherever in the compiler it is written."""
    known = {rule.code for rule in all_pages() if re.fullmatch(CODE, rule.code)}
    nouns = {code.partition("/")[0] for code in known}
    written = {
        node.value
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(CODE, node.value)
        and node.value.partition("/")[0] in nouns
    }
    assert written == known


@pytest.mark.parametrize("code", BLUEPRINTS)
def test_bad(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    diagnostics = compiled(code, "bad", tmp_path, monkeypatch)
    assert {diagnostic.code for diagnostic in diagnostics} == {code}
    (severity,) = {rule.severity for rule in all_rules() if rule.code == code}
    assert {diagnostic.severity for diagnostic in diagnostics} == {severity}
    assert all(diagnostic.help for diagnostic in diagnostics), "every fault has a way out"
    output = printed(tmp_path, diagnostics)
    assert golden(code, output) == output


@pytest.mark.parametrize("code", BLUEPRINTS)
def test_near(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert compiled(code, "near", tmp_path, monkeypatch) == ()


@pytest.mark.parametrize("code", SCRIPTS)
def test_bad_run(code: str, tmp_path: Path) -> None:
    ended, output = run(code, "bad", tmp_path)
    assert (ended, codes(output)) == (1, {code}), output
    assert golden(code, output) == output
    assert "= help:" in output


@pytest.mark.parametrize("code", SCRIPTS)
def test_near_run(code: str, tmp_path: Path) -> None:
    ended, output = run(code, "near", tmp_path)
    assert (ended, codes(output)) == (0, set()), output


@pytest.mark.parametrize("path", sorted(CASES.glob("*.yaml")), ids=lambda path: path.name)
def test_the_scripts_blueprints_give_nothing(path: Path) -> None:
    assert compile_blueprint(path).diagnostics == ()
