"""verify/folder: a tree on the disk, judged object by object; faults stand in its own files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from rendered import NAMES, ROOT

from mtc.model.diagnostic import Diagnostic
from mtc.pipeline import compile_blueprint
from mtc.verify import verify_folder, yaml_files
from mtc.verify.folder import MAX_BYTES

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n  namespace: acme\n"


def written(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def shown(found: tuple[Diagnostic, ...]) -> list[tuple[str, str, int, int]]:
    return [
        (one.code, Path(one.primary.span.file).name, one.primary.span.line, one.primary.span.column)
        for one in found
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_rendered_tree_has_no_fault(name: str, tmp_path: Path) -> None:
    tree = compile_blueprint(ROOT / "blueprints" / f"{name}.yaml").tree
    assert tree is not None
    for path, content in tree.files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    assert len(yaml_files(tmp_path)) == sum(path.endswith(".yaml") for path in tree.files)
    assert verify_folder(tmp_path) == ()


def test_faults_stand_at_their_lines_and_columns(tmp_path: Path) -> None:
    folder = written(
        tmp_path, a=f"{CONFIG}data:\n  a: 1\n---\n{CONFIG}dta: {{}}\n", b="a: 1\n---\n- b\n---\n"
    )
    assert shown(verify_folder(folder)) == [
        ("tree/shape", "a.yaml", 7, 6),
        ("tree/shape", "a.yaml", 14, 1),
        ("tree/shape", "b.yaml", 1, 1),
        ("tree/shape", "b.yaml", 3, 1),
    ]


def test_what_is_no_yaml_is_said_as_everywhere(tmp_path: Path) -> None:
    folder = written(tmp_path, a="a: [1\n", b=f"{CONFIG}data: &x {{}}\n", c=f"{CONFIG}data: {{a: 1, a: 2}}\n")
    assert [one.code for one in verify_folder(folder)] == [
        "yaml/syntax",
        "yaml/anchor",
        "tree/shape",
        "yaml/duplicate-key",
    ]


def test_a_kind_beyond_is_a_warning(tmp_path: Path) -> None:
    folder = written(tmp_path, a="apiVersion: example.com/v1\nkind: Monitor\nmetadata: {name: x}\n")
    (found,) = verify_folder(folder)
    assert (found.code, found.severity, found.primary.span.line) == ("tree/unchecked-kind", "warning", 2)


def test_a_secret_of_sops_is_judged_as_flux_applies_it(tmp_path: Path) -> None:
    secret = (
        CONFIG.replace("ConfigMap", "Secret") + "stringData: {a: 'ENC[AES256_GCM,data:x]'}\nsops: {mac: x}\n"
    )
    assert verify_folder(written(tmp_path, a=secret)) == ()
    assert [one.code for one in verify_folder(written(tmp_path, a=f"{CONFIG}sops: {{}}\n"))] == ["tree/shape"]


def test_hidden_files_and_folders_are_not_looked_at(tmp_path: Path) -> None:
    for folder in (".git", "deep/.mtc"):
        (tmp_path / folder).mkdir(parents=True)
        written(tmp_path / folder, a="no: object\n")
    (tmp_path / ".hidden.yaml").write_text("no: object\n", encoding="utf-8")
    assert yaml_files(tmp_path) == []


def test_links_and_pipes_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "private"
    secret.write_text("root: x\n", encoding="utf-8")
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a.yaml").symlink_to(secret)
    os.mkfifo(tree / "b.yaml")
    (tree / "c").symlink_to(tmp_path, target_is_directory=True)
    written(tree, d=CONFIG)
    with (tree / "e.yaml").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert shown(verify_folder(tree)) == [
        ("tree/unreadable", "a.yaml", 1, 1),
        ("tree/unreadable", "b.yaml", 1, 1),
        ("yaml/too-large", "e.yaml", 1, 1),
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_without_permission_is_said(tmp_path: Path) -> None:
    written(tmp_path, a=CONFIG)
    (tmp_path / "a.yaml").chmod(0)
    (found,) = verify_folder(tmp_path)
    assert found.message.endswith("cannot be read: permission denied")
