"""Privilege: who may do more than before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mtc.diff.delta import Comparison
from mtc.diff.facts import Key, name, word
from mtc.diff.objects import Object
from mtc.diff.releases import component
from mtc.diff.rights import permissions
from mtc.model.review import Risk
from mtc.model.rule import RiskRule

_SUPERVISOR = "secure.credentials.supervisor."
_HOST = ("hostNetwork", "hostPID", "hostIPC", "privileged", "hostPath")


def _risk(code: str, tenant: str | None, message: str, files: tuple[str, ...]) -> Risk:
    return Risk("privilege", f"privilege/{code}", tenant, message, files=files)


def _stays(comparison: Comparison, tenant: str | None) -> bool:
    """True for the platform, and for tenants that are where they were: a new one comes with its rights."""
    return not (comparison.added(tenant) or comparison.removed(tenant) or comparison.moved(tenant))


def role_widened(comparison: Comparison) -> Iterator[Risk]:
    """A role allows more than before.

    What runs under the role may do it at once. Tenants' releases share one ClusterRole, bound in each
    tenant's namespace.

    Before:
        tenants: [{name: acme}]

    After:
        tenants: [{name: acme, agent: {rules: [{apiGroups: [""], resources: [nodes], verbs: [get]}]}}]
    """
    for new, old in _ours(comparison, "Role", "ClusterRole"):
        more = permissions(new) - (permissions(old) if old is not None else set())
        if more:
            told = sorted(more)[:3]
            listed = ", ".join(f"{verb} {name(resource)}" for verb, _, resource, _ in told)
            rest = f" and {len(more) - 3} more" if len(more) > 3 else ""
            message = f"{new.kind} {name(new.name)} may now {listed}{rest}"
            yield _risk("role-widened", new.tenant, message, (new.file,))


def binding_widened(comparison: Comparison) -> Iterator[Risk]:
    """Somebody is bound to a role that they did not have.

    A binding grants its role at once. A ClusterRoleBinding grants it everywhere.

    Before:
        flux: {lockdown: false}

    After:
        flux: {lockdown: true}
    """
    for new, old in _ours(comparison, "RoleBinding", "ClusterRoleBinding"):
        known = set(_grants(old)) if old is not None else set()
        for grant in _grants(new):
            if grant not in known and not _same_grant_moved(comparison, grant, known):
                kind, subject, role = grant
                message = f"{kind} {name(new.name)} gives {name(subject)} the {role}"
                yield _risk("binding-widened", new.tenant, message, (new.file,))


def _ours(comparison: Comparison, *kinds: str) -> Iterator[tuple[Object, Object | None]]:
    """(now, before) for tenants that stay and the platform, but what a new name alone brought."""
    for pair in comparison.of_kind(*kinds):
        new, old = pair.head, pair.base
        if new is None or not _stays(comparison, new.tenant):
            continue
        if old is not None or not _is_renamed(comparison, new):
            yield new, old


def _grants(binding: Object) -> Iterator[tuple[str, str, str]]:
    role = f"{binding.get('roleRef', 'kind')} {name(str(binding.get('roleRef', 'name')))}"
    for subject in binding.list("subjects"):
        if isinstance(subject, dict):
            yield binding.kind, str(subject.get("name")), role


def _same_grant_moved(
    comparison: Comparison, grant: tuple[str, str, str], known: set[tuple[str, str, str]]
) -> bool:
    """A grant whose role only took the blueprint's new name."""
    renamed = next(comparison.of("blueprint"), None)
    if renamed is None or renamed.how != "changed":
        return False
    before = grant[2].replace(f"`{renamed.after}-", f"`{renamed.before}-")
    return (*grant[:2], before) in known


def _is_renamed(comparison: Comparison, new: Object) -> bool:
    """True for what is named after a blueprint, or lies in a control namespace, that took another name."""
    for noun in ("blueprint", "control"):
        renamed = next(comparison.of(noun), None)
        if renamed is None or renamed.how != "changed":
            continue
        if new.namespace == renamed.after or new.name.startswith(f"{renamed.after}-"):
            return True
    return False


def feature_added(comparison: Comparison) -> Iterator[Risk]:
    """A feature is enabled for the server, a tenant or a group of users.

    It is what somebody asked for; the reviewer checks that it is for them.

    Before:
        tenants: [{name: acme}]

    After:
        tenants: [{name: acme, features: {enable: [reports]}}]
    """
    for change in comparison.of("feature", "server-feature"):
        if change.after is True and _stays(comparison, change.key.tenant):
            message = f"the feature {name(change.key.item)} is enabled"
            yield _risk("feature-added", change.key.tenant, message, (change.file,))
    for change in comparison.of("exclusion"):
        if change.how == "removed" and _stays(comparison, change.key.tenant):
            message = f"the feature {name(change.key.item)} is no longer taken away"
            yield _risk("feature-added", change.key.tenant, message, (change.file,))
    for change in comparison.of("group-features"):
        before, after = _texts(change.before), _texts(change.after)
        gained = [each for each in after if each not in before]
        if gained:
            listed = ", ".join(map(name, gained))
            message = f"group {name(change.key.item)} has {listed}"
            yield _risk("feature-added", change.key.tenant, message, (change.file,))


def admin_added(comparison: Comparison) -> Iterator[Risk]:
    """Somebody becomes an administrator: of a tenant, or of the whole server as its supervisor.

    An administrator reads and changes everything of the tenant; the supervisor, of every tenant.

    Before:
        tenants: [{name: acme, admin: {name: Ada, email: ada@acme.example}}]

    After:
        tenants: [{name: acme, admin: {name: Bob, email: bob@acme.example}}]
    """
    for change in comparison.of("admin", "admin-id", "login-admin"):
        tenant = change.key.tenant
        if change.after is not None and _stays(comparison, tenant):
            who = name(change.key.item) if change.key.noun == "login-admin" else word(change.after)
            yield _risk("admin-added", tenant, f"{who} is an administrator", (change.file,))
    for change in comparison.of("config"):
        path = change.key.item
        if path.startswith(_SUPERVISOR) and change.after is not None and not _removed_only(change):
            field = path.removeprefix(_SUPERVISOR)
            message = f"the supervisor's {name(field)} is {word(change.after, (field,))}"
            yield _risk("admin-added", change.key.tenant, message, (change.file,))


def _removed_only(change: Any) -> bool:
    """True for a list that only became shorter."""
    before, after = change.before, change.after
    return (
        isinstance(before, list) and isinstance(after, list) and set(map(str, after)) <= set(map(str, before))
    )


def login_added(comparison: Comparison) -> Iterator[Risk]:
    """People may log in who could not.

    A domain admits everybody whom the login provider knows by an address in it. A new provider admits whom it
    knows.

    Before:
        tenants: [{name: acme, login: {domains: [acme.example]}}]

    After:
        tenants: [{name: acme, login: {domains: [acme.example, acme.test]}}]
    """
    for change in comparison.of("login-domain", "login-address"):
        if change.how == "added" and _stays(comparison, change.key.tenant):
            who = "people of " if change.key.noun == "login-domain" else ""
            message = f"{who}{name(change.key.item)} may log in"
            yield _risk("login-added", change.key.tenant, message, (change.file,))
    for key in _providers(comparison, 1) - _providers(comparison, 0):
        yield _risk("login-added", key.tenant, f"people may log in by {name(key.item)}", ())


def _providers(comparison: Comparison, side: int) -> set[Key]:
    return {key for key in comparison.wholes[side] if key.noun == "login-provider"}


def impersonation(comparison: Comparison) -> Iterator[Risk]:
    """A release, or what Flux applies, runs as somebody else.

    Without a service account, Flux' controllers act with their own rights, which are the cluster's
    administrator's: a chart can then make anything anywhere.

    Before:
        flux: {impersonate: true}

    After:
        flux: {impersonate: false}
    """
    for pair in comparison.of_kind("HelmRelease", "Kustomization"):
        if pair.both is None:
            continue
        before, after = (each.get("spec", "serviceAccountName") for each in pair.both)
        if before == after:
            continue
        new = pair.either
        what = name(component(new)) if new.kind == "HelmRelease" else f"Flux Kustomization {name(new.name)}"
        was = f"{name(str(before))} before" if before else "with Flux's own rights before"
        who = f"as {name(str(after))}" if after else "with Flux's own rights"
        yield _risk("impersonation", new.tenant, f"{what} is applied {who} ({was})", (new.file,))


def source_changed(comparison: Comparison) -> Iterator[Risk]:
    """Charts come from somewhere else.

    Who owns the place decides what runs with the releases' rights.

    Before:
        repositories: {charts: {url: "https://charts.example.com"}}

    After:
        repositories: {charts: {url: "https://charts.example.net"}}
    """
    for change in comparison.of("repository"):
        if change.how == "changed":
            message = f"charts of {name(change.key.item)} come from {word(change.after)}"
            yield _risk("source-changed", change.key.tenant, message, (change.file,))


def host_access(comparison: Comparison) -> Iterator[Risk]:
    """Pods get at their node: its network, its processes, its files, or all of it.

    No policy holds against a pod on the host's network, and whoever owns a node owns every tenant on it.

    Before: a release's values say nothing of `hostNetwork`.
    After: they say `hostNetwork: true`.
    """
    for pair in comparison.pairs:
        new = pair.head
        if new is None or new.kind in ("File", "ConfigMap") or not _stays(comparison, new.tenant):
            continue
        known = set(_host_fields(pair.base.body)) if pair.base is not None else set()
        for field in sorted(set(_host_fields(new.body)) - known):
            message = f"{new.kind} {name(component(new))} sets {name(field)}"
            yield _risk("host-access", new.tenant, message, (new.file,))


def _host_fields(value: Any) -> Iterator[str]:
    """Fields below the value that open the host."""
    if isinstance(value, dict):
        for key, child in value.items():
            if key in _HOST and (child is True or (key == "hostPath" and child)):
                yield key
            elif isinstance(child, (dict, list)):
                yield from _host_fields(child)
    elif isinstance(value, list):
        for child in value:
            yield from _host_fields(child)


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


RULES: tuple[RiskRule[Comparison], ...] = (
    RiskRule("privilege/role-widened", role_widened),
    RiskRule("privilege/binding-widened", binding_widened),
    RiskRule("privilege/feature-added", feature_added),
    RiskRule("privilege/admin-added", admin_added),
    RiskRule("privilege/login-added", login_added),
    RiskRule("privilege/impersonation", impersonation),
    RiskRule("privilege/source-changed", source_changed),
    RiskRule("privilege/host-access", host_access),
)
