"""kubeconform over many objects at once, with Kubernetes' own schemas and the CRDs' of Flux."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from rendered import CRDS, ROOT, Body

from mtc.verify.kinds import KINDS
from render.kubernetes_schemas import Definitions, write_core_schemas, write_crd_schemas

WITHOUT_SCHEMA = "ExternalSecret"  # its CRD is not among those at hand
OLDEST, NEWEST = "1.31", "1.37"


def kubeconform() -> str:
    """The program, from `make tools` or the PATH."""
    found = shutil.which(str(ROOT / ".tools" / "kubeconform")) or shutil.which("kubeconform")
    if found is None:
        pytest.skip("kubeconform is not on this machine; `make tools` builds it where Go is")
    return found


def write_schemas(folder: Path, minor: str) -> Path:
    """The schemas of one Kubernetes version, and Flux'."""
    if not CRDS.is_dir():
        pytest.skip("the Flux CRDs are not beside this checkout (../shared/crds)")
    folder.mkdir(exist_ok=True)
    definitions = Definitions(minor)
    write_core_schemas(folder, definitions, [(str(version), str(kind)) for version, kind in KINDS])
    for release in sorted(CRDS.iterdir()):
        write_crd_schemas(folder, definitions, release)
    return folder


def refused(bodies: Sequence[Body], schemas: Path, folder: Path) -> dict[int, str]:
    """Number → message of those that kubeconform refuses. All of them were looked at, or the test fails."""
    folder.mkdir(exist_ok=True)
    for number, body in enumerate(bodies):
        (folder / f"{number}.json").write_text(json.dumps(body), encoding="utf-8")
    location = f"{schemas}/{{{{ .ResourceKind }}}}{{{{ .KindSuffix }}}}.json"
    options = [
        "-strict",
        "-summary",
        "-output",
        "json",
        "-skip",
        WITHOUT_SCHEMA,
        "-schema-location",
        location,
    ]
    ran = subprocess.run(
        [kubeconform(), *options, str(folder)], capture_output=True, text=True, check=False, timeout=120
    )
    answer: dict[str, Any] = json.loads(ran.stdout)
    summary = answer["summary"]
    assert summary["errors"] == 0, [one for one in answer["resources"] if one["status"] == "statusError"][:3]
    assert summary["valid"] + summary["invalid"] + summary["skipped"] == len(bodies)
    found = {int(Path(one["filename"]).stem): str(one["msg"]) for one in answer.get("resources") or []}
    assert len(found) == summary["invalid"]
    return found
