"""A tenant's Helm values beyond the guide's: today's app gateway and its streams."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from runbook_plans import CHART, plan_of

from mtc.render import render_plan

STREAMS = {"host": "acme-apps", "streamPorts": {"first": 31400, "last": 31409}}


def values(path: str, *tenants: dict[str, Any], **spec: Any) -> Any:
    """The values of a release of the tree of these tenants, as PyYAML reads them."""
    tree = render_plan(plan_of(*tenants, **spec))
    return yaml.safe_load(tree.files[f"{path}.helmrelease.yaml"])["spec"]["values"]


def cookies(*tenants: dict[str, Any], **spec: Any) -> tuple[str | None, str | None]:
    """The name of the cookie that the server sets, and of the one that acme's gateway reads."""
    server = values("platform/server", *tenants, **spec)["clearml"].get("cookieName")
    return server, values("tenants/acme/gateway", *tenants, **spec)["clearml"].get("authCookieName")


def test_the_app_gateway_reads_the_cookie_that_the_server_sets() -> None:
    acme = {"name": "acme"}
    assert cookies(acme) == ("clearml-token-k8s", "clearml-token-k8s")
    own = {"chart": CHART, "values": {"clearml": {"cookieName": "ml-token"}}}
    assert cookies(acme, server=own) == ("ml-token", "ml-token")


def test_without_an_app_gateway_the_cookie_is_the_charts() -> None:
    router = {"host": "acme-router", "flavor": "task-traffic-router"}
    assert cookies({"name": "acme", "gateway": router}) == (None, None)


def solver_policies(**spec: Any) -> dict[str, Any]:
    """path → spec of the policies that let the ingress controller reach cert-manager's solvers."""
    tree = render_plan(plan_of({"name": "acme"}, {"name": "globex", "gateway": {"enabled": False}}, **spec))
    found = {path: text for path, text in tree.files.items() if "allow-acme-solver" in path}
    return {path: yaml.safe_load(text)["spec"] for path, text in found.items()}


@pytest.mark.parametrize("path", ["tenants/acme/restrict-egress", "platform/tenancy-system.allow-jobs"])
def test_names_are_resolved_by_the_clusters_dns_and_by_the_nodes_cache(path: str) -> None:
    networks = {"podCidrs": ["10.244.0.0/16"], "serviceCidrs": ["10.96.0.0/12"], "apiServerCidrs": ["192.0.2.10/32"]}
    tree = render_plan(plan_of({"name": "acme"}, cluster=networks, isolation={"profile": "strict"}))
    rules = yaml.safe_load(tree.files[f"{path}.networkpolicy.yaml"])["spec"]["egress"]
    (dns,) = (rule for rule in rules if {"protocol": "UDP", "port": 53} in rule.get("ports", []))
    assert dns["ports"] == [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]
    pods, cache = dns["to"]
    assert pods["podSelector"] == {"matchLabels": {"k8s-app": "kube-dns"}}
    assert cache == {"ipBlock": {"cidr": "169.254.20.10/32"}}


@pytest.mark.parametrize("path", ["tenants/acme/restrict-egress", "platform/tenancy-system.allow-jobs"])
def test_a_clusters_dns_may_listen_on_a_port_of_its_own_and_the_nodes_cache_does_not(path: str) -> None:
    labels = {"dns.operator.openshift.io/daemonset-dns": "default"}
    openshift = {"namespace": "openshift-dns", "podLabels": labels, "port": 5353}
    networks = {"podCidrs": ["10.128.0.0/14"], "serviceCidrs": ["172.30.0.0/16"], "apiServerCidrs": ["192.0.2.10/32"]}
    cluster = {**networks, "dns": openshift}
    tree = render_plan(plan_of({"name": "acme"}, cluster=cluster, isolation={"profile": "strict"}))
    rules = yaml.safe_load(tree.files[f"{path}.networkpolicy.yaml"])["spec"]["egress"]
    by_port = {rule["ports"][0]["port"]: rule for rule in rules if "UDP" in str(rule.get("ports"))}
    assert list(by_port) == [5353, 53]
    for port, rule in by_port.items():
        assert rule["ports"] == [{"protocol": "UDP", "port": port}, {"protocol": "TCP", "port": port}]
    ((pods,), (cache,)) = (rule["to"] for rule in by_port.values())
    assert pods["podSelector"] == {"matchLabels": labels}
    assert cache == {"ipBlock": {"cidr": "169.254.20.10/32"}}


def test_an_issuers_challenges_are_let_in_wherever_there_is_an_ingress_and_nowhere_else() -> None:
    found = solver_policies(tls={"clusterIssuer": "letsencrypt"})
    assert sorted(found) == [
        "platform/clearml.allow-acme-solver.networkpolicy.yaml",
        "tenants/acme/allow-acme-solver.networkpolicy.yaml",
    ]
    for policy in found.values():
        assert policy["podSelector"] == {"matchLabels": {"acme.cert-manager.io/http01-solver": "true"}}
        (rule,) = policy["ingress"]
        assert rule["ports"] == [{"protocol": "TCP", "port": 8089}]
        assert all("namespaceSelector" in peer for peer in rule["from"])
    assert solver_policies(tls={"secretName": "wildcard"}) == {}
    assert solver_policies(tls={"clusterIssuer": "x"}, isolation={"profile": "guide"}) == {}


def test_streams_have_their_ports_and_the_address_that_users_are_told() -> None:
    acme = {"name": "acme", "gateway": STREAMS, "sessions": {"externalIP": "203.0.113.10"}}
    assert values("tenants/acme/gateway", acme)["streamSession"] == {
        "routerAddress": "203.0.113.10",
        "service": {"type": "NodePort"},
        "portRange": {"start": 31400, "end": 31409},
    }
    assert "streamSession" not in values("tenants/acme/gateway", {"name": "acme"})


def test_a_load_balancers_name_takes_the_addresss_place() -> None:
    balanced = {"streamSession": {"routerAddress": "tcp.example.com", "service": {"type": "LoadBalancer"}}}
    acme = {"name": "acme", "gateway": STREAMS | {"values": balanced}}
    assert values("tenants/acme/gateway", acme)["streamSession"] == {
        "routerAddress": "tcp.example.com",
        "service": {"type": "LoadBalancer"},
        "portRange": {"start": 31400, "end": 31409},
    }
