"""The commands that answer questions, and those that one runs once."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from mtc_process import PATIENCE, blueprint, mtc

from mtc.check import ALL_RULES
from mtc.load import load_lock, schema_text
from mtc.model.lock import Lock


def lock_of(prod: Path) -> Lock:
    lock = load_lock(prod.with_name("prod.lock.yaml").read_bytes(), "lock").value
    assert lock is not None
    return lock


def test_show_tenants(prod: Path) -> None:
    run = mtc("show", "tenants", prod)
    assert (run.code, run.err) == (0, "")
    head, *rows = run.out.splitlines()
    assert head.split() == [
        "NAME",
        "COMPANY",
        "NAMESPACE",
        "PROFILE",
        "QUEUES",
        "GATEWAY",
        "SHARD",
        "SUSPENDED",
    ]
    assert [row.split()[0] for row in rows] == ["acme", "globex"]
    assert all(row == row.rstrip() for row in rows)


def test_show_ports(prod: Path) -> None:
    table = json.loads(mtc("show", "ports", prod, "--format", "json").out)
    assert table["version"] == 1
    assert [(row["tenant"], row["purpose"], row["services"]) for row in table["ports"]] == [
        ("acme", "sessions", 10),
        ("globex", "sessions", 10),
    ]
    assert table["ports"][0]["lastPort"] - table["ports"][0]["firstPort"] == 10
    assert table["ports"][0]["lastPort"] < table["ports"][1]["firstPort"]
    assert not prod.with_name("prod.lock.yaml").exists(), "show writes nothing"


def test_show_features(prod: Path) -> None:
    text = blueprint("acme").replace("    gateway:", "    features: {enable: [sso_management]}\n    gateway:")
    prod.write_text(text, encoding="utf-8")
    table = json.loads(mtc("show", "features", prod, "--format", "json").out)
    tenant = [row for row in table["features"] if row["kind"] == "tenant"]
    assert tenant == [{"kind": "tenant", "name": "acme", "features": ["sso_management"], "excluded": []}]


@pytest.mark.parametrize(
    "question", [["show", "ports"], ["show", "tenants"], ["show", "features"], ["secrets"]]
)
def test_a_question_about_a_faulty_blueprint(question: list[str], prod: Path) -> None:
    prod.write_text(blueprint("acme", "acme"), encoding="utf-8")
    run = mtc(*question, prod)
    assert (run.code, run.out) == (1, "")
    assert "error[" in run.err


def test_secrets(prod: Path) -> None:
    table = json.loads(mtc("secrets", prod, "--format", "json").out)["secrets"]
    assert {"namespace", "name", "keys", "readers"} <= table[0].keys()
    text = mtc("secrets", prod).out
    assert len(text.splitlines()) == len(table) + 1
    manifests = mtc("secrets", prod, "--format", "manifests")
    assert (manifests.code, manifests.err) == (0, "")
    assert manifests.out.count("kind: Secret\n") == len(table)


def test_lock_keeps_the_ports_of_who_is_gone_until_prune(prod: Path) -> None:
    path = prod.with_name("prod.lock.yaml")
    assert mtc("lock", prod) == (0, f"{path} written: 2 held, 0 released\n", "")
    first = lock_of(prod)
    assert mtc("lock", prod).out == f"{path} unchanged: 2 held, 0 released\n"
    prod.write_text(blueprint("globex"), encoding="utf-8")
    assert mtc("lock", prod).out == f"{path} written: 1 held, 1 released\n"
    assert lock_of(prod).released == {"acme": first.ports["acme"]}
    assert "released" in mtc("show", "ports", prod).out
    assert mtc("lock", prod, "--prune").out == f"{path} written: 1 held, 0 released\n"
    assert lock_of(prod).ports == {"globex": first.ports["globex"]}


def test_lock_prunes_who_only_now_is_gone(prod: Path) -> None:
    """So that who comes in the same edit finds room, even in a pool that was full."""
    mtc("lock", prod)
    prod.write_text(blueprint("globex"), encoding="utf-8")
    assert mtc("lock", prod, "--prune").out.endswith("written: 1 held, 0 released\n")


def test_lock_reallocates_one_tenant(prod: Path) -> None:
    mtc("lock", prod)
    before = lock_of(prod)
    prod.write_text(blueprint("acme", "globex").replace("portMode: true", "portMode: true, maxServices: 20"))
    assert mtc("lock", prod).code == 1, "who outgrew an interval is not moved in silence"
    assert lock_of(prod) == before
    assert mtc("lock", prod, "--reallocate", "acme").code == 1, "globex outgrew its own, too"
    prod.write_text(blueprint("acme", "globex"), encoding="utf-8")
    assert mtc("lock", prod, "--reallocate", "acme").code == 0
    assert lock_of(prod).ports["globex"] == before.ports["globex"]


def test_lock_reallocates_nobody_unknown(prod: Path) -> None:
    run = mtc("lock", prod, "--reallocate", "acmee")
    assert run.code == 2
    assert "Did you mean 'acme'?" in run.err
    assert not prod.with_name("prod.lock.yaml").exists()


def test_explain_lists_every_code_in_a_line() -> None:
    run = mtc("explain")
    assert (run.code, run.err) == (0, "")
    listed = [line.split()[0] for line in run.out.splitlines()]
    assert {rule.code for rule in ALL_RULES} <= set(listed)
    assert listed == sorted(listed)


def test_explain_one() -> None:
    run = mtc("explain", "isolation/open-egress")
    assert run.code == 0
    assert run.out.startswith("warning[isolation/open-egress]\n")
    assert "Fails:" in run.out
    assert "Passes:" in run.out


def test_explain_a_code_that_is_none() -> None:
    run = mtc("explain", "isolation/open-egres")
    assert (run.code, run.out) == (2, "")
    assert "Did you mean 'isolation/open-egress'?" in run.err


def test_schema() -> None:
    assert mtc("schema") == (0, schema_text(), "")


def test_init_renders_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "deployment"
    run = mtc("init", folder)
    assert (run.code, run.err) == (0, "")
    written = sorted(str(path) for path in folder.iterdir())
    assert sorted(run.out.splitlines()) == written
    assert mtc("validate", folder / "blueprint.yaml", "--strict") == (0, "", "")
    assert mtc("render", folder / "blueprint.yaml", "-o", folder / "out").code == 0


def test_init_in_the_folder_one_is_in(tmp_path: Path) -> None:
    run = mtc("init", "--name", "prod", "--domain", "ml.example.org", cwd=tmp_path)
    assert run.out.splitlines() == ["blueprint.yaml", "README.md", ".pre-commit-config.yaml"]
    text = (tmp_path / "blueprint.yaml").read_text(encoding="utf-8")
    assert "ml.example.org" in text


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine", encoding="utf-8")
    run = mtc("init", tmp_path)
    assert (run.code, run.out) == (2, "")
    assert f"already there: {tmp_path}/README.md. Nothing was written." in run.err
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]


@pytest.mark.parametrize("option", [["--name", "Bad_Name"], ["--domain", "a b"], ["--name", "x}}\nspec: {"]])
def test_init_takes_names_that_a_blueprint_takes(option: list[str], tmp_path: Path) -> None:
    run = mtc("init", tmp_path, *option)
    assert (run.code, run.out) == (2, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_takes_its_completion_script(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    script = mtc("completion", shell).out
    option = "--no-execute" if shell == "fish" else "-n"
    done = subprocess.run(
        [shell, option], input=script.encode(), capture_output=True, timeout=PATIENCE, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
