"""Ports of interactive sessions, as far as the blueprint alone can say; who gets which is the plan's."""

from __future__ import annotations

from collections.abc import Iterator

from mtc.check.findings import Finding, rule, shared
from mtc.model.blueprint import Blueprint
from mtc.model.source import Route

MAX_PODS = "K8S_GLUE_MAX_PODS"  # clearml-agent docker/k8s-glue/build-resources/entrypoint.sh
NEARER = {"tenants": 2, "profiles": 1, "tenantDefaults": 0}


def external_ip_missing(b: Blueprint) -> Iterator[Finding]:
    """Port mode without the address that clients connect to.

    The agent tells users the address and port of their sessions; the chart's default is 0.0.0.0.

    Fails:
        tenants:
          - {name: acme, sessions: {portMode: true}}

    Passes:
        tenants:
          - {name: acme, sessions: {portMode: true, externalIP: 203.0.113.10}}
    """
    for tenants in shared(b, "sessions"):
        sessions, route = tenants[0].sessions, (*tenants[0].route, "sessions")
        if sessions.port_mode and sessions.external_ip is None:
            yield Finding(
                (*route, "portMode"),
                "port mode has no `externalIP`, which is the address that clients connect to",
                "write the address of a node or load balancer: `externalIP: …`",
                tenants=tenants,
            )


def external_ip_unusable(b: Blueprint) -> Iterator[Finding]:
    """An address that no client can connect to.

    `0.0.0.0` is what the guide and the chart have as a placeholder: users would be sent to their own
    machines.

    Fails:
        tenants:
          - {name: acme, sessions: {portMode: true, externalIP: 0.0.0.0}}

    Passes:
        tenants:
          - {name: acme, sessions: {portMode: true, externalIP: 203.0.113.10}}
    """
    for tenants in shared(b, "sessions"):
        sessions = tenants[0].sessions
        if sessions.port_mode and sessions.external_ip is not None:
            trouble = _trouble(sessions.external_ip)
            if trouble:
                yield Finding(
                    (*tenants[0].route, "sessions", "externalIP"),
                    f"no client can connect to `{sessions.external_ip}`, which is {trouble}",
                    "write the address of a node or load balancer that clients reach",
                    tenants=tenants,
                )


def _trouble(text: str) -> str:
    """What is wrong with an address as a destination, or nothing."""
    from ipaddress import ip_address  # noqa: PLC0415 - only where there is an address

    try:
        address = ip_address(text)
    except ValueError:
        return "not an address"
    kinds = (
        (address.is_unspecified, "a placeholder"),
        (address.is_loopback, "each machine's own"),
        (address.is_link_local, "link-local"),
        (address.is_multicast, "a multicast address"),
    )
    return next((what for holds, what in kinds if holds), "")


def max_pods_ignored(b: Blueprint) -> Iterator[Finding]:
    """A queue's own `maxPods` for a tenant in port mode.

    The agent counts ports in port mode, and ignores how many pods a queue may have: `sessions.maxServices`
    is the limit. A limit that the tenant inherits from a layer that knows nothing of port mode is not
    reported.

    Fails:
        tenants:
          - name: acme
            sessions: {portMode: true, externalIP: 203.0.113.10}
            queues: {default: {maxPods: 4}}

    Passes:
        tenantDefaults: {queues: {default: {maxPods: 4}}}
        tenants:
          - name: acme
            sessions: {portMode: true, externalIP: 203.0.113.10}
    """
    for tenants in shared(b, "queues"):
        in_port_mode = [tenant for tenant in tenants if tenant.sessions.port_mode]
        limited = [queue.name for queue in tenants[0].queues if queue.max_pods is not None]
        layers = [(_nearness(b, (*t.route, "sessions", "portMode")), t) for t in in_port_mode if limited]
        for name in limited:
            route = (*tenants[0].route, "queues", name, "maxPods")
            nearness = _nearness(b, route) if layers else 0
            found = [tenant for layer, tenant in layers if nearness >= layer]
            if found:
                yield Finding(
                    route,
                    f"the `maxPods` of queue `{name}` is ignored in port mode",
                    "take it out, and limit the tenant with `sessions.maxServices`",
                    related=(((*found[0].route, "sessions", "portMode"), "port mode"),),
                    tenants=found,
                )


def max_pods_variable(b: Blueprint) -> Iterator[Finding]:
    """The agent's limit of pods beside port mode.

    The agent's start script turns `K8S_GLUE_MAX_PODS` and port mode into two options that exclude each other,
    and the agent ends with an error each time it starts.

    Fails:
        tenantDefaults: {agent: {env: {K8S_GLUE_MAX_PODS: "4"}}}
        tenants:
          - {name: acme, sessions: {portMode: true, externalIP: 203.0.113.10}}

    Passes:
        tenants:
          - {name: acme, sessions: {portMode: true, externalIP: 203.0.113.10, maxServices: 4}}
    """
    for tenants in shared(b, "agent.env", "sessions"):
        tenant = tenants[0]
        if MAX_PODS in tenant.agent.env and tenant.sessions.port_mode:
            yield Finding(
                (*tenant.route, "agent", "env", MAX_PODS),
                f"`{MAX_PODS}` and port mode exclude each other: the agent would not start",
                "take it out, and limit the tenant with `sessions.maxServices`",
                related=(((*tenant.route, "sessions", "portMode"), "port mode"),),
                tenants=tenants,
                on_key=True,
            )


def _nearness(b: Blueprint, route: Route) -> int:
    """How near to the tenant the layer is that a setting was written in: 2 its own, 1 its profile's."""
    return NEARER[str(b.origin(route)[1])]


def streams_ignored(b: Blueprint) -> Iterator[Finding]:
    """Stream ports of a gateway that has none.

    The task traffic router knows no stream sessions: nothing listens on these ports, and other tenants
    cannot have them either.

    Fails:
        tenantDefaults: {gateway: {enabled: true, chart: {repository: charts, name: router, version: 1.0.0}}}
        tenants:
          - {name: acme, gateway: {host: acme, streamPorts: {first: 31100, last: 31110}}}

    Passes:
        tenantDefaults: {gateway: {enabled: true, chart: {repository: charts, name: router, version: 1.0.0}}}
        tenants:
          - name: acme
            gateway: {host: acme, flavor: app-gateway, streamPorts: {first: 31100, last: 31110}}
            sessions: {externalIP: 203.0.113.10}
    """
    for tenants in shared(b, "gateway"):
        gateway, route = tenants[0].gateway, (*tenants[0].route, "gateway")
        if gateway.enabled and gateway.flavor == "task-traffic-router" and gateway.stream_ports is not None:
            yield Finding(
                (*route, "streamPorts"),
                "a task traffic router has no stream ports",
                "take them out, or write `flavor: app-gateway`",
                related=(((*route, "flavor"), "the gateway"),),
                tenants=tenants,
                on_key=True,
            )


def stream_address_missing(b: Blueprint) -> Iterator[Finding]:
    """Stream ports without the address that clients connect to.

    The app gateway tells users where their streams are, and cannot without an address. `sessions.externalIP`
    is the one by which clients reach the nodes; `gateway.values` may have another, a load balancer's name.

    Fails:
        tenantDefaults: {gateway: {enabled: true, chart: {repository: charts, name: gateway, version: 1.0.0}}}
        tenants:
          - {name: acme, gateway: {host: acme, flavor: app-gateway, streamPorts: {first: 31100, last: 31110}}}

    Passes:
        tenantDefaults: {gateway: {enabled: true, chart: {repository: charts, name: gateway, version: 1.0.0}}}
        tenants:
          - name: acme
            gateway: {host: acme, flavor: app-gateway, streamPorts: {first: 31100, last: 31110}}
            sessions: {externalIP: 203.0.113.10}
    """
    for tenants in shared(b, "gateway", "sessions"):
        gateway, sessions = tenants[0].gateway, tenants[0].sessions
        if not gateway.enabled or gateway.flavor != "app-gateway" or gateway.stream_ports is None:
            continue
        streams = gateway.values.get("streamSession")
        written = isinstance(streams, dict) and streams.get("routerAddress")
        if sessions.external_ip is None and not written:
            yield Finding(
                (*tenants[0].route, "gateway", "streamPorts"),
                "stream ports have no address that clients connect to",
                "write the address of a node or load balancer: `sessions: {externalIP: …}`",
                tenants=tenants,
                on_key=True,
            )


RULES = (
    rule("ports/external-ip-missing", external_ip_missing),
    rule("ports/external-ip-unusable", external_ip_unusable),
    rule("ports/max-pods-ignored", max_pods_ignored, "warning"),
    rule("ports/max-pods-variable", max_pods_variable),
    rule("ports/stream-address-missing", stream_address_missing, "warning"),
    rule("ports/streams-ignored", streams_ignored, "warning"),
)
