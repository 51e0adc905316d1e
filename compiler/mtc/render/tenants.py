"""A tenant's Helm values: agent, gateway, Redis."""

from __future__ import annotations

from collections.abc import Mapping

from mtc import encodings
from mtc.model.blueprint import MonitoredResources, Ports, Queue
from mtc.model.plan import Plan, QueuePlan, RedisAddress, TenantPlan
from mtc.model.source import Data
from mtc.render.objects import merged
from mtc.render.server import environment_entry, ingress
from mtc.yamlio.emit import Shared

_REDIS = "CLEARML_AGENT_REDIS_"


class AgentValues:
    """Values of the clearml-enterprise-agent chart (the guide's `Install ClearML Agent Chart`).

    Tenants that inherit agent and queues unchanged, and share one Redis, hold one `agentk8sglue`.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._glues: dict[tuple[int, int, RedisAddress | None], Data] = {}

    def of(self, tenant: TenantPlan) -> dict[str, Data]:
        """The values of one tenant, the author's merged last."""
        author = tenant.spec.agent.values
        rest = {key: value for key, value in author.items() if key != "agentk8sglue"}
        return {"agentk8sglue": self._shared(tenant), **merged({"sessions": _sessions(tenant)}, rest)}

    def _shared(self, tenant: TenantPlan) -> Data:
        spec = tenant.spec
        # By identity: the blueprint keeps these parts alive, and equal parts of two tenants are one object.
        key = (id(spec.agent), id(spec.queues), tenant.redis)
        if key not in self._glues:
            whole = merged({"agentk8sglue": _glue(self._plan, tenant)}, spec.agent.values)["agentk8sglue"]
            self._glues[key] = Shared(whole) if isinstance(whole, dict) else whole
        return self._glues[key]


def _glue(plan: Plan, tenant: TenantPlan) -> dict[str, Data]:
    spec, hosts = tenant.spec.agent, plan.blueprint.hosts
    glue: dict[str, Data] = {"extraEnvs": _environment(tenant)}
    if spec.image is not None:
        glue["image"] = {"tag": spec.image}
    if spec.monitored_resources is not None:
        glue["monitoredResources"] = _monitored(spec.monitored_resources)
    glue["apiServerUrlReference"] = f"https://{hosts.api}"
    glue["fileServerUrlReference"] = f"https://{hosts.files}"
    glue["webServerUrlReference"] = f"https://{hosts.app}"
    if spec.default_container_image is not None:
        glue["defaultContainerImage"] = spec.default_container_image
    glue["debugMode"] = spec.debug
    glue["createQueues"] = spec.create_queues
    if spec.apps_queue:
        glue["appsQueue"] = {"enabled": True}
    glue["queues"] = {
        queue.name: _queue(queue, planned)
        for queue, planned in zip(tenant.spec.queues, tenant.queues, strict=True)
    }
    return glue


def gateway_values(plan: Plan, tenant: TenantPlan) -> dict[str, Data]:
    """Values of the task traffic router or the app gateway; credentials come from the tenant's Secret."""
    gateway = tenant.spec.gateway
    clearml: dict[str, Data] = {"apiServerUrlReference": plan.server.api_url}
    front = ingress(plan.blueprint, gateway.host or "", tenant.certificate)
    values: dict[str, Data] = {"clearml": clearml, "ingress": front}
    if gateway.flavor == "app-gateway":
        clearml["authCookieName"] = plan.server.cookie
        values["networkPolicy"] = {"enabled": False}  # policies add up: the chart's own would open ours
        if tenant.stream_ports is not None:
            values["streamSession"] = _streams(tenant.stream_ports, tenant.spec.sessions.external_ip)
    return merged(values, gateway.values)


def _streams(ports: Ports, address: str | None) -> dict[str, Data]:
    """Streams past HTTP: on these ports of every node, at the address that users are told."""
    found: dict[str, Data] = {"routerAddress": address} if address is not None else {}
    found["service"] = {"type": "NodePort"}
    found["portRange"] = {"start": ports.first, "end": ports.last}
    return found


def redis_values(author: Mapping[str, Data]) -> dict[str, Data]:
    """Values of Bitnami's Redis chart: the password from the Secret `redis`, no policy of the chart's own."""
    auth: dict[str, Data] = {"existingSecret": "redis", "existingSecretPasswordKey": "redis-password"}
    return merged({"auth": auth, "networkPolicy": {"enabled": False}}, author)


def _environment(tenant: TenantPlan) -> list[Data]:
    found: list[Data] = [environment_entry(name, value) for name, value in tenant.spec.agent.env.items()]
    redis = tenant.redis
    if redis is not None:
        found.append({"name": f"{_REDIS}HOST", "value": encodings.plain_variable(redis.host)})
        found.append({"name": f"{_REDIS}PORT", "value": str(redis.port)})
        found.append({"name": f"{_REDIS}DB", "value": str(redis.db)})
        password: dict[str, Data] = {"name": "agent-redis", "key": "password"}
        found.append({"name": f"{_REDIS}PASSWORD", "valueFrom": {"secretKeyRef": password}})
    return found


def _monitored(monitored: MonitoredResources) -> dict[str, Data]:
    found: dict[str, Data] = {"maxResources": monitored.max}
    if monitored.min_field is not None:
        found["minResourcesFieldName"] = monitored.min_field
    if monitored.max_field is not None:
        found["maxResourcesFieldName"] = monitored.max_field
    return found


def _queue(queue: Queue, planned: QueuePlan) -> dict[str, Data]:
    template: dict[str, Data] = {}
    if planned.labels:
        template["labels"] = dict(planned.labels)
    if planned.resources:
        template["resources"] = dict(planned.resources)
    if queue.env:
        template["env"] = [environment_entry(name, value) for name, value in queue.env.items()]
    settings: dict[str, Data] = {}
    if queue.max_pods is not None:
        settings["maxPods"] = queue.max_pods
    if queue.image is not None:
        settings["defaultImage"] = queue.image
    return {
        "templateOverrides": merged(template, queue.template_overrides),
        "queueSettings": merged(settings, queue.queue_settings),
    }


def _sessions(tenant: TenantPlan) -> dict[str, Data]:
    sessions = tenant.spec.sessions
    found: dict[str, Data] = {"portModeEnabled": sessions.port_mode, "agentID": tenant.spec.namespace}
    if sessions.external_ip is not None:
        found["externalIP"] = sessions.external_ip
    if tenant.session_ports is not None:
        found["startingPort"] = tenant.session_ports.first
    found["maxServices"] = sessions.max_services
    if sessions.port_mode:
        found["service"] = {"type": "NodePort"}
    return found
