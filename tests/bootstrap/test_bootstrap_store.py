"""All stores keep one promise: a write lands only on the version that was read."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from faulty_http import Reply
from world import CONTROL, SECRET, World, kubeconfig

from mtc.bootstrap.faults import Permanent, Retryable
from mtc.bootstrap.file import FileStore
from mtc.bootstrap.kubectl import KubectlStore
from mtc.bootstrap.log import Log
from mtc.bootstrap.store import Conflict, SecretStore, Store


def secret_store(world: World, monkeypatch: pytest.MonkeyPatch, account: Path | None = None) -> SecretStore:
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", str(world.cluster.port))
    return SecretStore(account or world.account, SECRET, 5, Log(False))


def kubectl_store(world: World, monkeypatch: pytest.MonkeyPatch, folder: Path, certificates: Path) -> KubectlStore:
    if not shutil.which("kubectl"):
        pytest.skip("kubectl is not on this machine")
    path = folder / "kubeconfig"
    path.write_text(kubeconfig(world.cluster.port, certificates))
    monkeypatch.setenv("KUBECONFIG", str(path))
    return KubectlStore(CONTROL, SECRET, None, 5, Log(False))


@pytest.fixture(params=["secret", "file", "kubectl"])
def store(
    request: pytest.FixtureRequest, world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, certificates: Path
) -> Store:
    if request.param == "kubectl":
        return kubectl_store(world, monkeypatch, tmp_path, certificates)
    return secret_store(world, monkeypatch) if request.param == "secret" else FileStore(tmp_path / "state")


def test_reading_back_what_was_written(store: Store) -> None:
    data, version = store.read()
    assert data == {}
    version = store.write({"a": "1", "b": "ä\n"}, version)
    version = store.write({"a": "2"}, version)
    assert store.read() == ({"a": "2", "b": "ä\n"}, version)


def test_a_stale_version_is_refused(store: Store) -> None:
    _, version = store.read()
    store.write({"a": "1"}, version)
    with pytest.raises(Conflict):
        store.write({"a": "2"}, version)
    assert store.read()[0] == {"a": "1"}


def test_of_many_writers_at_once_one_wins_each_round(store: Store) -> None:
    won: list[int] = []

    def add(number: int) -> None:
        for _ in range(200):
            data, version = store.read()
            try:
                store.write({"count": str(int(data.get("count", "0")) + 1)}, version)
            except Conflict:
                continue
            won.append(number)
            return

    threads = [threading.Thread(target=add, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.read()[0] == {"count": "6"}
    assert sorted(won) == list(range(6))


@pytest.mark.parametrize(
    ("lack", "text"),
    [("rules", "the Role lacks get or patch"), ("secrets", "it does not exist"), ("token", "token was not accepted")],
)
def test_what_may_be_a_matter_of_minutes(
    world: World, monkeypatch: pytest.MonkeyPatch, lack: str, text: str
) -> None:
    store = secret_store(world, monkeypatch)
    if lack == "token":
        world.kubernetes.token = "another"
    else:
        getattr(world.kubernetes, lack).clear()
    with pytest.raises(Retryable, match=text):
        store.read()
    with pytest.raises(Retryable):
        store.write({}, "1")


def test_an_immutable_secret(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.kubernetes.secrets[CONTROL, SECRET]["immutable"] = True
    store = secret_store(world, monkeypatch)
    with pytest.raises(Permanent, match="immutable"):
        store.write({"a": "1"}, store.read()[1])


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'{"data": {"a": "%%"}}', b'{"data": 3}', b'{"metadata": {}}'])
def test_an_answer_that_is_no_secret(world: World, monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    store = secret_store(world, monkeypatch)

    def act(*_: Any) -> Reply:
        return Reply(200, body, {})

    monkeypatch.setattr(world.kubernetes, "act", act)
    with pytest.raises(Retryable):
        store.read()


def test_the_token_is_read_for_each_call(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("token", "ca.crt", "namespace"):
        (tmp_path / name).write_bytes((world.account / name).read_bytes())
    store = secret_store(world, monkeypatch, tmp_path)
    store.read()
    world.kubernetes.token = "rotated"
    (tmp_path / "token").write_text("rotated\n")
    store.read()


def test_a_server_that_the_mounted_ca_did_not_sign(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, certificates: Path
) -> None:
    for name in ("token", "namespace"):
        (tmp_path / name).write_bytes((world.account / name).read_bytes())
    for text in (None, "no certificate"):
        if text:
            (tmp_path / "ca.crt").write_text(text)
        with pytest.raises(Permanent, match=r"ca\.crt is not a file of PEM certificates"):
            secret_store(world, monkeypatch, tmp_path)
    (tmp_path / "ca.crt").write_bytes((certificates / "other.crt").read_bytes())
    with pytest.raises(Retryable, match="SSLCertVerificationError"):
        secret_store(world, monkeypatch, tmp_path).read()
    assert world.kubernetes.verbs == []


def test_outside_a_cluster(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    with pytest.raises(Permanent, match="--state-file"):
        SecretStore(world.account, SECRET, 1, Log(False))
    with pytest.raises(Permanent, match="no service account is mounted"):
        SecretStore(tmp_path, SECRET, 1, Log(False))


@pytest.mark.parametrize("text", ["{", "[]", '{"a": 1}'])
def test_a_file_that_is_no_map_of_texts(tmp_path: Path, text: str) -> None:
    (tmp_path / "state").write_text(text)
    with pytest.raises(Permanent, match="put it right or move it away"):
        FileStore(tmp_path / "state").read()
    assert (tmp_path / "state").read_text() == text
