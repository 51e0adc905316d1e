"""The endpoints of a tree come from its documents alone: in memory, from disk, in any order."""

from pathlib import Path

import pytest
import yaml

from mtc.model.clearml import CHART_PODS
from mtc.pipeline import compile_blueprint
from mtc.reach import ReachError, topology
from mtc.reach.addresses import block
from mtc.reach.releases import ReleasePods
from mtc.reach.selectors import Labels
from reach import worlds

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "blueprints" / "guide.yaml"


def names(found):
    return {str(pod) for pod in found.world.pods}


def release(name, chart, namespace, release_name=None, tenant=None, **values):
    labels = {"mtc/tenant": tenant} if tenant else {}
    spec = {"chart": {"spec": {"chart": chart}}, "targetNamespace": namespace, "values": values}
    if release_name:
        spec["releaseName"] = release_name
    metadata = {"name": name, "namespace": "control", "labels": labels}
    return {"apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease", "metadata": metadata, "spec": spec}


def workload(kind, name, namespace, labels, **pod):
    template = {"metadata": {"labels": labels}, "spec": pod}
    spec = {"jobTemplate": {"spec": {"template": template}}} if kind == "CronJob" else {"template": template}
    body = template if kind == "Pod" else {"spec": spec}
    return {"apiVersion": "v1", "kind": kind, **body, "metadata": {"name": name, "namespace": namespace, "labels": labels}}


def test_a_folder_on_disk_gives_what_the_compiler_has_in_memory():
    compiled = compile_blueprint(GUIDE)
    cluster = compiled.blueprint.cluster
    kept = topology([document.body for document in compiled.tree.documents], cluster)
    files = [path for path in sorted((ROOT / "out").rglob("*.yaml")) if path.name != "kustomization.yaml"]
    read = topology([each for path in files for each in yaml.safe_load_all(path.read_text())], cluster)
    assert names(read) == names(kept)
    assert dict(read.tenants) == dict(kept.tenants) == {"acme": "acme", "globex": "globex"}
    assert {str(pod): pod.workload for pod in read.world.pods} == {str(pod): pod.workload for pod in kept.world.pods}


def test_what_runs_in_the_guides_tree():
    found = topology([document.body for document in compile_blueprint(GUIDE).tree.documents])
    by_namespace = {}
    for pod in found.world.pods:
        by_namespace.setdefault(pod.namespace, []).append(pod.workload.name)
    assert by_namespace["acme"] == ["others", "agent", "tasks", "sessions", "gateway", "solver"]
    assert by_namespace["tenancy-system"] == ["applications", "bootstrap"]
    server = ["apiserver", "webserver", "fileserver", "apps", "mongodb", "elasticsearch", "redis", "solver", "others"]
    assert by_namespace["clearml"] == server
    assert by_namespace["clearml-billing"] == ["others"]
    assert by_namespace["ingress-nginx"] == ["ingress-nginx", "others"]
    assert by_namespace["kube-system"] == ["kube-dns", "others"]
    assert by_namespace["*"] == ["pods"]
    assert set(found.outside) == {"internet", "private networks", "metadata service", "DNS cache of the node"}


def test_the_clusters_facts_name_what_policies_only_select():
    compiled = compile_blueprint(ROOT / "blueprints" / "current.yaml")
    found = topology([document.body for document in compiled.tree.documents], compiled.blueprint.cluster)
    assert {"ingress-nginx/controller", "kube-system/dns"} <= names(found)
    assert found.endpoint("Kubernetes API").addresses == block("192.0.2.10/32")
    assert found.endpoint("acme/agent").namespace == "acme"
    assert found.endpoint("acme/nobody") is None


def test_an_override_of_the_charts_name_moves_the_pods():
    pods = ReleasePods({})
    plain = pods.of(release("acme-agent", "clearml-enterprise-agent", "acme", "clearml-agent", "acme"))
    moved = pods.of(
        release("acme-agent", "clearml-enterprise-agent", "acme", "clearml-agent", "acme", fullnameOverride="x")
    )
    assert plain[0] == moved[0] == "acme"
    assert plain[1][0].labels.get("app.kubernetes.io/name") == "clearml-agent-clearml-enterprise-agent"
    assert moved[1][0].labels.get("app.kubernetes.io/name") == "x"


def test_releases_that_differ_in_their_namespace_share_their_workloads():
    pods = ReleasePods({})
    one, other = (
        pods.of(release(f"{name}-agent", "clearml-enterprise-agent", name, "clearml-agent", name))
        for name in ("acme", "globex")
    )
    assert one[1] is other[1]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (release("clearml", "mirror/server", "s"), [pod.name for pod in CHART_PODS["clearml-enterprise"]] + ["others"]),
        (release("acme-gateway", "own-gateway", "acme", tenant="acme"), ["gateway", "solver", "others"]),
        (release("acme-agent", "own-agent", "acme", tenant="acme"), ["agent", "tasks", "sessions"]),
        (release("monitoring", "prometheus", "m"), ["others"]),
        (release("agent", "prometheus", "m"), ["agent", "tasks", "sessions"]),
    ],
    ids=lambda value: value["metadata"]["name"] if isinstance(value, dict) else "",
)
def test_a_chart_of_another_name_is_known_by_its_release(document, expected):
    assert [each.name for each in ReleasePods({}).of(document)[1]] == expected


def test_a_chart_from_a_registry_is_known_by_its_repository():
    document = release("x", "", "r")
    document["spec"]["chartRef"] = {"kind": "OCIRepository", "name": "redis-17"}
    del document["spec"]["chart"]
    pods = ReleasePods({"redis-17": "redis"}).of(document)
    assert [each.name for each in pods[1]] == ["redis", "redis-replicas", "others"]
    assert pods[1][0].labels.get("app.kubernetes.io/instance") == "r-x"  # Flux's name for a release without one


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod"])
def test_an_authors_workload_has_the_labels_of_its_template(kind):
    found = topology([workload(kind, "mine", "tools", {"app": "x"}, hostNetwork=True)])
    mine = found.world.pod("tools/mine").workload
    assert mine.labels.get("app") == "x"
    assert mine.host_network
    assert mine.labels.more is (kind in ("Job", "CronJob"))
    assert found.rendered == ("tools",)


def test_two_of_one_name_are_what_they_have_in_common():
    one = workload("Deployment", "mine", "tools", {"app": "x", "tier": "1"})
    other = workload("StatefulSet", "mine", "tools", {"app": "x", "tier": "2"})
    for documents in ([one, other], [other, one]):
        assert topology(documents).world.pod("tools/mine").workload.labels == Labels.of({"app": "x"}, more=True)


def test_a_namespace_beside_the_tree_holds_what_a_policy_names_and_others():
    rule = {"from": [worlds.named("monitoring", app="prometheus"), worlds.named("audit")]}
    policy = worlds.policy("acme", "in", podSelector={}, ingress=[rule])
    found = topology([worlds.namespace("acme", **{"mtc/tenant": "acme"}), policy])
    assert {"monitoring/prometheus", "monitoring/others", "audit/others", "*/pods"} <= names(found)
    assert found.world.pod("monitoring/others").workload.labels.get("app") == "(another)"
    assert found.tenants == {"acme": "acme"}


def test_what_the_api_server_refuses_has_no_topology():
    with pytest.raises(ReachError):
        topology([worlds.policy("acme", "in", podSelector={}, ingress=[{"form": []}])])
