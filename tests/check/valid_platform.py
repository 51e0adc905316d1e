"""The platform's half of a made blueprint, the server aside."""

from __future__ import annotations

from valid_choices import Choices, Map


class PlatformMaker(Choices):
    """Cluster, Flux, secrets, charts, GPUs."""

    def platform(self) -> Map:
        """hosts, tls, cluster, nodePorts, isolation, bootstrap, extras."""
        hosts = self.maybe({"api": "api", "app": "console", "files": "files.ml.example.com"})
        if self.wart("hosts/outside-domain"):
            hosts["files"] = "files.example.org"
        cluster: Map = {
            "podCidrs": ["10.244.0.0/16", *(["fd00:10:244::/56"] if self.dual_stack else [])],
            "serviceCidrs": ["10.96.0.0/12"],
            "apiServerCidrs": ["192.0.2.10/32"],
        } | self.maybe(
            {
                "nodePortRange": {"first": 30000, "last": 32767},
                "nodeCidrs": ["192.0.2.0/24"],
                "reservedNamespaces": ["monitoring"],
                "dns": {"namespace": "kube-system", "podLabels": {"k8s-app": "coredns"}, "port": self.pick((53, 5353))},
                "kubernetesVersion": self.pick(("1.33", "1.34.2", "1.37")),
            }
        )
        ingress = self.maybe(
            {
                "namespace": "edge",
                "podLabels": {"app": "haproxy"},
                "className": "haproxy",
                "hostNetwork": False,
                "addresses": ["203.0.113.10", "203.0.113.16/28"],
            }
        )
        self.profile = "strict"
        if self.names and self.wart("isolation/open-egress"):
            self.profile = self.pick(("standard", "guide"))
        if self.profile != "guide" and self.wart("isolation/host-network-ingress"):
            ingress["hostNetwork"] = True
            cluster["nodeCidrs"] = ["192.0.2.0/24"]
        tls = self.pick(({"secretName": "wildcard"}, {"clusterIssuer": "letsencrypt"}, {}))
        if self.r.random() < 0.3:
            self.files |= {
                "extras/alerts.yaml": b"kind: ConfigMap\n",
                "extras/budget.yaml": b"kind: ConfigMap\n",
            }
        extras = (
            {"platform": ["extras/alerts.yaml"], "tenant": ["./extras/budget.yaml"]} if self.files else {}
        )
        return {
            "hosts": hosts,
            "tls": tls,
            "cluster": cluster | {"ingressController": ingress},
            "isolation": {"profile": self.profile},
            "nodePorts": self.maybe(
                {
                    "pool": {"first": 31000, "last": 32000},
                    "reserved": [31500, {"first": 31600, "last": 31650}],
                }
            ),
            "bootstrap": self.bootstrap(),
            "extras": extras,
        }

    def bootstrap(self) -> Map:
        """spec.bootstrap."""
        bootstrap: Map = self.maybe(
            {
                "image": "python:3.13.5-slim@sha256:" + "0f" * 32,
                "apiUrl": "http://api.internal:8008",
                "backoffLimit": 3,
                "pullSecret": "registry",
            }
        )
        return bootstrap | ({"image": "python:3.13"} if self.wart("bootstrap/unpinned-image") else {})

    def flux(self) -> Map:
        """flux."""
        flux = self.maybe(
            {
                "version": self.pick(("2.7", "2.8", "2.9")),
                "namespace": "flux",
                "path": "./clusters/prod",
                "interval": self.pick(("1h", "90m", "1h30m")),
                "retryInterval": "30s",
                "timeout": "5m",
                "platformTimeout": "45m",
                "controlNamespace": "tenancy",
                "dependsOn": ["cluster-operators"],
                "impersonate": True,
                "source": {"kind": self.pick(("GitRepository", "Bucket")), "name": "fleet"},
                "healthChecks": len(self.names) < 5 and self.r.random() < 0.5,
            }
        ) | {"lockdown": self.lockdown, "shards": self.shards}
        self.control = flux.get("controlNamespace", "tenancy-system")
        if not self.git and self.r.random() < 0.3:
            flux["source"] = {"kind": "OCIRepository", "name": "fleet"}
        if self.wart("flux/short-interval"):
            flux["interval"] = "45s"
        if self.wart("flux/waiting-tenants"):
            flux["healthChecks"] = True
        self.old_kubernetes = self.wart("flux/kubernetes-too-old")
        if self.old_kubernetes:
            flux["version"] = "2.9"
        return {"flux": flux}

    def secrets(self) -> Map:
        """secrets, and what else was left open before."""
        store: Map = {"kind": "ClusterSecretStore", "name": "vault"}
        provider = self.pick(("manual", "external-secrets", "sops"))
        if self.wart("secrets/namespaced-store"):
            provider, store["kind"] = "external-secrets", "SecretStore"
        external = {"store": store, "keyPrefix": "clearml/prod"} | self.maybe({"refreshInterval": "30m"})
        sops = self.maybe({"directory": "./secrets", "decryptionSecret": "age"})
        return {"secrets": {"provider": provider, "externalSecrets": external, "sops": sops}}

    def charts(self) -> Map:
        """repositories, redis, billing."""
        charts = {"url": "https://charts.example.com"} | self.maybe({"authenticated": True})
        repositories: Map = {"charts": charts, "oci": {"url": "oci://registry.example.com/charts"}}
        redis: Map = {"chart": self.chart("redis", "oci"), "enabled": self.r.random() < 0.5} | self.maybe(
            {"namespace": "cache", "releaseName": "redis-ha", "values": {"architecture": "standalone"}}
        )
        redis["mode"] = self.pick(("shared", "per-tenant")) if len(self.names) < 2 else "per-tenant"
        if len(self.names) > 1 and self.wart("isolation/shared-redis"):
            redis |= {"enabled": True, "mode": "shared"}
        if self.r.random() < 0.3 or "charts/bitnami-image" in self.warts:
            repositories["bitnami"] = {"url": "https://charts.bitnami.com/bitnami"}
            redis["chart"]["repository"] = "bitnami"
            redis["values"] = {"image": {"repository": "bitnamilegacy/redis"}}
            if redis["enabled"] and self.wart("charts/bitnami-image"):
                redis["values"] = {}
        billing: Map = {
            "enabled": self.r.random() < 0.4,
            "chart": self.chart("clearml-billing", "oci"),
        } | self.maybe(
            {
                "namespace": "billing",
                "releaseName": "billing",
                "imageUsername": "poc",
                "kafka": self.maybe(
                    {
                        "host": "kafka.billing:9092",
                        "username": "meter",
                        "securityProtocol": "SASL_SSL",
                        "mechanism": "PLAIN",
                    }
                ),
                "redis": self.maybe({"host": "redis.billing", "port": 6380, "db": 3}),
                "values": {"kafka": {"replicas": 3}},
            }
        )
        if self.git:
            repositories["vendor"] = {"git": "vendor/charts"}
            billing["chart"] = {"repository": "vendor", "name": "clearml-billing"}
        if self.wart("charts/unused-repository"):
            repositories["old"] = {"url": "https://old.example.com"}
        used = {redis["chart"]["repository"], billing["chart"]["repository"], "charts", "old"}
        repositories = {name: item for name, item in repositories.items() if name in used}
        return {"repositories": repositories, "redis": redis, "billing": billing}

    def gpu(self) -> Map:
        """gpu."""
        operator: Map = {"enabled": self.dynamic_mig, "chart": self.chart("gpu-operator")} | self.maybe(
            {"namespace": "nvidia", "values": {"driver": {"enabled": False}, "mig": {"strategy": "mixed"}}}
        )
        if self.wart("gpu/no-operator"):
            operator["enabled"] = False
        dynamic: Map = {
            "enabled": self.dynamic_mig,
            "chart": self.chart("clearml-dynamic-mig-operator"),
        } | self.maybe({"namespace": "cdmo", "values": {"logLevel": "debug"}})
        self.model = "A100-40GB" if self.dynamic_mig else self.pick(("L40S", None, "A100-40GB"))
        self.fraction_resource = self.r.random() < 0.3 or "queues/fractional-resource" in self.warts
        gpu: Map = {"operator": operator, "dynamicMig": dynamic} | (
            {"model": self.model} if self.model else {}
        )
        return {"gpu": gpu | ({"fractionResource": "clear.ml/fraction-1"} if self.fraction_resource else {})}
