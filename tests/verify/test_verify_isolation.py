"""The proof holds for what mtc renders, and it agrees with brute force about what a hostile tenant can do."""

from __future__ import annotations

import itertools
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from attackers import hostile_pods, pod, world
from mutants import mutants
from rendered import generated
from valid_blueprints import made

from mtc.model.plan import Plan, TenantPlan
from mtc.pipeline import compile_blueprint
from mtc.render import render_objects
from mtc.verify.isolation import Proof, prove
from plan.planning import CHART, plan_of
from reach import naive

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ("guide", "current", "many", "minimal")
PORTS = (22, 53, 80, 443, 6379, 8008, 8080, 8081, 9090, 10022, 27017)
PODS = {True: ["10.244.3.7"], False: ["10.244.3.7", "192.168.1.9", "100.64.7.7", "8.8.8.8", "198.51.100.77"]}
Body = dict[str, Any]


def example(name: str) -> tuple[list[Body], Plan]:
    compiled = compile_blueprint(ROOT / "blueprints" / f"{name}.yaml")
    assert compiled.tree is not None
    assert compiled.plan is not None
    return [dict(document.body) for document in compiled.tree.documents], compiled.plan


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_are_isolated_and_whatever_they_need_works(name: str) -> None:
    proof = prove(*example(name))
    assert proof.forbidden == ()
    assert (proof.unguarded, proof.voided) == ((), ())
    # One tenant lets clients in by addresses that nodes may hide, which is said as a warning.
    assert {tenant.name for flow in proof.denied for tenant in flow.tenants} == ({"geo"} if name == "many" else set())
    assert all(flow.hidden for flow in proof.denied)


def test_whatever_the_language_can_say_is_isolated() -> None:
    """Every blueprint that the checks pass gives a tree that the proof passes; `guide` has holes, and only it."""
    profiles: Counter[str] = Counter()
    for seed in range(500):
        wanted = made(seed)[0]["spec"]["isolation"]["profile"]
        found = generated(seed) if profiles[wanted] < 15 else None
        if found is None:
            continue
        plan, tree = found
        proof = prove([document.body for document in tree.documents], plan)
        profile = plan.blueprint.isolation
        profiles[profile] += 1
        if profile != "guide":
            assert proof.forbidden == (), f"seed {seed}"
            assert [flow for flow in proof.denied if not flow.hidden] == [], f"seed {seed}"
        else:
            ends = {(flow.source, flow.target) for flow in proof.forbidden}
            tenants = proof.expected.tenants
            inward = [str(target) for _, target in ends if getattr(target, "namespace", "") in tenants]
            assert inward == [], f"seed {seed}: even the guide's policies keep tenants' namespaces shut"
    assert set(profiles) >= {"guide", "standard", "strict"}
    assert min(profiles[profile] for profile in ("guide", "standard", "strict")) > 3


def published(tenant: TenantPlan) -> set[int]:
    """Ports of a tenant's pods that are published on nodes: open to everyone, and said to be."""
    sessions = {10022} if tenant.spec.sessions.port_mode else set()
    streams = tenant.stream_ports
    return sessions | (set(range(streams.first, streams.last + 1)) if streams is not None else set())


def breaches(bodies: list[Body], plan: Plan, pairs: int) -> set[tuple[str, str, int]]:
    """(source, target, port) of flows between tenants, or into the platform, that brute force finds."""
    tree = world(bodies, PODS[bool(plan.blueprint.cluster.pod_cidrs)])
    found = set()
    by_name = {tenant.namespace.name: tenant for tenant in plan.tenants}
    for source, target in itertools.islice(itertools.permutations(by_name, 2), pairs):
        ports = [port for port in PORTS if port not in published(by_name[target])]
        for one in hostile_pods(bodies, source):
            for other in hostile_pods(bodies, target):
                found |= {
                    (source, target, port)
                    for port in ports
                    if naive.allowed(tree, one, other, port, "TCP", "may")
                }
    server = plan.server.release.namespace
    database = pod(server, {"app.kubernetes.io/name": "mongodb"}, "mongodb")
    for source in list(by_name)[:2]:
        for one in hostile_pods(bodies, source):
            if naive.allowed(tree, one, database, 27017, "TCP", "may"):
                found.add((source, server, 27017))
    return found


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_hostile_pod_of_a_tenant_gets_anywhere(name: str) -> None:
    bodies, plan = example(name)
    assert breaches(bodies, plan, pairs=6) == set()


def test_what_brute_force_finds_open_the_proof_finds_too() -> None:
    """Under `standard`, where one wall is all there is; `strict` has two, and one mutant opens one of them."""
    bodies, plan = example("guide")
    broken_ones = [
        (number, what, mutant)
        for number, body in enumerate(bodies)
        if body["kind"] == "NetworkPolicy" and body["metadata"]["namespace"] in ("acme", "clearml")
        for what, mutant in mutants(body)
        if what in ("remove", "add a peer", "widen selector")
    ]
    seen = 0
    for number, what, mutant in random.Random(5).sample(broken_ones, 20):
        broken = [*bodies[:number], *([mutant] if mutant else []), *bodies[number + 1 :]]
        open_ = breaches(broken, plan, pairs=2)
        proof = prove(broken, plan)
        for source, target, port in sorted(open_):
            assert _says(proof, source, target), f"{what}: {source} reaches {target} at {port}"
        seen += bool(open_)
    assert seen > 3


def _says(proof: Proof, source: str, target: str) -> bool:
    """Whether the proof has a forbidden flow of that kind: tenants of one kind stand for each other."""
    kinds = {name: number for number, kind in enumerate(proof.expected.kinds) for name in kind.namespaces}

    def alike(one: str, other: str) -> bool:
        return one == other or kinds.get(one, -1) == kinds.get(other, -2)

    ends = [
        (getattr(flow.source, "namespace", ""), getattr(flow.target, "namespace", ""))
        for flow in proof.forbidden
    ]
    return any(alike(source, one) and alike(target, other) for one, other in ends)


def test_a_namespace_that_does_not_enforce_pod_security_is_unguarded() -> None:
    bodies, plan = example("current")
    for body in bodies:
        if body["kind"] == "Namespace" and body["metadata"]["name"] == "globex":
            body["metadata"] = {**body["metadata"], "labels": {**body["metadata"]["labels"]}}
            body["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] = "privileged"
    assert prove(bodies, plan).unguarded == ("globex",)


INWARD = {"direction": "in", "reason": "a test", "ports": [{"port": 9000}], "peer": {"cidr": "203.0.113.0/24"}, "to": {"component": "tasks"}}
OUTWARD = {"direction": "out", "reason": "a test", "ports": [{"port": 9000}], "peer": {"cidr": "10.99.0.0/16"}, "to": {"component": "tasks"}}
FACTS = {"podCidrs": ["10.244.0.0/16"], "serviceCidrs": ["172.20.0.0/16"], "apiServerCidrs": ["192.0.2.10/32"]}
CLIENTS = {"portMode": True, "externalIP": "203.0.113.9", "clientCidrs": ["198.51.100.0/24"]}


@pytest.mark.parametrize(
    ("meant", "opened", "spec"),
    [
        ("203.0.113.0/24", wider, {"tenantDefaults": {"allow": [INWARD]}})
        for wider in ("203.0.112.0/23", "203.0.0.0/16", "203.0.0.0/8", "192.0.0.0/4", "0.0.0.0/0")
    ]
    + [
        ("10.99.0.0/16", wider, {"tenantDefaults": {"allow": [OUTWARD]}, "isolation": {"profile": "strict"}, "cluster": FACTS})
        for wider in ("10.98.0.0/15", "10.0.0.0/8")
    ]
    + [
        ("198.51.100.0/24", wider, {"tenantDefaults": {"sessions": CLIENTS}})
        for wider in ("198.51.100.0/23", "198.51.0.0/16", "198.0.0.0/8")
    ],
)  # fmt: skip
def test_a_wider_network_than_was_meant_is_noticed(meant: str, opened: str, spec: dict[str, Any]) -> None:
    plan = plan_of(tenants=[{"name": "acme"}, {"name": "globex"}], **spec)
    bodies = [document.body for document in render_objects(plan).documents]
    assert prove(bodies, plan).forbidden == ()
    broken = [json.loads(json.dumps(body).replace(meant, opened)) if body["kind"] == "NetworkPolicy" else body for body in bodies]
    assert broken != bodies
    assert prove(broken, plan).forbidden != ()


def test_of_networks_in_one_another_each_is_meant_as_far_as_it_goes() -> None:
    """One tenant lets in a part of what another lets in, whatever their order."""
    wide = {**INWARD, "peer": {"cidr": "203.0.0.0/16"}}
    for first, second in ((INWARD, wide), (wide, INWARD)):
        plan = plan_of(tenants=[{"name": "acme", "allow": [first]}, {"name": "globex", "allow": [second]}])
        bodies = [document.body for document in render_objects(plan).documents]
        assert prove(bodies, plan).holds
        for body in bodies:
            if body["kind"] == "NetworkPolicy" and "203.0.113.0/24" in json.dumps(body):
                broken = json.loads(json.dumps(body).replace("203.0.113.0/24", "203.0.0.0/16"))
                assert not prove([broken if each is body else each for each in bodies], plan).holds


@pytest.mark.parametrize("names", [("a2", "m0"), ("m2", "a0")])
def test_pods_that_allow_names_by_labels_may_be_those_of_some_tenants(names: tuple[str, str]) -> None:
    """Gateways of two charts have other labels: where nobody has them, nothing is asked for."""
    router = {"app.kubernetes.io/name": "clearml-ttr-clearml-task-traffic-router"}
    peer = {"namespace": "monitoring", "podLabels": {"app": "prometheus"}}
    flow = {"direction": "in", "reason": "a test", "ports": [{"port": 9090}], "peer": peer, "to": {"podLabels": router}}
    charts = ("clearml-task-traffic-router", "clearml-enterprise-app-gateway")
    tenants = [
        {"name": name, "gateway": {"enabled": True, "host": f"{name}-apps", "chart": {**CHART, "name": chart}}}
        for name, chart in zip(names, charts, strict=True)
    ]
    plan = plan_of(tenants=tenants, tenantDefaults={"allow": [flow]})
    assert prove([document.body for document in render_objects(plan).documents], plan).holds
