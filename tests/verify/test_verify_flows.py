"""What should be possible: each flow that the components need is stated, and no tenant is meant to reach another."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtc.model.plan import Plan
from mtc.pipeline import compile_blueprint
from mtc.reach import Topology, topology
from mtc.reach.ports import describe_ports
from mtc.reach.world import Endpoint
from mtc.verify.flows import ASKED, EXPOSED, NEEDED, Expected, allowed_peers, expected_flows

ROOT = Path(__file__).resolve().parents[2]


def expected(name: str) -> tuple[Plan, Topology, Expected]:
    compiled = compile_blueprint(ROOT / "blueprints" / f"{name}.yaml")
    assert compiled.tree is not None
    assert compiled.plan is not None
    plan = compiled.plan
    bodies = [document.body for document in compiled.tree.documents]
    found = topology(bodies, plan.blueprint.cluster, allowed_peers(plan))
    return plan, found, expected_flows(plan, found)


def must(name: str, tenant: str | None = None) -> set[tuple[str, str, str]]:
    """(source, target, ports) of every flow that has to work, a tenant's or those of all."""
    _, found, flows = expected(name)
    kinds = [kind.flows for kind in flows.kinds if tenant in {each.name for each in kind.tenants}]
    chosen = flows.common if tenant is None else kinds[0]
    ends: list[Endpoint] = [*found.world.pods, *found.outside.values()]
    rows = set()
    for flow in chosen:
        if flow.why in (NEEDED, ASKED, EXPOSED):
            sources = [flow.source.outside or end for end in ends if flow.source.holds(end)]
            targets = [flow.target.outside or end for end in ends if flow.target.holds(end)]
            rows |= {(str(one), str(other), describe_ports(flow.ports)) for one in sources for other in targets}
    return rows


def test_the_platforms_flows() -> None:
    rows = must("guide")
    for row in (
        ("ingress-nginx/controller", "clearml/apiserver", "TCP 8008"),
        ("ingress-nginx/controller", "clearml/webserver", "TCP 80, 8080"),
        ("ingress-nginx/controller", "clearml/fileserver", "TCP 8081"),
        ("clearml/apiserver", "clearml/mongodb", "TCP every port"),
        ("clearml/apiserver", "clearml-billing/others", "TCP 6379, 9092"),
        ("tenancy-system/bootstrap", "clearml/apiserver", "TCP 8008"),
        ("tenancy-system/bootstrap", "Kubernetes API", "TCP 443, 6443"),
        ("tenancy-system/bootstrap", "kube-system/dns", "TCP 53; UDP 53"),
        ("tenancy-system/applications", "internet", "TCP 443"),
    ):
        assert row in rows


def test_a_tenants_flows() -> None:
    rows = must("guide", "globex")
    for row in (
        ("globex/agent", "clearml/apiserver", "TCP 8008"),
        ("globex/agent", "ingress-nginx/controller", "TCP 443, 6443, 8443"),
        ("globex/agent", "redis-shared/redis", "TCP 6379"),
        ("globex/agent", "Kubernetes API", "TCP 443, 6443"),
        ("globex/tasks", "internet", "TCP 443"),
        ("globex/tasks", "kube-system/dns", "TCP 53; UDP 53"),
        ("globex/gateway", "clearml/apiserver", "TCP 8008"),
        ("ingress-nginx/controller", "globex/gateway", "every port"),
        ("clients", "globex/sessions", "TCP 10022"),
    ):
        assert row in rows
    assert not any(target == "acme/sessions" for source, target, _ in must("guide", "acme") if source == "clients")


def test_streams_are_exposed_and_own_redis_stays_at_home() -> None:
    rows = must("current", "acme")
    assert ("clients", "acme/gateway", "TCP 31100-31109; UDP 31100-31109") in rows
    assert ("acme/agent", "acme/redis", "TCP 6379") in rows


def test_what_was_asked_for_has_to_work_where_it_leaves_the_tree() -> None:
    assert ("monitoring/prometheus", "vision/tasks", "TCP 9090") in must("many", "vision")
    assert ("finance/tasks", "198.51.100.17/32", "TCP 5432") in must("many", "finance")


def test_a_suspended_tenant_needs_nothing() -> None:
    assert must("many", "sales") == set()


@pytest.mark.parametrize("name", ["guide", "current", "many"])
def test_no_flow_between_tenants_is_meant_but_to_published_ports(name: str) -> None:
    plan, found, flows = expected(name)
    tenants = {tenant.namespace.name for tenant in plan.tenants}
    pods = [pod for pod in found.world.pods if pod.namespace in tenants]
    exposed = ("streams on node ports", "sessions on node ports")
    for source in pods[:40]:
        for target in pods:
            if source.namespace != target.namespace:
                meant = [
                    flow.purpose
                    for flow in (*flows.common, *(flow for kind in flows.kinds for flow in kind.flows))
                    if not flow.within and flow.source.holds(source) and flow.target.holds(target)
                ]
                assert set(meant) <= set(exposed), f"{source} to {target}"


def test_who_is_walled_in() -> None:
    for name, ends in (("minimal", {"tenancy-system/bootstrap"}), ("current", {"acme/tasks", "globex/agent"})):
        _, found, flows = expected(name)
        held = {str(pod) for pod in found.world.pods if any(wall.holds(pod) for wall in flows.walled)}
        assert ends <= held
        assert not any(pod.startswith("clearml/") for pod in held)
