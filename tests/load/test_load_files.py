"""load/files and load/attachments: what a blueprint may read, and what it may not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from load_samples import HEAD, faults, good, load

from mtc.load import load_blueprint
from mtc.model.blueprint import BlueprintFile

SOPS = "secrets: {provider: sops, sops: {directory: ./keys/}}\n"


def written(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(path.encode())


def test_extras_are_read_and_known_by_their_plain_path(tmp_path: Path) -> None:
    written(tmp_path, "extras/a.yaml", "b.yaml")
    blueprint = good("extras: {platform: [./extras/a.yaml], tenant: [extras/../b.yaml]}\n", folder=tmp_path)
    assert blueprint.extras.platform == ("extras/a.yaml",)
    assert blueprint.extras.tenant == ("b.yaml",)
    assert blueprint.files == {
        "extras/a.yaml": BlueprintFile("extras/a.yaml", b"extras/a.yaml"),
        "b.yaml": BlueprintFile("b.yaml", b"b.yaml"),
    }


def test_every_yaml_file_of_the_sops_folder_is_read(tmp_path: Path) -> None:
    written(tmp_path, "keys/clearml/server.yaml", "keys/a.yaml", "keys/clearml/notes.txt", "other/b.yaml")
    blueprint = good(SOPS, folder=tmp_path)
    assert blueprint.secrets.sops.directory == "keys"
    assert list(blueprint.files) == ["keys/a.yaml", "keys/clearml/server.yaml"]


def test_the_sops_folder_is_read_for_sops_alone(tmp_path: Path) -> None:
    written(tmp_path, "secrets/a.yaml")
    assert good("", folder=tmp_path).files == {}


def test_a_sops_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert good(SOPS, folder=tmp_path).files == {}


def test_files_may_come_from_memory() -> None:
    files = {"keys/a/b.yaml": b"1", "keys/c.txt": b"2", "extras/a.yaml": b"3", "z.yaml": b"4"}
    blueprint = good(SOPS + "extras: {platform: [./extras/a.yaml]}\n", files=files)
    assert {path: file.content for path, file in blueprint.files.items()} == {
        "extras/a.yaml": b"3",
        "keys/a/b.yaml": b"1",
    }
    everything = good(SOPS.replace("./keys/", "."), files=files)
    assert sorted(everything.files) == ["extras/a.yaml", "keys/a/b.yaml", "z.yaml"]


OUTSIDE = ["../secret", "/etc/hostname", "a/../../secret", "..", "/"]


@pytest.mark.parametrize("path", OUTSIDE)
def test_no_path_leaves_the_folder(tmp_path: Path, path: str) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    written(tmp_path, "secret", "inside/a/x")
    shown = os.path.normpath(path)
    for place in (
        {"folder": inside},
        {"files": {"../secret": b"", "/etc/hostname": b"", "..": b"", "/": b""}},
    ):
        assert faults(f"extras: {{tenant: [{path}]}}\n", **place) == [
            f'7 "{path}" files/outside: `{shown}` lies outside the blueprint\'s folder [put it beside the blueprint, and name it from there]'
        ]
        assert faults(SOPS.replace("./keys/", path), **place) == [
            f'7 "{path}" files/outside: `{shown}` lies outside the blueprint\'s folder [put it beside the blueprint, and name it from there]'
        ]


def test_no_link_leaves_the_folder(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    written(tmp_path, "secret.yaml", "inside/keys/good.yaml")
    (inside / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (inside / "up").symlink_to(tmp_path)
    (inside / "keys" / "bad.yaml").symlink_to(tmp_path / "secret.yaml")
    (inside / "loop").symlink_to(inside / "loop")
    found = faults(SOPS + "extras: {platform: [link.yaml, up/secret.yaml, loop]}\n", folder=inside)
    assert [line.split(" [")[0] for line in found] == [
        '7 "./keys/" files/outside: `keys/bad.yaml` lies outside the blueprint\'s folder',
        '8 "link.yaml" files/outside: `link.yaml` lies outside the blueprint\'s folder',
        '8 "up/secret.yaml" files/outside: `up/secret.yaml` lies outside the blueprint\'s folder',
        '8 "loop" files/outside: `loop` lies outside the blueprint\'s folder',
    ]


def test_a_link_inside_the_folder_is_followed(tmp_path: Path) -> None:
    written(tmp_path, "a.yaml")
    (tmp_path / "b.yaml").symlink_to("a.yaml")
    assert good("extras: {platform: [b.yaml]}\n", folder=tmp_path).files["b.yaml"].content == b"a.yaml"


def test_a_folder_and_a_pipe_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    assert faults("extras: {platform: [folder, pipe, none]}\n", folder=tmp_path) == [
        '7 "folder" files/directory: `folder` is a folder, not a file [name a file in it]',
        '7 "pipe" files/unreadable: `pipe` cannot be read: not a regular file [check its kind and its permissions]',
        '7 "none" files/missing: `none` does not exist [check the path]',
    ]


def test_without_a_folder_nothing_is_read() -> None:
    assert [d.code for d in load("extras: {platform: [a.yaml]}\n").diagnostics] == ["files/missing"]


def test_a_blueprint_reads_beside_itself_wherever_we_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, "deep/extras/a.yaml")
    (tmp_path / "deep" / "b.yaml").write_text(HEAD + "  extras: {platform: [extras/a.yaml]}\n")
    monkeypatch.chdir(tmp_path)
    for path in ("deep/b.yaml", tmp_path / "deep" / "b.yaml", "./deep/../deep/b.yaml"):
        outcome = load_blueprint(path)
        assert outcome.diagnostics == ()
        assert outcome.value is not None
        assert list(outcome.value.files) == ["extras/a.yaml"]
    monkeypatch.chdir(tmp_path / "deep")
    assert load_blueprint("b.yaml").value is not None
