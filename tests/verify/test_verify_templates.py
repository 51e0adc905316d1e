"""verify/templates: a place in what Jinja renders, found in the template that it came from."""

from __future__ import annotations

import time
from typing import Any

from mtc.verify.templates import place

POLICY: dict[str, Any] = {"kind": "NetworkPolicy", "metadata": {"name": "acme-web"}}


def found(text: str, *route: str | int, body: dict[str, Any] = POLICY, on_key: bool = False) -> str | None:
    """What of the text is pointed at, after its line number."""
    span = place(text.encode(), "t.yaml", body, route, on_key=on_key)
    if span is None:
        return None
    return f"{span.line}: {text.splitlines()[span.line - 1][span.column - 1 : span.end_column - 1]}"


TEXT = """\
{# what tenants get #}
kind: NetworkPolicy
metadata:
  name: {{ tenant.name }}-web
spec:
{% for port in [80, 443] %}
  ports:
    - {port: {{ port }}, protocol: "{{ 'TCP' }}"}
{% endfor %}
"""


def test_values_and_keys_are_found_through_tags() -> None:
    assert found(TEXT, "metadata", "name") == "4: {{ tenant.name }}-web"
    assert found(TEXT, "spec", "ports", 0, "port") == "8: {{ port }}"
    assert found(TEXT, "spec", "ports", 0, "protocol") == "8: \"{{ 'TCP' }}\""
    assert found(TEXT, "spec", "ports", 0, "protocol", on_key=True) == "8: protocol"


def test_what_is_not_written_is_shown_at_what_is_around_it() -> None:
    assert found(TEXT, "spec", "podSelector") == "5: spec"


def test_of_two_documents_the_one_of_the_kind_or_of_the_name() -> None:
    other = "---\nkind: ConfigMap\nspec: {}\n"
    assert found(TEXT + other, "spec") == "5: spec"
    twin = "---\nkind: NetworkPolicy\nmetadata: {name: acme-web}\nspec: {x: y}\n"
    assert found(TEXT + twin, "spec", "x") == "13: y"
    assert found(f"{TEXT}---\n{TEXT}", "spec") is None
    assert found(other, "spec") is None


def test_brackets_without_end_and_thousands_of_faults_cost_little() -> None:
    many = "".join(f"  - {{name: v{number}}}\n" for number in range(5000))
    text = "# " + "{{ " * 100_000 + f"\nkind: NetworkPolicy\nspec:\n{many}"
    started = time.process_time()
    for number in range(0, 5000, 10):
        assert found(text, "spec", number, "name") == f"{number + 4}: v{number}"
    assert time.process_time() - started < 20, "it takes a second; it took hours"


def test_what_is_no_yaml_has_no_place() -> None:
    assert found("kind: NetworkPolicy\n{{ whole }}\n  - ]", "kind") is None
    assert place(b"\xff\xfe", "t.yaml", POLICY, (), on_key=False) is None
