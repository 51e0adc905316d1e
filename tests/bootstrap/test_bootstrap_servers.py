"""The servers of these tests keep to the documented rules; else what passes against them means nothing."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from clearml_api import HOME, ClearMl, User
from kubernetes_api import Kubernetes


def ask(server: ClearMl, name: str, body: Any = None, pair: str = "SUPERKEY:supersecret-9", **headers: str) -> tuple[int, int, Any]:
    sent = {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode(), "Content-Type": "application/json"}
    sent.update({f"X-Clearml-{key.replace('_', '-')}": value for key, value in headers.items()})
    reply = server.act("POST", f"/{name}", sent, json.dumps(body or {}).encode())
    answer = json.loads(reply.body)
    assert answer["meta"]["result_code"] == reply.status
    return reply.status, answer["meta"]["result_subcode"], answer["data"]


@pytest.fixture
def server() -> ClearMl:
    server = ClearMl()
    server.companies["c"] = {"id": "c", "name": "Acme"}
    server.add(User("a", "Ada", "c", "admin", "ada@acme.example"), "KEY", "secret")
    return server


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("system.create_company", {"name": " A "}, (400, 800)),
        ("system.create_company", {"name": "Acme "}, (400, 801)),
        ("system.create_company", {}, (400, 12)),
        ("system.update_company_settings", {"company": "no"}, (400, 10)),
        ("auth.create_user", {"name": "B", "company": "c", "email": "Ada@Acme.example"}, (400, 801)),
        ("auth.create_user", {"name": "B", "company": "no", "email": "b@acme.example"}, (400, 10)),
        ("auth.create_user", {"name": "B", "company": "c", "email": "b"}, (400, 800)),
        ("auth.create_user", {"name": "B", "company": "c", "email": "b@acme.example", "role": "god"}, (400, 12)),
        ("auth.create_credentials", {}, (400, 301)),
        ("queues.create", {"name": "ab "}, (400, 800)),
        ("queues.get_all", {"name": "("}, (400, 21)),
        ("no.such_call", {}, (404, 0)),
    ],
)
def test_refusals(server: ClearMl, name: str, body: Any, expected: tuple[int, int]) -> None:
    assert ask(server, name, body)[:2] == expected


def test_who_may_be_whom(server: ClearMl) -> None:
    def who(**headers: str) -> Any:
        status, subcode, data = ask(server, "users.get_current_user", **headers)
        return (data["user"]["id"], data["user"]["role"]) if status == 200 else (status, subcode)

    assert who() == ("__supervisor__", "system")
    assert who(Impersonate_As="a") == ("a", "admin")
    assert who(Act_As="a") == ("a", "system")
    assert who(Act_As="a", Impersonate_As="a") == (400, 5)
    assert who(Impersonate_As="nobody") == (400, 6)
    server.shape.cross_tenant = False
    assert who(Impersonate_As="a") == (400, 6)
    server.supervisor.role = "root"
    assert who(Impersonate_As="a") == ("a", "admin")


def test_who_is_let_in(server: ClearMl) -> None:
    assert ask(server, "users.get_current_user", pair="KEY:wrong")[:2] == (401, 22)
    assert json.loads(server.act("GET", "/users.get_current_user", {}, b"").body)["meta"]["result_subcode"] == 20
    assert server.act("GET", "/v2.31/debug.ping", {}, b"").status == 200
    assert server.act("GET", "/debug.ping", {"Content-Encoding": "gzip"}, b"").status == 415
    assert ask(server, "system.create_company", {"name": "New"}, "KEY:secret")[:2] == (403, 20)


def test_a_body_without_its_content_type_is_a_form(server: ClearMl) -> None:
    basic = "Basic " + base64.b64encode(b"SUPERKEY:supersecret-9").decode()
    reply = server.act("POST", "/system.create_company", {"Authorization": basic}, b'{"name": "New"}')
    assert json.loads(reply.body)["meta"]["result_subcode"] == 12


def test_swapping_the_two_headers_of_the_guide_fails(server: ClearMl) -> None:
    assert ask(server, "login.set_domains", {"domains": ["a.example"]}, Impersonate_As="a")[:2] == (403, 20)
    assert ask(server, "auth.create_credentials", Act_As="a")[:2] == (400, 301)


def test_a_secret_is_shown_once(server: ClearMl) -> None:
    _, _, made = ask(server, "auth.create_credentials", {"label": "l"}, Impersonate_As="a")
    pair = made["credentials"]
    assert len(pair["access_key"]) == 30
    assert pair["label"] == "l"
    status, _, listed = ask(server, "auth.get_credentials", Impersonate_As="a")
    assert status == 200
    assert pair["secret_key"] not in json.dumps(listed)
    revoke = {"access_key": pair["access_key"]}
    assert [ask(server, "auth.revoke_credentials", revoke, Impersonate_As="a")[2]["revoked"] for _ in range(2)] == [1, 0]


def test_queue_names_are_unique_in_a_company_and_searched_unanchored(server: ClearMl) -> None:
    for user, name in (("a", "default"), ("a", "my-default"), ("__supervisor__", "default")):
        assert ask(server, "queues.create", {"name": name}, Impersonate_As=user)[0] == 200
    assert ask(server, "queues.create", {"name": "default"}, Impersonate_As="a")[:2] == (400, 801)

    def search(pattern: str) -> list[str]:
        return [row["name"] for row in ask(server, "queues.get_all", {"name": pattern}, Impersonate_As="a")[2]["queues"]]

    assert (search("default"), search("^default$")) == (["default", "my-default"], ["default"])
    server.queues["c"]["default"]["system_tags"].append("k8s-glue")
    assert search("default") == ["my-default"]


def test_users_are_listed_of_the_callers_company_alone(server: ClearMl) -> None:
    _, _, data = ask(server, "users.get_all_ex", {"company": "c"}, Tenant="c")
    assert data == {"users": [{"id": "__supervisor__", "name": "supervisor"}]}
    server.shape.lists_members = True
    _, _, data = ask(server, "users.get_all_ex", {"company": "c"}, Tenant="c")
    assert data == {"users": [{"id": "a", "name": "Ada", "email": "ada@acme.example"}]}
    assert HOME in server.companies


PATH = "/api/v1/namespaces/ns/secrets/one"


@pytest.fixture
def cluster() -> Kubernetes:
    cluster = Kubernetes("t", {(verb, "ns", "one") for verb in ("get", "patch", "update")})
    for name in ("one", "two"):
        cluster.put("ns", name)
    return cluster


def kube(cluster: Kubernetes, method: str, path: str = PATH, body: Any = None, kind: str = "application/merge-patch+json") -> Any:
    headers = {"Authorization": "Bearer t", "Content-Type": kind}
    reply = cluster.act(method, path, headers, b"" if body is None else json.dumps(body).encode())
    answer = json.loads(reply.body)
    assert reply.status == 200 or (answer["kind"], answer["code"]) == ("Status", reply.status)
    return answer if reply.status == 200 else reply.status


def test_rules_are_by_verb_and_name(cluster: Kubernetes) -> None:
    assert kube(cluster, "GET")["metadata"]["name"] == "one"
    assert kube(cluster, "GET", "/api/v1/namespaces/ns/secrets") == 403
    assert kube(cluster, "GET", "/api/v1/namespaces/ns/secrets/two") == 403
    assert kube(cluster, "DELETE") == 403
    assert kube(cluster, "POST", "/api/v1/namespaces/ns/secrets", {}) == 403
    assert kube(cluster, "GET", "/apis/none") == 404
    assert cluster.act("GET", PATH, {"Authorization": "Bearer x"}, b"").status == 401
    del cluster.secrets["ns", "one"]
    assert kube(cluster, "GET") == 404


def test_versions_and_patches(cluster: Kubernetes) -> None:
    first = kube(cluster, "GET")
    patched = kube(cluster, "PATCH", body={"data": {"a": "eA=="}})
    assert patched["data"] == {"a": "eA=="}
    assert patched["metadata"]["resourceVersion"] != first["metadata"]["resourceVersion"]
    assert kube(cluster, "PATCH", body={"metadata": first["metadata"], "data": {"b": "eA=="}}) == 409
    assert kube(cluster, "PUT", body=first) == 409
    assert kube(cluster, "PUT", body={**patched, "stringData": {"c": "x"}})["data"] == {"a": "eA==", "c": "eA=="}
    assert kube(cluster, "PATCH", body={"data": {"a": None}})["data"] == {"c": "eA=="}
    same = kube(cluster, "GET")
    assert kube(cluster, "PATCH", body={"data": {"c": "eA=="}}) == same, "a patch that changes nothing makes no version"
    assert kube(cluster, "PATCH", body={"data": {"a": "%"}}) == 400
    assert kube(cluster, "PATCH", body={}, kind="application/json") == 415
