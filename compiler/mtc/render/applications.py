"""The Job that uploads ClearML's applications, where the blueprint names their package."""

from __future__ import annotations

import json

from mtc.model.document import Document
from mtc.model.plan import Plan
from mtc.render.jobs import JobPlan, job_documents

KIND = "applications"


def application_documents(plan: Plan) -> list[Document]:
    """The Job `applications` and its input; nothing without a package."""
    package = plan.blueprint.server.applications.package
    if package is None or not plan.blueprint.server.applications.enabled:
        return []
    job = JobPlan(
        name=KIND,
        kind=KIND,
        tenant=None,
        image=package.image or plan.blueprint.bootstrap.image,
        command=[
            "python3",
            "-m",
            "mtc.bootstrap.applications",
            "--package=/input/package.json",
            f"--api={plan.server.api_url}",
            "--credentials=/credentials",
            "--work=/work",
            "--log=json",
        ],
        input_file="package.json",
        input_text=json.dumps({"url": package.url, "sha256": package.sha256}, indent=2) + "\n",
        service_account=None,
        scratch=True,
        origin=("spec", "server", "applications", "package"),
    )
    return job_documents(plan, job)
