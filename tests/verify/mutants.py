"""Policies made worse, one change at a time: what the proof has to notice."""

from copy import deepcopy

ANYONE = ({"namespaceSelector": {}}, {"ipBlock": {"cidr": "0.0.0.0/0"}})


def mutants(policy):
    """(what was done, the mutant or None where the policy is gone) of a NetworkPolicy document."""
    yield "remove", None
    spec = policy["spec"]
    if spec["podSelector"]:
        yield "widen selector", changed(policy, lambda new: new.update(podSelector={}))
    if "policyTypes" in spec:
        yield "drop policyTypes", changed(policy, lambda new: new.pop("policyTypes"))
    yield from selector_mutants(policy, ("podSelector",))
    for side, peers in (("ingress", "from"), ("egress", "to")):
        if side in spec:
            yield "add a peer", changed(policy, lambda new, side=side: new[side].append({}))
        for index, rule in enumerate(spec.get(side) or []):
            yield from rule_mutants(policy, side, peers, index, rule)


def rule_mutants(policy, side, peers, index, rule):
    for peer in ANYONE if peers in rule else ():
        yield "add a peer", changed(policy, lambda new, peer=peer: new[side][index][peers].append(peer))
    for number, peer in enumerate(rule.get(peers) or []):
        at = (side, index, peers, number)
        if {"namespaceSelector", "podSelector"} <= peer.keys():
            yield "swap AND for OR", changed(policy, lambda new, at=at: split(new, at))
        for selector in ("namespaceSelector", "podSelector"):
            if peer.get(selector):
                yield "widen selector", changed(policy, lambda new, at=at, key=selector: place(new, at).update({key: {}}))
                yield from selector_mutants(policy, (*at, selector))
        if "ipBlock" in peer and peer["ipBlock"].get("except"):
            for gone in range(len(peer["ipBlock"]["except"])):
                yield "widen selector", changed(policy, lambda new, at=at, gone=gone: place(new, at)["ipBlock"]["except"].pop(gone))


def selector_mutants(policy, path):
    """Another value for each label, another key for each expression."""
    selector = place(policy["spec"], path)
    for key in selector.get("matchLabels") or {}:
        yield "change a label", changed(policy, lambda new, key=key: place(new, path)["matchLabels"].update({key: "changed"}))
    for number, _ in enumerate(selector.get("matchExpressions") or []):
        yield "change a label", changed(policy, lambda new, n=number: place(new, path)["matchExpressions"][n].update(key="changed"))


def split(spec, at):
    *path, number = at
    peers = place(spec, path)
    both = peers.pop(number)
    peers.extend({key: both[key]} for key in ("namespaceSelector", "podSelector"))


def place(value, path):
    for step in path:
        value = value[step]
    return value


def changed(policy, change):
    mutant = deepcopy(policy)
    change(mutant["spec"])
    return mutant
