"""verify/kubeconform: the real program's verdicts at their places; and programs that fail in every way."""

from __future__ import annotations

import json
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from conforming import NEWEST, kubeconform, write_schemas
from rendered import ROOT, example_bodies

from mtc.model.failure import CompilerFailure, ToolMissing
from mtc.verify import kubeconform as room
from mtc.verify.faults import Fault
from mtc.verify.kubeconform import Kubeconform

META = {"name": "x", "namespace": "acme"}
POLICY: dict[str, Any] = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": META}
CONFIG: dict[str, Any] = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": META}
SECRET: dict[str, Any] = {"apiVersion": "v1", "kind": "Secret", "metadata": META}
MONITOR: dict[str, Any] = {"apiVersion": "example.com/v1", "kind": "Monitor", "metadata": META}
INDEX: dict[str, Any] = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
OWN = tuple(ROOT / "schema" / folder for folder in ("kubernetes", "flux", "external-secrets"))


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Kubeconform:
    """The real program with Kubernetes' own schemas and Flux'."""
    schemas = write_schemas(tmp_path_factory.mktemp("official"), NEWEST)
    return Kubeconform((schemas,), kubeconform())


def places(judge: Kubeconform, *bodies: Any) -> list[tuple[int, tuple[str | int, ...], bool]]:
    return [(number, fault.route, fault.on_key) for number, fault in judge(bodies)]


def said(judge: Kubeconform, *bodies: Any) -> list[Fault]:
    return [fault for _, fault in judge(bodies)]


def test_its_verdicts_have_their_places(official: Kubeconform) -> None:
    wrong = POLICY | {"spec": {"podSelectr": {}, "ingress": [{"ports": [{"endPort": "8"}]}]}}
    keyed = CONFIG | {"metadata": META | {"labels": {"mtc/tenant": 7}}}
    assert places(official, CONFIG, wrong, keyed) == [
        (1, ("spec", "ingress", 0, "ports", 0, "endPort"), False),
        (1, ("spec", "podSelectr"), True),
        (2, ("metadata", "labels", "mtc/tenant"), False),
    ]
    faults = said(official, CONFIG, wrong)
    assert {fault.code for fault in faults} == {"tree/kubeconform"}
    assert faults[1].message == (
        "kubeconform refuses `spec.podSelectr` of NetworkPolicy `x`: additional properties 'podSelectr' not allowed"
    )


def test_a_missing_schema_is_an_error_once_for_its_kind(official: Kubeconform) -> None:
    (fault,) = said(official, MONITOR, CONFIG, MONITOR)
    assert (fault.severity, fault.route) == ("error", ("kind",))
    assert "has no schema of `Monitor` of `example.com/v1`, and has checked none" in fault.message
    assert "`monitor-example-v1.json`" in fault.help


def test_a_secret_s_words_are_not_repeated(official: Kubeconform) -> None:
    (fault,) = said(official, SECRET | {"data": {"password": 4711}})
    assert fault.code == "tree/secret"
    assert fault.message == "kubeconform refuses `data.password` of Secret `x`"


def test_what_is_no_object_of_a_cluster_is_not_given_to_it(official: Kubeconform) -> None:
    assert said(official, INDEX | {"resources": ["a.yaml"]}) == []
    (index, nothing) = said(official, INDEX | {"resources": ["../a.yaml"]}, {"kind": "ConfigMap"})
    assert (index.code, nothing.code) == ("tree/shape", "tree/shape")


def test_it_reads_the_schemas_that_ship_with_mtc() -> None:
    judge = Kubeconform(OWN, kubeconform())
    assert said(judge, *example_bodies()) == []
    (fault,) = said(judge, CONFIG | {"data": {"a b": ""}})
    assert fault.code == "tree/kubeconform"


def test_schemas_are_found_as_kubernetes_json_schema_and_catalogues_lay_them_out(tmp_path: Path) -> None:
    for path in ("v1.33.0-standalone-strict/configmap-v1.json", "example.com/monitor_v1.json"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text('{"type": "object", "required": ["data"]}', encoding="utf-8")
    judge = Kubeconform((tmp_path,), kubeconform(), "1.33")
    assert [fault.message for fault in said(judge, CONFIG, MONITOR)] == [
        "kubeconform refuses ConfigMap `x`: missing property 'data'",
        "kubeconform refuses Monitor `x`: missing property 'data'",
    ]


def test_a_schema_cannot_send_it_to_the_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it would ask the network for, it asks the proxy for; and at the proxy's port nobody listens."""
    assert room.OFFLINE.endswith(":9")
    tool = kubeconform()  # it may skip the test, and must not leave a thread behind
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.settimeout(20)
        asked: list[bytes] = []

        def answer() -> None:
            with proxy.accept()[0] as connection:
                asked.append(connection.recv(1000))
                connection.sendall(
                    b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                )

        thread = threading.Thread(target=answer)
        thread.start()
        monkeypatch.setattr(room, "OFFLINE", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        text = json.dumps({"$ref": "http://192.0.2.1/configmap.json"})
        (tmp_path / "configmap-v1.json").write_text(text, encoding="utf-8")
        (fault,) = said(Kubeconform((tmp_path,), tool), CONFIG)
        thread.join()
    assert asked[0].startswith(b"GET http://192.0.2.1/configmap.json ")
    assert fault.code == "tree/kubeconform"


def test_it_says_where_it_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing, match="no kubeconform on the PATH"):
        said(Kubeconform((tmp_path,)), CONFIG)
    with pytest.raises(ToolMissing, match=r"no kubeconform at \./kc"):
        said(Kubeconform((tmp_path,), "./kc"), CONFIG)


BAD = '{"filename": "0.json", "status": "statusInvalid", "msg": "x"}'
ONE_BAD = '{"valid": 0, "invalid": 1, "errors": 0, "skipped": 0}'
NONE_BAD = '{"valid": 1, "invalid": 0, "errors": 0, "skipped": 0}'


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo oh dear >&2; exit 2", "ended with 2 and no report: oh dear"),
        ("kill -9 $$", "ended with -9 and no report"),
        ("echo '{\"resources\": [}'", "ended with 0 and no report"),
        ("echo '[]'", "ended with 0 and no report"),
        ("echo '{}'", "ended with 0 and no report"),
        (f'echo \'{{"resources": null, "summary": {NONE_BAD}}}\'; exit 1', "does not add up"),
        (f'echo \'{{"resources": [], "summary": {ONE_BAD}}}\'; exit 1', "does not add up"),
        (f'echo \'{{"resources": [{BAD}], "summary": {ONE_BAD}}}\'; exit 0', "does not add up"),
        (f'echo \'{{"resources": [], "summary": {NONE_BAD.replace("1", "0")}}}\'', "counts 0"),
    ],
)
def test_an_answer_that_cannot_be_relied_on_is_a_failure(script: str, message: str, tmp_path: Path) -> None:
    program = tmp_path / "kc"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    with pytest.raises(CompilerFailure, match=message):
        said(Kubeconform((tmp_path,), str(program)), CONFIG)


def test_a_program_that_hangs_or_does_not_run_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "kc"
    program.write_text("#!/bin/sh\nexec /bin/sleep 60\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(room, "PATIENCE", 0.2)
    with pytest.raises(CompilerFailure, match="was not done after"):
        said(Kubeconform((tmp_path,), str(program)), CONFIG)
    program.write_text("#!/nowhere/sh\n", encoding="utf-8")
    with pytest.raises(CompilerFailure, match="cannot be run: "):
        said(Kubeconform((tmp_path,), str(program)), CONFIG)
