"""`mtc bootstrap` as a person runs it: a process, a real kubectl, the API over a real socket."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from world import CONTROL, SECRET, Result, World, kubeconfig

from documents import ROOT, blocks
from mtc.bootstrap.faults import BUG
from mtc.pipeline import plan_blueprint
from mtc.render import wish_text

MTC = str(Path(sys.executable).with_name("mtc"))
BLUEPRINT = """\
apiVersion: mtc/v1alpha1
kind: Blueprint
metadata: {name: example}
spec:
  domain: ml.example.com
  repositories: {charts: {url: "https://charts.example.com"}}
  server: {chart: {repository: charts, name: clearml-enterprise, version: 7.11.0}}
  tenantDefaults:
    agent: {chart: {repository: charts, name: clearml-enterprise-agent, version: 4.2.0}}
    gateway: {enabled: false}
  tenants:
    - name: acme
      company: Acme
      limits: {users: 10}
      admin: {name: Ada, email: ada@acme.example}
      login: {domains: [acme.example], emails: [guest@other.example]}
      queues: {default: {}, gpu.large: {}}
    - {name: globex, admin: {name: Bob, email: bob@globex.example}}
"""
# What kubectl was given, line by line, before it runs for real.
SPY = """#!/bin/sh
{ tr '\\0' ' ' < /proc/$$/cmdline; tr '\\0' ' ' < /proc/$$/environ; echo; } >> "$SPY_LOG"
exec "$REAL_KUBECTL" "$@"
"""
CALLS = [
    "system.create_company", "auth.create_user", "auth.create_credentials", "login.set_domains",
    "login.add_whitelist_entries", "queues.create", "queues.create",
]


class Terminal:
    """A person's shell: the blueprint, a kubeconfig for the world's cluster, the keys in the environment."""

    def __init__(self, world: World, folder: Path, certificates: Path) -> None:
        self.world, self.folder = world, folder
        self.blueprint = folder / "prod.yaml"
        self.blueprint.write_text(BLUEPRINT, encoding="utf-8")
        self.kubeconfig = folder / "kubeconfig"
        self.kubeconfig.write_text(kubeconfig(world.cluster.port, certificates))
        self.log = folder / "kubectl.log"
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "KUBECONFIG": str(self.kubeconfig),
            "CLEARML_API_ACCESS_KEY": "SUPERKEY", "CLEARML_API_SECRET_KEY": "supersecret-9",
        }

    @property
    def wish(self) -> dict[str, Any]:
        """What the tree's ConfigMap has for the Job."""
        plan = plan_blueprint(self.blueprint).plan
        assert plan is not None
        wish: dict[str, Any] = json.loads(wish_text(plan.tenants[0]))
        return wish

    def start(self, *flags: str, tenant: str = "acme", group: bool = False, **more: str) -> subprocess.Popen[str]:
        command = [MTC, "bootstrap", str(self.blueprint), "--tenant", tenant]
        command += ["--api", f"http://127.0.0.1:{self.world.api.port}", "--deadline", "20", *flags]
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            cwd=self.folder, env=self.environment | more, start_new_session=group,
        )

    def run(self, *flags: str, tenant: str = "acme", **more: str) -> Result:
        with self.start(*flags, tenant=tenant, **more) as process:
            self.world.stage.client(process.pid)
            out, _ = process.communicate(timeout=60)
        assert "Traceback" not in out
        return self.world.seen(Result(process.returncode, out))

    def change(self, old: str, new: str) -> None:
        text = self.blueprint.read_text(encoding="utf-8")
        assert old in text
        self.blueprint.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def bare(world: World, tmp_path: Path, certificates: Path) -> Terminal:
    return Terminal(world, tmp_path, certificates)


@pytest.fixture
def terminal(bare: Terminal) -> Terminal:
    kubectl = shutil.which("kubectl")
    if not kubectl:
        pytest.skip("kubectl is not on this machine")
    programs = bare.folder / "bin"
    programs.mkdir()
    (programs / "kubectl").write_text(SPY)
    (programs / "kubectl").chmod(0o755)
    bare.environment |= {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "REAL_KUBECTL": kubectl, "SPY_LOG": str(bare.log),
    }
    return bare


def would(result: Result) -> list[str]:
    """The calls that a dry run printed."""
    return [line.split(": ", 2)[2].split(" ")[0] for line in result.out.splitlines() if "would call" in line]


def test_it_brings_a_tenant_up_and_the_job_finds_nothing_to_do(terminal: Terminal) -> None:
    world = terminal.world
    result = terminal.run()
    assert result.code == 0, result
    world.agree(terminal.wish)
    assert world.clearml.changes() == CALLS
    assert set(world.kubernetes.verbs) == {"get", "update"}
    (secret,) = world.kubernetes.secrets.values()
    assert secret["metadata"]["labels"] == {"reconcile.fluxcd.io/watch": "Enabled"}
    for again in (world.run(terminal.wish), terminal.run("--context", "prod")):
        assert again.code == 0, again
        assert "changed" not in again.out
    assert world.clearml.changes() == CALLS


def test_after_the_job_it_finds_nothing_to_do(terminal: Terminal) -> None:
    assert terminal.world.run(terminal.wish).code == 0
    secret = terminal.world.secret["access-key"]
    result = terminal.run()
    assert result.code == 0, result
    assert terminal.world.clearml.changes() == CALLS
    assert terminal.world.secret["access-key"] == secret


def test_no_secret_on_any_command_line(terminal: Terminal) -> None:
    """Any user of the machine may read those; kubectl is not even given the API's keys."""
    terminal.world.stage.plan("hold", 12)
    process = terminal.start()
    assert terminal.world.stage.reached.wait(20)
    seen = Path(f"/proc/{process.pid}/cmdline").read_text(encoding="utf-8")
    terminal.world.stage.gate.set()
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0, out
    seen += terminal.log.read_text(encoding="utf-8")
    assert seen.count(f"--raw=/api/v1/namespaces/{CONTROL}/secrets/{SECRET}") > 4
    for secret in (*terminal.world.spellings(), "SUPERKEY"):
        assert secret not in seen


def test_a_dry_run_prints_the_calls_and_only_reads(terminal: Terminal) -> None:
    world, before = terminal.world, terminal.world.secret
    result = terminal.run("--dry-run")
    assert (result.code, would(result)) == (0, CALLS), result
    assert 'system.create_company {"name": "Acme", "defaults": {"allowed_users": "10"}}' in result.out
    assert (world.clearml.changes(), set(world.kubernetes.verbs)) == ([], {"get"})
    assert world.secret == before
    assert terminal.run().code == 0
    terminal.change("gpu.large: {}", "gpu.large: {}, gpu.small: {}")
    made = len(world.clearml.changes())
    assert would(terminal.run("--dry-run")) == ["queues.create"]
    assert len(world.clearml.changes()) == made


def test_a_dry_run_without_a_cluster(bare: Terminal) -> None:
    result = bare.run("--dry-run", KUBECONFIG=os.devnull)
    assert (result.code, would(result)) == (0, CALLS), result
    assert "state: note: kubectl" in result.out
    assert "Going on as for a tenant of which nothing is known" in result.out
    assert bare.world.clearml.changes() == []


@pytest.mark.parametrize(("path", "text"), [(None, "could not reach Secret"), ("nowhere", "kubectl is not on this machine")])
def test_without_a_cluster_it_changes_nothing_and_says_how_to_go_on(
    request: pytest.FixtureRequest, bare: Terminal, path: str | None, text: str
) -> None:
    if path is None:
        bare = request.getfixturevalue("terminal")
    result = bare.run(KUBECONFIG=os.devnull, **({"PATH": path} if path else {}))
    assert result.code == 78, result
    assert text in result.out
    assert "use --state-file" in result.out
    assert bare.world.clearml.changes() == []


@pytest.mark.parametrize(("lack", "text"), [("rules", "ask for get and update"), ("secrets", "credentials.secret.yaml"), ("token", "log in again")])
def test_a_cluster_that_does_not_let_one_in(terminal: Terminal, lack: str, text: str) -> None:
    world = terminal.world
    if lack == "token":
        world.kubernetes.token = "another"
    else:
        getattr(world.kubernetes, lack).clear()
    result = terminal.run()
    assert (result.code, text in result.out) == (78, True), result
    assert world.clearml.changes() == []


@pytest.mark.parametrize("k", range(4, 21, 3))
def test_killed_anywhere_the_job_carries_on(terminal: Terminal, k: int) -> None:
    world = terminal.world
    world.reset(lists_members=True)
    world.stage.plan("kill-unanswered", k)
    assert terminal.run().code == -9
    result = world.run(terminal.wish, "--take-over")
    assert result.code == 0, result
    world.agree(terminal.wish)


def test_the_page_shows_what_a_dry_run_prints(bare: Terminal) -> None:
    (block,) = (block for block in blocks(ROOT / "docs" / "bootstrap.md") if "dry-run" in block.words)
    bare.blueprint.unlink()
    subprocess.run([MTC, "init"], cwd=bare.folder, check=True, capture_output=True)
    (bare.folder / "blueprint.yaml").rename(bare.blueprint)
    result = bare.run("--dry-run", KUBECONFIG=os.devnull, PATH="nowhere")
    assert (result.code, [line for line in result.out.splitlines() if not line.startswith("state: note")]) == (
        0, block.text.splitlines(),
    )


# State in a file: for who has no cluster.


def test_the_state_in_a_file(bare: Terminal) -> None:
    path = bare.folder / "acme.json"
    for _ in range(2):
        result = bare.run("--state-file", str(path), PATH="nowhere")
        assert result.code == 0, result
        assert bare.world.clearml.changes() == CALLS
    assert path.stat().st_mode & 0o777 == 0o600
    assert bare.world.kubernetes.verbs == []


def test_a_file_never_revokes_what_the_cluster_uses_and_the_job_clears_it_away(bare: Terminal) -> None:
    world = bare.world
    world.reset(lists_members=True)
    assert world.run(bare.wish).code == 0
    (admin,) = world.clearml.members(world.company()["id"])
    path = bare.folder / "acme.json"
    assert bare.run("--state-file", str(path)).code == 0
    assert sorted(str(pair["label"]) for pair in admin.credentials.values()) == ["mtc/acme", "mtc/acme/file"]
    assert world.secret["access-key"] in admin.credentials
    assert world.run(bare.wish).code == 0
    world.agree(bare.wish)


def test_a_file_that_was_handed_over_is_the_jobs_state(bare: Terminal) -> None:
    """docs/bootstrap.md has the command that makes the Secret of it."""
    path = bare.folder / "acme.json"
    assert bare.run("--state-file", str(path)).code == 0
    bare.world.kubernetes.fill(CONTROL, SECRET, json.loads(path.read_text(encoding="utf-8")))
    result = bare.world.run(bare.wish)
    assert (result.code, "note" in result.out) == (0, False), result
    assert bare.world.clearml.changes() == CALLS
    bare.world.agree(bare.wish)
    bare.change("admin: {name: Ada,", "admin: {rotate: 1, name: Ada,")
    assert bare.world.run(bare.wish).code == 0
    bare.world.agree(bare.wish)


# What is said of mistakes.


@pytest.mark.parametrize(
    ("flags", "more", "code", "text"),
    [
        ((), {"CLEARML_API_SECRET_KEY": ""}, 78, "CLEARML_API_ACCESS_KEY and CLEARML_API_SECRET_KEY"),
        (("--api", "ml.example.com"), {}, 78, "must read http(s)://host[:port]"),
        (("--api", "http://127.0.0.1:99999"), {}, 78, "must read http(s)://host[:port]"),
        (("--api", "http://127.0.0.1:1/a b"), {}, 78, "HTTP cannot carry"),
        (("--api", "http://127.0.0.1:1", "--deadline", "0"), {}, 75, "does not answer: ConnectionRefusedError"),
        (("--tenant", "acne"), {}, 2, "Did you mean 'acme'?"),
        (("--ca-file", "none.pem", "--api", "https://127.0.0.1:1"), {}, 78, "not a file of PEM certificates"),
        (("--deadline", "-1"), {}, 2, "is not in the range"),
    ],
)
def test_what_was_asked_wrongly(bare: Terminal, flags: tuple[str, ...], more: dict[str, str], code: int, text: str) -> None:
    result = bare.run("--dry-run", *flags, **more)
    assert (result.code, text in result.out) == (code, True), result
    assert "hunter2" not in result.out


def test_a_blueprint_with_errors_reaches_no_server(bare: Terminal) -> None:
    bare.change("company: Acme", "companny: Acme")
    result = bare.run()
    assert (result.code, "company" in result.out) == (1, True), result
    assert bare.world.stage.calls == []


def test_a_file_in_no_folder(bare: Terminal) -> None:
    result = bare.run("--state-file", str(bare.folder / "none" / "acme.json"))
    assert (result.code, "acme.json cannot be written: no such file or directory" in result.out) == (78, True), result
    assert bare.world.clearml.changes() == []


def test_a_fault_of_the_program_is_no_fault_of_the_blueprint(bare: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    from mtc.cli.commands import program

    monkeypatch.setattr("mtc.bootstrap.__main__.main", lambda argv: BUG)
    arguments = ["bootstrap", str(bare.blueprint), "--tenant", "acme", "--api", "http://127.0.0.1:1"]
    with program.make_context("mtc", arguments) as context:
        assert program.invoke(context) == 3


def test_keys_over_plain_http_are_remarked_on(bare: Terminal) -> None:
    result = bare.run("--dry-run", "--api", "http://api.invalid", "--deadline", "0")
    assert (result.code, "cross the network in the clear" in result.out) == (75, True), result
    assert "in the clear" not in bare.run("--dry-run").out


def test_lines_for_programs(bare: Terminal) -> None:
    result = bare.run("--state-file", str(bare.folder / "acme.json"), "--log", "json")
    lines = [json.loads(line) for line in result.out.splitlines()]
    assert lines[-1] == {"step": "end", "event": "ok", "detail": ""}


# What goes wrong between kubectl and the cluster.

SECRETS = f"/api/v1/namespaces/{CONTROL}/secrets/{SECRET}"


@pytest.mark.parametrize(("call", "number"), [("GET", 1), ("PUT", 0), ("PUT", 1)])
@pytest.mark.parametrize("kind", ["drop-after", "500", "garbage", "truncated"])
def test_a_fault_of_the_cluster_is_tried_again(terminal: Terminal, kind: str, call: str, number: int) -> None:
    """Whatever else a kubectl asks: calls are counted by what they are about."""
    terminal.world.stage.plan(kind, number, f"{call} {SECRETS}")
    result = terminal.run()
    assert terminal.world.stage.hit is not None
    assert result.code == 0, result
    terminal.world.agree(terminal.wish)
    assert terminal.world.clearml.changes() == CALLS


@pytest.mark.parametrize(("kind", "code"), [("drop-before", 78), ("500", 78), ("garbage", 0)])
def test_a_cluster_that_does_not_answer_at_first(terminal: Terminal, kind: str, code: int) -> None:
    """Who sits there should know at once; an answer, even a garbled one, says that it is there."""
    terminal.world.stage.plan(kind, 0, f"GET {SECRETS}")
    result = terminal.run()
    assert result.code == code, result
    assert terminal.world.clearml.changes() == ([] if code else CALLS)


def test_an_interrupt_gives_the_lease_back(terminal: Terminal) -> None:
    """As a shell does it: the whole group gets the signal."""
    terminal.world.stage.plan("hold", 0, "POST /system.create_company")
    process = terminal.start(group=True)
    assert terminal.world.stage.reached.wait(20)
    os.killpg(process.pid, signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    terminal.world.stage.gate.set()
    assert (process.returncode, "Traceback" in out) == (130, False), out
    assert terminal.world.state["lease"] is None
