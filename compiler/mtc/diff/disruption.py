"""Disruption: who is disturbed in their work when the change is applied."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mtc.diff.decoding import decoded
from mtc.diff.delta import Comparison
from mtc.diff.facts import Key, leaves, name, word
from mtc.diff.isolation import lost_and_won, there
from mtc.diff.loss import FORCE, STATELESS
from mtc.diff.objects import Object
from mtc.diff.privilege import _providers
from mtc.diff.releases import AGENT, component
from mtc.diff.walls import selects_all, title, types_of
from mtc.model.review import Risk
from mtc.model.rule import RiskRule

_VERSION = re.compile(r"v?(\d+)\.")
_REPLICAS = re.compile(r"(?:^|\.)(?:replicas|replicaCount)$")


def _risk(code: str, tenant: str | None, message: str, files: tuple[str, ...]) -> Risk:
    return Risk("disruption", f"disruption/{code}", tenant, message, files=files)


def _lives(comparison: Comparison, tenant: str | None) -> bool:
    return not comparison.added(tenant) and not comparison.removed(tenant)


def session_ports_moved(comparison: Comparison) -> Iterator[Risk]:
    """Sessions or streams answer at other node ports, or at none.

    Users have the address in their SSH configuration, and firewalls know the ports.

    Before:
        tenants: [{name: acme, sessions: {portMode: true, externalIP: 192.0.2.7, startingPort: 31000}}]

    After:
        tenants: [{name: acme, sessions: {portMode: true, externalIP: 192.0.2.7, startingPort: 31100}}]
    """
    for change in comparison.of("session-ports", "stream-ports", "session-address"):
        tenant = change.key.tenant
        if change.before is None or not _lives(comparison, tenant) or _is_suspended(comparison, tenant):
            continue
        what = "streams" if change.key.noun == "stream-ports" else "sessions"
        if change.key.noun == "session-address" and change.after is None:
            continue  # without ports, nobody asks for the address
        after = f"{change.after}" if change.after is not None else "none"
        message = f"{what} answered at {change.before}, and now at {after}"
        if change.key.noun == "session-address":
            message = f"{what} answered at {word(change.before)}, and now at {word(change.after)}"
        yield _risk("session-ports-moved", tenant, message, (change.file,))


def job_again(comparison: Comparison) -> Iterator[Risk]:
    """A Job runs again.

    Flux replaces a Job whose template changed. The bootstrap is made to be run again, so this is mostly
    a note: credentials are minted only where the old ones fail, and nothing is removed.

    Before:
        tenants: [{name: acme}]

    After:
        tenants: [{name: acme, features: {enable: [reports]}}]
    """
    for pair in comparison.of_kind("Job"):
        if pair.both is None or not _lives(comparison, pair.either.tenant):
            continue
        old, new = pair.both
        if old.get("spec", "template") != new.get("spec", "template"):
            message = f"Job {name(new.name)} runs again"
            yield _risk("job-again", new.tenant, message, (new.file,))


def major_version(comparison: Comparison) -> Iterator[Risk]:
    """A chart goes to another major version, or back to one.

    Majors change values, names and databases; read the chart's notes. A version that goes back may meet data
    that it cannot read.

    Before:
        server: {chart: {repository: charts, name: clearml-enterprise, version: 7.11.0}}

    After:
        server: {chart: {repository: charts, name: clearml-enterprise, version: 8.0.0}}
    """
    for change in comparison.of("chart-version"):
        before, after = _VERSION.match(str(change.before)), _VERSION.match(str(change.after))
        if before and after and before[1] != after[1]:
            message = f"chart of {name(change.key.item)}: {change.before} → {change.after}"
            yield _risk("major-version", change.key.tenant, message, (change.file,))


def suspended(comparison: Comparison) -> Iterator[Risk]:
    """A tenant is suspended, or Flux no longer looks after a part of the tree.

    A suspended tenant's agent and gateway are uninstalled: waiting tasks wait, running ones go on. What Flux
    no longer looks after stays as it is, and no later change reaches it.

    Before:
        tenants: [{name: acme, suspended: false}]

    After:
        tenants: [{name: acme, suspended: true}]
    """
    for change in comparison.of("release"):
        if (
            change.how == "removed"
            and _is_suspended(comparison, change.key.tenant)
            and change.key.item == AGENT
        ):
            message = "the tenant is suspended: no new task is started"
            yield _risk("suspended", change.key.tenant, message, (change.file,))
    for pair in comparison.of_kind("HelmRelease", "Kustomization"):
        new = pair.head
        if new is None or pair.base is None or new.get("spec", "suspend") is not True:
            continue
        if pair.base.get("spec", "suspend") is not True:
            message = f"Flux no longer applies {new.kind} {name(new.name)}"
            yield _risk("suspended", new.tenant, message, (new.file,))


def _is_suspended(comparison: Comparison, tenant: str | None) -> bool:
    """True for a tenant that stays, without the agent that it had."""
    key = Key("release", tenant, AGENT)
    gone = key in comparison.before and key not in comparison.after
    return tenant is not None and gone and _lives(comparison, tenant)


def scaled_to_zero(comparison: Comparison) -> Iterator[Risk]:
    """Something is to run with no replica, which is to say not at all.

    Everything that calls it fails until somebody counts it up again.

    Before:
        server: {values: {apiserver: {replicaCount: 2}}}

    After:
        server: {values: {apiserver: {replicaCount: 0}}}
    """
    for pair in comparison.pairs:
        new = pair.head
        if new is None or new.kind == "File":
            continue
        known = dict(_replicas(pair.base)) if pair.base is not None else {}
        for place, count in _replicas(new):
            if count == 0 and known.get(place) != 0:
                message = f"{new.kind} {name(component(new))} sets {name(place)} to 0"
                yield _risk("scaled-to-zero", new.tenant, message, (new.file,))


def _replicas(item: Object) -> Iterator[tuple[str, Any]]:
    for path, value in leaves(dict(item.map("spec"))):
        place = ".".join(path)
        if _REPLICAS.search(place) and isinstance(value, int) and not isinstance(value, bool):
            yield place, value


def uninstalled(comparison: Comparison) -> Iterator[Risk]:
    """A tenant's agent or gateway is uninstalled.

    Its queues are no longer served and its applications cannot be reached. Nothing is lost: the server has
    what matters.

    Before:
        tenants: [{name: acme}, {name: globex}]

    After:
        tenants: [{name: acme}]
    """
    for pair in comparison.of_kind("HelmRelease"):
        old = pair.base
        if old is None or pair.head is not None or component(old) not in STATELESS:
            continue
        moved = any(
            _release(pair_.head) == _release(old) and pair_.head.name == old.name
            for pair_ in comparison.of_kind("HelmRelease")
            if pair_.head is not None and pair_.base is None
        )
        if not moved and not _is_suspended(comparison, old.tenant):
            message = f"{name(component(old))} is uninstalled"
            yield _risk("uninstalled", old.tenant, message, (old.file,))


def _release(item: Object) -> tuple[Any, Any]:
    return item.get("spec", "storageNamespace"), item.get("spec", "releaseName")


def address_changed(comparison: Comparison) -> Iterator[Risk]:
    """Something answers at another host name.

    Browsers, SDKs and agents have the old one in their settings, DNS and certificates have to follow, and
    whoever calls the old name gets nothing.

    Before:
        hosts: {api: api}

    After:
        hosts: {api: clearml-api}
    """
    for change in comparison.of("host"):
        if change.how == "changed" and _lives(comparison, change.key.tenant):
            message = (
                f"{name(change.key.item)} answered at {word(change.before)}, and now at {word(change.after)}"
            )
            yield _risk("address-changed", change.key.tenant, message, (change.file,))


def credentials_rotated(comparison: Comparison) -> Iterator[Risk]:
    """The tenant's credentials are replaced, and the old ones revoked.

    The agent and the gateway follow by themselves; what else uses the old key stops at once.

    Before:
        tenants: [{name: acme, admin: {name: Ada, email: ada@acme.example}}]

    After:
        tenants: [{name: acme, admin: {name: Ada, email: ada@acme.example, rotate: 1}}]
    """
    for change in comparison.of("rotation"):
        if change.how == "changed":
            message = f"credentials are replaced (rotation {word(change.before)} → {word(change.after)})"
            yield _risk("credentials-rotated", change.key.tenant, message, (change.file,))


def company_changed(comparison: Comparison) -> Iterator[Risk]:
    """A tenant's company takes another name.

    No published call renames a company: the bootstrap Job finds the one it made, sees the old name, and stops
    until they agree. Rename it in the server as well, or set the blueprint back.

    Before:
        tenants: [{name: acme, company: Acme}]

    After:
        tenants: [{name: acme, company: Acme Corporation}]
    """
    for change in comparison.of("company", "company-id"):
        if change.how == "changed" and _lives(comparison, change.key.tenant):
            message = f"the bootstrap Job stops: company {word(change.before)} → {word(change.after)}"
            yield _risk("company-changed", change.key.tenant, message, (change.file,))


def login_removed(comparison: Comparison) -> Iterator[Risk]:
    """People who could log in can no longer.

    Their work stays; they cannot reach it. A provider that goes locks out everybody whom it alone knows.

    Before:
        tenants: [{name: acme, login: {domains: [acme.example, acme.test]}}]

    After:
        tenants: [{name: acme, login: {domains: [acme.example]}}]
    """
    for change in comparison.of("login-domain", "login-address"):
        if change.how == "removed" and _lives(comparison, change.key.tenant):
            who = "people of " if change.key.noun == "login-domain" else ""
            message = f"{who}{name(change.key.item)} may no longer log in"
            yield _risk("login-removed", change.key.tenant, message, (change.file,))
    for key in _providers(comparison, 0) - _providers(comparison, 1):
        yield _risk("login-removed", key.tenant, f"nobody logs in by {name(key.item)} any more", ())


def queue_removed(comparison: Comparison) -> Iterator[Risk]:
    """A queue is no longer served.

    Tasks that wait in it wait for ever. The queue itself stays in ClearML.

    Before:
        tenants: [{name: acme, queues: {cpu: {maxPods: 2}, old: {maxPods: 2}}}]

    After:
        tenants: [{name: acme, queues: {cpu: {maxPods: 2}}}]
    """
    for change in comparison.of("queue"):
        if change.how == "removed" and _lives(comparison, change.key.tenant):
            message = f"queue {name(change.key.item)} is no longer served"
            yield _risk("queue-removed", change.key.tenant, message, (change.file,))


def policy_narrowed(comparison: Comparison) -> Iterator[Risk]:
    """A policy lets less through than before, or closes what was open.

    If something used what is closed now, it breaks. By the policies' text; the flows that the evaluator finds
    closed are told as intent.

    Before:
        isolation: {profile: standard}

    After:
        isolation: {profile: strict}
    """
    for pair in comparison.of_kind("NetworkPolicy"):
        item = pair.either
        if not there(comparison, item):
            continue
        new = pair.head
        for direction, words in lost_and_won(comparison, pair)[0]:
            if (item.namespace, direction) in comparison.closed[1]:
                message = f"network policy {name(title(item))} no longer lets through: {words}"
                yield _risk("policy-narrowed", item.tenant, message, (item.file,))
        if new is not None and selects_all(new):
            for direction in types_of(new):
                if (item.namespace, direction) not in comparison.closed[0]:
                    way = "in" if direction == "Ingress" else "out"
                    message = f"network policy {name(title(item))} closes the way {way} but for its rules"
                    yield _risk("policy-narrowed", item.tenant, message, (item.file,))


def immutable_field(comparison: Comparison) -> Iterator[Risk]:
    """A field changes that Kubernetes never changes, of an object that keeps no data.

    The API refuses the change, and with it Flux the whole folder, until somebody deletes the object. Flux
    makes it anew then.

    Before:
        metadata: {name: one}

    After:
        metadata: {name: other}
    """
    for pair in comparison.of_kind(*_FIXED):
        if pair.both is None or pair.either.annotation(FORCE) == "enabled":
            continue
        old, new = pair.both
        if new.kind == "ConfigMap" and not (old.get("immutable") is True and old.name == new.name):
            continue
        fields = [path for path in _FIXED[new.kind] if _settled(old, path) != _settled(new, path)]
        if fields:
            named = ", ".join(name(".".join(path)) for path in fields)
            message = f"{new.kind} {name(new.name)} cannot change {named}: it has to be deleted first"
            yield _risk("immutable-field", new.tenant, message, (new.file,))


def _settled(item: Object, path: tuple[str, ...]) -> Any:
    return decoded(item.get(*path))


_FIXED: dict[str, tuple[tuple[str, ...], ...]] = {
    "RoleBinding": (("roleRef",),),
    "ClusterRoleBinding": (("roleRef",),),
    "PriorityClass": (("value",),),
    "StorageClass": (("provisioner",), ("parameters",)),
    "Deployment": (("spec", "selector"),),
    "DaemonSet": (("spec", "selector"),),
    "Job": (("spec", "template"), ("spec", "selector")),
    "ConfigMap": (("data",), ("binaryData",)),
}

RULES: tuple[RiskRule[Comparison], ...] = (
    RiskRule("disruption/session-ports-moved", session_ports_moved),
    RiskRule("disruption/job-again", job_again),
    RiskRule("disruption/major-version", major_version),
    RiskRule("disruption/suspended", suspended),
    RiskRule("disruption/scaled-to-zero", scaled_to_zero),
    RiskRule("disruption/uninstalled", uninstalled),
    RiskRule("disruption/address-changed", address_changed),
    RiskRule("disruption/credentials-rotated", credentials_rotated),
    RiskRule("disruption/company-changed", company_changed),
    RiskRule("disruption/login-removed", login_removed),
    RiskRule("disruption/queue-removed", queue_removed),
    RiskRule("disruption/policy-narrowed", policy_narrowed),
    RiskRule("disruption/immutable-field", immutable_field),
)
