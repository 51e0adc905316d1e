"""The jobs that a team copies to have changes reviewed: one comment, made once and edited in place.

The commands run in a real repository. GitLab's notes are a real HTTP server; GitHub's `gh` is a stand-in that
keeps what it was asked, for the real one needs GitHub.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs

import pytest

from documents import ROOT
from test_ci import read
from test_docs import environment

GH = """#!/usr/bin/env python3
import json, pathlib, sys
asked = pathlib.Path("asked.json")
calls = json.loads(asked.read_text()) if asked.exists() else []
calls.append(sys.argv[1:])
asked.write_text(json.dumps(calls))
if "--paginate" in sys.argv and len(calls) > 2:
    print("4711")
"""


@pytest.fixture
def merged(tmp_path: Path) -> Path:
    """A checkout of a pull request's merge: HEAD^1 is the target branch, HEAD has the change."""

    def run(*command: str) -> None:
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, env=environment(tmp_path))

    run("git", "init", "--quiet", "--initial-branch=main")
    text = (ROOT / "blueprints" / "minimal.yaml").read_text(encoding="utf-8")
    for number, version in enumerate((text, text.replace("maxPods: 10", "maxPods: 20"))):
        (tmp_path / "blueprint.yaml").write_text(version, encoding="utf-8")
        run("mtc", "render", "blueprint.yaml", "-o", "out")
        run("git", "add", "blueprint.yaml", "out")
        run("git", "commit", "--quiet", "--message", str(number))
    return tmp_path


def bash(script: str, folder: Path, **more: str) -> str:
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=folder,
        env=environment(folder) | {"TREE": "out"} | more,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def test_github_gets_one_comment_and_edits_it(merged: Path) -> None:
    steps = [step["run"] for step in read("github.yml")["jobs"]["review"]["steps"] if "run" in step][1:]
    programs = merged / "programs"
    programs.mkdir()
    (programs / "gh").write_text(GH, encoding="utf-8")
    (programs / "gh").chmod(0o755)
    there = {
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "team/deployment",
        "HEAD_SHA": "abc",
        "NUMBER": "7",
        "PATH": f"{programs}{os.pathsep}{environment(merged)['PATH']}",
    }
    said = [bash(step, merged, **there) for step in (*steps, *steps)]
    assert "title=capacity/max-pods::acme: queue `default`" in said[0]
    review = (merged / "review.md").read_text(encoding="utf-8")
    assert "https://github.com/team/deployment/blob/abc/out/tenants/acme/agent.helmrelease.yaml" in review
    calls = json.loads((merged / "asked.json").read_text(encoding="utf-8"))
    assert [call[1:4] for call in calls if "--method" in call] == [
        ["--method", "POST", "repos/team/deployment/issues/7/comments"],
        ["--method", "PATCH", "repos/team/deployment/issues/comments/4711"],
    ]
    assert all("body=@review.md" in call for call in calls if "--method" in call)


def test_a_comment_needs_a_branch_of_our_own() -> None:
    workflow = read("github.yml")
    assert workflow["jobs"]["review"]["permissions"] == {"contents": "read", "pull-requests": "write"}
    (step,) = [step for step in workflow["jobs"]["review"]["steps"] if "GH_TOKEN" in step.get("env", {})]
    assert step["if"] == "github.event.pull_request.head.repo.full_name == github.repository"


class Notes(BaseHTTPRequestHandler):
    """A merge request's notes, as GitLab keeps them."""

    kept: ClassVar[list[dict[str, object]]] = []

    def _answer(self, data: object) -> None:
        body = json.dumps(data).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _body(self) -> str:
        assert self.headers["PRIVATE-TOKEN"] == "secret"
        given = self.rfile.read(int(self.headers["Content-Length"])).decode()
        return parse_qs(given)["body"][0]

    def do_GET(self) -> None:
        self._answer(self.kept if "page=1" in self.path.split("&")[-1] else [])

    def do_POST(self) -> None:
        self.kept.append({"id": 10 + len(self.kept), "body": self._body(), "edits": 0})
        self._answer({})

    def do_PUT(self) -> None:
        (note,) = [note for note in self.kept if str(note["id"]) == self.path.rpartition("/")[2]]
        note.update(body=self._body(), edits=int(str(note["edits"])) + 1)
        self._answer({})

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def notes() -> Iterator[tuple[str, list[dict[str, object]]]]:
    Notes.kept = [{"id": 1, "body": "a person's note", "edits": 0}]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Notes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", Notes.kept
    server.shutdown()
    server.server_close()


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine: GitLab's image has one")
def test_gitlab_gets_one_note_and_edits_it(merged: Path, notes: tuple[str, list[dict[str, object]]]) -> None:
    url, kept = notes
    base = subprocess.run(
        ["git", "rev-parse", "HEAD^1"], cwd=merged, capture_output=True, text=True, check=True
    )
    there = {
        "CI_PROJECT_URL": "https://gitlab.example.com/team/deployment",
        "CI_COMMIT_SHA": "abc",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base.stdout.strip(),
        "CI_API_V4_URL": url,
        "CI_PROJECT_ID": "3",
        "CI_MERGE_REQUEST_IID": "7",
        "MTC_TOKEN": "secret",
    }
    script = "\n".join(read("gitlab.yml")["mtc-review"]["script"])
    for _ in range(2):
        bash(script, merged, **there)
    assert [(note["id"], note["edits"]) for note in kept] == [(1, 0), (11, 1)]
    assert str(kept[1]["body"]).startswith("<!-- mtc diff:")
    assert "/-/blob/abc/out/tenants/acme/agent.helmrelease.yaml" in str(kept[1]["body"])
    assert (merged / "review.html").exists()
    bash(script, merged, **{**there, "MTC_TOKEN": ""})
    assert len(kept) == 2
