"""`mtc secrets` with SOPS, from nothing to a tree: the real sops encrypts what it wrote, and reads the tree."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from mtc_process import blueprint, mtc

SOPS = str(Path(sys.executable).with_name("sops"))
# A pair of age keys for this test alone.
RECIPIENT = "age1xmz6njqh5wdy2kmush36vyeancew5dp5q7zw4uekpnrfjpd0j50q8f0sw5"
IDENTITY = "AGE-SECRET-KEY-1A869W3WY06JH3V2R7MTTDF6RCHXRAQNKNCAAJDTFYQJQQMMLD44S89L6QZ"


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    """A blueprint whose Secrets are SOPS files, none of which is there yet."""
    path = tmp_path / "prod.yaml"
    provider = "  secrets: {provider: sops}\n  tenants:\n"
    path.write_text(blueprint("acme", "globex").replace("  tenants:\n", provider), encoding="utf-8")
    return path


def sops(*arguments: str | Path) -> str:
    keys = os.environ | {"SOPS_AGE_KEY": IDENTITY, "SOPS_AGE_RECIPIENTS": RECIPIENT}
    command = [SOPS, *map(str, arguments)]
    return subprocess.run(command, env=keys, check=True, capture_output=True, text=True, timeout=60).stdout


def test_questions_are_answered_before_any_file_is_encrypted(sealed: Path) -> None:
    assert mtc("validate", sealed).code == 1
    for question in (["secrets"], ["secrets", "--format", "manifests"], ["show", "ports"], ["lock"]):
        run = mtc(*question, sealed)
        assert (run.code, run.err) == (0, "")
        assert run.out


def test_from_placeholders_to_a_tree_that_sops_decrypts(sealed: Path) -> None:
    folder, out = sealed.with_name("secrets"), sealed.with_name("out")
    written = mtc("secrets", sealed, "-o", folder).out.split()
    assert mtc("secrets", sealed, "-o", folder).out == "", "what is there is not written again"
    refused = mtc("render", sealed, "-o", out)
    assert (refused.code, "in plain text" in refused.err, out.exists()) == (1, True, False)
    meant = {}
    for number, name in enumerate(written):
        path = Path(name)
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("<REPLACE-ME>", f"value-{number}"), encoding="utf-8")
        meant[name] = yaml.safe_load(path.read_text(encoding="utf-8"))
        sops("encrypt", "--in-place", "--encrypted-regex", "^(data|stringData)$", path)
    assert mtc("render", sealed, "-o", out).code == 0
    for name in written:
        path = Path(name)
        (rendered,) = out.rglob(f"{path.parent.name}.{path.stem}.secret.yaml")
        assert rendered.read_bytes() == path.read_bytes()
        assert yaml.safe_load(sops("decrypt", rendered)) == meant[name]
