"""Pods that a tenant could start to get past the policies of a tree, for the tests' naive evaluator.

A tenant labels its pods as it likes: for every selector of every policy there is one that it selects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

Body = dict[str, Any]


def world(bodies: Iterable[Body], pod_addresses: list[str]) -> Body:
    """The namespaces and policies of a tree, as the naive evaluator takes them."""
    kept = list(bodies)
    labels = {
        body["metadata"]["name"]: body["metadata"].get("labels") or {}
        for body in kept
        if body["kind"] == "Namespace"
    }
    policies = [body for body in kept if body["kind"] == "NetworkPolicy"]
    return {"namespaces": labels, "policies": policies, "pod_block": pod_addresses, "node_block": []}


def hostile_pods(bodies: Iterable[Body], namespace: str) -> list[Body]:
    """A pod without labels, and one for each selector of pods that any policy has."""
    wanted: dict[tuple[tuple[str, str], ...], None] = {(): None}
    for body in bodies:
        if body["kind"] == "NetworkPolicy":
            wanted |= dict.fromkeys(tuple(sorted(labels.items())) for labels in _selected(body["spec"]))
    return [pod(namespace, dict(labels), f"hostile-{number}") for number, labels in enumerate(wanted)]


def pod(namespace: str, labels: dict[str, str], name: str) -> Body:
    return {"ns": namespace, "name": name, "labels": labels, "ports": [], "host": False, "ip": None}


def _selected(spec: Body) -> Iterator[dict[str, str]]:
    yield _labels(spec.get("podSelector") or {})
    for side, key in (("ingress", "from"), ("egress", "to")):
        for rule in spec.get(side) or []:
            yield from (_labels(peer.get("podSelector") or {}) for peer in rule.get(key) or [])


def _labels(selector: Body) -> dict[str, str]:
    found = dict(selector.get("matchLabels") or {})
    for need in selector.get("matchExpressions") or []:
        if need["operator"] in ("In", "Exists"):
            found[need["key"]] = (need.get("values") or ["1"])[0]
    return found
