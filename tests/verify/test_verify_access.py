"""What is said of rights: the role, its rule, the binding and the line; what breaks no promise is let be."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mtc.model.diagnostic import Diagnostic
from mtc.render import render_plan
from mtc.verify import verify_tree
from plan.planning import plan_of

EXTRA = "extras/it.yaml"
TENANTS = [{"name": "acme"}, {"name": "globex"}]
GROUP = "rbac.authorization.k8s.io"
PODS = {"kind": "ServiceAccount", "name": "default", "namespace": "acme"}
RELEASES = {"kind": "ServiceAccount", "name": "tenant-acme", "namespace": "tenancy-system"}
BOOTSTRAP = {"kind": "ServiceAccount", "name": "bootstrap-acme", "namespace": "tenancy-system"}
PERSON = {"kind": "User", "apiGroup": GROUP, "name": "eve@example.com"}


def role(*rules: dict[str, Any], namespace: str = "acme", kind: str = "Role", **more: Any) -> dict[str, Any]:
    where = {"namespace": namespace} if kind == "Role" else {}
    return {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": {"name": "mine", **where}, "rules": list(rules), **more}


def rule(group: str = "", resources: str = "configmaps", verbs: str = "get", **more: Any) -> dict[str, Any]:
    return {"apiGroups": [group], "resources": resources.split(), "verbs": verbs.split(), **more}


def binding(*subjects: dict[str, str], namespace: str = "acme", kind: str = "Role", name: str = "mine") -> dict[str, Any]:
    where, reach = ({"namespace": namespace}, "") if namespace else ({}, "Cluster")
    reference = {"apiGroup": GROUP, "kind": kind, "name": name}
    head = {"apiVersion": f"{GROUP}/v1", "kind": f"{reach}RoleBinding", "metadata": {"name": "it", **where}}
    return {**head, "roleRef": reference, "subjects": list(subjects)}


def said(*objects: dict[str, Any], **spec: Any) -> list[Diagnostic]:
    text = "---\n".join(json.dumps(each) + "\n" for each in objects)
    plan = plan_of({EXTRA: text.encode()}, **{"tenants": TENANTS, "extras": {"platform": [EXTRA]}, **spec})
    return list(verify_tree(render_plan(plan), plan))


def test_a_rule_that_moves_a_wall_is_said_with_role_rule_and_binding() -> None:
    (fault,) = said(role(rule(), rule("networking.k8s.io", "networkpolicies", "get patch")), binding(PODS))
    assert (fault.code, fault.severity) == ("access/tenant-account", "error")
    assert fault.message == (
        "the pods of tenant `acme` may change its network policies, "
        "by `rules[1]` of the Role `mine` and the RoleBinding `acme/it`"
    )
    assert fault.primary.text == "makes `platform/extra.mine.role.yaml`"
    assert fault.primary.span.line > 1


@pytest.mark.parametrize("who", [PODS, RELEASES], ids=["pods", "releases"])
@pytest.mark.parametrize(
    ("group", "resources", "verbs"),
    [
        ("networking.k8s.io", "networkpolicies", "create"),
        ("", "resourcequotas", "delete"),
        ("", "limitranges", "patch"),
        ("helm.toolkit.fluxcd.io", "helmreleases", "create"),
        ("*", "kustomizations", "update"),
        (GROUP, "clusterroles", "bind"),
        (GROUP, "roles", "escalate"),
        ("", "serviceaccounts", "impersonate"),
        ("*", "*", "*"),
    ],
)
def test_no_account_of_a_tenant_gets_past_a_wall(who: dict[str, str], group: str, resources: str, verbs: str) -> None:
    (fault,) = said(role(rule(group, resources, verbs)), binding(who))
    assert (fault.code, fault.severity) == ("access/tenant-account", "error")


@pytest.mark.parametrize("namespace", ["globex", "clearml", "tenancy-system", "kube-system", ""])
@pytest.mark.parametrize("who", [PODS, RELEASES, {"kind": "User", "apiGroup": GROUP, "name": "system:serviceaccount:acme:x"}])
def test_nor_anything_in_another_namespace(who: dict[str, str], namespace: str) -> None:
    kind = "Role" if namespace else "ClusterRole"
    (fault,) = said(role(rule(), namespace=namespace, kind=kind), binding(who, namespace=namespace, kind=kind))
    assert (fault.code, fault.severity) == ("access/tenant-account", "error")
    assert f"in namespace `{namespace}`" in fault.message if namespace else "in every namespace" in fault.message
    assert "may `get` `configmaps` in" in fault.message


@pytest.mark.parametrize("name", ["cluster-admin", "admin", "edit"])
@pytest.mark.parametrize("namespace", ["acme", ""])
def test_the_built_in_roles_hold_walls(name: str, namespace: str) -> None:
    (fault,) = said(binding(PODS, namespace=namespace, kind="ClusterRole", name=name))
    assert (fault.code, fault.severity) == ("access/tenant-account", "error")
    (warning,) = said(binding(PERSON, namespace=namespace, kind="ClusterRole", name=name))
    assert (warning.code, warning.severity) == ("access/wide-binding", "warning")
    assert f"gives User `eve@example.com` the role `{name}`" in warning.message


@pytest.mark.parametrize("group", ["system:authenticated", "system:serviceaccounts", "system:serviceaccounts:tenancy-system"])
@pytest.mark.parametrize("namespace", ["acme", "clearml", ""])
def test_groups_stand_for_the_accounts_in_them(group: str, namespace: str) -> None:
    subject = {"kind": "Group", "apiGroup": GROUP, "name": group}
    kind = "Role" if namespace else "ClusterRole"
    (fault,) = said(role(rule(), namespace=namespace, kind=kind), binding(subject, namespace=namespace, kind=kind))
    assert (fault.code, fault.severity) == ("access/tenant-account", "error")
    assert fault.message.startswith("every account ")


def test_the_accounts_of_a_tenants_namespace_are_the_tenants() -> None:
    subject = {"kind": "Group", "apiGroup": GROUP, "name": "system:serviceaccounts:acme"}
    assert said(role(rule()), binding(subject)) == []
    (fault,) = said(role(rule(), namespace="globex"), binding(subject, namespace="globex"))
    assert fault.message.startswith("the pods of tenant `acme` may `get` `configmaps` in namespace `globex`")


@pytest.mark.parametrize(
    "more",
    [
        rule(),
        rule("", "secrets", "get"),
        rule("", "secrets", "list", resourceNames=["tenant-acme-credentials"]),
        rule("", "secrets", "get", resourceNames=["tenant-globex-credentials"]),
        rule("", "secrets", "get", resourceNames=["tenant-acme-credentials", "other"]),
    ],
)
def test_a_bootstrap_job_has_its_one_secret_alone(more: dict[str, Any]) -> None:
    (fault,) = said(role(more, namespace="tenancy-system"), binding(BOOTSTRAP, namespace="tenancy-system"))
    assert (fault.code, fault.severity) == ("access/bootstrap-account", "error")
    assert fault.message.startswith("the bootstrap Job of tenant `acme` may ")
    (fault,) = said(role(rule()), binding(BOOTSTRAP))
    assert "in namespace `acme`" in fault.message


def test_what_breaks_no_promise_is_let_be() -> None:
    named = rule("", "secrets", "get", resourceNames=["one"])
    assert said(role(rule(), named, rule("apps", "deployments", "get patch")), binding(PODS, RELEASES)) == []
    mine = rule("", "secrets", "get", resourceNames=["tenant-acme-credentials"])
    assert said(role(mine, namespace="tenancy-system"), binding(BOOTSTRAP, namespace="tenancy-system")) == []
    assert said(role(rule("networking.k8s.io", "networkpolicies", "create")), binding(PERSON)) == []
    assert said(binding(PODS, kind="ClusterRole", name="view")) == []


def test_a_look_at_the_cluster_is_a_warning() -> None:
    nodes = role(rule("", "nodes", "get list"), kind="ClusterRole")
    (fault,) = said(nodes, binding(PODS, namespace="", kind="ClusterRole"))
    assert (fault.code, fault.severity) == ("access/wide-binding", "warning")
    nodes = role(rule("", "nodes", "get patch"), kind="ClusterRole")
    (fault,) = said(nodes, binding(PODS, namespace="", kind="ClusterRole"))
    assert (fault.code, fault.severity) == ("access/tenant-account", "error")


def test_a_role_that_is_not_in_the_tree_is_a_warning() -> None:
    (fault,) = said(binding(PODS, kind="ClusterRole", name="installed-elsewhere"))
    assert (fault.code, fault.severity) == ("access/wide-binding", "warning")
    gathered = role(kind="ClusterRole", aggregationRule={"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]})
    (fault,) = said(gathered, binding(PODS, kind="ClusterRole"))
    assert (fault.code, fault.severity) == ("access/wide-binding", "warning")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (rule("apps", "deployments", "*"), "every verb (`*` in `verbs`)"),
        (rule("apps", "*", "get"), "every resource"),
        (rule("*", "deployments", "get"), "every API group"),
        (rule("", "secrets", "get"), "every Secret where it is bound"),
        (rule(GROUP, "roles", "bind"), "`bind`, which gives rights"),
        (rule("", "users", "impersonate"), "`impersonate`"),
    ],
)
def test_the_authors_wide_rules_are_named(more: dict[str, Any], words: str) -> None:
    (fault,) = said(role(rule(), more, kind="ClusterRole"))
    assert (fault.code, fault.severity) == ("access/wide-rule", "warning")
    assert fault.message.startswith("`rules[1]` of the ClusterRole `mine` allows ")
    assert words in fault.message


def test_rules_of_agent_and_gateway_are_named_at_their_own_lines() -> None:
    tenants = [
        {
            "name": "acme",
            "agent": {"rules": [rule(), rule("batch", "jobs", "*")]},
            "gateway": {"rules": [rule("", "secrets", "get")]},
        }
    ]
    plan = plan_of(tenants=tenants)
    found = list(verify_tree(render_plan(plan), plan))
    assert [fault.code for fault in found] == ["access/wide-rule"] * 2
    lines = [plan.blueprint.source.lines[fault.primary.span.line - 1 :] for fault in found]
    texts = ["".join("".join(each).split()) for each in lines]
    assert texts[0] != texts[1]
    assert {"rules[1]" in fault.message for fault in found} == {True, False}


def test_one_cause_in_a_thousand_tenants_is_said_once() -> None:
    tenants = [{"name": f"t{number:04}"} for number in range(1000)]
    spec = {"tenants": tenants, "tenantDefaults": {"agent": {"rules": [rule("batch", "jobs", "*")]}}}
    plan = plan_of(**spec)
    (fault,) = verify_tree(render_plan(plan), plan)
    assert fault.message.endswith("(and 999 more like it)")


def test_without_accounts_for_releases_nothing_is_asked_of_them() -> None:
    plan = plan_of(tenants=TENANTS, flux={"impersonate": False})
    assert list(verify_tree(render_plan(plan), plan)) == []


def test_lockdown_has_one_account_of_the_clusters_administrator() -> None:
    plan = plan_of(tenants=TENANTS, flux={"lockdown": True})
    assert list(verify_tree(render_plan(plan), plan)) == []
