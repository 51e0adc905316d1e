"""The Jobs that bring tenants up: restricted pods, one Secret each, and a wish that the program reads."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mtc.bootstrap.wish import read_wish
from mtc.load import load_blueprint, load_text
from mtc.plan import make_plan
from mtc.render import render_plan
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


def restricted(pod):
    """Violations of Kubernetes' restricted pod security, as its documentation lists the fields."""
    whole = pod["securityContext"]
    if whole.get("seccompProfile", {}).get("type") not in ("RuntimeDefault", "Localhost"):
        yield "seccompProfile"
    if pod.get("hostNetwork") or pod.get("hostPID") or pod.get("hostIPC"):
        yield "host namespaces"
    allowed = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim"}
    for volume in pod["volumes"]:
        if not (set(volume) - {"name"}) <= allowed | {"projected", "secret"}:
            yield f"volume {volume['name']}"
    for container in pod["containers"]:
        own = {**whole, **container["securityContext"]}
        if own.get("allowPrivilegeEscalation") is not False:
            yield "allowPrivilegeEscalation"
        if own.get("capabilities", {}).get("drop") != ["ALL"] or own["capabilities"].get("add"):
            yield "capabilities"
        if own.get("runAsNonRoot") is not True or own.get("runAsUser") == 0:
            yield "runAsNonRoot"


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


def test_the_rule_of_restricted_pods_can_fail():
    pod = job(example("guide"), "bootstrap-acme")["spec"]["template"]["spec"]
    broken = {**pod, "hostNetwork": True, "securityContext": {}, "volumes": [{"name": "h", "hostPath": {}}]}
    assert list(restricted(broken)) == ["seccompProfile", "host namespaces", "volume h", "runAsNonRoot"]


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
