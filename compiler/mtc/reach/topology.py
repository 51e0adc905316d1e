"""The endpoints of a rendered tree, from its documents alone: what runs in it, and what it talks to.

A namespace's pods come from the HelmReleases that install into it (`releases`), from the workloads among the
documents, and, where a tenant or a chart may run what nobody wrote down, from the pod `others`, whose labels
are open. What is not in the tree but is named by a policy (the ingress controller, DNS, a monitoring
namespace) becomes an endpoint too, with the rest of its namespace beside it; every other namespace of the
cluster is `*`. Outside are the internet, private networks, the cloud's metadata service, the networks that
policies name and, where the cluster's facts are known, the Kubernetes API and the ingress controller's
addresses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mtc.model.blueprint import Cluster
from mtc.model.record import Record, changed
from mtc.reach.fields import Document, is_mapping, objects
from mtc.reach.outside import outside, pod_addresses
from mtc.reach.policies import BlockPeer, Peer
from mtc.reach.releases import ANY_POD, NOT_WRITTEN, OTHERS, TENANT_LABEL, ReleasePods
from mtc.reach.selectors import Labels
from mtc.reach.world import NAME_LABEL, Endpoint, Outside, Pod, Workload, World

BLUEPRINT_LABEL = "mtc/blueprint"
JOB_LABEL = "mtc/job"
ELSEWHERE = "*"
CONTROLLER = "controller"
DNS = "dns"

_TEMPLATES = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job")
# By what a pod is called that a policy names and nobody else, the first of these labels that it has.
_CALLED = ("app.kubernetes.io/name", "k8s-app", "app", "app.kubernetes.io/component", "name")


class Topology(Record, frozen=True):
    """A tree's world and what is around it.

    `tenants`: namespace to tenant, by the Namespace's label. `rendered`: the namespaces of the tree, in
    order. `outside`: by name. Pods in other namespaces than `rendered` are what policies name.
    """

    world: World
    tenants: Mapping[str, str]
    rendered: tuple[str, ...]
    outside: Mapping[str, Outside]

    def endpoint(self, name: str) -> Endpoint | None:
        """The endpoint called `namespace/pod`, or the name of one outside; None where there is none."""
        return self.outside.get(name) or self.world.find(name)


def topology(
    documents: Iterable[object],
    cluster: Cluster | None = None,
    beside: Iterable[tuple[str, Mapping[str, str]]] = (),
    networks: Iterable[str] = (),
) -> Topology:
    """The topology of a tree's documents, in any order; `cluster` is what the blueprint says of the cluster.

    Without `cluster`, every address may be a pod's. Beside the tree is what policies name, and the pods of
    `beside`, (namespace, labels) each. Outside are the `networks` (CIDRs) too, whether a policy names them or
    wider ones. ReachError for what the API server would refuse.
    """
    kinds = _by_kind(documents)
    world = World.of(
        (*kinds["Namespace"], *kinds["NetworkPolicy"]),
        node_cidrs=cluster.node_cidrs if cluster else (),
    )
    if cluster is not None:
        world = changed(world, pod_addresses=pod_addresses(cluster))
    peers = list(_peers(world))
    pods = _Pods()
    tenants: dict[str, str] = {}
    for namespace, labels in world.namespaces.items():
        pods.place(namespace)
        tenant = labels.get(TENANT_LABEL)
        if tenant is not None:
            tenants[namespace] = tenant
            pods.add(namespace, ANY_POD)
    releases = ReleasePods({_name(each): _chart_of(each) for each in kinds["OCIRepository"]})
    for document in kinds["HelmRelease"]:
        namespace, workloads = releases.of(document)
        for workload in workloads:
            pods.add(namespace, workload)
    for document in kinds["workload"]:
        pods.add(*_workload(document))
    rendered = dict.fromkeys(pods.by_namespace)
    named = [_called(namespace, labels) for namespace, labels in beside]
    for namespace, workload in (*_known(cluster), *named, *_named(peers)):
        if namespace not in rendered:
            pods.add(namespace, workload)
    _complete(pods, rendered)
    strange = {name: _beside(name) for name in pods.by_namespace if name not in world.namespaces}
    world = changed(world, namespaces={**world.namespaces, **strange}).with_pods(pods)
    others = {each.name: each for each in outside(cluster, peers, networks)}
    return Topology(world, tenants, tuple(rendered), others)


def _beside(namespace: str) -> Labels:
    """Labels of a namespace that the tree does not make: any, but the one by which it knows its own."""
    return Labels.of({NAME_LABEL: namespace, BLUEPRINT_LABEL: NOT_WRITTEN}, more=True)


class _Pods:
    """Workloads by namespace and name. What two of one name have in common stands for both."""

    def __init__(self) -> None:
        self.by_namespace: dict[str, dict[str, Workload]] = {}
        self._merged: dict[tuple[Workload, Workload], Workload] = {}

    def place(self, namespace: str) -> dict[str, Workload]:
        return self.by_namespace.setdefault(namespace, {})

    def add(self, namespace: str, workload: Workload) -> None:
        mine = self.place(namespace)
        known = mine.setdefault(workload.name, workload)
        if known is not workload:
            both = (known, workload)
            if both not in self._merged:
                self._merged[both] = _common(known, workload)
            mine[workload.name] = self._merged[both]

    def __iter__(self) -> Iterator[Pod]:
        for namespace, workloads in self.by_namespace.items():
            for workload in workloads.values():
                yield Pod(namespace, workload)


def _common(one: Workload, other: Workload) -> Workload:
    if one == other:
        return one
    shared = dict(pair for pair in one.labels.pairs if pair in other.labels.pairs)
    more = one.labels.more or other.labels.more or one.labels.pairs != other.labels.pairs
    host = one.host_network or other.host_network
    return Workload(one.name, Labels.of(shared, more=more), host_network=host)


def _by_kind(documents: Iterable[object]) -> dict[str, list[Document]]:
    """The documents that matter here; those with a pod template are `workload`."""
    found: dict[str, list[Document]] = {
        kind: [] for kind in ("Namespace", "NetworkPolicy", "HelmRelease", "OCIRepository", "workload")
    }
    kinds = {kind: found[kind] for kind in found if kind != "workload"}
    kinds |= dict.fromkeys((*_TEMPLATES, "Pod", "CronJob"), found["workload"])
    for version, kind, document in objects(documents):
        into = kinds.get(kind)
        if into is not None:
            into.append({"apiVersion": version, "kind": kind, **document})
    return found


def _workload(document: Document) -> tuple[str, Workload]:
    """(namespace, workload) of a Pod or of what makes pods; Jobs of ours are known by what they do."""
    kind, template = document.get("kind"), document
    if kind == "CronJob":
        template = _at(template, "spec", "jobTemplate")
    if kind != "Pod":
        template = _at(template, "spec", "template")
    labels = {key: text for key, text in _at(template, "metadata", "labels").items() if isinstance(text, str)}
    host = _at(template, "spec").get("hostNetwork") is True
    # The API server adds labels to a Job's pods that nobody can write down beforehand.
    more = kind in ("Job", "CronJob")
    namespace = _at(document, "metadata").get("namespace")
    name = labels.get(JOB_LABEL) or _name(document)
    return str(namespace or "default"), Workload(name, Labels.of(labels, more=more), host_network=host)


def _known(cluster: Cluster | None) -> Iterator[tuple[str, Workload]]:
    """The ingress controller and DNS. Pods on the nodes' network are outside, at the nodes' addresses."""
    if cluster is not None:
        controller, dns = cluster.ingress_controller, cluster.dns
        if not controller.host_network:
            yield controller.namespace, Workload(CONTROLLER, Labels.of(controller.pod_labels, more=True))
        yield dns.namespace, Workload(DNS, Labels.of(dns.pod_labels, more=True))


def _named(peers: Iterable[Peer]) -> Iterator[tuple[str, Workload]]:
    """Pods that policies name in namespaces by name."""
    for peer in peers:
        if isinstance(peer, BlockPeer):
            continue
        labels = {need.key: need.values[0] for need in peer.pods.requirements if need.operator == "In"}
        for need in peer.namespaces.requirements if peer.namespaces else ():
            if (need.key, need.operator) == (NAME_LABEL, "In"):
                yield from (_called(namespace, labels) for namespace in need.values)


def _called(namespace: str, labels: Mapping[str, str]) -> tuple[str, Workload]:
    """Pods with these labels, called by the most telling of them."""
    names = [labels[key] for key in (*_CALLED, *labels) if key in labels]
    return namespace, Workload(names[0] if names else OTHERS, Labels.of(labels, more=True))


def _peers(world: World) -> Iterable[Peer]:
    """The peers of all policies, each once, in order."""
    specs = dict.fromkeys(policy.spec for mine in world.policies.values() for policy in mine)
    rules = [rule for spec in specs for rule in (*(spec.ingress or ()), *(spec.egress or ()))]
    return dict.fromkeys(peer for rule in rules for peer in rule.peers or ())


def _complete(pods: _Pods, rendered: Mapping[str, object]) -> None:
    """Namespaces beside the tree hold other pods too, which have other values of the labels that tell."""
    for namespace, mine in pods.by_namespace.items():
        if namespace not in rendered:
            told = {pair[0] for workload in mine.values() for pair in workload.labels.pairs}
            mine[OTHERS] = Workload(OTHERS, Labels.of(dict.fromkeys(told, NOT_WRITTEN), more=True))
            alike: dict[Labels, str] = {}
            for name in [name for name, each in mine.items() if alike.setdefault(each.labels, name) != name]:
                del mine[name]
    pods.add(ELSEWHERE, Workload("pods", Labels(more=True)))


def _chart_of(repository: Document) -> str:
    url = _at(repository, "spec").get("url")
    return url.rstrip("/").rpartition("/")[2] if isinstance(url, str) else ""


def _name(document: Document) -> str:
    return str(_at(document, "metadata").get("name") or "")


def _at(value: Document, *keys: str) -> Document:
    """The mapping at a path of keys; an empty one where there is none."""
    for key in keys:
        found = value.get(key)
        value = found if is_mapping(found) else {}
    return value
