"""The tenants of a made blueprint, their defaults and profiles."""

from __future__ import annotations

from valid_choices import Choices, Map


class TenantMaker(Choices):
    """Agents, queues, gateways, tenants."""

    def tenants(self) -> Map:
        """tenantDefaults, profiles, tenants."""
        self.queues = self.defaults_queues()
        defaults = self.settings() | {"agent": self.agent(), "queues": self.queues, "gateway": self.gateway()}
        profiles = {"small": self.settings(), "plain": None}
        if self.shards and self.r.random() < 0.5:
            profiles["small"]["shard"] = "shard2"
        tenants = [self.tenant(index, name) for index, name in enumerate(self.names)]
        return {"tenantDefaults": defaults, "profiles": profiles, "tenants": tenants}

    def agent(self) -> Map:
        """The agent of all tenants."""
        agent: Map = {"chart": self.chart("clearml-enterprise-agent")} | self.maybe(
            {
                "image": "1.24-1.8.1",
                "defaultContainerImage": "python:3.12",
                "debug": True,
                "createQueues": True,
                "env": {
                    "CLEARML_K8S_SUPPORT_SUSPENSION": "1",
                    "GIT_PASS": {"secret": "git", "key": "password"},
                },
                "rules": [
                    {"apiGroups": [""], "resources": ["pods/log"], "verbs": ["get"], "resourceNames": ["x"]}
                ],
                "values": {"agentk8sglue": {"replicaCount": 1, "nodeSelector": None}},
            }
        )
        agent["appsQueue"] = self.per_tenant_apps
        if self.names and self.wart("applications/no-apps-queue"):
            agent["appsQueue"] = False
        if self.counted:
            agent["monitoredResources"] = {"max": 1} | self.counted
        return agent

    def defaults_queues(self) -> Map:
        """The queues of all tenants; with a limit by label, each has the label."""
        label = {"field": "metadata|labels|required-resources"}
        both = {"minField": "spec|a", "maxField": "spec|b"}
        self.counted = self.pick(({}, both, label)) if "queues/over-geometry" not in self.warts else label
        queues: Map = {"default": {"share": 0.5, "maxPods": 10, "labels": {"billing-monitored": "true"}}}
        if self.dynamic_mig:
            queues["whole"] = {"gpuFraction": 1} | self.maybe({"resources": {"limits": {"memory": "64Gi"}}})
            if self.names and self.wart("queues/over-geometry"):
                queues["eighth"] = {"gpuFraction": 0.125}
                self.expected |= {"queues/fractional-resource"} if self.fraction_resource else set()
            if self.fraction_resource is False or (self.names and self.wart("queues/fractional-resource")):
                queues["half"] = {"gpuFraction": 0.5, "maxPods": 2}
            if self.fraction_resource is False and self.r.random() < 0.5:
                queues["quarter"] = {"gpuFraction": 0.25, "maxPods": 3}
        if self.counted is not label and self.model == "A100-40GB":
            queues["mig"] = {"migProfile": "1g.5gb"}
            if self.names and self.wart("queues/asked-twice"):
                queues["mig"]["resources"] = {"limits": {"nvidia.com/gpu": "1"}}
        if self.counted is not label:
            queues["Pair of cards"] = {"gpus": 2} | self.maybe(
                {
                    "env": {"NCCL_DEBUG": "INFO", "HUB": {"secret": "hub", "key": "token"}},
                    "image": "pytorch/pytorch:2.4",
                    "resources": {"requests": {"cpu": "8"}, "limits": {"memory": "128Gi"}},
                    "templateOverrides": {"tolerations": [{"key": "gpu", "operator": "Exists"}]},
                    "queueSettings": {"useImageEntrypoint": True},
                }
            )
        return queues

    def gateway(self) -> Map:
        """The gateway of all tenants."""
        name = "clearml-task-traffic-router" if self.router else "clearml-enterprise-app-gateway"
        flavor = "task-traffic-router" if self.router else "app-gateway"
        gateway: Map = {"enabled": True, "chart": self.chart(name), "flavor": flavor}
        if self.names and self.wart("charts/flavor"):
            gateway["chart"]["name"] = (
                "clearml-task-traffic-router" if not self.router else "clearml-app-gateway"
            )
        gateway |= self.maybe(
            {
                "rules": [
                    {
                        "apiGroups": ["apps"],
                        "resources": ["deployments"],
                        "verbs": ["*"],
                        "resourceNames": ["x"],
                    }
                ],
                "values": {"replicas": 2},
            }
        )
        if not self.router:
            gateway |= self.maybe({"streamPorts": {"first": 31900, "last": 31909}})
        if "streamPorts" in gateway:
            address = {"streamSession": {"routerAddress": "streams.example.com"}}
            gateway["values"] = gateway.get("values", {}) | address
        return gateway

    def settings(self) -> Map:
        """What defaults, profiles and tenants may all have."""
        clients = ["203.0.113.0/24", "0.0.0.0/0", *(["::/0"] if self.dual_stack else [])]
        return self.maybe(
            {
                "limits": {"users": 25},
                "features": {"enable": ["reports"], "exclude": ["service_users"]},
                "sessions": {"maxServices": 5, "clientCidrs": clients},
                "quota": {"pods": "100", "requests.memory": "256Gi"},
                "limitRange": [{"type": "Container", "default": {"memory": "1Gi"}}],
                "podSecurity": self.pick(("baseline", "restricted")),
                "labels": {"example.com/team": "ml"},
                "annotations": {"example.com/note": "team a, room 7"},
                "protect": False,
                "suspended": False,
                "allow": [
                    {
                        "direction": "out",
                        "peer": {"cidr": "172.16.0.0/12"},
                        "to": {"component": "tasks"},
                        "ports": [{"port": 5432, "protocol": "TCP"}],
                        "reason": "the feature store",
                    },
                    {
                        "direction": "in",
                        "peer": {"namespace": "observability", "podLabels": {"app": "prometheus"}},
                        "to": {"podLabels": {"app": "agent"}},
                        "reason": "metrics",
                    },
                ],
            }
        ) | {"limitRange": [{"type": "Container", "max": {"memory": "8Gi"}}]}

    def tenant(self, index: int, name: str) -> Map:
        """One tenant; the first one has the warts that a tenant can have."""
        internal = self.per_tenant_apps or self.r.random() < 0.2
        admin = {
            "name": f"Admin {index}",
            "email": f"admin@{name}.example",
            "internal": internal,
        } | self.maybe({"id": f"user{index}", "rotate": 2})
        if index == 0 and self.wart("applications/admin-not-internal"):
            admin["internal"] = False
        tenant: Map = {"name": name, "admin": admin, "gateway": {"host": f"{name}-router"}}
        tenant |= self.maybe(
            {"namespace": f"{name}-ml", "company": f"Company {index}", "companyId": f"company{index}"}
        )
        tenant |= self.maybe({"profile": self.pick(("small", "plain")), **self.settings()})
        if self.shards:
            tenant |= self.maybe({"shard": "shard1"})
        if self.login:
            tenant["login"] = {"domains": [f"{name}.example"]} | self.maybe(
                {"emails": [f"bob@{name}.example"]}
            )
            tenant["login"] |= self.maybe({"adminEmails": [f"eve@{name}.example"]})
        self.port_mode(index, tenant)
        if index == 0:
            self.first(tenant)
        return tenant

    def port_mode(self, index: int, tenant: Map) -> None:
        """Sessions of a tenant."""
        everyone = ["0.0.0.0/0", *(["::/0"] if self.dual_stack else [])]
        wanted = index == 0 and self.warts & {
            "ports/max-pods-ignored",
            "network/ipv4-only",
            "network/host-bits",
        }
        if wanted or self.r.random() < 0.4:
            sessions = {"portMode": True, "externalIP": "203.0.113.10", "clientCidrs": everyone}
            tenant["sessions"] = sessions | self.maybe(
                {"startingPort": 31000 + 20 * index, "maxServices": 10}
            )

    def first(self, tenant: Map) -> None:
        """The warts of the first tenant."""
        if self.wart("ports/max-pods-ignored"):
            tenant["queues"] = {"default": {"maxPods": 4}}
        if self.wart("network/ipv4-only"):
            tenant["sessions"]["clientCidrs"] = ["0.0.0.0/0"]
        if self.wart("network/host-bits"):
            tenant["sessions"]["clientCidrs"] = [*tenant["sessions"]["clientCidrs"], "203.0.113.10/24"]
            self.expected -= {"network/ipv4-only"} if "::/0" in tenant["sessions"]["clientCidrs"] else set()
        if self.router and self.wart("ports/streams-ignored"):
            tenant["gateway"]["streamPorts"] = {"first": 31700, "last": 31709}
        reached = "externalIP" in tenant.get("sessions", {})
        if not (self.router or reached) and self.wart("ports/stream-address-missing"):
            nowhere = tenant["gateway"].get("values", {}) | {"streamSession": None}
            tenant["gateway"] |= {"streamPorts": {"first": 31700, "last": 31709}, "values": nowhere}
        if self.wart("network/allow-reaches-platform"):
            peer = {"namespace": self.control}
            tenant["allow"] = [{"direction": "out", "peer": peer, "reason": "a look"}]
        if self.wart("quota/no-default"):
            tenant |= {"quota": {"limits.cpu": "64"}, "limitRange": []}
        if self.login and self.wart("sso/outside-domains"):
            tenant["login"]["adminEmails"] = ["chief@partner.example"]
        if self.login and self.wart("sso/other-tenants-domain"):
            tenant["login"]["emails"] = [f"spy@{self.names[1]}.example"]
