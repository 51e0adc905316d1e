"""The runbook: what stands in it, read by a Markdown reader, a shell, a YAML reader and Python."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from runbook_plans import CHART, plan_of

from mtc.model.plan import ChartSource, Plan
from mtc.model.record import changed
from mtc.render.runbook import runbook
from mtc.render.templates import code, fill, plain

ACME, GLOBEX = {"name": "acme"}, {"name": "globex"}
PORTS = {"sessions": {"portMode": True, "externalIP": "203.0.113.10"}}
SHARED_REDIS = {"enabled": True, "chart": CHART}
VAULT = {"provider": "external-secrets", "externalSecrets": {"store": {"name": "vault"}, "keyPrefix": "ml"}}


def tables(text: str) -> dict[str, list[list[str]]]:
    """The tables of a Markdown text as a reader sees them, by their first heading: rows of shown text."""
    markdown_it = pytest.importorskip("markdown_it", reason="markdown-it-py, the Markdown reader, is missing")
    found: dict[str, list[list[str]]] = {}
    rows: list[list[str]] = []
    for token in markdown_it.MarkdownIt("commonmark").enable("table").parse(text):
        if token.type == "table_open":
            rows = []
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and token.level > 2 and rows:
            shown = (part.content for part in token.children if part.type in ("text", "code_inline"))
            rows[-1].append("".join(shown))
        elif token.type == "table_close":
            found[" ".join(rows[0][:2])] = rows[1:]
            rows = []
    return found


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


def arguments(program: str, command: str) -> list[str]:
    """What bash would hand to the program."""
    script = f"{program}() {{ printf '%s\\0' \"$@\"; }}\n{command}"
    done = subprocess.run(["bash", "-c", script], text=True, capture_output=True, check=True)
    return done.stdout.split("\0")[:-1]


def full(**spec: Any) -> Plan:
    """A plan with everything that makes the runbook say something more."""
    tenants = (ACME | PORTS, GLOBEX | {"suspended": True, "protect": False})
    settings_ = {
        "redis": SHARED_REDIS,
        "gpu": {
            "operator": {"enabled": True, "chart": CHART},
            "dynamicMig": {"enabled": True, "chart": CHART},
        },
        "flux": {"lockdown": True, "shards": ["one", "two"], "dependsOn": ["crds"]},
        "tls": {"clusterIssuer": "letsencrypt"},
        "secrets": VAULT,
    }
    return plan_of(*tenants, **(settings_ | spec))


@pytest.mark.parametrize("plan", [plan_of(), plan_of(ACME), full()], ids=["no tenants", "one", "everything"])
def test_it_is_whole_text(plan: Plan) -> None:
    text = runbook(plan)
    assert text == runbook(plan)
    assert text.endswith("\n")
    assert "\n\n\n" not in text
    assert not re.search(r"[ \t]$|\{\{|\{%|TODO|None\b|Undefined", text, re.M)
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lower()).replace(" ", "-")
        for line in re.findall(r"^##+ (.*)$", text, re.M)
    }
    links = re.findall(r"\]\(#([^)]*)\)", text)
    assert len(links) >= 7
    assert set(links) <= headings


@pytest.mark.parametrize("plan", [plan_of(ACME), full()], ids=["one", "everything"])
def test_a_shell_reads_every_command(plan: Plan) -> None:
    commands = blocks(runbook(plan), "sh")
    assert len(commands) > 6
    for command in commands:
        done = subprocess.run(["bash", "-n"], input=command, text=True, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), command


@pytest.mark.parametrize("path", ["./out", "clusters/prod", 'a "b": #c', "it's $HOME"])
@pytest.mark.parametrize("lockdown", [False, True])
def test_flux_is_pointed_at_the_tree(path: str, *, lockdown: bool) -> None:
    flux = {"path": path, "lockdown": lockdown, "namespace": "gitops", "interval": "30m"}
    text = runbook(plan_of(ACME, flux=flux | {"source": {"kind": "OCIRepository", "name": "fleet"}}))
    (entry,) = (yaml.safe_load(block) for block in blocks(text, "yaml"))
    account = {"serviceAccountName": "kustomize-controller"} if lockdown else {}
    assert entry["metadata"] == {"name": "prod-tree", "namespace": "gitops"}
    assert entry["spec"] == account | {
        "interval": "30m",
        "path": path,
        "prune": True,
        "sourceRef": {"kind": "OCIRepository", "name": "fleet"},
    }
    (command,) = (block for block in blocks(text, "sh") if "create kustomization" in block)
    words = arguments("flux", command)
    assert words[:3] == ["create", "kustomization", "prod-tree"]
    assert set(words[3:]) == {
        "--namespace=gitops",
        "--source=OCIRepository/fleet",
        f"--path={path}",
        "--prune=true",
        "--interval=30m",
        *(["--service-account=kustomize-controller"] if lockdown else []),
    }
    assert code(f"{path}/flux") in text


def test_the_network_check_answers_200_and_fails_without_an_answer(tmp_path: Any) -> None:
    """The one-liner of the network check, run against a server that listens and then against none."""
    (command,) = (block for block in blocks(runbook(plan_of(ACME)), "sh") if "run ask" in block)
    program = arguments("kubectl", command)[-1]

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing."""

    def ask(port: int) -> subprocess.CompletedProcess[str]:
        script = program.replace("http://web:8080", f"http://127.0.0.1:{port}")
        assert script != program
        return subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            cwd=tmp_path,
        )

    with ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        answered = ask(port)
        server.shutdown()
    assert (answered.returncode, answered.stdout) == (0, "200\n")
    assert ask(port).returncode != 0


def test_the_network_check_closes_what_it_opened() -> None:
    text = runbook(plan_of(ACME))
    (apply,) = (block for block in blocks(text, "sh") if "NetworkPolicy" in block)
    policy = yaml.safe_load(apply.split("<<'EOF'\n")[1].removesuffix("EOF\n"))
    assert policy["spec"] == {"podSelector": {}, "policyTypes": ["Ingress"]}
    assert policy["metadata"]["namespace"] == "netpol-check"
    assert "kubectl delete namespace netpol-check" in text
    strict = {
        "isolation": {"profile": "strict"},
        "cluster": {
            "podCidrs": ["10.0.0.0/16"],
            "serviceCidrs": ["10.1.0.0/16"],
            "apiServerCidrs": ["192.0.2.1/32"],
        },
    }
    assert '"policyTypes":["Egress"]' not in text
    assert '"policyTypes":["Egress"]' in runbook(plan_of(ACME, **strict))


SAID = [
    ({"tls": {"clusterIssuer": "letsencrypt"}}, "kubectl get clusterissuer letsencrypt"),
    ({"tls": {"secretName": "wildcard"}}, "### The TLS certificate"),
    ({"secrets": VAULT}, "External Secrets Operator"),
    ({"gpu": {"dynamicMig": {"enabled": True, "chart": CHART}}}, "nvidia-smi -i 0 -mig 1"),
    ({"gpu": {"dynamicMig": {"enabled": True, "chart": CHART}}}, "cdmo.clear.ml/gpu-partitioning=mig"),
    ({"gpu": {"dynamicMig": {"enabled": True, "chart": CHART}}}, "admission webhooks"),
    ({"flux": {"shards": ["blue"]}}, "for each shard**: `blue`."),
    ({"flux": {"dependsOn": ["crds"]}}, "waits for them: `crds`."),
    ({"redis": SHARED_REDIS}, "Redis' password** is shared by all tenants"),
    (
        {"server": {"chart": CHART, "supervisor": {"email": "root@example.com"}}},
        "`api-credentials`) is also in `server`",
    ),
]


@pytest.mark.parametrize(("spec", "sentence"), SAID, ids=[sentence for _, sentence in SAID])
def test_it_says_what_this_deployment_needs_and_nothing_else(spec: dict[str, Any], sentence: str) -> None:
    assert sentence in runbook(plan_of(ACME, **spec))
    plain_server = {"chart": CHART, "identity": "chart"}
    assert sentence not in runbook(plan_of(ACME, **({"server": plain_server} if "server" in spec else {})))


def test_applications_by_hand_only_without_a_package() -> None:
    package = {"url": "https://downloads.example.com/apps.zip", "sha256": "0" * 64}
    for applications, by_hand in (({}, True), ({"enabled": False}, False), ({"package": package}, False)):
        text = runbook(plan_of(ACME, server={"chart": CHART, "applications": applications}))
        assert ("names no archive of applications" in text) is by_hand


def test_every_host_name_is_to_be_created() -> None:
    text = runbook(plan_of(ACME, GLOBEX | {"gateway": {"enabled": False}}))
    assert [row[0] for row in tables(text)["Name What answers"]] == [
        "api.ml.example.com",
        "app.ml.example.com",
        "files.ml.example.com",
        "acme-apps.ml.example.com",
    ]


def test_node_ports_are_those_of_the_plan() -> None:
    tenants = [{"name": f"tenant-{number}"} | (PORTS if number % 2 else {}) for number in range(6)]
    plan = plan_of(*tenants)
    rows = tables(runbook(plan))["Tenant Session ports"]
    held = [
        (tenant.name, tenant.session_ports) for tenant in plan.tenants if tenant.session_ports is not None
    ]
    assert rows == [[name, f"{used.first + 1}-{used.last}", "-", "203.0.113.10"] for name, used in held]
    assert [row[0] for row in rows] == ["tenant-1", "tenant-3", "tenant-5"]
    assert "Node ports" not in runbook(plan_of(ACME))


def test_what_waits_waits_for_things_that_exist() -> None:
    oci = {"charts": {"url": "oci://registry.example.com/charts", "authenticated": True}}
    plan = plan_of(ACME, repositories=oci)
    rows = dict(tables(runbook(plan))["What you see What it waits for"])
    provided = {secret.name for secret in plan.secrets}
    for begin, named in (
        (f"HelmRelease {plan.server.release.name}: ", {"image-credentials", "server-identity"}),
        ("A HelmRelease: its chart", {"repository-charts"}),
    ):
        (said,) = (waits for seen, waits in rows.items() if seen.startswith(begin))
        assert named <= provided
        assert all(name in said for name in named)
    assert "its chart is not ready" not in runbook(plan_of(ACME))


@pytest.mark.parametrize(
    ("kind", "made"), [("GitRepository", "source git"), ("OCIRepository", "source oci"), ("Bucket", None)]
)
def test_how_the_tree_comes_into_its_source(kind: str, made: str | None) -> None:
    text = runbook(plan_of(ACME, flux={"source": {"kind": kind, "name": "tree"}}))
    found = [one for one in ("source git", "source oci") if f"flux create {one} tree " in text]
    assert found == ([made] if made is not None else [])
    assert ("flux push artifact" in text) is (kind == "OCIRepository")


def test_a_pull_secret_is_a_prerequisite_unless_it_is_listed_anyway() -> None:
    asked = "A Secret to pull the Jobs' image with"
    assert asked in runbook(plan_of(ACME, bootstrap={"pullSecret": "registry"}))
    oci = {"charts": {"url": "oci://registry.example.com/charts", "authenticated": True}}
    listed = plan_of(ACME, repositories=oci, bootstrap={"pullSecret": "repository-charts"})
    assert asked not in runbook(listed)
    assert asked not in runbook(plan_of(ACME))


def test_ports_that_are_only_kept_are_said_to_be() -> None:
    rows = tables(runbook(plan_of(ACME | {"sessions": {"startingPort": 31000}})))["Tenant Session ports"]
    assert rows == [["acme", "31001-31010 (kept; port mode is off)", "-", "-"]]


def test_the_applications_job_can_be_run_again_where_there_is_one() -> None:
    package = {"url": "https://downloads.example.com/apps.zip", "sha256": "0" * 64}
    again = "kubectl -n tenancy-system delete job applications"
    assert again in runbook(plan_of(ACME, server={"chart": CHART, "applications": {"package": package}}))
    off = {"enabled": False, "package": package}
    assert again not in runbook(plan_of(ACME, server={"chart": CHART, "applications": off}))
    assert again not in runbook(plan_of(ACME))


def test_stream_ports_of_an_app_gateway() -> None:
    gateway = {"host": "acme-apps", "streamPorts": {"first": 31400, "last": 31409}}
    rows = tables(runbook(plan_of(ACME | {"gateway": gateway})))["Tenant Session ports"]
    assert rows == [["acme", "-", "31400-31409", "-"]]


@pytest.mark.parametrize("provider", ["manual", "external-secrets"])
def test_every_secret_of_the_plan_is_listed(provider: str) -> None:
    plan = full(secrets=VAULT if provider == "external-secrets" else {"provider": provider})
    found = tables(runbook(plan))
    wanted = [*plan.secrets, *(secret for tenant in plan.tenants for secret in tenant.secrets)]
    rows = found["Namespace Secret"]
    assert [row[:3] for row in rows] == [[one.namespace, one.name, ", ".join(one.keys)] for one in wanted]
    if provider == "external-secrets":
        assert [row[3] for row in rows] == ["/".join(("ml", *one.remote)) for one in wanted]
        values = {(one.name, one.properties[part.property]) for one in wanted for part in one.fields}
    else:
        values = {
            (one.name, ".".join(part.values_path) or part.property) for one in wanted for part in one.fields
        }
    assert {(row[0], row[1]) for row in found["Secret Value"]} == values
    notes = {(row[0], row[2], row[3]) for row in found["Secret Value"]}
    assert notes == {
        (one.name, part.note, ", ".join(part.forbidden) or "-") for one in wanted for part in one.fields
    }


def test_sops_files_have_their_place() -> None:
    plan = plan_of(ACME)
    secrets = changed(plan.blueprint.secrets, provider="sops")
    text = runbook(changed(plan, blueprint=changed(plan.blueprint, secrets=secrets)))
    rows = tables(text)["Namespace Secret"]
    assert [row[3] for row in rows] == [f"secrets/{one.namespace}/{one.name}.yaml" for one in plan.secrets]
    assert "create secret generic sops-age --from-file=age.agekey=KEYFILE" in text


def test_values_that_must_be_equal_are_said_once() -> None:
    shared = runbook(plan_of(ACME, GLOBEX, redis=SHARED_REDIS))
    assert (
        "- `password` of `agent-redis` (in 2 namespaces, `acme` the first) = `redis-password` of `redis` in `redis-shared`\n"
        in shared
    )
    own = runbook(plan_of(ACME, GLOBEX, redis=SHARED_REDIS | {"mode": "per-tenant"}))
    assert "(in 2 namespaces, `acme` the first) = `redis-password` of `redis` in the same namespace\n" in own
    supervisor = {"chart": CHART, "supervisor": {"email": "root@example.com"}}
    text = runbook(plan_of(ACME, server=supervisor))
    assert (
        "- `access-key` of `api-credentials` (in `tenancy-system`) = `supervisor-key` of `server` in `clearml`\n"
        in text
    )


def test_charts_in_git_are_named_once_each() -> None:
    repositories = {"charts": {"git": "vendor"}, "other": {"url": "https://charts.example.com"}}
    text = runbook(plan_of(ACME, GLOBEX, repositories=repositories))
    assert text.count("- `vendor/some-chart`\n") == 1
    assert "Charts in Git" not in runbook(plan_of(ACME))


def test_names_of_authors_cannot_break_the_page() -> None:
    plan = plan_of(ACME)
    hostile = "a|b`c\n| x | y |\n<script>"
    source = ChartSource("GitRepository", "fleet", "flux-system", hostile, "")
    release = changed(plan.server.release, source=source)
    text = runbook(changed(plan, server=changed(plan.server, release=release)))
    assert "<script>" not in text
    assert "- <code>a&#124;b&#96;c &#124; x &#124; y &#124; &#60;script&#62;</code>\n" in text


def test_life_and_death_names_who_is_concerned() -> None:
    text = runbook(full())
    assert "Suspended now: `globex`." in text
    assert "removal deletes everything: `globex`." in text
    calm = runbook(plan_of(ACME))
    assert "Suspended now" not in calm
    assert "removal deletes everything" not in calm
    assert "removal deletes everything: every tenant." in runbook(
        plan_of(ACME | {"protect": False}, GLOBEX | {"protect": False})
    )


def test_a_failed_job_has_its_commands() -> None:
    text = runbook(plan_of(ACME, name="eu", flux={"controlNamespace": "walls", "namespace": "gitops"}))
    assert "kubectl -n walls delete job bootstrap-TENANT\n" in text
    assert "flux reconcile kustomization eu-tenant-TENANT --namespace=gitops\n" in text
    (row,) = (row for row in tables(text)["Exit code What it means"] if row[0] == "78")
    assert "last line" in row[2]


def test_it_grows_by_the_same_amount_with_every_tenant() -> None:
    def size(count: int) -> tuple[int, int]:
        tenants = [{"name": f"tenant-{number:04}"} | PORTS for number in range(count)]
        text = runbook(
            plan_of(*tenants, redis=SHARED_REDIS, nodePorts={"pool": {"first": 30100, "last": 32767}})
        )
        return len(text), text.count("\n")

    (small, few), (middle, some), (large, many) = size(20), size(70), size(120)
    assert many - some == some - few == 50 * 3  # a host, its ports, its Secret
    assert abs((large - middle) - (middle - small)) <= 50


# Text of any kind but lone surrogates, and more often what Markdown makes something of.
AUTHORS = st.text(
    st.one_of(st.sampled_from("|`\\*_<>&[]()!~#$\n\t -"), st.characters(codec="utf-8")), min_size=1
)


@settings(max_examples=150, deadline=None)
@given(text=AUTHORS, other=AUTHORS)
def test_words_arrive_in_a_table_as_written(text: str, other: str) -> None:
    page = f"| one | two |\n| --- | --- |\n| {code(text)} | {plain(other)} |\n"
    blank = r"[\s\x00-\x1f\x7f-\x9f]+"
    expected = [re.sub(blank, " ", words).strip() for words in (text, other)]
    assert tables(page) == {"one two": [expected]}


def test_a_value_that_a_template_lacks_is_a_bug() -> None:
    with pytest.raises(jinja2.UndefinedError):
        fill("starter_readme.md.j2", {})


def test_no_render_loads_a_language_of_templates() -> None:
    """It takes longer than a small render's load, check and plan together."""
    script = "import sys; from mtc.cli.ending import run; code = run(sys.argv[1:]); print(sorted({'jinja2', 'markupsafe'} & set(sys.modules)), code)"
    blueprint = Path(__file__).parents[2] / "blueprints" / "guide.yaml"
    with tempfile.TemporaryDirectory() as out:
        command = (sys.executable, "-c", script, "render", str(blueprint), "-o", out)
        ran = subprocess.run(command, text=True, capture_output=True, check=True, timeout=60)
    assert ran.stdout.splitlines()[-1] == "[] 0"
