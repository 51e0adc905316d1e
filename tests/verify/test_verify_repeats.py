"""verify/repeats: two entries of a pod's list with one key are said, at the second."""

from __future__ import annotations

from typing import Any

import pytest

from mtc.model.source import Route
from mtc.verify.repeats import is_key
from mtc.verify.shapes import shape_faults

POD: Route = ("spec", "template", "spec")


def job(container: dict[str, Any] | None = None, **pod: Any) -> dict[str, Any]:
    made = {"name": "c", "image": "i"} | (container or {})
    spec = {"restartPolicy": "Never", "containers": [made]} | pod
    metadata = {"name": "x", "namespace": "acme"}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": metadata,
        "spec": {"template": {"spec": spec}},
    }


def found(body: dict[str, Any]) -> list[tuple[Route, str]]:
    return [(fault.route, fault.message) for _, fault in shape_faults([body])]


def mount(path: str) -> dict[str, str]:
    return {"name": "v", "mountPath": path}


@pytest.mark.parametrize(
    ("body", "route"),
    [
        (
            job({"env": [{"name": "A"}, {"name": "B"}, {"name": "A"}]}),
            (*POD, "containers", 0, "env", 2, "name"),
        ),
        (
            job({"volumeMounts": [mount("/a"), mount("/a")]}),
            (*POD, "containers", 0, "volumeMounts", 1, "mountPath"),
        ),
        (
            job({"ports": [{"containerPort": 80}, {"containerPort": 80, "protocol": "TCP"}]}),
            (*POD, "containers", 0, "ports", 1, "containerPort"),
        ),
        (
            job(initContainers=[{"name": "c", "image": "i", "env": [{"name": "A"}] * 2}]),
            (*POD, "initContainers", 0, "env", 1, "name"),
        ),
        (job(volumes=[{"name": "v"}, {"name": "v", "emptyDir": {}}]), (*POD, "volumes", 1, "name")),
    ],
)
def test_the_second_of_two_is_said(body: dict[str, Any], route: Route) -> None:
    ((where, message),) = found(body)
    assert where == route
    assert message.endswith("as an entry before it has")


def test_the_sentence_names_the_key() -> None:
    ((_, message),) = found(job({"env": [{"name": "A"}, {"name": "A"}]}))
    assert message == (
        "`spec.template.spec.containers[0].env[1]` of Job `x` has `name: A`, as an entry before it has"
    )


def test_what_is_a_key_cannot_be_looked_at_alone() -> None:
    assert is_key((*POD, "containers", 0, "env", 3, "name"))
    assert is_key((*POD, "containers", 0, "ports", 1, "protocol"))
    assert not is_key((*POD, "containers", 0, "env", 3, "value"))
    assert not is_key(("metadata", "name"))
    assert not is_key(("spec", "hard", 0))


def test_entries_with_keys_of_their_own_are_silent() -> None:
    ports = [{"containerPort": 80}, {"containerPort": 80, "protocol": "UDP"}, {"containerPort": 81}]
    assert found(job({"ports": ports, "env": [{"name": "A"}, {"name": "a"}], "args": ["x", "x"]})) == []
    assert found(job({"volumeMounts": [mount("/a"), mount("/b")]}, volumes=[{"name": "v"}])) == []
