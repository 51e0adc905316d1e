"""Small worlds for hypothesis: as data for the naive evaluator, and as a World for ours."""

from hypothesis import strategies as st

from mtc.reach.addresses import address
from mtc.reach.ranges import Ranges
from mtc.reach.selectors import Labels
from mtc.reach.world import NamedPort, Outside, Pod, Workload, World

KEYS, VALUES = ("a", "b"), ("1", "2")
NUMBERS, NAMES, PROTOCOLS = (80, 81, 82), ("web", "dns"), ("TCP", "UDP")
POD_CIDR, NODE_CIDR = "10.0.0.0/29", "192.0.2.8/31"
POD_IPS = [f"10.0.0.{last}" for last in range(8)]
NODE_IPS = ["192.0.2.8", "192.0.2.9"]
OUTSIDE_IPS = ["192.0.2.1", "192.0.2.2", "fd00::1", "10.0.0.3"]

labels = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES))
values = st.lists(st.sampled_from(VALUES), min_size=1, max_size=2)
expressions = st.one_of(
    st.builds(
        lambda key, operator, values: {"key": key, "operator": operator, "values": values},
        st.sampled_from(KEYS),
        st.sampled_from(["In", "NotIn"]),
        values,
    ),
    st.builds(
        lambda key, operator: {"key": key, "operator": operator},
        st.sampled_from(KEYS),
        st.sampled_from(["Exists", "DoesNotExist"]),
    ),
)
selectors = st.fixed_dictionaries(
    {}, optional={"matchLabels": labels, "matchExpressions": st.lists(expressions, max_size=2)}
)
namespace_selectors = st.one_of(
    selectors,
    st.sampled_from(["x", "y", "z"]).map(lambda name: {"matchLabels": {"kubernetes.io/metadata.name": name}}),
)
blocks = st.sampled_from(
    [
        {"cidr": "0.0.0.0/0"},
        {"cidr": "::/0"},
        {"cidr": "10.0.0.7/29"},
        {"cidr": "10.0.0.0/30", "except": ["10.0.0.1/32", "10.0.0.2/31"]},
        {"cidr": "192.0.2.0/24", "except": ["192.0.2.8/31"]},
        {"cidr": "192.0.2.8/30"},
        {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]},
        {"cidr": "fd00::/64", "except": []},
    ]
)
peers = st.one_of(
    st.fixed_dictionaries({"podSelector": selectors}),
    st.fixed_dictionaries({"namespaceSelector": namespace_selectors}),
    st.fixed_dictionaries({"namespaceSelector": namespace_selectors, "podSelector": selectors}),
    st.fixed_dictionaries({"ipBlock": blocks}),
)
ports = st.one_of(
    st.fixed_dictionaries({}, optional={"protocol": st.sampled_from(PROTOCOLS)}),
    st.fixed_dictionaries(
        {"port": st.sampled_from(NUMBERS + NAMES)}, optional={"protocol": st.sampled_from(PROTOCOLS)}
    ),
    st.just({"port": 80, "endPort": 81}),
)


def rules(peers_key):
    return st.lists(
        st.fixed_dictionaries(
            {}, optional={peers_key: st.lists(peers, max_size=2), "ports": st.lists(ports, max_size=2)}
        ),
        max_size=2,
    )


specs = st.fixed_dictionaries(
    {"podSelector": selectors},
    optional={
        "policyTypes": st.sampled_from([["Ingress"], ["Egress"], ["Ingress", "Egress"], []]),
        "ingress": rules("from"),
        "egress": rules("to"),
    },
)
named_ports = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NUMBERS), st.sampled_from(PROTOCOLS)), max_size=2, unique=True
)


@st.composite
def worlds(draw):
    """A naive world, with its pods under "pods" and its parties outside under "others"."""
    spaces = {name: draw(labels) for name in "xyz"}
    policies = [
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": f"p{number}", "namespace": draw(st.sampled_from("xyz"))},
            "spec": draw(specs),
        }
        for number in range(draw(st.integers(0, 5)))
    ]
    pods = [
        {
            "ns": draw(st.sampled_from("xyz")),
            "name": f"pod{number}",
            "labels": draw(labels),
            "ports": draw(named_ports),
            "host": draw(st.integers(0, 7)) == 0,
            "ip": draw(st.sampled_from([None, None, *POD_IPS])),
        }
        for number in range(draw(st.integers(1, 4)))
    ]
    outside = st.lists(st.sampled_from(OUTSIDE_IPS), min_size=1, max_size=2, unique=True)
    others = [{"outside": draw(outside), "nodes": draw(st.booleans())}]
    blocks = {"pod_block": POD_IPS, "node_block": NODE_IPS}
    return {"namespaces": spaces, "policies": policies, "pods": pods, "others": others, **blocks}


def pod_of(pod, **changes):
    workload = Workload(
        name=pod["name"],
        labels=Labels.of(pod["labels"], more=changes.get("more", False)),
        ports=None if changes.get("unknown_ports") else tuple(NamedPort(*port) for port in pod["ports"]),
        host_network=pod["host"],
        addresses=Ranges() if pod["ip"] is None else address(pod["ip"]),
    )
    return Pod(pod["ns"], workload)


def outside_of(other):
    spans = (span for ip in other["outside"] for span in address(ip).spans)
    return Outside("outside", Ranges.of(spans), other["nodes"])


def world_of(small, pods=None, namespaces="xyz"):
    documents = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": small["namespaces"][name]}}
        for name in namespaces
    ]
    given = [pod_of(pod) for pod in small["pods"]] if pods is None else pods
    return World.of([*documents, *small["policies"]], given, pod_cidrs=[POD_CIDR], node_cidrs=[NODE_CIDR])


def endpoints(small):
    """(naive endpoint, our endpoint) of every party."""
    found = [(pod, pod_of(pod)) for pod in small["pods"]]
    return found + [(other, outside_of(other)) for other in small["others"]]


def open_worlds():
    """Worlds in which labels and container ports of some pods are not all known, and one namespace is not."""
    return st.tuples(worlds(), st.lists(st.booleans(), min_size=4, max_size=4), st.sampled_from(["xyz", "xy"]))


def opened(given_world, unknown, namespaces):
    """Pods of a naive world and their World, some with unknown labels and ports."""
    raws = given_world["pods"]
    pods = [
        pod_of(pod, more=flag, unknown_ports=flag and number % 2)
        for number, (pod, flag) in enumerate(zip(raws, unknown, strict=False))
    ]
    return pods, world_of(given_world, pods, namespaces)
