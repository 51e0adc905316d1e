"""Facts of NetworkPolicies: what each lets in and out, and whether a namespace's ways out are closed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mtc.diff.facts import Fact, Key, name
from mtc.diff.objects import Object, Tree

DIRECTIONS = {"Ingress": ("in from", "ingress", "from"), "Egress": ("out to", "egress", "to")}
REASON = "mtc/reason"
NAMESPACE_NAME = "kubernetes.io/metadata.name"


def types_of(policy: Object) -> tuple[str, ...]:
    """The directions that a policy closes, by Kubernetes' defaults where it names none."""
    given = policy.list("spec", "policyTypes")
    if given:
        return tuple(str(each) for each in given)
    return ("Ingress", "Egress") if policy.list("spec", "egress") else ("Ingress",)


def selects_all(policy: Object) -> bool:
    """True for a policy of every pod of its namespace."""
    selector = policy.map("spec", "podSelector")
    return not any(selector.get(key) for key in ("matchLabels", "matchExpressions"))


def closed(tree: Tree) -> frozenset[tuple[str, str]]:
    """(namespace, direction) that a policy of every pod closes."""
    return frozenset(
        (each.namespace, direction)
        for each in tree.of_kind("NetworkPolicy")
        if selects_all(each)
        for direction in types_of(each)
    )


def openings(policy: Object) -> list[tuple[str, str]]:
    """(direction, what passes) of each peer of each rule, in words that tell any two apart."""
    found: list[tuple[str, str]] = []
    for direction in types_of(policy):
        if direction not in DIRECTIONS:
            continue
        word, field, peers_field = DIRECTIONS[direction]
        for rule in policy.list("spec", field):
            given = rule if isinstance(rule, dict) else {}
            on = _ports(given.get("ports"))
            peers = given.get(peers_field) or [None]
            listed = peers if isinstance(peers, list) else [None]
            found += [(direction, f"{word} {_peer(peer)}{on}") for peer in listed]
    return list(dict.fromkeys(found))


def title(item: Object) -> str:
    """A policy's name, with the namespace where that is not the tenant's."""
    return item.name if item.tenant else f"{item.namespace}/{item.name}"


def policy(item: Object, _tree: Tree) -> Iterator[Fact]:
    """A policy, each thing that it lets through, and what it closes."""
    tenant, place = item.tenant, title(item)
    whole = Key("policy", tenant, place)
    parts_of = (whole, Key("tenant", tenant, ""), Key("namespace", None, item.namespace))
    opened = openings(item)
    reason = item.annotation(REASON)
    said = "; ".join(words for _, words in opened[:3]) + (
        f"; {len(opened) - 3} more" if len(opened) > 3 else ""
    )
    detail = (f": {said}" if said else "") + (f" ({name(reason)})" if reason else "")
    yield Fact(whole, True, detail, parts_of[1:])
    for _, words in opened:
        yield Fact(Key("opening", tenant, f"{place} {words}"), True, parts_of=parts_of)
    yield Fact(Key("policy-pods", tenant, place), item.map("spec", "podSelector"), parts_of=parts_of)
    if tenant and selects_all(item) and "Egress" in types_of(item):
        yield Fact(Key("egress", tenant, ""), True, parts_of=parts_of[1:])


def _ports(ports: Any) -> str:
    if not isinstance(ports, list) or not ports:
        return ""
    words = []
    for port in ports:
        given: Mapping[str, Any] = port if isinstance(port, dict) else {}
        number = given.get("port")
        end = f"-{given['endPort']}" if given.get("endPort") not in (None, number) else ""
        words.append(f"{given.get('protocol', 'TCP')} {'any port' if number is None else number}{end}")
    return f" on {', '.join(words)}"


def _peer(peer: Any) -> str:
    if not isinstance(peer, dict):
        return "anywhere"
    if isinstance(peer.get("ipBlock"), dict):
        block = peer["ipBlock"]
        excepted = block.get("except")
        but = f" but {len(excepted)} blocks {name(', '.join(map(str, excepted)))}" if excepted else ""
        return f"{name(str(block.get('cidr')))}{but}"
    words = []
    if "namespaceSelector" in peer:
        words.append(_namespaces(peer["namespaceSelector"]))
    if peer.get("podSelector") or not words:
        pods = _selector(peer.get("podSelector"))
        words.append(f"pods {name(pods)}" if pods else "the namespace itself")
    return ", ".join(words)


def _namespaces(selector: Any) -> str:
    labels = selector.get("matchLabels") if isinstance(selector, dict) else None
    if isinstance(labels, dict) and set(labels) == {NAMESPACE_NAME} and not selector.get("matchExpressions"):
        return f"namespace {name(str(labels[NAMESPACE_NAME]))}"
    written = _selector(selector)
    return f"namespaces {name(written)}" if written else "every namespace"


def _selector(selector: Any) -> str:
    if not isinstance(selector, dict):
        return ""
    labels, expressions = selector.get("matchLabels"), selector.get("matchExpressions")
    words = [f"{key}={value}" for key, value in sorted(labels.items())] if isinstance(labels, dict) else []
    for each in expressions if isinstance(expressions, list) else ():
        if isinstance(each, dict):
            among = each.get("values")
            listed = f" {', '.join(map(str, among))}" if isinstance(among, list) and among else ""
            words.append(f"{each.get('key')} {each.get('operator')}{listed}")
    return ", ".join(words)


READERS = {"NetworkPolicy": policy}
