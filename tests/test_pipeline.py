"""The stages meet: what comes out of each, and where a fault stops the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mtc.model.diagnostic import has_errors
from mtc.model.document import Tree
from mtc.model.plan import Plan
from mtc.pipeline import _plan, all_rules, compile_blueprint, lock_path, plan_blueprint

SMALL: dict[str, Any] = {
    "apiVersion": "mtc/v1alpha1",
    "kind": "Blueprint",
    "metadata": {"name": "example"},
    "spec": {
        "domain": "ml.example.com",
        "cluster": {
            "podCidrs": ["10.244.0.0/16"],
            "serviceCidrs": ["10.96.0.0/12"],
            "apiServerCidrs": ["192.0.2.10/32"],
        },
        "isolation": {"profile": "strict"},
        "repositories": {"charts": {"url": "https://charts.example.com"}},
        "server": {"chart": {"repository": "charts", "name": "clearml-enterprise", "version": "7.11.0"}},
        "tenantDefaults": {
            "agent": {
                "chart": {"repository": "charts", "name": "clearml-enterprise-agent", "version": "4.2.0"}
            },
            "gateway": {"enabled": False},
        },
        "tenants": [{"name": "acme", "admin": {"name": "Ada", "email": "ada@acme.example"}}],
    },
}
TWICE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: acme}\n"
PORTS = {"portMode": True, "externalIP": "192.0.2.7", "clientCidrs": ["198.51.100.0/24"]}


def write(folder: Path, **spec: Any) -> Path:
    """A blueprint with these parts of its spec replaced; JSON is YAML."""
    path = folder / "prod.yaml"
    path.write_text(json.dumps(SMALL | {"spec": SMALL["spec"] | spec}), encoding="utf-8")
    return path


def codes(path: Path) -> list[str]:
    return [found.code for found in compile_blueprint(path).diagnostics]


def test_a_good_blueprint_goes_all_the_way(tmp_path: Path) -> None:
    compiled = compile_blueprint(write(tmp_path))
    assert compiled.diagnostics == ()
    assert compiled.blueprint is not None
    assert compiled.plan is not None
    assert compiled.tree is not None
    assert [tenant.name for tenant in compiled.plan.tenants] == ["acme"]
    assert any(path.startswith("tenants/acme/") for path in compiled.tree.files)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["prod.yaml"], "the pipeline writes nothing"


def test_compiling_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    path = write(tmp_path)
    first, second = compile_blueprint(path).tree, compile_blueprint(path).tree
    assert first is not None
    assert second is not None
    assert list(first.files.items()) == list(second.files.items())


def test_a_fault_of_load_stops_before_check(tmp_path: Path) -> None:
    twice = SMALL["spec"]["tenants"] * 2  # two tenants of one name, which check would say
    compiled = compile_blueprint(write(tmp_path, tenants=twice, domian="x"))
    assert {found.code for found in compiled.diagnostics} == {"schema/unknown-field"}
    assert (compiled.blueprint, compiled.plan, compiled.tree) == (None, None, None)


def test_a_fault_of_check_stops_before_plan(tmp_path: Path) -> None:
    compiled = compile_blueprint(write(tmp_path, tenants=SMALL["spec"]["tenants"] * 2))
    assert has_errors(compiled.diagnostics)
    assert compiled.blueprint is not None
    assert (compiled.plan, compiled.tree) == (None, None)


def test_a_fault_of_plan_stops_before_render(tmp_path: Path) -> None:
    full = {"pool": {"first": 31000, "last": 31003}}
    defaults = SMALL["spec"]["tenantDefaults"] | {"sessions": PORTS}
    compiled = compile_blueprint(write(tmp_path, nodePorts=full, tenantDefaults=defaults))
    assert has_errors(compiled.diagnostics)
    assert all(found.code.startswith("ports/") for found in compiled.diagnostics)
    assert (compiled.plan, compiled.tree) == (None, None)


def test_a_fault_of_verify_keeps_the_tree_back(tmp_path: Path) -> None:
    """The author's own manifest claims an object that the compiler renders."""
    theirs = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "acme"}}
    (tmp_path / "extra.yaml").write_text(json.dumps(theirs), encoding="utf-8")
    compiled = compile_blueprint(write(tmp_path, extras={"platform": ["extra.yaml"]}))
    assert has_errors(compiled.diagnostics), "two objects of one identity"
    assert compiled.plan is not None
    assert compiled.tree is None


def test_the_lock_file_beside_the_blueprint_is_read(tmp_path: Path) -> None:
    defaults = SMALL["spec"]["tenantDefaults"] | {"sessions": PORTS}
    path = write(tmp_path, tenantDefaults=defaults)
    assert lock_path(path) == tmp_path / "prod.lock.yaml"
    lock_path(path).write_text("ports: {acme: {startingPort: 31500, maxServices: 10}}\n", encoding="utf-8")
    compiled = plan_blueprint(path)
    assert compiled.plan is not None
    ports = compiled.plan.tenants[0].session_ports
    assert ports is not None
    assert ports.first == 31500
    assert compiled.lock == compiled.plan.lock


@pytest.mark.parametrize("content", [b"\xff\xfe", b"ports: []\n", b"ports: {acme: {}}\n"])
def test_a_broken_lock_file_stops(content: bytes, tmp_path: Path) -> None:
    path = write(tmp_path)
    lock_path(path).write_bytes(content)
    compiled = compile_blueprint(path)
    assert {found.primary.span.file for found in compiled.diagnostics} == {str(lock_path(path))}
    assert has_errors(compiled.diagnostics)
    assert (compiled.plan, compiled.tree) == (None, None)


def test_a_lock_file_that_is_a_folder(tmp_path: Path) -> None:
    path = write(tmp_path)
    lock_path(path).mkdir()
    assert codes(path) == ["files/directory"]


def test_silencing_covers_the_diagnostics_of_all_stages(tmp_path: Path) -> None:
    path = write(tmp_path, isolation={"profile": "standard"})
    assert "isolation/open-egress" in codes(path)
    content = json.loads(path.read_text(encoding="utf-8"))
    content["metadata"]["annotations"] = {"mtc/allow": "isolation/open-egress: the firewall outside does it"}
    path.write_text(json.dumps(content), encoding="utf-8")
    assert codes(path) == []
    content["metadata"]["annotations"] = {"mtc/allow": "isolation/open-egress"}
    path.write_text(json.dumps(content), encoding="utf-8")
    assert "allow/no-reason" in codes(path)
    assert compile_blueprint(path).tree is None


def test_no_two_rules_have_one_code() -> None:
    found = [rule.code for rule in all_rules()]
    assert len(found) == len(set(found))


@pytest.mark.parametrize("name", ["guide", "minimal", "current", "many"])
def test_one_tenant_alone_is_what_it_is_in_the_whole_tree(name: str) -> None:
    """Its files and what is said are the same, whichever tenants were left out."""
    path = Path(__file__).parents[1] / "blueprints" / f"{name}.yaml"
    whole = compile_blueprint(path)
    assert whole.tree is not None and whole.plan is not None
    for tenant in whole.plan.tenants[:4]:
        folder = f"tenants/{tenant.name}/"
        alone = compile_blueprint(path, only=tenant.name)
        assert alone.tree is not None
        assert {key: data for key, data in alone.tree.files.items() if key.startswith(folder)} == {
            key: data for key, data in whole.tree.files.items() if key.startswith(folder)
        }
        assert {said.code for said in alone.diagnostics} == {said.code for said in whole.diagnostics}


def test_of_many_tenants_of_one_shape_two_stand_for_the_others(tmp_path: Path) -> None:
    tenants = [{"name": f"ten{n}", "admin": {"name": "Ada", "email": f"ada@t{n}.example"}} for n in range(9)]
    path = write(tmp_path, tenants=tenants)
    tree = compile_blueprint(path, only="ten7").tree
    assert tree is not None
    assert {document.tenant for document in tree.documents} == {None, "ten0", "ten1", "ten7"}
    everyone = compile_blueprint(path, only="nobody").tree
    assert everyone is not None
    assert len({document.tenant for document in everyone.documents}) == 10


def test_meanwhile_gets_the_whole_tree_even_if_it_is_refused_in_the_end(tmp_path: Path) -> None:
    seen: list[Tree] = []
    compiled = compile_blueprint(write(tmp_path), meanwhile=seen.append)
    assert compiled.tree is seen[0]
    assert list(seen[0].files)[:2] == ["README.md", "flux/kustomization.yaml"]
    (tmp_path / "twice.yaml").write_text(TWICE)
    refused = compile_blueprint(write(tmp_path, extras={"platform": ["twice.yaml"]}), meanwhile=seen.append)
    assert refused.tree is None
    assert [found.code for found in refused.diagnostics] == ["names/identity"]
    assert len(seen) == 2


def test_meanwhile_gets_nothing_where_there_is_no_plan(tmp_path: Path) -> None:
    seen: list[Tree] = []
    assert compile_blueprint(write(tmp_path, misspelt=7), meanwhile=seen.append).tree is None
    assert seen == []


def test_one_tenants_files_are_those_of_the_whole_tree_and_need_no_runbook(tmp_path: Path) -> None:
    tenants = [{"name": name, "admin": {"name": "Ada", "email": f"ada@{name}.example"}} for name in ("acme", "beta")]
    path = write(tmp_path, tenants=tenants)
    whole, one = compile_blueprint(path).tree, compile_blueprint(path, only="acme").tree
    assert whole is not None
    assert one is not None
    assert "README.md" not in one.files
    own = {name: data for name, data in whole.files.items() if name.startswith("tenants/acme/")}
    assert {name: data for name, data in one.files.items() if name.startswith("tenants/acme/")} == own != {}


def test_a_plan_that_is_made_early_changes_nothing() -> None:
    """Whatever is wrong with a blueprint: it is planned before the check, or that fails, and the check has the word."""
    cases = sorted((Path(__file__).parent / "cases").rglob("*.yaml"))
    early: list[Plan] = []

    def fail(plan: Plan) -> None:
        raise ValueError(plan.name)

    for path in cases:
        if path.name not in {"bad.yaml", "near.yaml"}:
            continue
        strictly = _plan(path)
        for begin in (early.append, fail):
            hastily = _plan(path, early=begin)
            assert hastily.diagnostics == strictly.diagnostics, path
            assert (hastily.plan is None) == (strictly.plan is None), path
            assert hastily.plan is None or hastily.plan.lock == strictly.plan.lock, path  # type: ignore[union-attr]
    assert len(early) > 100


def test_a_bug_of_the_plan_is_not_hidden_by_a_plan_that_was_tried_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("mtc.plan.make_plan", broken)
    with pytest.raises(ZeroDivisionError):
        _plan(write(tmp_path), early=lambda plan: None)
