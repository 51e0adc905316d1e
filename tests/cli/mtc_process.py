"""`mtc` as people run it: a process of its own, with what it said and how it ended."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

MTC = str(Path(sys.executable).with_name("mtc"))
PATIENCE = 60  # seconds; no run of these tests takes one, and a hang is a failure

BLUEPRINT = """\
apiVersion: mtc/v1alpha1
kind: Blueprint
metadata: {{name: example}}
spec:
  domain: ml.example.com
  cluster: {{podCidrs: [10.244.0.0/16], serviceCidrs: [10.96.0.0/12], apiServerCidrs: [192.0.2.10/32]}}
  isolation: {{profile: {isolation}}}
  repositories: {{charts: {{url: "https://charts.example.com"}}}}
  server: {{chart: {{repository: charts, name: clearml-enterprise, version: 7.11.0}}}}
  tenantDefaults:
    agent: {{chart: {{repository: charts, name: clearml-enterprise-agent, version: 4.2.0}}}}
    gateway: {{enabled: false}}
    sessions: {{portMode: true, externalIP: 192.0.2.7, clientCidrs: [0.0.0.0/0]}}
  tenants:
"""
TENANT = "    - {{name: {0}, admin: {{name: Ada, email: ada@{0}.example}}}}\n"


class Run(NamedTuple):
    """How a run ended."""

    code: int
    out: str
    err: str


def environment(**more: str) -> dict[str, str]:
    """The tests' own, without what would colour or complete."""
    kept = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "FORCE_COLOR"}}
    return kept | more


def mtc(*arguments: str | Path, cwd: Path | None = None, **more: str) -> Run:
    """One run of the installed program; `more` is added to its environment."""
    done = subprocess.run(
        [MTC, *map(str, arguments)],
        cwd=cwd,
        env=environment(**more),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE,
        check=False,
    )
    run = Run(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in run.err + run.out
    return run


def blueprint(*tenants: str, isolation: str = "strict") -> str:
    """A blueprint without a diagnostic: tenants in port mode, with what they inherit."""
    return BLUEPRINT.format(isolation=isolation) + "".join(TENANT.format(name) for name in tenants)
