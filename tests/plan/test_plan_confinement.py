"""plan/confinement and plan/manifests: a template that asks for too much is stopped, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest

from mtc.plan import confinement, manifests
from plan.planning import outcome_of, plan_of

PATH = "extras/it.yaml"
HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: it}\n"
JOB: dict[str, Any] = {"shared": {"hosts": {}}, "tenants": [], "platform": [PATH], "tenant": []}


def run(text: str, **more: Any) -> tuple[list[dict[str, Any]], str | None]:
    return confinement.manifests({**JOB, "files": {PATH: text}, **more})


def test_the_process_makes_what_this_one_makes() -> None:
    text = HEAD + "data: {v: {{ tenant.name }}, w: 'x{{ [1, tenant] }}'}\n---\nkind: X\n---\n{{ nobody }}"
    job = {**JOB, "files": {PATH: text, "b": text[:-12]}, "platform": [], "tenant": [PATH, "b"]}
    job["tenants"] = [{"name": name} for name in ("acme", "b: '\U0001f600\\")]
    lines, why = confinement.manifests(job)
    assert why is None
    assert lines == list(manifests.manifests(job))
    assert [len(line["bodies"]) for line in lines] == [0, 1, 0, 1]


# name → (template, what is said of it)
ATTACKS = {
    "loops": ("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", "too long"),
    "range": ("{{ range(10**9) }}", "Range too big"),
    "power": ("{{ 9 ** (9 ** 9) }}", "too long"),
    "times": ("{{ 'a' * 10**10 }}", "memory"),
    "list": ("{{ [0] * 10**9 }}", "memory"),
    "shift": ("{{ 2 ** 10**7 }}", "53 bits"),
    "delete": (HEAD + "data: {v: '{{ \"\\x7f\" }}'}\n", "U+007F"),
    "next line": (HEAD + "data: {'k{{ \"\\x85\" }}': v}\n", "U+0085"),
    "merge": (HEAD + "data: {v: {'{{ \"<\" ~ \"<\" }}': {a: b}}}\n", "merge key"),
    "format": ("{{ '%9999999999d' % 1 }}", "memory"),
    "braces": ("{{ '{:>9999999999}'.format(1) }}", "memory"),
    "center": ("{{ 'a' | center(9999999999) }}", "memory"),
    "just": ("{{ 'a'.ljust(9999999999) }}", "memory"),
    "replace": ("{{ ('a' * 99999).replace('a', 'b' * 99999) }}", "memory"),
    "lorem": ("{{ lipsum(n=999999999) }}", "too long"),
    "indent": ("{{ ('a\\n' * 99999) | indent(999999) }}", "memory"),
    "doubling": (
        "{% set n = namespace(x='aa') %}{% for i in range(99) %}{% set n.x = n.x ~ n.x %}{% endfor %}{{ n.x }}",
        "memory",
    ),
    "laughs": (
        "{% set a %}lol{% endset %}"
        + "".join(f"{{% set a %}}{'{{ a }}' * 10}{{% endset %}}" for _ in range(12))
        + HEAD
        + "data: {v: {{ a }}}\n",
        "",
    ),
    "recursion": ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "without end"),
    "tree": (
        "{% macro m(n) %}{% if n %}{% set a = m(n-1) %}{% set b = m(n-1) %}{% endif %}{% endmacro %}{{ m(99) }}",
        "too long",
    ),
    "brackets": ("{{ " + "(" * 99999 + ")" * 99999 + " }}", ""),
    "nesting": (
        "{% set n = namespace(x=[]) %}{% for i in range(120) %}{% set n.x = [n.x] %}{% endfor %}"
        + HEAD
        + "data: {v: {{ n.x }}}",
        "100 levels",
    ),
    "infinity": (HEAD + "data: {v: {{ 1e308 * 10 }}}", "JSON"),
    "output": ("{% for i in range(99999) %}{{ 'a' }}aaaaaaaaaaaaaaaaaaaaaaaa{% endfor %}", "one MiB"),
    "value": (HEAD + "data: {v: {{ range(99999) | list }}, w: {{ range(99999) | list }}}", "one MiB"),
    "yaml": ("[" * 99999, ""),
    "include": ("{% include '/etc/passwd' %}", "no loader"),
    "import": ("{% import 'os' as os %}", "no loader"),
    "codec": ("{{ 'a'.encode('idna') }}", ""),
    "pprint": ("{% set n = namespace() %}{% set n.x = n %}{{ n | pprint }}{{ (n,) * 99 | int }}", ""),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_stopped(attack: str) -> None:
    text, said = ATTACKS[attack]
    before = time.monotonic()
    lines, why = run(text)
    took = time.monotonic() - before
    told = why or str([line.get("failed") or line["diagnostics"] or line["problems"] for line in lines])
    assert said in told, told
    assert not any(line["bodies"] for line in lines)
    assert took < 60  # two seconds of the processor; the rest is a busy machine's
    assert len(told) < 1000


def test_the_attacks_take_no_memory_to_speak_of() -> None:
    """In a process of its own, since the largest child counts (KiB), and other tests have larger ones."""
    script = """
        import resource
        from plan.test_plan_confinement import ATTACKS, run
        for text, said in ATTACKS.values():
            if said != "too long":  # those take time, and no memory
                run(text)
        print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    """
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    assert 10_000 < int(ran.stdout) < 700_000


# What would open a file, a socket or a program if it got through Jinja2's sandbox: it is taken off here.
ESCAPED = """
import os, _socket
from mtc.plan import manifests
manifests.confine()
def attempt(act):
    try:
        return repr(act())
    except BaseException as error:
        return type(error).__name__
tries = [lambda: open("/etc/passwd"), lambda: os.pipe(), lambda: _socket.socket(), lambda: os.listdir("/"), lambda: bytes(1 << 30)]
print([attempt(act) for act in tries])
print(dict(os.environ))
"""


def test_behind_the_sandbox_is_nothing_to_reach(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "escaped.py"
    program.write_text(ESCAPED)
    monkeypatch.setattr(confinement, "PROGRAM", program)
    monkeypatch.setenv("TOKEN", "hunter2")
    monkeypatch.setattr(confinement.json, "loads", lambda line: line.decode())
    (tried, environment), why = run("")
    assert why is None
    assert tried == "['OSError', 'OSError', 'OSError', 'OSError', 'MemoryError']"
    assert "TOKEN" not in environment
    assert "PATH" not in environment.replace("_PATH", "")


def test_all_of_them_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confinement, "LARGEST", 10_000)
    lines, why = run(HEAD, tenants=[{"name": str(n)} for n in range(500)], platform=[], tenant=[PATH])
    assert 10 < len(lines) < 500
    assert why == "all manifests together are larger than 0 MiB"


def test_a_mistake_that_every_tenant_has_is_not_made_ten_thousand_times() -> None:
    lines, why = run("{{ nobody }}", tenants=[{"name": str(n)} for n in range(10_000)], tenant=[PATH])
    assert (len(lines), why) == (manifests.FAILURES, None)


def test_the_blueprint_says_which_template_was_stopped() -> None:
    bad = HEAD + "data: {v: {{ 9 ** (9 ** 9) }}}\n"
    outcome = outcome_of(
        {"good.yaml": HEAD.encode(), "bad.yaml": bad.encode()},
        tenants=[{"name": "acme"}],
        extras={"platform": ["good.yaml"], "tenant": ["bad.yaml"]},
    )
    (found,) = outcome.diagnostics
    assert outcome.value is None
    assert found.code == "extras/template"
    assert found.message == "the template `bad.yaml` cannot be rendered: it takes too long"


def test_a_plan_goes_through_the_process() -> None:
    plan = plan_of({PATH: HEAD.encode()}, tenants=[{"name": "acme"}], extras={"tenant": [PATH]})
    assert [extra.body["kind"] for extra in plan.tenants[0].extras] == ["ConfigMap"]
