"""Roles and bindings made worse, one change at a time: what the proof of rights has to notice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

Body = dict[str, Any]
GROUP = "rbac.authorization.k8s.io"
WALLS = (
    ("networking.k8s.io", "networkpolicies", "patch"),
    ("", "resourcequotas", "delete"),
    ("", "limitranges", "update"),
    ("", "namespaces", "patch"),
    ("helm.toolkit.fluxcd.io", "helmreleases", "create"),
    ("kustomize.toolkit.fluxcd.io", "kustomizations", "create"),
    (GROUP, "clusterroles", "bind"),
    (GROUP, "roles", "escalate"),
    ("", "serviceaccounts", "impersonate"),
    ("", "serviceaccounts/token", "create"),
)


def mutants(body: Body, others: str) -> Iterator[tuple[str, Body]]:
    """(what was done, the mutant) of a role, a binding or a release; `others` is another tenant's account."""
    kind = body["kind"]
    if kind in ("Role", "ClusterRole"):
        yield from role_mutants(body)
    elif kind in ("RoleBinding", "ClusterRoleBinding"):
        yield from binding_mutants(body, others)
    elif kind == "HelmRelease" and "serviceAccountName" in body["spec"]:
        yield "drop the account", changed(body, lambda new: new["spec"].pop("serviceAccountName"))
        yield "swap the account", changed(body, lambda new: new["spec"].update(serviceAccountName=others))


def role_mutants(body: Body) -> Iterator[tuple[str, Body]]:
    for index, rule in enumerate(body["rules"]):
        for key in ("apiGroups", "resources", "verbs"):
            yield f"a wildcard in {key}", changed(body, lambda new, i=index, key=key: new["rules"][i].update({key: ["*"]}))
            yield f"a wildcard more in {key}", changed(body, lambda new, i=index, key=key: new["rules"][i][key].append("*"))
        if "resourceNames" in rule:
            yield "drop resourceNames", changed(body, lambda new, i=index: new["rules"][i].pop("resourceNames"))
            yield "a name more", changed(body, lambda new, i=index: new["rules"][i]["resourceNames"].append("other"))
            yield "a verb more", changed(body, lambda new, i=index: new["rules"][i]["verbs"].append("delete"))
            yield "a kind more", changed(body, lambda new, i=index: new["rules"][i]["resources"].append("pods"))
    for group, resource, verb in WALLS:
        rule = {"apiGroups": [group], "resources": [resource], "verbs": [verb]}
        yield f"add {verb} {resource}", changed(body, lambda new, rule=rule: new["rules"].append(rule))


def binding_mutants(body: Body, others: str) -> Iterator[tuple[str, Body]]:
    for name in ("cluster-admin", "admin", "edit"):
        ours = {"kind": "ClusterRole", "name": name}
        if body["roleRef"]["name"] != name:
            yield f"refer to {name}", changed(body, lambda new, ours=ours: new["roleRef"].update(ours))
    for subject in (
        {"kind": "ServiceAccount", "name": others, "namespace": "tenancy-system"},
        {"kind": "ServiceAccount", "name": "stranger", "namespace": "tenancy-system"},
        {"kind": "User", "apiGroup": GROUP, "name": f"system:serviceaccount:tenancy-system:{others}"},
        {"kind": "User", "apiGroup": GROUP, "name": "eve"},
        {"kind": "Group", "apiGroup": GROUP, "name": "system:serviceaccounts:tenancy-system"},
        {"kind": "Group", "apiGroup": GROUP, "name": "system:authenticated"},
        {"kind": "Group", "apiGroup": GROUP, "name": "system:unauthenticated"},
    ):
        yield "swap the subject", changed(body, lambda new, subject=subject: new.update(subjects=[subject]))
        yield "a subject more", changed(body, lambda new, subject=subject: new["subjects"].append(subject))
    if body["kind"] == "RoleBinding":
        for place in ("kube-system", "clearml"):
            yield "another namespace", changed(body, lambda new, place=place: new["metadata"].update(namespace=place))
        yield "cluster-wide", changed(body, lambda new: (new.update(kind="ClusterRoleBinding"), new["metadata"].pop("namespace")))


def changed(body: Body, change: Callable[[Any], object]) -> Body:
    mutant = deepcopy(body)
    change(mutant)
    return mutant
