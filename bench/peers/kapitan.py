"""kapitan's project for the same tenants: a target for each, one component in Python (kadet) for all."""

from __future__ import annotations

import json
from pathlib import Path

PROGRAM = Path(".tools") / "kapitan" / "bin" / "kapitan"  # `make bench-peers` puts it there
COMPONENT = """

def main():
    from kapitan.inputs.kadet import inventory

    words = inventory().parameters.tenant
    found = documents({key: str(words[key]) for key in words})
    return {name.removesuffix(".yaml"): document for name, document in found.items()}
"""
COMMON = """\
parameters:
  kapitan:
    vars:
      target: ${_reclass_:name:short}
    compile:
      - output_path: .
        input_type: kadet
        output_type: yaml
        input_paths: [components/tenant]
"""


def project(source: Path, into: Path) -> None:
    """Write the inventory and the component below `into` from what `derive` wrote to `source`."""
    for folder in ("inventory/targets", "inventory/classes", "components/tenant"):
        (into / folder).mkdir(parents=True)
    (into / "inventory" / "classes" / "common.yml").write_text(COMMON, encoding="utf-8")
    builder = (source / "builder.py").read_text(encoding="utf-8")
    (into / "components" / "tenant" / "__init__.py").write_text(builder + COMPONENT, encoding="utf-8")
    for tenant in json.loads((source / "tenants.json").read_text(encoding="utf-8")):
        words = "".join(f"    {key}: {json.dumps(value)}\n" for key, value in tenant.items())
        target = f"classes: [common]\nparameters:\n  tenant:\n{words}"
        (into / "inventory" / "targets" / f"{tenant['name']}.yml").write_text(target, encoding="utf-8")
