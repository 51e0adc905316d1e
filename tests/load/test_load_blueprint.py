"""load/blueprint: whole files, in and out; defaults; bad input."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from load_samples import CHARTS, HEAD, TENANT, WHOLE, WHOLE_FILES, faults, good, load, said, spec

from mtc.load import load_blueprint, load_text
from mtc.load.contract import blueprint_contract
from mtc.model import blueprint as model
from mtc.model.source import Node

ROOT = Path(__file__).resolve().parents[2]


def guide() -> Path:
    for path in (ROOT / "blueprints" / "guide.yaml", ROOT.parent / "shared" / "blueprints" / "guide.yaml"):
        if path.exists():
            return path
    pytest.skip("guide.yaml is in neither blueprints/ nor ../shared/blueprints/")


def test_the_guide_loads_whole() -> None:
    outcome = load_blueprint(guide())
    assert outcome.diagnostics == ()
    blueprint = outcome.value
    assert blueprint is not None
    assert blueprint.name == "guide"
    assert blueprint.hosts == model.Hosts("api.ml.example.com", "app.ml.example.com", "file.ml.example.com")
    assert blueprint.server.chart == model.Chart("clearml-enterprise", "clearml-enterprise", "7.11.0")
    assert [group.key for group in blueprint.server.groups] == ["users", "admins", "my_group_name"]
    acme, globex = blueprint.tenants
    assert acme.gateway.host == "acme-router.ml.example.com"
    assert acme.sessions == model.Sessions(False, 10, 31010, None, ("0.0.0.0/0",))
    assert globex.sessions == model.Sessions(True, 10, None, "203.0.113.10", ("0.0.0.0/0",))
    assert globex.features == model.TenantFeatures(
        ("experiments",), ("app_management", "applications", "user_management")
    )
    assert [queue.name for queue in acme.queues] == [
        "default",
        "gpu-fraction-1_00",
        "gpu-fraction-0_50",
        "gpu-fraction-0_25",
    ]
    assert [queue.gpu_fraction for queue in acme.queues] == [None, 1.0, 0.5, 0.25]
    assert acme.agent is globex.agent


def written_names(node: Node) -> set[str]:
    if isinstance(node.value, dict):
        return set(node.value).union(*(written_names(child) for _, child in node.value.values()))
    if isinstance(node.value, list):
        return set().union(*(written_names(item) for item in node.value))
    return set()


def test_whole_yaml_uses_every_field_of_the_schema() -> None:
    blueprint = load_text(WHOLE, "whole.yaml", files=WHOLE_FILES).value
    assert blueprint is not None
    assert blueprint.source.root is not None
    names: set[str] = set()

    def collect(node: object) -> None:
        if isinstance(node, dict):
            names.update(node.get("properties", {}))
            for child in node.values():
                collect(child)
        elif isinstance(node, list):
            for child in node:
                collect(child)

    collect(blueprint_contract().schema)
    assert names - written_names(blueprint.source.root) == set()


def test_whole_yaml_arrives_in_the_model() -> None:
    blueprint = load_text(WHOLE, "whole.yaml", files=WHOLE_FILES).value
    assert blueprint is not None
    assert blueprint.tls == model.Tls(None, "letsencrypt")
    assert blueprint.hosts.app == "console.example.org"
    assert blueprint.cluster.kubernetes_version == "1.30"
    assert blueprint.cluster.node_cidrs == ("192.0.2.0/24", "2001:db8::/64")
    assert blueprint.flux.source == model.FluxSource("Bucket", "fleet")
    assert blueprint.secrets.external_secrets == model.ExternalSecrets(
        "SecretStore", "vault", "clearml/prod", "15m"
    )
    assert blueprint.repositories["vendored"] == model.Repository(None, False, "./vendor/charts")
    assert blueprint.server.images == model.Images("3.21.6-1443", "3.21", "1.10")
    assert blueprint.server.supervisor is not None
    assert blueprint.server.supervisor.company == "0123"
    assert blueprint.server.sso[2].settings["groups"] == {
        "enabled": True,
        "claim": "groups",
        "admins": ["ml-admins"],
        "prohibitUserSignupIfNotInGroup": True,
    }
    assert blueprint.server.groups[3] == model.Group(
        "data_scientists",
        ("pipelines", "reports"),
        "Data Scientists",
        True,
        "5a3f0c1e-8a0b-4c57-9d0e-1f2a3b4c5d6e",
        True,
    )
    assert not blueprint.server.groups[0].custom
    assert blueprint.server.config == {
        "services.organization.allow_service_user_admins": True,
        "services.queues.hidden_tags": ["k8s-glue"],
        "apiserver.workers": 4,
    }
    assert blueprint.server.env == {"LOG_LEVEL": "debug", "TOKEN": model.SecretKey("extra", "token")}
    assert blueprint.server.values == {"apiserver": {"replicaCount": 2, "nodeSelector": None}}
    assert blueprint.node_ports == model.NodePorts(
        model.Ports(31010, 32767), (model.Ports(31500, 31500), model.Ports(31600, 31699))
    )
    acme, globex = blueprint.tenants
    assert acme.agent.env == {"CLEARML_K8S_SUPPORT_SUSPENSION": "1", "LEVEL": "2"}
    assert acme.agent.monitored_resources == model.MonitoredResources(1, "metadata|a", "metadata|b")
    assert globex.agent.monitored_resources == model.MonitoredResources(
        3, "metadata|labels|required-resources", "metadata|labels|required-resources"
    )
    assert acme.agent.rules == (model.Rule(("", "batch"), ("jobs",), ("get", "list"), ("x",)),)
    assert acme.labels == {"cost-center": "4711"}
    assert acme.quota == {"requests.cpu": "64", "requests.memory": "256Gi"}
    assert acme.limit_range == ({"type": "Container", "default": {"memory": "1Gi"}},)
    assert acme.queues[3].resources == {"limits": {"memory": "64Gi"}, "requests": {"cpu": "4"}}
    assert acme.queues[0].labels == {"billing-monitored": "true"}
    assert acme.allow[1] == model.Allow(
        direction="in",
        namespace="monitoring",
        pod_labels={"app": "prometheus"},
        cidr=None,
        component=None,
        component_labels={"app.kubernetes.io/name": "agent"},
        ports=(model.AllowPort(9090, "TCP"),),
        reason="metrics",
    )
    assert acme.gateway.stream_ports == model.Ports(31400, 31409)
    assert globex.gateway.host == "globex.example.org"
    assert {path: file.content for path, file in blueprint.files.items()} == WHOLE_FILES


def test_what_is_left_out_has_the_defaults_of_the_language() -> None:
    blueprint = good(CHARTS + f"tenants: [{TENANT}]")
    assert blueprint.hosts == model.Hosts("api.ml.example.com", "app.ml.example.com", "files.ml.example.com")
    assert blueprint.tls == model.Tls()
    assert blueprint.cluster == model.Cluster(
        kubernetes_version="1.33",
        node_port_range=model.Ports(30000, 32767),
        pod_cidrs=(),
        service_cidrs=(),
        api_server_cidrs=(),
        node_cidrs=(),
        ingress_controller=model.IngressController(
            "ingress-nginx", {"app.kubernetes.io/name": "ingress-nginx"}, "nginx", False, ()
        ),
        dns=model.Dns("kube-system", {"k8s-app": "kube-dns"}, 53),
        reserved_namespaces=(),
    )
    assert blueprint.flux == model.Flux(
        version="2.9",
        namespace="flux-system",
        source=model.FluxSource("GitRepository", "flux-system"),
        path="./out",
        interval="1h",
        retry_interval="2m",
        timeout="10m",
        platform_timeout="30m",
        control_namespace="tenancy-system",
        depends_on=(),
        shards=(),
        impersonate=True,
        lockdown=False,
        health_checks=False,
    )
    assert blueprint.secrets == model.Secrets("manual", None, model.Sops("secrets", "sops-age"))
    assert blueprint.redis == model.Redis(False, "shared", "redis-shared", "redis", None, {})
    assert blueprint.billing == model.Billing(
        enabled=False,
        namespace="clearml-billing",
        release_name="clearml-billing",
        chart=None,
        image_username=None,
        kafka=model.Kafka(
            "clearml-billing-kafka.clearml-billing:9092", "billing", "SASL_PLAINTEXT", "SCRAM-SHA-512"
        ),
        redis=model.BillingRedis("clearml-billing-redis-master.clearml-billing", 6379, 2),
        values={},
    )
    assert blueprint.gpu == model.Gpu(
        operator=model.Operator(False, "gpu-operator", None, {}),
        dynamic_mig=model.Operator(False, "cdmo-operator", None, {}),
        model=None,
        fraction_resource=None,
    )
    assert blueprint.node_ports == model.NodePorts(model.Ports(30086, 32767), ())
    assert blueprint.isolation == "standard"
    assert blueprint.bootstrap.backoff_limit == 20
    server = blueprint.server
    assert (server.namespace, server.release_name, server.identity) == ("clearml", "clearml", "secret")
    assert (server.unique_company_names, server.max_running_applications) == (True, None)
    assert server.applications == model.Applications(True, None, None)
    assert (server.sso, server.supervisor, server.groups, server.features) == ((), None, (), ())


def test_what_a_tenant_leaves_out_has_the_defaults_of_the_language() -> None:
    tenant = good(CHARTS + f"tenants: [{TENANT}]").tenants[0]
    chart = model.Chart("main", "agent", None)
    assert tenant == model.Tenant(
        index=0,
        name="acme",
        namespace="acme",
        company="acme",
        company_id=None,
        profile=None,
        admin=model.Admin("A", "a@acme.example", False, None, 0),
        login=model.Login(),
        max_users=None,
        features=model.TenantFeatures(),
        agent=model.Agent(chart, None, None, False, True, {}, None, False, (), {}),
        queues=(),
        sessions=model.Sessions(False, 10, None, None, ("0.0.0.0/0",)),
        gateway=model.Gateway(
            True,
            "task-traffic-router",
            model.Chart("main", "gateway", None),
            "acme.ml.example.com",
            None,
            (),
            {},
        ),
        quota={},
        limit_range=(),
        pod_security="baseline",
        labels={},
        annotations={},
        protect=True,
        suspended=False,
        shard=None,
        allow=(),
    )


def test_supervisor_defaults() -> None:
    blueprint = load_text(
        HEAD.replace("enterprise}}", "enterprise}, supervisor: {email: s@x.example}}"), "b"
    ).value
    assert blueprint is not None
    assert blueprint.server.supervisor == model.Supervisor(
        "s@x.example", ("users", "admins", "queue_admins"), "system", True, None
    )


def test_the_pool_lies_in_the_node_port_range() -> None:
    narrow = good("cluster: {nodePortRange: {first: 31000, last: 31999}}")
    assert narrow.node_ports.pool == model.Ports(31000, 31999)


def test_null_counts_as_not_written_everywhere() -> None:
    blueprint = good(
        """\
        hosts:
        cluster: {dns: ~, ingressController: {podLabels: null, addresses: null}}
        redis: null
        tenants:
        """
    )
    assert blueprint.hosts.api == "api.ml.example.com"
    assert blueprint.cluster.dns == model.Dns("kube-system", {"k8s-app": "kube-dns"}, 53)
    assert blueprint.tenants == ()


def test_a_map_default_is_replaced_and_not_merged() -> None:
    blueprint = good("cluster: {ingressController: {podLabels: {app: traefik}}}")
    assert blueprint.cluster.ingress_controller.pod_labels == {"app": "traefik"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "apiVersion: mtc/v2\nkind: Blueprint\nx: 1\n",
            '1 "mtc/v2" schema/api-version: `apiVersion` is `mtc/v2`, which this compiler does not read [write `apiVersion: mtc/v1alpha1`]',
        ),
        (
            "apiVersion: mtc/v1alpha1\nkind: Plan\n",
            '2 "Plan" schema/api-version: `kind` is `Plan`, which this compiler does not read [write `kind: Blueprint`]',
        ),
        (
            "apiVersion: [1]\n",
            '1 "apiVersion" schema/api-version: `apiVersion` is not text, which this compiler does not read [write `apiVersion: mtc/v1alpha1`]',
        ),
        ("- a\n", '1 "- a" schema/type: the blueprint is a list where a map belongs [write a map]'),
        ("hello\n", '1 "hello" schema/type: the blueprint is `hello` where a map belongs [write a map]'),
        ("", '1 "" yaml/empty: `b.yaml` has no content [write the document]'),
        ("# nothing\n", '1 "#" yaml/empty: `b.yaml` has no content [write the document]'),
    ],
)
def test_a_file_that_is_no_blueprint(text: str, expected: str) -> None:
    outcome = load_text(text, "b.yaml")
    assert outcome.value is None
    assert said(text, outcome.diagnostics) == [expected]


def test_a_missing_version_is_one_fault_among_others() -> None:
    text = "kind: Blueprint\nmetadata: {name: A}\nspec: {domain: x}\n"
    outcome = load_text(text, "b.yaml")
    assert [d.code for d in outcome.diagnostics] == ["schema/required", "schema/pattern", "schema/required"]
    assert outcome.diagnostics[0].message == "the blueprint has no `apiVersion`"


def test_faults_of_yaml_and_of_the_schema_come_in_one_run() -> None:
    text = spec("redis: {enabled: yes, enabled: true}\ntls: &x {}\n")
    assert said(text, load_text(text, "b.yaml").diagnostics) == [
        '7 "yes" schema/type: `spec.redis.enabled` is `yes` where true or false belongs [write `true`]',
        '7 "enabled" yaml/duplicate-key: key `enabled` is written twice in one map [keep one of the two] ~ 7 "enabled" first written here',
        '8 "&x" yaml/anchor: the anchor `&x` is not part of the language [write the value out; settings that tenants share belong in `tenantDefaults` or a profile]',
    ]


def test_every_merged_fault_comes_in_one_run() -> None:
    found = faults(
        """\
        nodePorts: {pool: {first: 32000, last: 31000}}
        extras: {platform: [missing.yaml]}
        tenants:
          - {name: acme, admin: {name: A, email: a@acme.example}, profile: small}
        """
    )
    assert found == [
        '7 "32000" schema/range: `spec.nodePorts.pool` begins at 32000 and ends at 31000 [write `first: 31000` and `last: 32000`]',
        '8 "missing.yaml" files/missing: `missing.yaml` does not exist [check the path]',
        '10 "name" schema/required: tenant `acme` has no `agent.chart` [write `agent.chart: {repository: clearml-enterprise, name: clearml-enterprise, version: 7.11.0}` here, in its profile or in `tenantDefaults`]',
        '10 "name" schema/required: tenant `acme` has no `gateway.chart` [write `gateway.chart: {repository: clearml-enterprise, name: clearml-enterprise, version: 7.11.0}` here, in its profile or in `tenantDefaults`]',
        '10 "name" schema/required: tenant `acme` has no `gateway.host` [write `gateway.host: acme-router` here, in its profile or in `tenantDefaults`]',
        '10 "small" profiles/unknown: tenant `acme` has the profile `small`, which `spec.profiles` lacks [add `small` to `spec.profiles`]',
    ]


# --- bad input: files -----------------------------------------------------------------------------------


def only(path: Path) -> tuple[str, str, int]:
    """The one diagnostic about a file: code, message with the path made short, line."""
    outcome = load_blueprint(path)
    assert outcome.value is None
    (fault,) = outcome.diagnostics
    assert fault.help
    return fault.code, fault.message.replace(str(path), "FILE"), fault.primary.span.line


def test_a_file_of_no_bytes(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").touch()
    assert only(tmp_path / "b.yaml") == ("yaml/empty", "`FILE` has no content", 1)


def test_a_folder(tmp_path: Path) -> None:
    assert only(tmp_path) == ("files/directory", "`FILE` is a folder, not a file", 1)


def test_no_file(tmp_path: Path) -> None:
    assert only(tmp_path / "b.yaml") == ("files/missing", "`FILE` does not exist", 1)


def test_a_path_through_a_file(tmp_path: Path) -> None:
    (tmp_path / "b").touch()
    assert only(tmp_path / "b" / "c.yaml") == ("files/missing", "`FILE` does not exist", 1)


def test_a_path_that_no_system_has() -> None:
    outcome = load_blueprint("b\0.yaml")
    assert [d.code for d in outcome.diagnostics] == ["files/unreadable"]


def test_a_file_without_permission(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads every file")
    path = tmp_path / "b.yaml"
    path.write_text(HEAD)
    path.chmod(0)
    assert only(path) == ("files/unreadable", "`FILE` cannot be read: permission denied", 1)


def test_a_file_that_the_system_does_not_hand_out() -> None:
    path = Path("/proc/self/mem")  # opens, and fails at the first byte
    if not path.exists():
        pytest.skip("this system has no /proc/self/mem")
    assert only(path) == ("files/unreadable", "`FILE` cannot be read: input/output error", 1)


def test_a_binary_file(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_bytes(b"\x7fELF\x02\x01\x01\x00\x80\xff")
    assert only(tmp_path / "b.yaml") == ("yaml/encoding", "the file is binary, not text", 1)


def test_a_file_of_100_megabytes_is_refused_fast(tmp_path: Path) -> None:
    path = tmp_path / "b.yaml"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    start = time.process_time()
    assert only(path) == ("yaml/too-large", "`FILE` is larger than 64 MiB", 1)
    assert time.process_time() - start < 2


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_10000_levels_of_nesting(tmp_path: Path, opening: str) -> None:
    (tmp_path / "b.yaml").write_text(opening * 10_000)
    assert only(tmp_path / "b.yaml") == ("yaml/too-deep", "the file is nested more than 100 levels deep", 1)


def test_more_tenants_than_may_be() -> None:
    text = spec(
        "tenants:\n"
        + "".join(f"- {{name: t{n}, admin: {{name: A, email: a@t{n}.example}}}}\n" for n in range(10_001))
    )
    assert said(text, load_text(text, "b.yaml").diagnostics) == [
        '7 "tenants" schema/length: `spec.tenants` has more than 10,000 items [write at most 10,000 items]'
    ]


def test_a_million_tenants_stop_early() -> None:
    text = spec("tenants:\n" + "- {name: a}\n" * 1_000_000)
    start = time.process_time()
    (fault,) = load_text(text, "b.yaml").diagnostics
    assert (fault.code, fault.primary.span.line) == ("yaml/too-large", 20_008)
    assert time.process_time() - start < 5


# --- a thousand tenants ---------------------------------------------------------------------------------


def thousand() -> str:
    defaults = guide().read_text(encoding="utf-8").partition("  tenants:\n")[0]
    return (
        defaults
        + "  tenants:\n"
        + "".join(
            f"    - name: tenant-{n}\n"
            f"      company: Company {n}\n"
            f"      admin: {{name: Admin {n}, email: admin@t{n}.example}}\n"
            f"      login:\n        domains: [t{n}.example]\n"
            f"      gateway:\n        host: t{n}-router\n"
            for n in range(1000)
        )
    )


def test_a_thousand_tenants_share_what_they_inherit() -> None:
    blueprint = load_text(thousand(), "b.yaml").value
    assert blueprint is not None
    assert len(blueprint.tenants) == 1000
    assert len({id(tenant.agent) for tenant in blueprint.tenants}) == 1
    assert len({id(tenant.queues) for tenant in blueprint.tenants}) == 1
    assert len({id(tenant.sessions) for tenant in blueprint.tenants}) == 1
    assert len({id(tenant.gateway.chart) for tenant in blueprint.tenants}) == 1
    assert len({tenant.gateway.host for tenant in blueprint.tenants}) == 1000


def test_a_thousand_tenants_load_within_their_time() -> None:
    text = thousand()
    times = []
    for _ in range(5):
        start = time.process_time()
        assert load_text(text, "b.yaml").value is not None
        times.append(time.process_time() - start)
    assert min(times) < 0.35


def test_one_fault_in_each_of_a_thousand_tenants() -> None:
    text = thousand().replace("email: ", "mail: ")
    start = time.process_time()
    diagnostics = load_text(text, "b.yaml").diagnostics
    assert len(diagnostics) == 1001  # the tenants' and the supervisor's
    assert time.process_time() - start < 3


def test_load_says_nothing_of_good_input() -> None:
    assert load("").diagnostics == ()
