"""What a verdict is about: namespaces with their labels, policies, and the endpoints that traffic joins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from mtc.model.record import Record, changed
from mtc.reach.addresses import EVERY_ADDRESS, NO_ADDRESS, block
from mtc.reach.fields import ReachError, identity, labels, objects
from mtc.reach.policies import Policy
from mtc.reach.ports import port_range
from mtc.reach.ranges import Ranges
from mtc.reach.selectors import NO_LABELS, Labels
from mtc.reach.specs import PolicyReader

_Value = TypeVar("_Value")

NAME_LABEL = "kubernetes.io/metadata.name"
"""The API server puts it on every Namespace, with the namespace's name, whatever the manifest says."""


class NamedPort(Record, frozen=True):
    """A containerPort with a name; a port without a name decides nothing and is not modelled."""

    name: str
    number: int
    protocol: str = "TCP"

    def __post_init__(self) -> None:
        port_range(self.protocol, self.number, self.number)


class Workload(Record, frozen=True):
    """Pods of one template. The same workload may run in many namespaces; share the object between them.

    `name` tells it from the others of a namespace; the groups of a proof never mix names, so give the same
    component the same name everywhere. `ports` None: its container ports are not known. `addresses`: those
    of the pod where known (as in a running cluster), else empty. To speak of any pod that a namespace may
    ever hold, give it a workload with `Labels(more=True)` and nothing else known.
    """

    name: str
    labels: Labels = NO_LABELS
    ports: tuple[NamedPort, ...] | None = None
    host_network: bool = False
    addresses: Ranges = NO_ADDRESS


class Pod(Record, frozen=True):
    """An endpoint inside the cluster: any pod of `workload` in `namespace`."""

    namespace: str
    workload: Workload

    def __str__(self) -> str:
        return f"{self.namespace}/{self.workload.name}"


class Outside(Record, frozen=True):
    """An endpoint that is no pod: anyone at one of `addresses` (MAY: at some of them; else: at all of them).

    `through_nodes`: the clients of a NodePort or load balancer that may hide them behind a node's address,
    or nodes themselves. No verdict claims that a pod is isolated from these.
    """

    name: str
    addresses: Ranges
    through_nodes: bool = False

    def __post_init__(self) -> None:
        if not self.addresses:
            raise ReachError(f"{self.name}: an endpoint outside the cluster needs an address")

    def __str__(self) -> str:
        return self.name


Endpoint = Pod | Outside


class World(Record, frozen=True):
    """Everything a verdict may depend on. Build with `World.of`.

    `pod_addresses` and `node_addresses` are the cluster's pod and node ranges; where nobody knows them,
    they are every address, so that MAY counts any ipBlock as one that may hold pods or nodes.
    """

    namespaces: Mapping[str, Labels]
    policies: Mapping[str, tuple[Policy, ...]]
    pods: tuple[Pod, ...] = ()
    pod_addresses: Ranges = EVERY_ADDRESS
    node_addresses: Ranges = EVERY_ADDRESS
    _named: Mapping[str, Pod] = {}
    _placed: Mapping[str, list[Pod]] = {}

    @classmethod
    def of(
        cls,
        documents: Iterable[object],
        pods: Iterable[Pod] = (),
        *,
        default_namespace: str = "default",
        pod_cidrs: Iterable[str] = (),
        node_cidrs: Iterable[str] = (),
    ) -> World:
        """The world of rendered `documents`: their Namespaces and `networking.k8s.io/v1` NetworkPolicies.

        Other documents are passed over (`voids` lists those that make a verdict worthless).
        `default_namespace` is where a policy without a namespace is applied. ReachError for an unreadable
        policy or Namespace, and for two of the same name, be they policies, Namespaces or pods.
        """
        namespaces: dict[str, Labels] = {}
        policies: dict[str, dict[str, Policy]] = {}
        reader = PolicyReader()
        for version, kind, document in objects(documents):
            if kind == "NetworkPolicy" and version == "networking.k8s.io/v1":
                policy = reader.read(document, default_namespace)
                mine = policies.setdefault(policy.namespace, {})
                _put(mine, policy.name, policy, f"NetworkPolicy {policy}")
            elif kind == "Namespace" and version == "v1":
                name, found = _namespace(document)
                _put(namespaces, name, found, f"Namespace {name}")
        placed = {namespace: tuple(each.values()) for namespace, each in policies.items()}
        return cls(namespaces, placed, (), _blocks(pod_cidrs), _blocks(node_cidrs)).with_pods(pods)

    def with_pods(self, pods: Iterable[Pod]) -> World:
        """The same namespaces and policies with these pods instead. ReachError for two of one name."""
        named: dict[str, Pod] = {}
        placed: dict[str, list[Pod]] = {}
        for pod in pods:
            _put(named, str(pod), pod, f"pod {pod}")
            placed.setdefault(pod.namespace, []).append(pod)
        return changed(self, pods=tuple(named.values()), _named=named, _placed=placed)

    def pods_in(self, namespace: str) -> Sequence[Pod]:
        """The pods of a namespace, in order."""
        return self._placed.get(namespace, ())

    def labels(self, namespace: str) -> Labels:
        """The labels of a namespace; one without a Namespace document has its name, the rest is unknown."""
        return self.namespaces.get(namespace) or Labels(((NAME_LABEL, namespace),), more=True)

    def find(self, name: str) -> Pod | None:
        """The pod called `namespace/name`, if there is one."""
        return self._named.get(name)

    def pod(self, name: str) -> Pod:
        """The pod called `namespace/name`. ReachError where there is none."""
        if name not in self._named:
            raise ReachError(f"there is no pod {name}")
        return self._named[name]


def _namespace(document: Mapping[str, object]) -> tuple[str, Labels]:
    try:
        metadata, _, name = identity(document)
        given = labels(metadata.get("labels"), "metadata.labels")
    except ReachError as fault:
        raise ReachError(f"a Namespace: {fault}") from None
    return name, Labels.of({**given, NAME_LABEL: name})


def _put(into: dict[str, _Value], key: str, value: _Value, what: str) -> None:
    if key in into:
        raise ReachError(f"{what} is there twice")
    into[key] = value


def _blocks(cidrs: Iterable[str]) -> Ranges:
    return Ranges.of(span for cidr in cidrs for span in block(cidr).spans) or EVERY_ADDRESS
