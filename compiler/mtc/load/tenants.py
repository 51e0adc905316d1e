"""A tenant's half of a blueprint: effective settings, complete and fitting the contract, to the typed model.

Settings that tenants inherit unchanged are one map (merging), so their typed form is made once: `Tenants`
remembers it by the map's identity.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any, Final, TypeVar

from mtc.load.parts import Map, chart, env, host, ports, whole_chart
from mtc.model import blueprint as model

Made = TypeVar("Made")


class Tenants:
    """Makes tenants of one domain; equal inherited parts come out as one object."""

    def __init__(self, domain: str) -> None:
        self.domain = domain
        self._made: dict[tuple[object, int], tuple[object, Any]] = {}
        self._whole: dict[tuple[int, ...], tuple[object, tuple[Any, ...]]] = {}

    def _once(self, make: Callable[[Any], Made], data: object) -> Made:
        """What `make` gave for this very object before, else what it gives now."""
        place = (make, id(data))
        made = self._made.get(place)
        if made is None:
            made = self._made[place] = (data, make(data))  # keeping `data` keeps its id its own
        return made[1]

    def _inherited(self, data: Map) -> tuple[Any, ...]:
        """What `_PARTS` are, in their order: most tenants have the same of all of them."""
        parts = _READ_PARTS(data)
        place = tuple(map(id, parts))
        known = self._whole.get(place)
        if known is None:
            made = tuple([self._once(make, part) for make, part in zip(_PARTS.values(), parts, strict=True)])
            known = self._whole[place] = (parts, made)
        return known[1]

    def tenant(self, index: int, data: Map) -> model.Tenant:
        """The tenant at `spec.tenants[index]`."""
        name = data["name"]
        features, agent, queues, sessions, limit_range, allow = self._inherited(data)
        return model.Tenant(
            index=index,
            name=name,
            namespace=data.get("namespace", name),
            company=data.get("company", name),
            company_id=data.get("companyId"),
            profile=data.get("profile"),
            admin=_admin(data["admin"]),
            login=self._once(_login, data["login"]),
            max_users=data["limits"].get("users"),
            features=features,
            agent=agent,
            queues=queues,
            sessions=sessions,
            gateway=self._once(self._gateway, data["gateway"]),
            quota=data["quota"],
            limit_range=limit_range,
            pod_security=data["podSecurity"],
            labels=data["labels"],
            annotations=data["annotations"],
            protect=data["protect"],
            suspended=data["suspended"],
            shard=data.get("shard"),
            allow=allow,
        )

    def _gateway(self, data: Map) -> model.Gateway:
        written = data.get("host")
        return model.Gateway(
            enabled=data["enabled"],
            flavor=data["flavor"],
            chart=self._once(chart, data["chart"]) if "chart" in data else None,
            host=None if written is None else host(written, self.domain),
            stream_ports=ports(data["streamPorts"]) if "streamPorts" in data else None,
            rules=_rules(data["rules"]),
            values=data["values"],
        )


def tuple_of(items: list[Any]) -> tuple[Any, ...]:
    return tuple(items)


def _admin(data: Map) -> model.Admin:
    return model.Admin(data["name"], data["email"], data["internal"], data.get("id"), data["rotate"])


def _login(data: Map) -> model.Login:
    return model.Login(tuple(data["domains"]), tuple(data["emails"]), tuple(data["adminEmails"]))


def _features(data: Map) -> model.TenantFeatures:
    return model.TenantFeatures(tuple(data["enable"]), tuple(data["exclude"]))


def _agent(data: Map) -> model.Agent:
    return model.Agent(
        chart=whole_chart(data["chart"]),
        image=data.get("image"),
        default_container_image=data.get("defaultContainerImage"),
        debug=data["debug"],
        create_queues=data["createQueues"],
        env=env(data["env"]),
        monitored_resources=_monitored(data.get("monitoredResources")),
        apps_queue=data["appsQueue"],
        rules=_rules(data["rules"]),
        values=data["values"],
    )


def _monitored(data: Map | None) -> model.MonitoredResources | None:
    """`field` stands for both fields."""
    if data is None:
        return None
    field = data.get("field")
    return model.MonitoredResources(data["max"], data.get("minField", field), data.get("maxField", field))


def _rules(items: list[Map]) -> tuple[model.Rule, ...]:
    return tuple(
        model.Rule(
            api_groups=tuple(item["apiGroups"]),
            resources=tuple(item["resources"]),
            verbs=tuple(item["verbs"]),
            resource_names=tuple(item["resourceNames"]),
        )
        for item in items
    )


def _queues(data: Map) -> tuple[model.Queue, ...]:
    return tuple(_queue(name, item) for name, item in data.items())


def _queue(name: str, data: Map) -> model.Queue:
    return model.Queue(
        name=name,
        gpu_fraction=_number(data, "gpuFraction"),
        mig_profile=data.get("migProfile"),
        gpus=data.get("gpus"),
        share=_number(data, "share"),
        max_pods=data.get("maxPods"),
        labels=data["labels"],
        resources=data["resources"],
        env=env(data["env"]),
        image=data.get("image"),
        template_overrides=data["templateOverrides"],
        queue_settings=data["queueSettings"],
    )


def _number(data: Mapping[str, Any], name: str) -> float | None:
    return float(data[name]) if name in data else None


def _sessions(data: Map) -> model.Sessions:
    return model.Sessions(
        port_mode=data["portMode"],
        max_services=data["maxServices"],
        starting_port=data.get("startingPort"),
        external_ip=data.get("externalIP"),
        client_cidrs=tuple(data["clientCidrs"]),
    )


def _allow(items: list[Map]) -> tuple[model.Allow, ...]:
    return tuple(_flow(item) for item in items)


def _flow(data: Map) -> model.Allow:
    peer, to = data["peer"], data.get("to", {})
    return model.Allow(
        direction=data["direction"],
        namespace=peer.get("namespace"),
        pod_labels=peer.get("podLabels", {}),
        cidr=peer.get("cidr"),
        component=to.get("component"),
        component_labels=to.get("podLabels", {}),
        ports=tuple(model.AllowPort(item["port"], item["protocol"]) for item in data["ports"]),
        reason=data["reason"],
    )


# Parts that tenants mostly inherit, and what makes them.
_PARTS: Final[dict[str, Callable[[Any], object]]] = {
    "features": _features,
    "agent": _agent,
    "queues": _queues,
    "sessions": _sessions,
    "limitRange": tuple_of,
    "allow": _allow,
}
_READ_PARTS = itemgetter(*_PARTS)
