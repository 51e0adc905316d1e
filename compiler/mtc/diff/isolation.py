"""Isolation: walls that fall or get a door."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtc.diff.delta import Comparison
from mtc.diff.facts import Key, name, word
from mtc.diff.objects import FILE, INDEX, Object, Pair
from mtc.diff.tenancy import BLUEPRINT_LABEL
from mtc.diff.walls import DIRECTIONS, openings, selects_all, title, types_of
from mtc.model.review import Risk
from mtc.model.rule import RiskRule

_LEVELS = ("privileged", "baseline", "restricted")
WHAT = {"Ingress": "what comes in", "Egress": "what goes out"}


def _risk(code: str, tenant: str | None, message: str, files: tuple[str, ...]) -> Risk:
    return Risk("isolation", f"isolation/{code}", tenant, message, files=files)


def lost_and_won(comparison: Comparison, pair: Pair) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What a policy let through and does not any more, and what it lets through now. A blueprint's new name
    is on its namespaces as well, so it makes no difference."""
    before = openings(pair.base) if pair.base is not None else []
    after = openings(pair.head) if pair.head is not None else []
    renamed = next(comparison.of("blueprint"), None)
    if renamed is not None and renamed.how == "changed":
        old, new = (f"{BLUEPRINT_LABEL}={value}" for value in (renamed.before, renamed.after))
        before = [(direction, words.replace(old, new)) for direction, words in before]
    return [each for each in before if each not in after], [each for each in after if each not in before]


def there(comparison: Comparison, policy: Object) -> bool:
    """True where the policy's namespace is there on both sides."""
    tenant = policy.tenant
    if comparison.added(tenant) or comparison.removed(tenant) or comparison.moved(tenant):
        return False
    key = Key("namespace", None, policy.namespace)
    return (key in comparison.before) == (key in comparison.after)


def profile_lowered(comparison: Comparison) -> Iterator[Risk]:
    """A namespace loses the policy that closes it.

    Policies only ever add up, so a namespace is closed by a policy that selects all its pods. Without one,
    every pod that no other policy selects is open in that direction: under `standard`, what tenants reach
    outside; without `default-deny-ingress`, who reaches them. Under `prune: disabled` the policy stays in the
    cluster that runs today, and is missing in the next one.

    Before:
        isolation: {profile: strict}

    After:
        isolation: {profile: standard}
    """
    for pair in comparison.of_kind("NetworkPolicy"):
        old = pair.base
        if old is None or not selects_all(old) or not there(comparison, old):
            continue
        for direction in _given_up(old, pair.head):
            if (old.namespace, direction) not in comparison.closed[1]:
                message = (
                    f"{WHAT[direction]} is no longer closed in namespace {name(old.namespace)}, "
                    f"without {name(old.name)}"
                )
                yield _risk("profile-lowered", old.tenant, message, (old.file,))


def policy_removed(comparison: Comparison) -> Iterator[Risk]:
    """A policy of some pods goes, and nothing else closes their namespace.

    The pods that it selected were closed but for its rules; now they are open, unless another policy selects
    them.

    Before:
        isolation: {profile: standard}

    After:
        isolation: {profile: guide}
    """
    for pair in comparison.of_kind("NetworkPolicy"):
        old = pair.base
        if old is None or selects_all(old) or not there(comparison, old):
            continue
        for direction in _given_up(old, pair.head):
            if (old.namespace, direction) not in comparison.closed[1]:
                message = (
                    f"{WHAT[direction]} is no longer closed for the pods of network policy {name(title(old))}"
                )
                yield _risk("policy-removed", old.tenant, message, (old.file,))


def _given_up(old: Object, new: Object | None) -> list[str]:
    """The directions that the policy closed and does not close any more."""
    kept = types_of(new) if new is not None else ()
    return [direction for direction in types_of(old) if direction not in kept and direction in DIRECTIONS]


def policy_widened(comparison: Comparison) -> Iterator[Risk]:
    """A closed namespace lets more in or out than before.

    By its policies' text, addresses outside the cluster included. Which pods that concerns, and which flows
    it comes to, isolation/flow-opened says where they can be worked out.

    Before:
        tenants:
          - name: acme
            sessions: {portMode: true, externalIP: 192.0.2.7, clientCidrs: [198.51.100.0/24]}

    After:
        tenants:
          - name: acme
            sessions: {portMode: true, externalIP: 192.0.2.7, clientCidrs: [0.0.0.0/0]}
    """
    for pair in comparison.of_kind("NetworkPolicy"):
        new, old = pair.head, pair.base
        if new is None or not there(comparison, new):
            continue
        for direction, words in lost_and_won(comparison, pair)[1]:
            if _was_closed(comparison, old, new, direction):
                message = f"network policy {name(title(new))} lets through: {words}"
                yield _risk("policy-widened", new.tenant, message, (new.file,))


def _was_closed(comparison: Comparison, old: Object | None, new: Object, direction: str) -> bool:
    """True where the pods were closed before: what comes new into an open namespace widens nothing."""
    if old is not None and direction in types_of(old):
        return True
    return (new.namespace, direction) in comparison.closed[0]


def pod_security_lowered(comparison: Comparison) -> Iterator[Risk]:
    """A namespace accepts pods with more rights on their node.

    Every verdict about policies presumes at least `baseline`: a pod on the host's network is no subject of
    any policy.

    Before:
        tenants: [{name: acme, podSecurity: restricted}]

    After:
        tenants: [{name: acme, podSecurity: baseline}]
    """
    for change in comparison.of("pod-security"):
        tenant, item = change.key.tenant, change.key.item
        key = Key("tenant", tenant, "") if tenant else Key("namespace", None, item)
        if (
            (key in comparison.before)
            and (key in comparison.after)
            and _level(change.after) < _level(change.before)
        ):
            message = f"pod security {word(change.before)} → {word(change.after)}"
            yield _risk("pod-security-lowered", tenant, message, (change.file,))


def _level(value: object) -> int:
    return _LEVELS.index(value) if value in _LEVELS else -1


def flow_opened(comparison: Comparison) -> Iterator[Risk]:
    """Something reaches something that it could not reach.

    The evaluator of policies was asked about both trees: these two ends are in both, and only the new
    policies let this pass, or no longer stand in between. It is judged as for isolation: whatever some
    network plugin would let through counts.

    Before:
        isolation: {profile: strict}

    After:
        isolation: {profile: standard}
    """
    files = {f"{each.namespace}/{each.name}": each.file for each in comparison.head.of_kind("NetworkPolicy")}
    for flow in comparison.flows.flows:
        if flow.opened:
            found = tuple(files[policy] for policy in flow.policies if policy in files)
            yield _risk("flow-opened", flow.tenant, flow.words, found)


def rewritten(comparison: Comparison) -> Iterator[Risk]:
    """Something rewrites objects after they are read, or brings others from elsewhere.

    Patches, substitutions and generators of a kustomization.yaml or of Flux' own Kustomization, and a
    release's post-renderers, change what is applied: the objects in the tree, and with them this review, then
    say only half. The compiler writes none of them.

    Before: a tenant's kustomization.yaml lists its files.
    After: it also has `patches`, or lists a URL.
    """
    for pair in comparison.pairs:
        new = pair.head
        if new is None:
            continue
        known = set(_rewriting(pair.base)) if pair.base is not None else set()
        for what in sorted(set(_rewriting(new)) - known):
            kind = new.file if new.kind == FILE else f"{new.kind} {new.name}"
            message = f"{name(kind)} has {what}: what is applied is not what the objects say"
            yield _risk("rewritten", new.tenant, message, (new.file,))


def _rewriting(item: Object) -> Iterator[str]:
    """What of an object rewrites others, or brings them from elsewhere."""
    if item.kind == FILE and item.file.endswith(INDEX):
        yield from (name(str(field)) for field in item.body if field not in _LISTING)
        for entry in item.list("resources"):
            if not isinstance(entry, str) or not _LISTED.fullmatch(entry):
                yield f"the resource {name(str(entry))}"
    fields = _REWRITING.get((item.identity.group, item.kind), ())
    yield from (name(field) for field in fields if item.get("spec", field))


_LISTED = re.compile(r"(?:\./)?[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*/?")
_LISTING = ("apiVersion", "kind", "resources")
_REWRITING = {
    ("kustomize.toolkit.fluxcd.io", "Kustomization"): (
        "patches",
        "patchesStrategicMerge",
        "patchesJson6902",
        "postBuild",
        "images",
        "components",
        "targetNamespace",
        "namePrefix",
        "nameSuffix",
        "commonMetadata",
    ),
    ("helm.toolkit.fluxcd.io", "HelmRelease"): ("postRenderers",),
}

RULES: tuple[RiskRule[Comparison], ...] = (
    RiskRule("isolation/flow-opened", flow_opened),
    RiskRule("isolation/profile-lowered", profile_lowered),
    RiskRule("isolation/policy-removed", policy_removed),
    RiskRule("isolation/policy-widened", policy_widened),
    RiskRule("isolation/pod-security-lowered", pod_security_lowered),
    RiskRule("isolation/rewritten", rewritten),
)
