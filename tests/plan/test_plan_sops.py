"""plan/sops: real files that sops encrypted, and each way in which one can be wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from mtc.load import load_text
from mtc.model.blueprint import Blueprint
from mtc.model.diagnostic import Diagnostic
from mtc.model.record import changed
from mtc.plan import make_plan

EXAMPLES = Path(__file__).parents[2] / "blueprints"
SERVER = "current-secrets/clearml/server.yaml"


@cache
def current() -> Blueprint:
    outcome = load_text((EXAMPLES / "current.yaml").read_text(encoding="utf-8"), "current.yaml", EXAMPLES)
    assert outcome.value is not None, outcome.diagnostics
    return outcome.value


def path_of(name: str) -> str:
    """The blueprint's own spelling of a file's path."""
    (found,) = [path for path in current().files if path.endswith(name)]
    return found


def faults(name: str, change: Callable[[str], str]) -> tuple[Diagnostic, ...]:
    """What is said when one encrypted file was changed."""
    b, path = current(), path_of(name)
    text = b.files[path].content.decode()
    new = change(text)
    assert new != text
    file = changed(b.files[path], content=new.encode())
    return make_plan(changed(b, files={**b.files, path: file})).diagnostics


def problems(name: str, change: Callable[[str], str]) -> list[str]:
    found = faults(name, change)
    assert {d.code for d in found} == {"secrets/sops-wrong"}
    return [d.message.removeprefix(f"`{path_of(name)}` ") for d in found]


def test_the_examples_files_go_into_the_tree_byte_for_byte() -> None:
    plan = make_plan(current())
    assert plan.diagnostics == ()
    assert plan.value is not None
    files = {file.path: file for file in plan.value.sops}
    assert files["clearml.server.secret.yaml"].content == (EXAMPLES / SERVER).read_bytes()
    assert {file.path for tenant in plan.value.tenants for file in tenant.sops} == {
        f"{tenant}.{name}.secret.yaml" for tenant in ("acme", "globex") for name in ("redis", "agent-redis")
    }
    assert {file.tenant for tenant in plan.value.tenants for file in tenant.sops} == {"acme", "globex"}


def cut(text: str, first: str, last: str | None = None) -> str:
    """Without the lines from the one that starts with `first` to the one before `last` (or just that one)."""
    kept, inside = [], False
    for line in text.splitlines(keepends=True):
        starts = line.strip().startswith(first)
        inside = (inside or starts) if last is None or not line.startswith(last) else False
        if not inside:
            kept.append(line)
        if last is None:
            inside = False
    return "".join(kept)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda t: f"{t}---\n{t}", ["is not one YAML document"]),
        (lambda _: "- a\n", ["is not one YAML document"]),
        (lambda t: t.replace("kind: Secret", "kind: ConfigMap"), ["is not a Secret of apiVersion v1"]),
        (lambda t: t.replace("apiVersion: v1", "apiVersion: v2"), ["is not a Secret of apiVersion v1"]),
        (lambda t: t[: t.index("sops:\n")], ["is not encrypted with sops"]),
        (lambda t: t.replace("type: Opaque", "type: kubernetes.io/tls"), ["does not have `type: Opaque`"]),
        (lambda t: t.replace("name: server", "name: clearml"), ["does not have `metadata.name: server`"]),
        (
            lambda t: t.replace("namespace: clearml", "namespace: default"),
            ["does not have `metadata.namespace: clearml`"],
        ),
        (lambda t: cut(t, "supervisor-key:"), ["has no key `supervisor-key`"]),
        (lambda t: cut(t, "supervisor-"), ["has no key `supervisor-key`", "has no key `supervisor-secret`"]),
        (
            lambda t: cut(t, "supervisor-key:").replace(
                "stringData:", "stringData:\n    supervisor-key: hunter2"
            ),
            ["holds `supervisor-key` in plain text"],
        ),
        (
            lambda t: t.replace("stringData:", "data: {more: aHVudGVyMg==}\nstringData:"),
            ["holds `more` in plain text"],
        ),
    ],
)
def test_each_problem(change: Callable[[str], str], problem: list[str]) -> None:
    assert problems(SERVER, change) == problem


def test_a_type_may_be_left_out_where_opaque_is_wanted() -> None:
    assert faults(SERVER, lambda t: t.replace("type: Opaque\n", "")) == ()


def test_the_label_by_which_flux_watches_it() -> None:
    name = "tenancy-system/image-credentials.yaml"
    change = lambda t: t.replace("reconcile.fluxcd.io/watch: Enabled", "other: x")  # noqa: E731
    assert problems(name, change) == ["does not carry the label `reconcile.fluxcd.io/watch: Enabled`"]


def test_a_registrys_credentials_have_their_own_type() -> None:
    change = lambda t: t.replace("type: kubernetes.io/dockerconfigjson", "type: Opaque")  # noqa: E731
    assert problems("repository-clearml.yaml", change) == [
        "does not have `type: kubernetes.io/dockerconfigjson`"
    ]


def test_a_file_that_is_no_yaml() -> None:
    (found,) = faults(SERVER, lambda _: "a: [")
    assert found.code.startswith("yaml/")
    assert found.primary.span.file == path_of(SERVER)


def test_what_to_do_and_where() -> None:
    (found,) = faults(SERVER, lambda t: t.replace("name: server", "name: clearml"))
    assert found.help.startswith(
        "it must be the Secret `server` of namespace `clearml` with the keys `sso-keycloak"
    )
    assert (
        current().source.lines[found.primary.span.line - 1].strip().startswith("directory: ./current-secrets")
    )


def test_no_message_shows_a_value() -> None:
    plain = lambda t: t.replace("type: Opaque\nstringData:", "type: Opaque\nstringData:\n    x: hunter2")  # noqa: E731
    assert "hunter2" not in str(faults(SERVER, plain))


@pytest.mark.parametrize("name", [SERVER, "acme/agent-redis.yaml", "tenancy-system/api-credentials.yaml"])
def test_a_file_that_is_not_there(name: str) -> None:
    b, path = current(), path_of(name)
    rest = {known: file for known, file in b.files.items() if known != path}
    (found,) = make_plan(changed(b, files=rest)).diagnostics
    namespace, _, secret = name.removeprefix("current-secrets/").removesuffix(".yaml").partition("/")
    assert found.code == "secrets/sops-missing"
    assert found.message == f"the Secret `{secret}` of namespace `{namespace}` has no file `{path}`"
    assert "`mtc secrets BLUEPRINT -o current-secrets`" in found.help


def test_another_provider_takes_no_files() -> None:
    b = current()
    plan = make_plan(changed(b, secrets=changed(b.secrets, provider="manual"), files={})).value
    assert plan is not None
    assert plan.sops == ()
