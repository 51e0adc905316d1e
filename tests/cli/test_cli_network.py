"""`mtc show network` and `mtc reach`, as people run them; the README's picture is what the command draws."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CURRENT = "blueprints/current.yaml"


def mtc(*arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "mtc", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_the_table_has_what_is_open_and_says_why_a_node_port_stays_so() -> None:
    code, out, err = mtc("show", "network", CURRENT)
    assert (code, err) == (0, "")
    lines = [line.split("  ") for line in out.splitlines()]
    assert lines[0][0].startswith("FROM")
    assert any(line[0] == "acme" and "TCP 8008" in line for line in ([w.strip() for w in words if w] for words in lines))
    assert "no\npolicy can let clients in and keep other tenants out" in out


def test_json_has_the_tables_rows() -> None:
    code, out, _ = mtc("show", "network", CURRENT, "--format", "json")
    found = json.loads(out)
    assert (code, found["version"]) == (0, 1)
    wanted = {"from": "acme", "to": ["apiserver"], "ports": "TCP 8008", "state": "meant", "purpose": "calls of the API"}
    assert wanted in found["flows"]
    assert {flow["state"] for flow in found["flows"]} == {"meant", "exposed", "open"}


def test_the_readmes_picture_is_the_commands() -> None:
    code, out, _ = mtc("show", "network", CURRENT, "--format", "svg")
    assert code == 0
    assert (ROOT / "docs" / "network.svg").read_text(encoding="utf-8") == out


def test_a_closed_connection_is_explained_by_both_sides() -> None:
    code, out, _ = mtc("reach", CURRENT, "--from", "globex/agent", "--to", "acme/gateway", "--port", "8080")
    assert code == 0
    assert out.startswith("globex/agent to acme/gateway, TCP 8080: denied")
    assert "Egress of globex/agent is closed by globex/restrict-egress" in out
    assert "Ingress of acme/gateway is closed by acme/default-deny-ingress" in out


def test_an_open_connection_names_its_rules() -> None:
    arguments = ("reach", CURRENT, "--from", "acme/agent", "--to", "clearml/apiserver", "--port", "8008")
    code, out, _ = mtc(*arguments)
    assert code == 0
    assert "allowed" in out.splitlines()[0]
    assert "clearml/allow-tenants-to-apiserver, ingress[0]" in out
    code, out, _ = mtc(*arguments, "--format", "json")
    found = json.loads(out)
    assert (found["possible"], found["certain"]) == (True, True)
    assert [side["direction"] for side in found["sides"]] == ["Egress", "Ingress"]


def test_what_a_plugin_decides_is_said_both_ways() -> None:
    arguments = ("--from", "clearml/apiserver", "--to", "acme/gateway", "--port", "31100")
    code, out, _ = mtc("reach", CURRENT, *arguments)
    assert code == 0
    assert "Not every network plugin lets it through:" in out


def test_an_endpoint_that_is_not_there_is_wrong_usage() -> None:
    code, _, err = mtc("reach", CURRENT, "--from", "globex/agnt", "--to", "internet", "--port", "443")
    assert code == 2
    assert "Did you mean 'globex/agent'?" in err


def test_a_blueprint_with_errors_says_them() -> None:
    code, _, err = mtc("show", "network", "blueprints/missing.yaml")
    assert code != 0
    assert "missing.yaml" in err
