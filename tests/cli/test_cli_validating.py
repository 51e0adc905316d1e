"""`mtc validate --tree` and `--kubeconform`: what is checked, what is said, and how it ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from mtc_process import mtc

ROOT = Path(__file__).parents[2]
KUBECONFORM = shutil.which(str(ROOT / ".tools" / "kubeconform")) or shutil.which("kubeconform")
SCHEMAS = [
    option
    for folder in ("kubernetes", "flux", "external-secrets")
    for option in ("--schema-location", str(ROOT / "schema" / folder))
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The committed tree, to be broken."""
    shutil.copytree(ROOT / "out", tmp_path / "out")
    return tmp_path / "out"


def broken(tree: Path) -> Path:
    path = tree / "tenants" / "acme" / "agent.helmrelease.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("  maxHistory: 5", "  maxHistry: 5"), encoding="utf-8"
    )
    return path


def kubeconform() -> list[str]:
    if KUBECONFORM is None:
        pytest.skip("kubeconform is not on this machine; `make tools` builds it where Go is")
    return ["--kubeconform", "--kubeconform-bin", KUBECONFORM, *SCHEMAS]


def test_a_good_tree_is_met_with_silence(tree: Path) -> None:
    assert mtc("validate", "--tree", tree) == (0, "", "")


def test_a_fault_is_said_at_its_line_in_the_tree(tree: Path) -> None:
    path = broken(tree)
    run = mtc("validate", "--tree", tree)
    assert (run.code, run.out) == (1, "")
    assert "error[tree/shape]: HelmRelease `acme-agent` has no field `spec.maxHistry`" in run.err
    assert f"--> {path}:27:3" in run.err
    assert "did you mean `maxHistory`?" in run.err
    report = json.loads(mtc("validate", "--tree", tree, "--format", "json").out)
    assert [one["code"] for one in report["diagnostics"]] == ["tree/shape"]


def test_a_blueprint_and_trees_are_checked_in_one_run(tree: Path, prod: Path) -> None:
    broken(tree)
    shutil.copytree(tree, tree.with_name("second"))
    run = mtc("validate", prod, "--tree", tree, "--tree", tree.with_name("second"))
    assert run.code == 1
    assert run.err.count("error[tree/shape]") == 2
    prod.write_text("nonsense\n", encoding="utf-8")
    assert "error[schema/type]" in mtc("validate", prod, "--tree", tree).err


def test_a_secret_s_line_is_not_shown(tree: Path) -> None:
    path = tree / "tenants" / "acme" / "credentials.secret.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "data:\n  password: hunter2!\n", encoding="utf-8")
    (tree / "x.yaml").symlink_to("/etc/passwd")
    run = mtc("validate", "--tree", tree)
    assert "error[tree/secret]" in run.err
    assert "error[tree/unreadable]" in run.err
    assert "hunter2" not in run.err
    assert "root:" not in run.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name a BLUEPRINT"),
        (["--tree", "nowhere"], "does not exist"),
        (["--tree", "empty"], "there is no YAML file in 'empty'"),
        (["--kubeconform", "--tree", "empty"], "needs --schema-location"),
        (["--schema-location", "empty", "--tree", "empty"], "belong to --kubeconform"),
        (["--kubeconform", "--schema-location", "https://example.com", "--tree", "empty"], "does not exist"),
    ],
)
def test_wrong_usage(arguments: list[str], said: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    run = mtc("validate", *arguments, cwd=tmp_path)
    assert run.code == 2
    assert said in run.err


def test_kubeconform_judges_a_tree_and_a_blueprint(tree: Path, prod: Path) -> None:
    assert mtc("validate", "--tree", tree, prod, *kubeconform()) == (0, "", "")
    path = broken(tree)
    run = mtc("validate", "--tree", tree, *kubeconform())
    assert run.code == 1
    assert (
        "error[tree/kubeconform]: kubeconform refuses `spec.maxHistry` of HelmRelease `acme-agent`" in run.err
    )
    assert f"--> {path}:27:3" in run.err


def test_kubeconform_judges_extras_at_the_blueprint_s_line(prod: Path) -> None:
    extra = prod.with_name("extra.yaml")
    extra.write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: clearml}\ndta: {}\n",
        encoding="utf-8",
    )
    prod.write_text(
        prod.read_text(encoding="utf-8") + "  extras: {platform: [extra.yaml]}\n", encoding="utf-8"
    )
    run = mtc("validate", prod, *kubeconform())
    assert run.code == 1
    assert f"--> {prod}:{len(prod.read_text(encoding='utf-8').splitlines())}:23" in run.err
    assert f"{extra}:4:1" in run.err


def test_render_writes_nothing_while_an_object_is_at_fault(prod: Path, tmp_path: Path) -> None:
    extra = prod.with_name("extra.yaml")
    extra.write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: X, namespace: clearml}\n", encoding="utf-8"
    )
    prod.write_text(
        prod.read_text(encoding="utf-8") + "  extras: {platform: [extra.yaml]}\n", encoding="utf-8"
    )
    run = mtc("render", prod, "-o", tmp_path / "out")
    assert run.code == 1
    assert "error[tree/shape]: `metadata.name` of ConfigMap `X` is `X`" in run.err
    assert not (tmp_path / "out").exists()
    assert run.err == mtc("validate", prod).err, "validate says the same"


def test_a_kind_beyond_can_be_allowed_with_a_reason(prod: Path) -> None:
    extra = prod.with_name("extra.yaml")
    extra.write_text("apiVersion: example.com/v1\nkind: Monitor\nmetadata: {name: x}\n", encoding="utf-8")
    text = prod.read_text(encoding="utf-8") + "  extras: {platform: [extra.yaml]}\n"
    prod.write_text(text, encoding="utf-8")
    assert "warning[tree/unchecked-kind]" in mtc("validate", prod).err
    allowed = (
        'metadata: {name: example, annotations: {mtc/allow: "tree/unchecked-kind: its chart checks it"}}'
    )
    prod.write_text(text.replace("metadata: {name: example}", allowed), encoding="utf-8")
    assert mtc("validate", prod) == (0, "", "")


def test_a_missing_kubeconform_is_said_in_one_line(tree: Path) -> None:
    run = mtc("validate", "--tree", tree, "--kubeconform", "--kubeconform-bin", "/no/kubeconform", *SCHEMAS)
    assert (run.code, run.out) == (3, "")
    assert (
        run.err
        == "mtc: there is no kubeconform at /no/kubeconform: install it, or name it with --kubeconform-bin\n"
    )
