"""`mtc init`'s files: the blueprint passes every stage as it is, and says what was asked."""

from __future__ import annotations

import re
import shlex

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mtc.check import check_blueprint
from mtc.load import load_text
from mtc.model.blueprint import Blueprint
from mtc.plan import make_plan
from mtc.render.runbook import runbook
from mtc.render.starter import starter_files

LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?", fullmatch=True)


def loaded(name: str, domain: str) -> Blueprint:
    outcome = load_text(starter_files(name, domain)["blueprint.yaml"], "blueprint.yaml", files={})
    assert outcome.diagnostics == ()
    assert outcome.value is not None
    return outcome.value


def test_it_passes_every_stage_without_a_word() -> None:
    blueprint = loaded("prod", "ml.example.com")
    assert tuple(check_blueprint(blueprint)) == ()
    planned = make_plan(blueprint)
    assert planned.diagnostics == ()
    assert planned.value is not None
    assert [tenant.name for tenant in planned.value.tenants] == ["acme"]
    assert "acme-apps.ml.example.com" in runbook(planned.value)


def test_it_is_strict_and_has_no_secret_store_to_set_up() -> None:
    blueprint = loaded("prod", "ml.example.com")
    assert blueprint.isolation == "strict"
    assert blueprint.secrets.provider == "manual"
    assert blueprint.cluster.pod_cidrs
    assert blueprint.cluster.service_cidrs
    assert blueprint.cluster.api_server_cidrs


@settings(max_examples=40, deadline=None)
@given(name=LABEL, labels=st.lists(LABEL, min_size=2, max_size=4))
def test_names_are_read_back_as_given(name: str, labels: list[str]) -> None:
    domain = ".".join(labels)
    blueprint = loaded(name, domain)
    assert (blueprint.name, blueprint.domain) == (name, domain)
    document = yaml.safe_load(starter_files(name, domain)["blueprint.yaml"])
    assert (document["metadata"]["name"], document["spec"]["domain"]) == (name, domain)


@pytest.mark.parametrize("name", ["true", "null", "0123", "1e3", "0x10"])
def test_names_that_look_like_something_else(name: str) -> None:
    assert loaded(name, f"{name}.example").name == name


def test_a_name_that_is_none_is_said_where_it_stands() -> None:
    outcome = load_text(
        starter_files("Not a: name\n", "ml.example.com")["blueprint.yaml"], "b.yaml", files={}
    )
    assert outcome.value is None
    assert len(outcome.diagnostics) == 1


def test_what_must_change_is_marked_and_explained() -> None:
    text = starter_files("prod", "ml.example.com")["blueprint.yaml"].decode()
    marks = re.findall(r"^ *# CHANGE[:,] (.+)$", text, re.M)
    assert len(marks) >= 5
    assert not re.search(r"TODO|FIXME|<[A-Z_]+>", text)
    assert max(map(len, text.splitlines())) <= 110


def test_hooks_run_the_installed_program() -> None:
    config = yaml.safe_load(starter_files("prod", "ml.example.com")[".pre-commit-config.yaml"])
    (repo,) = config["repos"]
    hooks = {hook["id"]: hook for hook in repo["hooks"]}
    assert repo["repo"] == "local"
    assert list(hooks) == ["mtc-validate", "mtc-render-check"]
    for hook in hooks.values():
        assert (hook["language"], hook["pass_filenames"]) == ("system", False)
        assert shlex.split(hook["entry"])[0] == "mtc"
        assert re.search(hook["files"], "blueprint.yaml")
        assert re.search(hook["files"], "blueprint.lock.yaml")
        assert not re.search(hook["files"], "docs/blueprint.yaml")
    assert re.search(hooks["mtc-render-check"]["files"], "out/platform/server.helmrelease.yaml")
    assert "--check" in shlex.split(hooks["mtc-render-check"]["entry"])


def test_the_readme_names_what_is_there() -> None:
    files = starter_files("a-b", "ml.example.com")
    readme = files["README.md"].decode()
    assert list(files) == ["blueprint.yaml", "README.md", ".pre-commit-config.yaml"]
    for name in ("blueprint.yaml", ".pre-commit-config.yaml", "out/README.md", "blueprint.lock.yaml"):
        assert f"`{name}`" in readme
    assert readme.startswith("# a-b\n")


def test_the_same_bytes_every_time() -> None:
    assert starter_files("prod", "ml.example.com") == starter_files("prod", "ml.example.com")
    assert all(content.endswith(b"\n") for content in starter_files("prod", "ml.example.com").values())
