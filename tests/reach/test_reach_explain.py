"""Explanations, word for word."""

from mtc.reach import Reading, World, explain
from mtc.reach.addresses import address, block
from mtc.reach.world import Outside, Pod, Workload
from reach import worlds

WORLD = worlds.tenant_world(2)
ONE, TWO = worlds.tenant_name(0), worlds.tenant_name(1)


def why(source, target, port, reading=Reading.MAY, protocol="TCP", world=WORLD):
    ends = [world.pod(end) if isinstance(end, str) else end for end in (source, target)]
    return explain(world, *ends, port, protocol, reading)


def test_one_tenant_to_another_is_denied_and_every_rule_says_why():
    found = why(f"{ONE}/agent", f"{TWO}/gateway", 8080)
    assert found.text().splitlines() == [
        "tenant-00000/agent to tenant-00001/gateway, TCP 8080: denied, judged by what some plugin may let through.",
        "Egress of tenant-00000/agent is closed by tenant-00000/closed-egress, tenant-00000/dns, "
        "tenant-00000/platform, tenant-00000/internet, and no rule opens it here:",
        "- tenant-00000/closed-egress, egress[0]: tenant-00001/gateway is not among all pods of the policy's own "
        "namespace.",
        "- tenant-00000/dns, egress[0]: its ports are TCP 53; UDP 53 and tenant-00001/gateway is not among "
        "pods [k8s-app=kube-dns] of namespaces [kubernetes.io/metadata.name=kube-system].",
        "- tenant-00000/platform, egress[0]: its ports are TCP 443 and tenant-00001/gateway is not among "
        "pods [app.kubernetes.io/name=ingress-nginx] of namespaces [kubernetes.io/metadata.name=ingress-nginx].",
        "- tenant-00000/platform, egress[1]: its ports are TCP 'redis' and tenant-00001/gateway is not among "
        "all pods of namespaces [kubernetes.io/metadata.name=redis-shared].",
        "- tenant-00000/internet, egress[0]: tenant-00001/gateway is not among addresses 0.0.0.0/0 except "
        "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16.",
        "Ingress of tenant-00001/gateway is closed by tenant-00001/own-namespace, tenant-00001/gateway, "
        "and no rule opens it here:",
        "- tenant-00001/own-namespace, ingress[0]: tenant-00000/agent is not among all pods of the policy's own "
        "namespace.",
        "- tenant-00001/gateway, ingress[0]: tenant-00000/agent is not among pods "
        "[app.kubernetes.io/name=ingress-nginx] of namespaces [kubernetes.io/metadata.name=ingress-nginx].",
    ]
    assert [side.allowed for side in found.sides] == [False, False]
    assert found.sides[0].rules[3].index == 1


def test_what_is_allowed_names_policy_and_rule():
    found = why("ingress-nginx/controller", f"{TWO}/gateway", 8080)
    assert found.text().splitlines()[1:] == [
        "Egress of ingress-nginx/controller is open: no policy of type Egress selects it.",
        "Ingress of tenant-00001/gateway is allowed by tenant-00001/gateway, ingress[0].",
    ]
    assert [str(note) for note in found.sides[1].allowed_by] == ["tenant-00001/gateway, ingress[0]"]
    assert found.sides[1].selected_by == ("tenant-00001/own-namespace", "tenant-00001/gateway")


def test_closed_without_a_rule():
    found = why("clearml/api", "control/bootstrap", 80)
    assert found.text().splitlines()[2] == (
        "Ingress of control/bootstrap is closed by control/closed, without any rule that opens it."
    )


def test_an_exemption_is_named():
    host = Pod("clearml", Workload("node-agent", host_network=True))
    text = why(host, "control/bootstrap", 80).text()
    assert "Egress of clearml/node-agent is open: policies on host-network pods are usually ignored." in text
    assert (
        "Ingress of control/bootstrap is open: clearml/node-agent may be or stand behind the pod's own node, "
        "which no policy keeps apart." in text
    )
    outside = why(Outside("a client", address("203.0.113.9")), "control/bootstrap", 80).text()
    assert "Egress of a client is open: no policy selects what lies outside the cluster." in outside


def test_a_pod_calls_itself():
    assert why("clearml/api", "clearml/api", 80).text().splitlines()[1:] == ["A pod always reaches itself."]


def test_rules_that_open_only_together():
    peers = [{"ipBlock": {"cidr": "192.0.2.0/25"}}, {"ipBlock": {"cidr": "192.0.2.128/25"}}]
    closed = worlds.policy("x", "halves", podSelector={}, ingress=[{"from": [peer]} for peer in peers])
    world = World.of([closed], [Pod("x", Workload("web"))])
    everyone = Outside("the office", block("192.0.2.0/24"))
    found = why(everyone, "x/web", 80, Reading.MUST, world=world)
    assert found.text().splitlines()[2] == "Ingress of x/web is allowed by its rules together."
    wider = why(Outside("more", block("192.0.2.0/23")), "x/web", 80, Reading.MUST, world=world)
    assert wider.text().splitlines()[3:] == [
        f"- x/halves, ingress[{index}]: it holds for a part only of the addresses of more." for index in (0, 1)
    ]


def test_a_policy_that_may_not_select_the_pod_leaves_it_open():
    world = World.of([worlds.policy("x", "db", podSelector={"matchLabels": {"app": "db"}}, ingress=[{"ports": [{}]}])])
    found = why(Pod("y", worlds.AGENT), Pod("x", worlds.TASK), 80, world=world)
    line = "Ingress of x/task is open: no policy of type Ingress is sure to select it."
    assert found.text().splitlines()[2] == line
