"""A second reading of the NetworkPolicy specification, for the tests: slow, plain, one connection at a time.

It shares no code with mtc.reach. A world is plain data:
  namespaces {name: labels}, policies [documents], pod_block and node_block: lists of addresses (strings).
  A pod is {"ns", "name", "labels", "ports": [(name, number, protocol)], "host": bool, "ip": str or None}.
  A party outside is {"outside": [addresses], "nodes": bool}.
Sets of addresses are lists of single addresses, gone through one by one.
"""

from functools import cache
from ipaddress import ip_address, ip_network


@cache
def _net(text):
    return ip_network(text, strict=False)


@cache
def _ip(text):
    return ip_address(text)


def in_block(block, ip):
    def inside(cidr):
        return _net(cidr).version == _ip(ip).version and _ip(ip) in _net(cidr)

    return inside(block["cidr"]) and not any(inside(each) for each in block.get("except") or [])


def selects(selector, labels):
    for key, value in (selector.get("matchLabels") or {}).items():
        if labels.get(key) != value:
            return False
    for expression in selector.get("matchExpressions") or []:
        key, values = expression["key"], expression.get("values")
        ok = {
            "In": lambda key=key, values=values: key in labels and labels[key] in values,
            "NotIn": lambda key=key, values=values: not (key in labels and labels[key] in values),
            "Exists": lambda key=key: key in labels,
            "DoesNotExist": lambda key=key: key not in labels,
        }[expression["operator"]]()
        if not ok:
            return False
    return True


def types_of(spec):
    if spec.get("policyTypes"):
        return spec["policyTypes"]
    return ["Ingress", "Egress"] if len(spec.get("egress") or []) > 0 else ["Ingress"]


def port_fits(rule, target, port, protocol):
    if not rule.get("ports"):
        return True
    for entry in rule["ports"]:
        if (entry.get("protocol") or "TCP") != protocol:
            continue
        wish = entry.get("port")
        if wish is None:
            return True
        if isinstance(wish, str):
            if (wish, port, protocol) in (tuple(each) for each in target.get("ports", [])):
                return True
        elif wish <= port <= (wish if entry.get("endPort") is None else entry["endPort"]):
            return True
    return False


def peer_fits(world, policy, peer, other, ip):
    """Whether a peer stands for `other`; `ip` is the one address it is taken to have, or None."""
    if peer.get("ipBlock") is not None:
        return ip is not None and in_block(peer["ipBlock"], ip)
    if "outside" in other or other["host"]:
        return False
    if peer.get("podSelector") is not None and not selects(peer["podSelector"], other["labels"]):
        return False
    if peer.get("namespaceSelector") is None:
        return other["ns"] == policy["metadata"]["namespace"]
    name_label = {"kubernetes.io/metadata.name": other["ns"]}
    return selects(peer["namespaceSelector"], {**world["namespaces"][other["ns"]], **name_label})


def addresses(world, other, reading, incoming):
    """(every address the other end may be known by, whether all of them must pass and not just one)."""
    if "outside" in other:
        hidden = other["nodes"] and incoming and reading == "must"
        return other["outside"] + (world["node_block"] if hidden else []), reading != "may"
    if other["ip"] is not None:
        return [other["ip"] if reading != "must" else None], False
    return (world["pod_block"] if reading == "may" else [None]), False


def unpoliced(subject, other, reading):
    """Whether policies are no matter between the two: outside, on the host's network, or by way of a node."""
    if "outside" in subject:
        return True
    if subject["host"] and reading != "must":
        return True
    return reading == "may" and other.get("host", other.get("nodes"))


def one_way(world, subject, other, target, port, protocol, reading, incoming):
    if unpoliced(subject, other, reading):
        return True
    kind, rules, peers = ("Ingress", "ingress", "from") if incoming else ("Egress", "egress", "to")
    mine = [
        policy
        for policy in world["policies"]
        if policy["metadata"]["namespace"] == subject["ns"]
        and kind in types_of(policy["spec"])
        and selects(policy["spec"].get("podSelector") or {}, subject["labels"])
    ]
    if not mine:
        return True

    def passes(ip):
        for policy in mine:
            for rule in policy["spec"].get(rules) or []:
                if not port_fits(rule, target, port, protocol):
                    continue
                if not rule.get(peers):
                    return True
                if any(peer_fits(world, policy, peer, other, ip) for peer in rule[peers]):
                    return True
        return False

    candidates, every = addresses(world, other, reading, incoming)
    return (all if every else any)(passes(ip) for ip in candidates)


def allowed(world, source, target, port, protocol, reading):
    """`reading` is "may", "must" or "by address"."""
    if source == target and reading != "must":
        return True
    leaves = one_way(world, source, target, target, port, protocol, reading, incoming=False)
    return leaves and one_way(world, target, source, target, port, protocol, reading, incoming=True)
