"""Jobs that run the bootstrap program: what all of them share.

Restricted pod security, no deadline, no TTL (Flux would make a removed Job again and again): the program's
exit code for permanent faults fails the Job at once, all else is tried again with Kubernetes' backoff.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from mtc.model.document import Document
from mtc.model.plan import Plan
from mtc.model.record import Record
from mtc.model.source import Data, Route
from mtc.render.objects import MANAGED_BY, document, metadata
from mtc.render.program import program, program_name

JOB_LABEL = "mtc/job"
PERMANENT = 78  # mtc/bootstrap/faults.py: someone must change something
_USER = 65532
_FORCE = {"kustomize.toolkit.fluxcd.io/force": "enabled"}


class JobPlan(Record, frozen=True):
    """One Job: `input_file` lies at /input, in the ConfigMap `<name>-input`, and says what to do."""

    name: str
    kind: str
    tenant: str | None
    image: str
    command: Sequence[str]
    input_file: str
    input_text: str
    service_account: str | None
    scratch: bool
    origin: Route


def program_document(plan: Plan) -> Document:
    """The ConfigMap with the program, one for all Jobs."""
    return document(
        "bootstrap-program.configmap.yaml",
        "v1",
        "ConfigMap",
        metadata(program_name(), plan.control),
        {"immutable": True, "data": dict(program())},
        origin=("spec", "bootstrap"),
    )


def input_digest(text: str) -> str:
    """What a Job carries of its input, so that another input is another Job."""
    return sha256(text.encode()).hexdigest()[:16]


def job_documents(plan: Plan, job: JobPlan) -> list[Document]:
    """The Job and the ConfigMap with its input. A changed input, program or image runs the Job again."""
    name = f"{job.name}-input"
    prefix = "bootstrap" if job.tenant is not None else job.name
    config = document(
        f"{prefix}-input.configmap.yaml",
        "v1",
        "ConfigMap",
        metadata(name, plan.control, tenant=job.tenant),
        {"data": {job.input_file: job.input_text}},
        origin=job.origin,
        tenant=job.tenant,
    )
    meta = metadata(job.name, plan.control, tenant=job.tenant, annotations=_FORCE)
    spec: dict[str, Data] = {
        "backoffLimit": plan.blueprint.bootstrap.backoff_limit,
        "podFailurePolicy": {
            "rules": [
                {
                    "action": "FailJob",
                    "onExitCodes": {"containerName": job.kind, "operator": "In", "values": [PERMANENT]},
                },
                {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
            ]
        },
        "template": _template(job, name, plan.blueprint.bootstrap.pull_secret),
    }
    path = f"{prefix}.job.yaml"
    body: Mapping[str, Data] = {"spec": spec}
    return [
        config,
        document(path, "batch/v1", "Job", meta, body, origin=job.origin, tenant=job.tenant),
    ]


def _template(job: JobPlan, config: str, pull_secret: str | None) -> dict[str, Data]:
    labels: dict[str, Data] = {MANAGED_BY: "mtc", JOB_LABEL: job.kind}
    if job.tenant is not None:
        labels["mtc/tenant"] = job.tenant
    digest = input_digest(job.input_text)
    spec: dict[str, Data] = {
        "restartPolicy": "Never",
        "enableServiceLinks": False,
        "automountServiceAccountToken": job.service_account is not None,
    }
    if job.service_account is not None:
        spec["serviceAccountName"] = job.service_account
    if pull_secret is not None:
        spec["imagePullSecrets"] = [{"name": pull_secret}]
    spec["securityContext"] = {
        "runAsNonRoot": True,
        "runAsUser": _USER,
        "runAsGroup": _USER,
        "fsGroup": _USER,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    spec["containers"] = [_container(job)]
    volumes: list[Data] = [
        {"name": "program", "configMap": {"name": program_name()}},
        {"name": "input", "configMap": {"name": config}},
        {"name": "credentials", "secret": {"secretName": "api-credentials", "defaultMode": 0o440}},
    ]
    if job.scratch:  # the archive and what is in it, as bounded by mtc/bootstrap/applications.py, and some
        volumes.append({"name": "work", "emptyDir": {"sizeLimit": "6Gi"}})
    spec["volumes"] = volumes
    return {"metadata": {"labels": labels, "annotations": {"mtc/input": digest}}, "spec": spec}


def _container(job: JobPlan) -> Data:
    mounts: list[Data] = [
        {"name": "program", "mountPath": "/program/mtc/bootstrap", "readOnly": True},
        {"name": "input", "mountPath": "/input", "readOnly": True},
        {"name": "credentials", "mountPath": "/credentials", "readOnly": True},
    ]
    if job.scratch:
        mounts.append({"name": "work", "mountPath": "/work"})
    return {
        "name": job.kind,
        "image": job.image,
        "command": list(job.command),
        "env": [
            {"name": "PYTHONPATH", "value": "/program"},
            {"name": "PYTHONDONTWRITEBYTECODE", "value": "1"},
        ],
        "resources": {
            "requests": {"cpu": "50m", "memory": "64Mi"},
            "limits": {"cpu": "500m", "memory": "512Mi" if job.scratch else "128Mi"},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": mounts,
    }
