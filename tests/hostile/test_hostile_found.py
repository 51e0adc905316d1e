"""What hostile testers found, each by the command that they gave: nothing of it is a bug in mtc any more."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.mtc_process import blueprint, mtc
from hostile.corpus import of_spec, of_tenant

GOOD = blueprint("acme")
BINDING = """\
  apiVersion: rbac.authorization.k8s.io/v1
  kind: ClusterRoleBinding
  metadata: {name: own}
  roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
  subjects: [{kind: Group, apiGroup: rbac.authorization.k8s.io, name: "system:serviceaccounts:acme"}]
"""
LIST = f"apiVersion: v1\nkind: List\nmetadata: {{name: x}}\nitems:\n-{BINDING[1:]}"


def extra(folder: Path, text: str) -> Path:
    """A blueprint with this manifest for each tenant."""
    (folder / "extra.yaml").write_text(text, encoding="utf-8")
    return written(folder, of_spec("extras: {tenant: [extra.yaml]}"))


def written(folder: Path, text: str, name: str = "prod.yaml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def rendered(folder: Path, text: str = GOOD) -> Path:
    """A tree of it."""
    assert mtc("render", written(folder, text, "tree.yaml"), "-o", folder / "tree").code == 0
    return folder / "tree"


@pytest.mark.parametrize("kind", ["List", "ClusterRoleBindingList", "SecretList"])
def test_a_list_hides_no_object_from_the_proofs(kind: str, tmp_path: Path) -> None:
    run = mtc("render", extra(tmp_path, LIST.replace("kind: List", f"kind: {kind}")), "-o", tmp_path / "out")
    assert run.code == 1
    assert "error[extras/object]" in run.err
    assert "list of objects" in run.err
    assert not (tmp_path / "out").exists()
    tree = rendered(tmp_path)
    (tree / "tenants" / "acme" / "mine.yaml").write_text(LIST.replace("kind: List", f"kind: {kind}"), encoding="utf-8")
    run = mtc("validate", "--tree", tree)
    assert run.code == 1
    assert "holds objects" in run.err


@pytest.mark.parametrize("written_as", ["kind: List", "kind:   List"])
def test_a_review_takes_a_list_apart_however_it_is_written(written_as: str, tmp_path: Path) -> None:
    tree = rendered(tmp_path)
    other = tmp_path / "other"
    assert mtc("render", tmp_path / "tree.yaml", "-o", other).code == 0
    (other / "tenants" / "acme" / "mine.yaml").write_text(LIST.replace("kind: List", written_as), encoding="utf-8")
    run = mtc("diff", tree, other, "--fail-on", "privilege")
    assert run.code == 4
    assert "ClusterRoleBinding" in run.out


def test_a_change_that_is_too_large_to_be_paired_is_a_change(tmp_path: Path) -> None:
    networks = ", ".join(f"10.{number // 256}.{number % 256}.0/24" for number in range(21_000))
    tree, other = rendered(tmp_path), tmp_path / "other"
    sessions = "sessions: {portMode: true, externalIP: 203.0.113.10, clientCidrs: [%s]}"
    closed = written(tmp_path, of_tenant(sessions % networks), "closed.yaml")
    opened = written(tmp_path, of_tenant(sessions % "0.0.0.0/0"), "opened.yaml")
    run = mtc("diff", closed, opened)
    assert "none but in their formatting" not in run.out
    assert "0.0.0.0/0" in run.out
    assert "deepdiff" not in run.err.lower()
    assert tree.is_dir()
    assert not other.exists()


@pytest.mark.parametrize(
    "text",
    [
        "data: {a: {{ '\\ud800' }}}",
        "data: {a: '{{ \"%c\" % 55296 }}'}",
        "data: {'{{ \"\\ud800\" }}': a}",
    ],
)
def test_half_a_character_from_a_template_is_said(text: str, tmp_path: Path) -> None:
    head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: acme}\n"
    run = mtc("render", extra(tmp_path, f"{head}{text}\n"), "-o", tmp_path / "out")
    assert run.code == 1
    assert "error[extras/template]" in run.err


@pytest.mark.parametrize("field", ["name: {{ '\\ud800' }}", "name: x, labels: {a: {{ '\\ud800' }}}"])
def test_nor_does_it_name_an_object(field: str, tmp_path: Path) -> None:
    run = mtc("render", extra(tmp_path, f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{{field}}}\n"), "-o", tmp_path / "out")
    assert run.code == 1
    assert "error[extras/template]" in run.err


# what → (blueprint, the code that is said of it; None: it is right)
FAULTS: dict[str, tuple[str, str | None]] = {
    "a part of a chart that is not installed": (
        GOOD.replace("gateway: {enabled: false}", "gateway: {enabled: false, chart: {}}"),
        None,
    ),
    "a number for a key, above an unknown field": (of_spec("profiles: {'7': {agnet: {}}}"), "schema/unknown-field"),
    "a number for a key, deeper": (of_spec("profiles: {'7': {queues: {'123': {nope: 1}}}}"), "schema/unknown-field"),
    "a limit beyond counting": (of_tenant("agent: {monitoredResources: {max: 1.7e+308}}"), "schema/range"),
    "a port that is none": (of_spec("billing: {kafka: {host: 'b:99999'}}"), "schema/pattern"),
    "a package's port that is none": (
        GOOD.replace(
            "server: {",
            f"server: {{applications: {{package: {{url: 'https://a.example:99999/x', sha256: {'0' * 64}}}}}, ",
        ),
        "schema/pattern",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
@pytest.mark.parametrize("command", [["validate"], ["show", "network"], ["show", "features"], ["secrets"]])
def test_a_blueprint_is_answered(case: str, command: list[str], tmp_path: Path) -> None:
    text, code = FAULTS[case]
    run = mtc(*command, written(tmp_path, text))
    assert run.code == (code is not None), run.err
    assert re.findall(r"error\[([^]]+)\]", run.err) == ([code] if code else [])
    assert "bug in mtc" not in run.err


@pytest.mark.parametrize("networks", ["[0.0.0.0/0]", '["::ffff:10.0.0.0/100"]'])
@pytest.mark.parametrize("command", [["show", "network"], ["reach", "--from", "acme/agent", "--to", "internet", "--port", "443"]])
def test_policies_that_cannot_be_read_are_said(networks: str, command: list[str], tmp_path: Path) -> None:
    text = GOOD.replace("podCidrs: [10.244.0.0/16]", f"podCidrs: {networks}")
    run = mtc(*command, written(tmp_path, text))
    assert run.code == 1
    assert "a rendered policy cannot be read: NetworkPolicy acme/restrict-egress" in run.err
    assert "bug in mtc" not in run.err


def test_a_review_of_what_nobody_would_write_ends(tmp_path: Path) -> None:
    tree, other = rendered(tmp_path), tmp_path / "other"
    assert mtc("render", tmp_path / "tree.yaml", "-o", other).code == 0
    acme = other / "tenants" / "acme"
    release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: x, namespace: acme}\nspec: {releaseName: [1]}\n"
    (acme / "release.yaml").write_text(release, encoding="utf-8")
    quota = f"apiVersion: v1\nkind: ResourceQuota\nmetadata: {{name: x, namespace: acme}}\nspec: {{hard: {{cpu: '{'9' * 6000}'}}}}\n"
    (acme / "quota.yaml").write_text(quota, encoding="utf-8")
    deep = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: deep, namespace: acme}}\ndata: {{a.json: '{'[' * 900}{']' * 900}'}}\n"
    (acme / "deep.yaml").write_text(deep, encoding="utf-8")
    (acme / "wish.yaml").write_text(deep.replace("deep", "wish").replace("a.json", "wish.json"), encoding="utf-8")
    with open(bytes(acme) + b"/\xff\x1b[31m.yaml", "w", encoding="utf-8") as file:  # noqa: PTH123 - no text names it
        file.write("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: odd, namespace: acme}\n")
    for form in ("text", "markdown", "json", "html"):
        for sides in ((tree, other), (other, tree)):
            run = mtc("diff", *sides, "--format", form)
            assert run.code == 0, run.err
            assert "bug in mtc" not in run.err
            assert "\x1b" not in run.out + run.err


@pytest.mark.parametrize(("url", "code"), [("https://x:99999999/[", 78), ("https://[x/", 2)])
def test_an_address_of_nothing_is_said(url: str, code: int, tmp_path: Path) -> None:
    run = mtc("bootstrap", written(tmp_path, GOOD), "--tenant", "acme", "--api", url, "--dry-run")
    assert run.code == code
    assert "bug in mtc" not in run.err
