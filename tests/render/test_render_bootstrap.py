"""The Jobs that bring tenants up: restricted pods, one Secret each, and a wish that the program reads."""

import json
import os
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from mtc.bootstrap.wish import read_wish
from mtc.check import check_blueprint
from mtc.load import load_blueprint, load_text
from mtc.model.diagnostic import has_errors
from mtc.plan import make_plan
from mtc.render import render_plan, wish_text
from mtc.render.bootstrap import tenant_bootstrap
from mtc.render.program import program, program_name

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ("current", "guide", "many", "minimal")


def tree(text):
    loaded = load_text(text, "b.yaml", ROOT / "blueprints")
    assert loaded.value is not None, loaded.diagnostics
    return render_plan(make_plan(loaded.value).value)


def example(name):
    return render_plan(make_plan(load_blueprint(ROOT / "blueprints" / f"{name}.yaml").value).value)


def bodies(rendered, kind):
    return [document.body for document in rendered.of_kind(kind)]


def job(rendered, name):
    (found,) = (body for body in bodies(rendered, "Job") if body["metadata"]["name"] == name)
    return found


VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
SYSCTLS = "a list of them is allowed; these Jobs have no business with any"


def restricted(pod):
    """Violations of Kubernetes' restricted pod security, as its documentation lists the fields."""
    whole = pod["securityContext"]
    if any(pod.get(space) for space in ("hostNetwork", "hostPID", "hostIPC")):
        yield "host namespaces"
    if whole.get("sysctls"):
        yield f"sysctls: {SYSCTLS}"
    for volume in pod["volumes"]:
        if not set(volume) - {"name"} <= VOLUMES:
            yield f"volume {volume['name']}"
    kinds = ("containers", "initContainers", "ephemeralContainers")
    for container in (one for kind in kinds for one in pod.get(kind, ())):
        yield from restricted_container(container, {**whole, **container["securityContext"]})


def restricted_container(container, own):
    """The same of one container; `own`: its security context over the pod's."""
    if own.get("privileged") or own.get("windowsOptions", {}).get("hostProcess"):
        yield "privileged"
    if own.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation"
    if own.get("capabilities", {}).get("drop") != ["ALL"] or own["capabilities"].get("add"):
        yield "capabilities"
    if own.get("runAsNonRoot") is not True or own.get("runAsUser") == 0:
        yield "runAsNonRoot"
    if own.get("seccompProfile", {}).get("type") not in ("RuntimeDefault", "Localhost"):
        yield "seccompProfile"
    if own.get("procMount", "Default") != "Default" or own.get("seLinuxOptions"):
        yield "procMount, seLinuxOptions"
    if own.get("appArmorProfile", {"type": "RuntimeDefault"})["type"] == "Unconfined":
        yield "appArmorProfile"
    if any(port.get("hostPort") for port in container.get("ports", ())):
        yield "hostPort"


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_job_is_restricted_and_read_only(name):
    jobs = bodies(example(name), "Job")
    assert jobs
    for body in jobs:
        pod = body["spec"]["template"]["spec"]
        assert list(restricted(pod)) == []
        assert pod["restartPolicy"] == "Never"
        assert all(one["securityContext"]["readOnlyRootFilesystem"] for one in pod["containers"])
        assert "ttlSecondsAfterFinished" not in body["spec"]
        assert "activeDeadlineSeconds" not in body["spec"]
        assert body["metadata"]["annotations"] == {"kustomize.toolkit.fluxcd.io/force": "enabled"}


def test_a_private_registrys_secret_is_every_jobs():
    guide = (ROOT / "blueprints" / "guide.yaml").read_text()
    private = "  bootstrap: {image: registry.example/python:3.12, pullSecret: repository-x}\n  server:\n"
    pods = [
        body["spec"]["template"]["spec"]
        for body in bodies(tree(guide.replace("  server:\n", private, 1)), "Job")
    ]
    assert len(pods) == 3
    assert [pod["imagePullSecrets"] for pod in pods] == [[{"name": "repository-x"}]] * 3
    assert all("imagePullSecrets" not in body["spec"]["template"]["spec"] for body in bodies(tree(guide), "Job"))


@pytest.mark.parametrize(
    ("at", "value", "said"),
    [
        (("hostNetwork",), True, "host namespaces"),
        (("securityContext", "sysctls"), [{"name": "a", "value": "1"}], f"sysctls: {SYSCTLS}"),
        (("volumes", 0), {"name": "h", "hostPath": {}}, "volume h"),
        (("securityContext", "runAsNonRoot"), False, "runAsNonRoot"),
        (("securityContext", "runAsUser"), 0, "runAsNonRoot"),
        (("securityContext", "seccompProfile"), {"type": "Unconfined"}, "seccompProfile"),
        (("containers", 0, "securityContext", "privileged"), True, "privileged"),
        (("containers", 0, "securityContext", "allowPrivilegeEscalation"), True, "allowPrivilegeEscalation"),
        (("containers", 0, "securityContext", "capabilities"), {"drop": ["ALL"], "add": ["SYS_PTRACE"]}, "capabilities"),
        (("containers", 0, "securityContext", "procMount"), "Unmasked", "procMount, seLinuxOptions"),
        (("containers", 0, "securityContext", "appArmorProfile"), {"type": "Unconfined"}, "appArmorProfile"),
        (("containers", 0, "ports"), [{"hostPort": 1}], "hostPort"),
    ],
)
def test_the_rule_of_restricted_pods_can_fail(at, value, said):
    pod = job(example("minimal"), "bootstrap-acme")["spec"]["template"]["spec"]
    assert list(restricted(changed(pod, at, value))) == [said]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_program_reads_every_tenants_wish(name):
    rendered = example(name)
    wishes = [body["data"]["wish.json"] for body in bodies(rendered, "ConfigMap") if "wish.json" in body["data"]]
    tenants = {d.tenant for d in rendered.documents if d.tenant is not None}
    assert {read_wish(text).tenant for text in wishes} == tenants


def test_a_wish_says_what_the_blueprint_says():
    rendered = example("guide")
    (text,) = (
        body["data"]["wish.json"]
        for body in bodies(rendered, "ConfigMap")
        if body["metadata"]["name"] == "bootstrap-globex-input"
    )
    assert json.loads(text) == {
        "tenant": "globex",
        "company": {"name": "Globex", "id": None},
        "limits": {"users": 10},
        "features": {"enable": ["experiments"], "exclude": ["app_management", "applications", "user_management"]},
        "admin": {
            "name": "Globex Admin",
            "email": "admin@globex.example",
            "internal": False,
            "id": None,
            "rotate": 0,
        },
        "login": {"domains": ["globex.example"], "emails": [], "adminEmails": []},
        "queues": ["default", "gpu-fraction-0_25", "gpu-fraction-0_50", "gpu-fraction-1_00"],
        "handover": {
            "accessKey": [["clearml", "agentk8sglueKey"], ["clearml", "apiserverKey"]],
            "secretKey": [["clearml", "agentk8sglueSecret"], ["clearml", "apiserverSecret"]],
        },
    }


@pytest.mark.parametrize(
    ("url", "ports"),
    [
        ("http://api.internal:30008", [443, 6443, 30008]),
        ("http://api.internal/prefix", [80, 443, 6443]),
        ("https://[2001:db8::1]", [443, 6443]),
    ],
)
def test_a_job_may_reach_the_api_where_the_blueprint_says_it_is(url, ports):
    minimal = (ROOT / "blueprints" / "minimal.yaml").read_text()
    rendered = tree(minimal.replace("  server:\n", f'  bootstrap: {{apiUrl: "{url}"}}\n  server:\n', 1))
    (policy,) = (body for body in bodies(rendered, "NetworkPolicy") if body["metadata"]["name"] == "allow-jobs")
    assert [port["port"] for port in policy["spec"]["egress"][-1]["ports"]] == ports
    assert f"--api={url}" in job(rendered, "bootstrap-acme")["spec"]["template"]["spec"]["containers"][0]["command"]


def test_the_applications_job_may_reach_its_archive():
    minimal = (ROOT / "blueprints" / "minimal.yaml").read_text()
    package = f'{{url: "https://mirror.internal:8443/apps.zip", sha256: {"0" * 64}}}'
    text = minimal.replace("  server:\n", f"  server:\n    applications: {{package: {package}}}\n", 1)
    rendered = tree(text)
    assert job(rendered, "applications")
    (policy,) = (body for body in bodies(rendered, "NetworkPolicy") if body["metadata"]["name"] == "allow-jobs")
    assert [port["port"] for port in policy["spec"]["egress"][-1]["ports"]] == [443, 6443, 8443]


@pytest.mark.parametrize("url", ["http://a:99999", "http://a:0", "http://a:", "http://a?x=1", "http://a/#b", "ftp://a", "http://:80"])
def test_an_address_that_the_program_would_refuse_is_refused_before_the_merge(url):
    minimal = (ROOT / "blueprints" / "minimal.yaml").read_text()
    text = minimal.replace("  server:\n", f'  bootstrap: {{apiUrl: "{url}"}}\n  server:\n', 1)
    (found,) = load_text(text, "b.yaml", ROOT / "blueprints").diagnostics
    assert (found.code, found.severity, url in found.message) == ("schema/pattern", "error", True)


def test_a_job_may_touch_its_one_secret_and_nothing_else():
    rendered = example("guide")
    roles = [body for body in bodies(rendered, "Role") if body["metadata"]["name"].startswith("bootstrap-")]
    assert {body["metadata"]["name"] for body in roles} == {"bootstrap-acme", "bootstrap-globex"}
    for body in roles:
        tenant = body["metadata"]["labels"]["mtc/tenant"]
        assert body["metadata"]["namespace"] == "tenancy-system"
        assert body["rules"] == [
            {
                "apiGroups": [""],
                "resources": ["secrets"],
                "resourceNames": [f"tenant-{tenant}-credentials"],
                "verbs": ["get", "patch", "update"],
            }
        ]
    for body in bodies(rendered, "Secret"):
        assert set(body) == {"apiVersion", "kind", "metadata", "type"}
        # `IfNotPresent` would keep a later `protect: false` from the live object, and it would never go.
        assert body["metadata"]["annotations"]["kustomize.toolkit.fluxcd.io/ssa"] == "Merge"
        assert body["metadata"]["annotations"]["kustomize.toolkit.fluxcd.io/prune"] == "disabled"
        assert body["metadata"]["labels"]["reconcile.fluxcd.io/watch"] == "Enabled"


def test_a_tenant_that_may_go_leaves_no_credentials_behind():
    guide = (ROOT / "blueprints" / "guide.yaml").read_text()
    free = guide.replace("    - name: acme\n", "    - name: acme\n      protect: false\n")
    marks = {
        body["metadata"]["labels"]["mtc/tenant"]: body["metadata"]["annotations"]
        for body in bodies(tree(free), "Secret")
    }
    assert marks["acme"] == {"kustomize.toolkit.fluxcd.io/ssa": "Merge"}
    assert marks["globex"] == {
        "kustomize.toolkit.fluxcd.io/ssa": "Merge",
        "kustomize.toolkit.fluxcd.io/prune": "disabled",
    }


def test_a_job_changes_with_its_wish_its_image_and_nothing_else():
    guide = (ROOT / "blueprints" / "guide.yaml").read_text()
    before = job(tree(guide), "bootstrap-acme")
    unrelated = guide.replace("debug: true", "debug: false").replace("domain: ml.", "domain: ai.")
    assert job(tree(unrelated), "bootstrap-acme") == before
    other_tenant = guide.replace("users: 10", "users: 11")
    assert job(tree(other_tenant), "bootstrap-acme") == before
    assert job(tree(other_tenant), "bootstrap-globex") != job(tree(guide), "bootstrap-globex")
    renamed = guide.replace("name: Acme Admin", "name: Acme Owner")
    assert job(tree(renamed), "bootstrap-acme") != before
    image = guide.replace("  server:\n", "  bootstrap: {image: registry.example/python:3.12}\n  server:\n", 1)
    assert job(tree(image), "bootstrap-acme") != before


def test_a_job_changes_with_the_program(monkeypatch):
    before = job(example("guide"), "bootstrap-acme")
    monkeypatch.setattr("mtc.render.jobs.program_name", lambda: "mtc-bootstrap-0000000000")
    assert job(example("guide"), "bootstrap-acme") != before
    assert program_name().startswith("mtc-bootstrap-")


def test_the_shipped_program_starts_as_it_is_mounted(tmp_path):
    """The ConfigMap's files alone, found by PYTHONPATH, without the compiler beside them."""
    folder = tmp_path / "mtc" / "bootstrap"
    folder.mkdir(parents=True)
    (config,) = (b for b in bodies(example("guide"), "ConfigMap") if "__main__.py" in b["data"])
    assert config["data"] == program()
    for name, text in config["data"].items():
        (folder / name).write_text(text)
    environment = {"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1", "PATH": os.environ["PATH"]}
    for module in ("mtc.bootstrap", "mtc.bootstrap.applications"):
        ran = subprocess.run(
            [sys.executable, "-S", "-m", module, "--help"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        assert "--api" in ran.stdout


def leaves(data, path=()):
    """Every scalar of a document with its path."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from leaves(value, (*path, key))
    elif isinstance(data, list):
        for at, value in enumerate(data):
            yield from leaves(value, (*path, at))
    else:
        yield path, data


def changed(data, path, value):
    """A copy with another value at that path."""
    copy = deepcopy(data)
    place = copy
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return copy


def other(value):
    """Values that differ from that one by as little as can be."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, max(value - 1, 0)]
    return [f"{value}x", f"x{value}", f"{value}.example"]


def job_specs(data):
    """Of each tenant: the Job's spec, and all that it may depend on. None for a blueprint with errors."""
    blueprint = load_text(yaml.safe_dump(data), "b.yaml", ROOT / "blueprints").value
    if blueprint is None or has_errors(check_blueprint(blueprint)):
        return None
    planned = make_plan(blueprint)
    if planned.value is None:
        return None
    plan, found = planned.value, {}
    own = (plan.blueprint.bootstrap, plan.server.api_url)
    for tenant in plan.tenants:
        (body,) = (document.body for document in tenant_bootstrap(plan, tenant) if document.body["kind"] == "Job")
        found[tenant.name] = (body["spec"], (wish_text(tenant), own))
    return found


def test_a_jobs_spec_changes_with_its_wish_and_the_jobs_settings_exactly():
    """Each value of the guide's blueprint is changed, one at a time."""
    guide = yaml.safe_load((ROOT / "blueprints" / "guide.yaml").read_text())
    before, tried, ran_again = job_specs(guide), 0, set()
    for path, value in leaves(guide):
        for changed_value in other(value):
            after = job_specs(changed(guide, path, changed_value))
            if after is None or after.keys() != before.keys():
                continue
            tried += 1
            for name, (spec, cause) in after.items():
                assert (spec != before[name][0]) == (cause != before[name][1]), path
                if spec != before[name][0]:
                    ran_again.add(path)
            break
    assert tried > 60
    assert 8 <= len(ran_again) < tried / 2, ran_again


def test_reordered_features_and_queues_run_no_job_again():
    guide = yaml.safe_load((ROOT / "blueprints" / "guide.yaml").read_text())
    tenant = guide["spec"]["tenants"][0]
    tenant["features"] = {"exclude": ["app_management", "applications"]}
    tenant["queues"] = {"aaa": {}, "zzz": {}}
    before = job_specs(guide)
    tenant["features"]["exclude"].reverse()
    tenant["queues"] = {"zzz": {}, "aaa": {}}
    assert job_specs(guide) == before


def test_many_tenants_have_the_wishes_that_each_would_have_alone():
    """Tenants of one shape are drawn from a stencil: what is sorted or worked out must not depend on the first."""
    guide = yaml.safe_load((ROOT / "blueprints" / "minimal.yaml").read_text())
    logins = [["a.example", "b.example"], ["b.example", "a.example"], ["c.example", "b.example"]] * 3
    guide["spec"]["tenantDefaults"]["queues"] = {"default": {"maxPods": 10}}
    guide["spec"]["tenants"] = [
        {"name": f"t{at}", "admin": {"name": "A", "email": f"a@t{at}.example"}, "login": {"domains": list(domains)}}
        for at, domains in enumerate(logins)
    ]
    plan = make_plan(load_text(yaml.safe_dump(guide), "b.yaml", ROOT / "blueprints").value).value
    rendered = render_plan(plan)
    wishes = [body["data"]["wish.json"] for body in bodies(rendered, "ConfigMap") if "wish.json" in body["data"]]
    assert wishes == [wish_text(tenant) for tenant in plan.tenants]


def test_no_secret_can_be_in_what_is_rendered_for_a_job():
    """Its command, its environment and its ConfigMaps name files and Secrets; values reach it as mounts alone."""
    rendered = example("guide")
    for body in bodies(rendered, "Job"):
        (container,) = body["spec"]["template"]["spec"]["containers"]
        assert [item["name"] for item in container["env"]] == ["PYTHONPATH", "PYTHONDONTWRITEBYTECODE"]
        assert not any("valueFrom" in item for item in container["env"])
        assert "envFrom" not in container
        assert [flag for flag in container["command"] if "=" in flag and "//" in flag] == [
            f"--api={make_plan(load_blueprint(ROOT / 'blueprints' / 'guide.yaml').value).value.server.api_url}"
        ]
    wishes = [json.loads(body["data"]["wish.json"]) for body in bodies(rendered, "ConfigMap") if "wish.json" in body["data"]]
    for wish in wishes:
        names = {str(part).lower() for path, _ in leaves(wish) for part in path}
        assert not names & {"password", "secret", "token", "credentials", "access-key", "secret-key"}
