"""Who is no pod: the internet, private networks, the cloud's metadata service, and the networks that policies
and plans name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mtc.model.blueprint import Cluster
from mtc.reach.addresses import EVERY_ADDRESS, block
from mtc.reach.policies import BlockPeer, Peer
from mtc.reach.ranges import Ranges
from mtc.reach.world import Outside

CONTROLLER_ADDRESSES = "ingress controller"
INTERNET = "internet"
PRIVATE = "private networks"
METADATA = "metadata service"
NODE_DNS = "DNS cache of the node"
KUBERNETES = "Kubernetes API"

_NODE_DNS = ("169.254.20.10/32",)  # NodeLocal DNSCache (kubernetes cluster/addons/dns/nodelocaldns)
_METADATA_SERVICE = ("169.254.169.254/32", "fd00:ec2::254/128")
_LINK_LOCAL = ("169.254.0.0/16", "fe80::/10")
_PRIVATE = ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", *_LINK_LOCAL)
# So many networks that a plan names, and that policies name, are told apart; the rest is one of the above.
_NETWORKS = 64


def pod_addresses(cluster: Cluster) -> Ranges:
    """Where pods may be: if nobody says so, anywhere but at link-local addresses and at what is others'."""
    if cluster.pod_cidrs:
        return _blocks(cluster.pod_cidrs)
    controller = _blocks(map(_cidr, cluster.ingress_controller.addresses))
    others = (*_LINK_LOCAL, *cluster.node_cidrs, *cluster.api_server_cidrs)
    return EVERY_ADDRESS - _blocks(others) - controller


def outside(
    cluster: Cluster | None, peers: Iterable[Peer], networks: Iterable[str]
) -> Iterator[Outside]:
    """Who is no pod. Classes do not overlap, but for the networks that policies name."""
    metadata, private = _blocks(_METADATA_SERVICE), _blocks(_PRIVATE)
    taken = metadata | _blocks(_NODE_DNS)
    if cluster is not None:
        controller = _blocks(map(_cidr, cluster.ingress_controller.addresses))
        if cluster.ingress_controller.host_network:
            controller |= _blocks(cluster.node_cidrs)
        api = _blocks(cluster.api_server_cidrs)
        inside = _blocks((*cluster.pod_cidrs, *cluster.service_cidrs, *cluster.node_cidrs))
        taken |= inside | api | controller
        if controller:
            yield Outside(CONTROLLER_ADDRESSES, controller)
        # Where nobody says at which address it is, it may be at any.
        yield Outside(KUBERNETES, api or EVERY_ADDRESS)
    # Of networks that lie in one another the narrowest first: of a wider one, what is left is a class.
    asked = sorted(filter(_is_network, dict.fromkeys(networks)), key=_size)
    blocks = [(cidr, block(cidr)) for cidr in asked[:_NETWORKS]]
    blocks += [(peer.source, peer.addresses) for peer in _named_networks(peers)][:_NETWORKS]
    for name, addresses in blocks:
        if addresses - taken:
            yield Outside(name, addresses - taken)
            taken |= addresses
    yield Outside(METADATA, metadata)
    yield Outside(NODE_DNS, _blocks(_NODE_DNS))
    for name, addresses in ((PRIVATE, private), (INTERNET, EVERY_ADDRESS - private)):
        if addresses - taken:
            yield Outside(name, addresses - taken)


def _named_networks(peers: Iterable[Peer]) -> Iterator[BlockPeer]:
    return (peer for peer in peers if isinstance(peer, BlockPeer) and _is_network(peer.source))


def _size(cidr: str) -> int:
    """Bits that a network leaves open."""
    return (128 if ":" in cidr else 32) - int(cidr.partition("/")[2])


def is_public(outside: Outside) -> bool:
    """Whether what is outside is on the internet: that class, or a network there that a policy names."""
    named = "/" in outside.name and not outside.addresses.overlaps(_blocks(_PRIVATE))
    return named or outside.name == INTERNET


def _is_network(source: str) -> bool:
    """Whether an ipBlock is somebody's network, and not a good part of all there is."""
    prefix = source.partition("/")[2]
    return prefix.isdigit() and int(prefix) >= (16 if ":" in source else 8)


def _cidr(text: str) -> str:
    return text if "/" in text else f"{text}/{128 if ':' in text else 32}"


def _blocks(cidrs: Iterable[str]) -> Ranges:
    return Ranges.of(span for cidr in cidrs for span in block(cidr).spans)
