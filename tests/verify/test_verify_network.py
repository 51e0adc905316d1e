"""What the proof says: the flow, the policy and its rule, the line of the blueprint; flows of one cause once."""

from __future__ import annotations

from ast import literal_eval

import pytest

from mtc.model.diagnostic import Diagnostic
from mtc.model.document import Document, Tree
from mtc.render import render_plan
from mtc.verify import verify_tree
from plan.planning import BILLING, REDIS, plan_of

EXTRA = "extras/it.yaml"
TENANTS = [{"name": "acme"}, {"name": "globex"}]
PEER = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}}"


def policy(namespace: str, spec: str, name: str = "mine") -> str:
    head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:"
    return f"{head} {{name: {name}, namespace: {namespace}}}\nspec: {spec}\n"


def said(text: str, kind: str = "platform", **spec: object) -> list[Diagnostic]:
    plan = plan_of({EXTRA: text.encode()}, **{"tenants": TENANTS, "extras": {kind: [EXTRA]}, **spec})
    return list(verify_tree(render_plan(plan), plan))


def test_a_stray_rule_is_said_with_flow_policy_rule_and_line() -> None:
    # Strict: the other tenant's own way out has to be opened too, or nothing passes.
    rules = f"ingress: [{{from: [{{podSelector: {{}}}}]}}, {{from: [{PEER % 'clearml'}], ports: [{{port: 22}}]}}]"
    (fault,) = said(policy("acme", f"{{podSelector: {{}}, {rules}}}"))
    assert (fault.code, fault.severity) == ("network/forbidden-flow", "error")
    assert fault.message == (
        "`clearml/apiserver` can reach `acme/tasks` at TCP 22 (and 35 more such flows), "
        "by `ingress[1]` of the NetworkPolicy `acme/mine`"
    )
    assert fault.primary.text == "makes `platform/extra.mine.networkpolicy.yaml`"
    assert "allow" in fault.help


def test_a_way_out_of_a_strict_tenant_is_said() -> None:
    spec = "{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 169.254.169.254/32}}]}]}"
    (fault,) = said(policy("acme", spec))
    assert fault.message.startswith("`acme/tasks` can reach `metadata service` at every port")
    assert "`egress[0]` of the NetworkPolicy `acme/mine`" in fault.message


def test_one_cause_in_a_thousand_tenants_is_said_once() -> None:
    tenants = [{"name": f"t{number:04}"} for number in range(1000)]
    spec = "{podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{namespaceSelector: {}}]}]}"
    faults = said(policy("'{{ tenant.namespace }}'", spec), "tenant", tenants=tenants)
    assert [fault.code for fault in faults] == ["network/forbidden-flow"]
    assert "can reach" in faults[0].message


def test_a_policy_that_cuts_a_component_off_is_said_with_what_it_was_for() -> None:
    spec = "{podSelector: {}, policyTypes: [Egress], egress: []}"
    (fault,) = said(policy("acme", spec), isolation={"profile": "standard"}, metadata=allowed())
    assert (fault.code, fault.severity) == ("network/denied-flow", "error")
    assert fault.message == (
        "`acme/tasks` cannot reach `clearml/apiserver` at TCP 8008 (calls of the API): "
        "the NetworkPolicy `acme/mine` closes it, and no rule is sure to open it"
    )


def test_an_override_of_the_charts_names_cuts_the_gateway_off() -> None:
    chart = {"repository": "charts", "name": "clearml-enterprise-app-gateway", "version": "3.1.0"}
    gateway = {"enabled": True, "flavor": "app-gateway", "chart": chart, "host": "acme"}
    values = {"fullnameOverride": "router"}
    plan = plan_of(tenants=[{"name": "acme", "gateway": {**gateway, "values": values}}])
    (fault,) = verify_tree(render_plan(plan), plan)
    assert fault.code == "network/denied-flow"
    assert "`ingress-nginx/controller` cannot reach `acme/gateway`" in fault.message
    assert "no override of the chart's names" in fault.help


def allowed() -> dict[str, object]:
    return {"annotations": {"mtc/allow": "isolation/open-egress: the firewall outside does it"}}


def test_the_platforms_own_walls_are_opened_with_a_warning() -> None:
    spec = f"{{podSelector: {{}}, ingress: [{{from: [{PEER % 'monitoring'}]}}]}}"
    (fault,) = said(policy("clearml", spec))
    assert (fault.code, fault.severity) == ("network/platform-flow", "warning")
    assert "`monitoring/others` can reach `clearml/apiserver`" in fault.message


def test_a_tenant_is_let_into_the_platform_with_an_error() -> None:
    spec = f"{{podSelector: {{}}, ingress: [{{from: [{PEER % 'acme'}]}}]}}"
    open_ = {"isolation": {"profile": "standard"}, "metadata": allowed()}
    (fault,) = said(policy("clearml", spec), **open_)
    assert (fault.code, fault.severity) == ("network/forbidden-flow", "error")
    assert "`clearml/apiserver` at every port but TCP 8008" in fault.message


@pytest.mark.parametrize("kind", ["AdminNetworkPolicy", "ClusterNetworkPolicy", "CiliumNetworkPolicy"])
def test_objects_that_void_the_proof_are_said(kind: str) -> None:
    group = "cilium.io/v2" if kind.startswith("Cilium") else "policy.networking.k8s.io/v1alpha2"
    faults = said(f"apiVersion: {group}\nkind: {kind}\nmetadata: {{name: mine}}\nspec: {{}}\n")
    assert {fault.code for fault in faults} == {"network/void", "tree/unchecked-kind"}
    void = next(fault for fault in faults if fault.code == "network/void")
    assert f"does not hold beside {kind} `mine`" in void.message
    assert void.severity == "warning"
    assert void.primary.span.line > 1


def test_what_the_proof_cannot_read_is_said() -> None:
    """Shapes are judged before; this is for what passes there and means nothing all the same."""
    plan = plan_of(tenants=TENANTS)
    tree = render_plan(plan)
    bad = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy"}
    metadata = {"name": "mine", "namespace": "acme"}
    body = {**bad, "metadata": metadata, "spec": {"podSelector": {}, "ingress": [{"form": []}]}}
    from mtc.verify.network import network_diagnostics

    documents = (*tree.documents, Document("tenants/acme/mine.yaml", body, ("spec", "tenants", 0), "acme"))
    (fault,) = network_diagnostics(Tree(lambda: tree.files, lambda: documents), plan)
    assert fault.code == "network/unreadable"
    assert "unknown field 'form'" in fault.message


def test_a_namespace_without_pod_security_is_said_at_its_tenant() -> None:
    plan = plan_of(tenants=TENANTS)
    tree = render_plan(plan)
    documents = []
    for document in tree.documents:
        if document.body["kind"] == "Namespace" and document.tenant == "globex":
            metadata = dict(document.body["metadata"])
            labels = dict(metadata["labels"])
            del labels["pod-security.kubernetes.io/enforce"]
            body = {**document.body, "metadata": {**metadata, "labels": labels}}
            documents.append(Document(document.path, body, document.origin, document.tenant))
        else:
            documents.append(document)
    (fault,) = verify_tree(Tree(lambda: tree.files, lambda: documents), plan)
    assert fault.code == "network/host-network"
    assert "globex" in plan.blueprint.source.lines[fault.primary.span.line - 1]


@pytest.mark.parametrize(("closed", "who"), [(None, None), ("53", None), ("5353", "openshift-dns/dns")])
def test_names_are_looked_up_at_the_port_that_the_clusters_dns_listens_on(closed: str | None, who: str | None) -> None:
    labels = {"dns.operator.openshift.io/daemonset-dns": "default"}
    dns = {"namespace": "openshift-dns", "podLabels": labels, "port": 5353}
    facts = {"podCidrs": ["10.128.0.0/14"], "serviceCidrs": ["172.30.0.0/16"], "apiServerCidrs": ["192.0.2.10/32"]}
    plan = plan_of(tenants=TENANTS, cluster={**facts, "dns": dns})
    tree = render_plan(plan)
    wrong = [replaced(document, f"'port': {closed}}}", "'port': 54}") for document in tree.documents]
    faults = list(verify_tree(Tree(lambda: tree.files, lambda: wrong), plan))
    if closed is None:
        assert faults == []
    else:
        assert {fault.code for fault in faults} >= {"network/denied-flow"}
        assert any(f"cannot reach `{who or 'DNS cache of the node'}` at TCP {closed}" in fault.message for fault in faults)


def replaced(document: Document, was: str, new: str) -> Document:
    """The same object, with other words in it."""
    body = literal_eval(str(document.body).replace(was, new))
    return Document(document.path, body, document.origin, document.tenant)


def test_the_guides_holes_are_each_said_with_a_flow() -> None:
    redis = {"enabled": True, "chart": REDIS}
    chart = {"repository": "charts", "name": "clearml-task-traffic-router", "version": "1.0.0"}
    gateway = {"enabled": True, "flavor": "task-traffic-router", "chart": chart, "host": "acme"}
    sessions = {"portMode": True, "externalIP": "203.0.113.10"}
    allow = {"annotations": {"mtc/allow": "isolation/open-egress: outside\nisolation/shared-redis: known"}}
    plan = plan_of(
        tenants=[{"name": "acme", "gateway": gateway, "sessions": sessions}],
        redis=redis,
        billing=BILLING,
        isolation={"profile": "guide"},
        metadata=allow,
    )
    said_ = verify_tree(render_plan(plan), plan)
    assert {(fault.code, fault.severity) for fault in said_} == {("isolation/guide-hole", "warning")}
    holes = [fault.message.removeprefix("under `guide`, ").split(":")[0] for fault in said_]
    holes = [hole.split(" (and ")[0].split(" at ")[0] for hole in holes]
    assert sorted(holes) == [
        "`acme/tasks` is not sure to reach `clearml/apiserver`",
        "`acme/tasks` reaches `cdmo-operator/others`",
        "`acme/tasks` reaches `clearml/apiserver`",
        "`acme/tasks` reaches `gpu-operator/others`",
        "`acme/tasks` reaches `redis-shared/redis`",
        "`acme/tasks` reaches `tenancy-system/bootstrap`",
        "`clearml/apiserver` reaches `clearml-billing/others`",
        "`clients` cannot reach `acme/sessions`",
        "`ingress-nginx/controller` cannot reach `acme/gateway`",
        "`ingress-nginx/controller` is not sure to reach `clearml/apiserver`",
    ]
