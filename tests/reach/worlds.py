"""Worlds like the ones the compiler renders: a platform and any number of tenants, every wall shut."""

from mtc.reach.selectors import Labels
from mtc.reach.world import NAME_LABEL, NamedPort, Pod, Workload, World

POD_CIDRS = ("10.244.0.0/16", "fd00:10:244::/56")
AGENT = Workload("agent", Labels.of({"app.kubernetes.io/name": "clearml-agent"}), ())
GATEWAY = Workload("gateway", Labels.of({"app.kubernetes.io/name": "clearml-ttr"}), (NamedPort("http", 8080),))
TASK = Workload("task", Labels.of({"CLEARML": "agent"}, more=True))
CACHE = Workload("cache", Labels.of({"app.kubernetes.io/name": "redis"}), (NamedPort("redis", 6379),))
API = Workload("api", Labels.of({"app.kubernetes.io/instance": "clearml-apiserver"}), ())
MONGO = Workload("mongo", Labels.of({"app.kubernetes.io/name": "mongodb"}), ())
REDIS = Workload("redis", Labels.of({"app.kubernetes.io/name": "redis"}), (NamedPort("redis", 6379),))
CONTROLLER = Workload("controller", Labels.of({"app.kubernetes.io/name": "ingress-nginx"}))
DNS = Workload("dns", Labels.of({"k8s-app": "kube-dns"}))
JOB = Workload("bootstrap", Labels.of({"job": "bootstrap"}), ())


def tenant_name(number):
    return f"tenant-{number:05d}"


def namespace(name, **labels):
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def policy(namespace, name, **spec):
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def named(name, **labels):
    """The peer: pods with these labels in the namespace of this name."""
    peer = {"namespaceSelector": {"matchLabels": {NAME_LABEL: name}}}
    return {**peer, "podSelector": {"matchLabels": labels}} if labels else peer


def tenant_documents(name):
    ingress = named("ingress-nginx", **{"app.kubernetes.io/name": "ingress-nginx"})
    dns = [{"port": 53, "protocol": "UDP"}, {"port": 53}]
    away = {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"]}
    gateway = {"matchLabels": {"app.kubernetes.io/name": "clearml-ttr"}}
    yield namespace(name, tenant="yes")
    yield policy(name, "own-namespace", podSelector={}, ingress=[{"from": [{"podSelector": {}}]}])
    yield policy(name, "gateway", podSelector=gateway, ingress=[{"from": [ingress], "ports": [{"port": 8080}]}])
    egress = [{"to": [{"podSelector": {}}]}]
    yield policy(name, "closed-egress", podSelector={}, policyTypes=["Egress"], egress=egress)
    egress = [{"to": [named("kube-system", **{"k8s-app": "kube-dns"})], "ports": dns}]
    yield policy(name, "dns", podSelector={}, policyTypes=["Egress"], egress=egress)
    egress = [
        {"to": [ingress], "ports": [{"port": 443}]},
        {"to": [named("redis-shared")], "ports": [{"port": "redis"}]},
    ]
    yield policy(name, "platform", podSelector={}, policyTypes=["Egress"], egress=egress)
    egress = [{"to": [{"ipBlock": away}]}]
    yield policy(name, "internet", podSelector={}, policyTypes=["Egress"], egress=egress)


def platform_documents():
    controller = named("ingress-nginx", **{"app.kubernetes.io/name": "ingress-nginx"})
    own = [{"from": [{"podSelector": {}}]}]
    api = {"matchLabels": {"app.kubernetes.io/instance": "clearml-apiserver"}}
    sources = [controller, named("control")]
    yield from (namespace("clearml"), namespace("control"), namespace("redis-shared"))
    yield policy("clearml", "own-namespace", podSelector={}, ingress=own)
    yield policy("clearml", "api", podSelector=api, ingress=[{"from": sources, "ports": [{"port": 8008}]}])
    yield policy("control", "closed", podSelector={})
    tenants = {"namespaceSelector": {"matchLabels": {"tenant": "yes"}}}
    rule = {"from": [tenants, {"podSelector": {}}], "ports": [{"port": "redis"}]}
    yield policy("redis-shared", "tenants", podSelector={}, ingress=[rule])


def documents_of(count):
    """The documents of a platform with `count` tenants, six policies each."""
    found = list(platform_documents())
    for number in range(count):
        found += tenant_documents(tenant_name(number))
    return found


def pods_of(count):
    """The pods of that platform: four workloads a tenant."""
    places = {"clearml": (API, MONGO), "control": (JOB,), "redis-shared": (REDIS,)}
    places |= {"ingress-nginx": (CONTROLLER,), "kube-system": (DNS,)}
    places |= {tenant_name(number): (AGENT, GATEWAY, TASK, CACHE) for number in range(count)}
    return [Pod(name, workload) for name, workloads in places.items() for workload in workloads]


def tenant_world(count, extra=()):
    return World.of([*documents_of(count), *extra], pods_of(count), pod_cidrs=POD_CIDRS)
