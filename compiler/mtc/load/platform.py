"""The platform's half of a blueprint: data that fits the contract, defaults filled in, to the typed model.

Nothing can fail here: what is missing or misshapen was said before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtc.load.parts import Map, chart, env, host, ports, whole_chart
from mtc.load.tenants import Tenants
from mtc.model import blueprint as model
from mtc.model.clearml import BUILT_IN_GROUPS
from mtc.model.source import Source

LOWEST_FREE_NODE_PORT = 30086  # Kubernetes hands out 30000-30085 last, so it is left to pinned ports


def build(
    source: Source,
    metadata: Map,
    spec: Map,
    tenants: list[dict[str, Any]],
    files: Mapping[str, model.BlueprintFile],
) -> model.Blueprint:
    """The whole blueprint."""
    domain = spec["domain"]
    make = Tenants(domain)
    whole = cluster(spec["cluster"])
    return model.Blueprint(
        source=source,
        name=metadata["name"],
        annotations=metadata["annotations"],
        domain=domain,
        hosts=hosts(spec["hosts"], domain),
        tls=model.Tls(spec["tls"].get("secretName"), spec["tls"].get("clusterIssuer")),
        cluster=whole,
        flux=flux(spec["flux"]),
        secrets=secrets(spec["secrets"]),
        repositories=repositories(spec["repositories"]),
        bootstrap=bootstrap(spec["bootstrap"]),
        extras=model.Extras(tuple(spec["extras"]["platform"]), tuple(spec["extras"]["tenant"])),
        server=server(spec["server"]),
        redis=redis(spec["redis"]),
        billing=billing(spec["billing"]),
        gpu=gpu(spec["gpu"]),
        node_ports=node_ports(spec["nodePorts"], whole.node_port_range),
        isolation=spec["isolation"]["profile"],
        tenants=tuple(make.tenant(index, tenant) for index, tenant in enumerate(tenants)),
        files=files,
    )


def hosts(data: Map, domain: str) -> model.Hosts:
    return model.Hosts(*(host(data[name], domain) for name in ("api", "app", "files")))


def cluster(data: Map) -> model.Cluster:
    ingress, dns = data["ingressController"], data["dns"]
    return model.Cluster(
        kubernetes_version=data["kubernetesVersion"],
        node_port_range=ports(data["nodePortRange"]),
        pod_cidrs=tuple(data["podCidrs"]),
        service_cidrs=tuple(data["serviceCidrs"]),
        api_server_cidrs=tuple(data["apiServerCidrs"]),
        node_cidrs=tuple(data["nodeCidrs"]),
        ingress_controller=model.IngressController(
            namespace=ingress["namespace"],
            pod_labels=ingress["podLabels"],
            class_name=ingress["className"],
            host_network=ingress["hostNetwork"],
            addresses=tuple(ingress["addresses"]),
        ),
        dns=model.Dns(dns["namespace"], dns["podLabels"], dns["port"]),
        reserved_namespaces=tuple(data["reservedNamespaces"]),
    )


def flux(data: Map) -> model.Flux:
    return model.Flux(
        version=data["version"],
        namespace=data["namespace"],
        source=model.FluxSource(data["source"]["kind"], data["source"]["name"]),
        path=data["path"],
        interval=data["interval"],
        retry_interval=data["retryInterval"],
        timeout=data["timeout"],
        platform_timeout=data["platformTimeout"],
        control_namespace=data["controlNamespace"],
        depends_on=tuple(data["dependsOn"]),
        shards=tuple(data["shards"]),
        impersonate=data["impersonate"],
        lockdown=data["lockdown"],
        health_checks=data["healthChecks"],
    )


def secrets(data: Map) -> model.Secrets:
    external = data.get("externalSecrets")
    store = external and model.ExternalSecrets(
        external["store"]["kind"],
        external["store"]["name"],
        external["keyPrefix"],
        external["refreshInterval"],
    )
    sops = model.Sops(data["sops"]["directory"], data["sops"]["decryptionSecret"])
    return model.Secrets(data["provider"], store, sops)


def repositories(data: Map) -> dict[str, model.Repository]:
    return {
        name: model.Repository(item.get("url"), item["authenticated"], item.get("git"))
        for name, item in data.items()
    }


def bootstrap(data: Map) -> model.Bootstrap:
    return model.Bootstrap(data["image"], data.get("apiUrl"), data["backoffLimit"], data.get("pullSecret"))


def redis(data: Map) -> model.Redis:
    return model.Redis(
        enabled=data["enabled"],
        mode=data["mode"],
        namespace=data["namespace"],
        release_name=data["releaseName"],
        chart=chart(data.get("chart")),
        values=data["values"],
    )


def billing(data: Map) -> model.Billing:
    kafka, store = data["kafka"], data["redis"]
    return model.Billing(
        enabled=data["enabled"],
        namespace=data["namespace"],
        release_name=data["releaseName"],
        chart=chart(data.get("chart")),
        image_username=data.get("imageUsername"),
        kafka=model.Kafka(kafka["host"], kafka["username"], kafka["securityProtocol"], kafka["mechanism"]),
        redis=model.BillingRedis(store["host"], store["port"], store["db"]),
        values=data["values"],
    )


def gpu(data: Map) -> model.Gpu:
    return model.Gpu(
        operator=_operator(data["operator"]),
        dynamic_mig=_operator(data["dynamicMig"]),
        model=data.get("model"),
        fraction_resource=data.get("fractionResource"),
    )


def _operator(data: Map) -> model.Operator:
    return model.Operator(data["enabled"], data["namespace"], chart(data.get("chart")), data["values"])


def node_ports(data: Map, whole: model.Ports) -> model.NodePorts:
    """The pool is by default what lies above the band that Kubernetes keeps for pinned ports."""
    pool = model.Ports(max(LOWEST_FREE_NODE_PORT, whole.first), whole.last)
    reserved = (
        model.Ports(item, item) if isinstance(item, int) else ports(item) for item in data["reserved"]
    )
    return model.NodePorts(ports(data["pool"]) if "pool" in data else pool, tuple(reserved))


def server(data: Map) -> model.Server:
    """`groups` has the built-in ones that are written, and every custom one, in the author's order."""
    companies = data["companies"]
    return model.Server(
        namespace=data["namespace"],
        release_name=data["releaseName"],
        chart=whole_chart(data["chart"]),
        images=model.Images(*(data["images"].get(pod) for pod in ("apiserver", "webserver", "fileserver"))),
        identity=data["identity"],
        sso=tuple(model.SsoProvider(name, settings) for name, settings in data["sso"].items()),
        supervisor=_supervisor(data.get("supervisor")),
        unique_company_names=companies["uniqueNames"],
        max_running_applications=companies.get("maxRunningApplications"),
        features=tuple(data["features"]),
        ui_features=data["uiFeatures"],
        groups=tuple(_group(key, group) for key, group in data["groups"].items()),
        applications=_applications(data["applications"]),
        config=data["config"],
        env=env(data["env"]),
        values=data["values"],
    )


def _supervisor(data: Map | None) -> model.Supervisor | None:
    if data is None:
        return None
    return model.Supervisor(
        email=data["email"],
        groups=tuple(data["groups"]),
        role=data["role"],
        allow_login=data["allowLogin"],
        company=data.get("company"),
    )


def _group(key: str, data: Map) -> model.Group:
    return model.Group(
        key=key,
        features=tuple(data["features"]),
        display_name=data.get("displayName", key),
        assignable=data.get("assignable", False),
        id=data.get("id"),
        custom=key not in BUILT_IN_GROUPS,
    )


def _applications(data: Map) -> model.Applications:
    package = data.get("package")
    archive = package and model.Package(package["url"], package["sha256"], package.get("image"))
    return model.Applications(data["enabled"], data.get("queueMode"), archive)
