"""plan/extras: the author's templates make objects, run in a sandbox, and no value becomes template text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtc.model.diagnostic import Diagnostic
from mtc.model.plan import ExtraPlan
from mtc.model.record import changed
from mtc.plan import confinement, manifests
from mtc.plan.extras import Templates
from mtc.yamlio.text import LOST
from plan.planning import blueprint_of, outcome_of, plan_of

PATH = "extras/it.yaml"
HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: it}\n"
LINK = {"platform": {"extras": {"platform": [PATH]}}, "tenant": {"extras": {"tenant": [PATH]}}}
TEN = {"name": "acme", "company": "ACME: \"the\" 'one' # {{ 7 * 7 }}"}


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same program without a process of its own, which test_plan_confinement.py has: time."""

    def here(job: Mapping[str, Any]) -> tuple[list[dict[str, object]], None]:
        return list(manifests.manifests(job)), None

    monkeypatch.setattr(confinement, "manifests", here)


def made(text: str, kind: str = "tenant", **spec: Any) -> tuple[ExtraPlan, ...]:
    plan = plan_of({PATH: text.encode()}, **{"tenants": [TEN], **LINK[kind], **spec})
    return plan.extras if kind == "platform" else plan.tenants[0].extras


def data(template: str, **spec: Any) -> Any:
    """What a template makes of one field."""
    (extra,) = made(
        f"{HEAD}data: {{v: {template}}}\n" if "\n" not in template else f"{HEAD}{template}", **spec
    )
    found = extra.body["data"]
    assert isinstance(found, dict)
    return found["v"]


def fault(text: str | bytes, **spec: Any) -> Diagnostic:
    content = text if isinstance(text, bytes) else text.encode()
    outcome = outcome_of({PATH: content}, **{"tenants": [TEN], **LINK["tenant"], **spec})
    assert outcome.value is None
    (found,) = outcome.diagnostics
    return found


def test_an_object_for_each_tenant() -> None:
    text = f"{HEAD}data: {{who: '{{{{ tenant.name }}}}', where: '{{{{ tenant.namespace }}}}'}}\n"
    plan = plan_of({PATH: text.encode()}, tenants=[{"name": "acme"}, {"name": "beta"}], **LINK["tenant"])
    assert [tenant.extras[0].body["data"] for tenant in plan.tenants] == [
        {"who": name, "where": plan.tenants[at].namespace.name} for at, name in enumerate(["acme", "beta"])
    ]
    assert [(e.tenant, e.path, e.origin) for e in plan.tenants[1].extras] == [
        ("beta", "extra.it.configmap.yaml", ("spec", "extras", "tenant", 0))
    ]
    assert plan.extras == ()


def test_the_platform_sees_all_tenants() -> None:
    text = HEAD + "data:\n{% for t in tenants %}  {{ t.name }}: {{ t.adminEmail }}\n{% endfor %}"
    (extra,) = made(text, "platform", tenants=[{"name": "acme"}, {"name": "beta"}])
    assert extra.body["data"] == {"acme": "admin@acme.example", "beta": "admin@beta.example"}
    assert extra.tenant is None


def test_several_documents_of_one_file() -> None:
    second = HEAD.replace("it}", "'{{ tenant.name }}-2'}")
    assert [e.path for e in made(f"{HEAD}---\n{second}")] == [
        "extra.it.configmap.yaml",
        "extra.acme-2.configmap.yaml",
    ]


def test_names_with_quotes_and_colons_stay_what_they_are() -> None:
    for template in ("{{ tenant.company }}", '"{{ tenant.company }}"', "'{{ tenant.company }}'"):
        assert data(template) == TEN["company"]
    assert data("x-{{ tenant.name }}-{{ tenant.company }}-y") == f"x-acme-{TEN['company']}-y"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=12).filter(lambda text: re.search(LOST, text) is None and text != "<<")
    | st.sampled_from(["a: b", "'", '"', "}", "a\nkind: Secret", "# x", "{% raw %}", "\n---\n"])
)
def test_no_value_can_inject(company: str) -> None:
    text = (
        HEAD
        + "data: {v: {{ tenant.company }}, w: 'x{{ tenant.company }}', {{ tenant.company }}: k, last: 1}\n"
    )
    b = blueprint_of({PATH: text.encode()}, **LINK["tenant"])
    b = changed(b, tenants=(changed(b.tenants[0], company=company),))
    faults: list[Diagnostic] = []
    (extra,) = Templates(b, faults).tenant(b.tenants[0])
    assert faults == []
    assert extra.body == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "it"},
        "data": {"v": company, "w": f"x{company}"} | {company: "k"} | {"last": 1}
        if company != "last"
        else {"v": company, "w": f"x{company}", "last": 1},
    }


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("{{ 3 }}", 3),
        ("{{ 1.5 }}", 1.5),
        ("{{ tenant.suspended }}", False),
        ("{{ none }}", None),
        ("{{ [1, 'a'] }}", [1, "a"]),
        ("{{ {'a': 1} }}", {"a": 1}),
        ("{{ '3' }}", "3"),
        ("{{ 'true' }}", "true"),
        ("{{ 3 }}0", "30"),
        ("{{ tenant.queues }}", ["train"]),
        ("{{ tenant.name | upper }}", "ACME"),
    ],
)
def test_types_are_kept(template: str, value: Any) -> None:
    found = data(template, tenants=[{**TEN, "queues": {"train": {"share": 1}}}])
    assert (found, type(found)) == (value, type(value))


def test_macros_and_blocks_give_their_text() -> None:
    head = "{% macro m(x) %}<{{ x }}>{% endmacro %}{% set s %}{{ tenant.name }}!{% endset %}"
    (extra,) = made(f"{head}{HEAD}data: {{v: '{{{{ m(tenant.company) }}}}', w: '{{{{ s }}}}'}}\n")
    assert extra.body["data"] == {"v": f"<{TEN['company']}>", "w": "acme!"}


def test_the_characters_of_our_marks_in_a_template_are_only_characters() -> None:
    assert data("'a\ue0009\ue001'") == "a\ue0009\ue001"


ESCAPES = (
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ tenant.__init__ }}",
    "{{ ''['__class__'] }}",
    "{{ ''|attr('__class__') }}",
    "{{ '{0.__class__}'.format('') }}",
    "{{ self.__init__.__globals__ }}",
    "{{ tenant.queues.append('x') }}",
    "{{ cycler.__init__.__globals__ }}",
)


@pytest.mark.parametrize("escape", ESCAPES)
def test_the_sandbox_holds(escape: str) -> None:
    found = fault(f"{HEAD}data: {{v: {escape}}}\n")
    assert found.code == "extras/template"
    assert found.message.startswith(f"the template `{PATH}")


@pytest.mark.parametrize(
    "attack",
    [
        "{% for i in range(10000000) %}x{% endfor %}",
        "{% for i in range(99999) %}{{ 'a' }}................{% endfor %}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{{ 1 / 0 }}",
        "{{ 'a' + 1 }}",
        "{{ tenant.nmae }}",
        "{{ nobody }}",
        "{{ tenants }}",
        "{% if %}",
        "{{ open('x') }}",
    ],
)
def test_what_cannot_be_rendered_is_a_fault(attack: str) -> None:
    found = fault(f"{HEAD}data: {{v: {attack}}}\n")
    assert found.code == "extras/template"
    assert found.primary.span.file == "blueprint.yaml"


def test_an_unknown_name_is_named() -> None:
    found = fault(HEAD + "data: {v: '{{ tenant.nmae }}'}\n")
    assert "nmae" in found.message
    assert found.help.startswith("templates know `blueprint`, `hosts`, `server`, and `tenant`")


def test_a_syntax_error_says_its_line() -> None:
    assert f"`{PATH}:4`" in fault(HEAD + "data: {{ }}\n").message


def test_a_file_that_is_no_text() -> None:
    assert fault(b"\xff\xfe").code == "extras/template"


def test_broken_yaml_keeps_the_readers_own_fault() -> None:
    found = fault("a: [1\n")
    assert found.code.startswith("yaml/")
    assert found.primary.span.file == PATH


SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- 1\n", "is not a map"),
        ("kind: X\nmetadata: {name: a}\n", "has no `apiVersion`"),
        ("apiVersion: v1\nmetadata: {name: a}\n", "has no `kind`"),
        ("apiVersion: v1\nkind: X\n", "has no `metadata.name`"),
        ("apiVersion: v1\nkind: X\nmetadata: {name: 7}\n", "has no `metadata.name`"),
        (SECRET + "data: {password: aHVudGVyMg==}\n", "is a Secret in plain text"),
        (SECRET + "stringData: {password: hunter2}\n", "is a Secret in plain text"),
    ],
)
def test_what_is_no_object_for_git(text: str, problem: str) -> None:
    found = fault(text)
    assert (found.code, found.message) == ("extras/object", f"a document of `{PATH}` {problem}")
    assert "hunter2" not in str(found)


def test_a_secret_without_values_passes() -> None:
    assert [extra.body["kind"] for extra in made(SECRET + "type: kubernetes.io/service-account-token\n")] == [
        "Secret"
    ]
