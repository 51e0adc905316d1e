"""A tenant's Helm values beyond the guide's: today's app gateway and its streams."""

from __future__ import annotations

from typing import Any

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
