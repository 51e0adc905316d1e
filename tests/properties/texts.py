"""Texts that people write, blueprints that hold them, and what comes out: shared by the properties."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from mtc.load import load_text
from mtc.load.reading import ACTING
from mtc.model.document import Tree
from mtc.plan import make_plan
from mtc.render import render_plan

CHART = {"repository": "charts", "name": "some-chart", "version": "1.0.0"}

# What each reader on the way is known to trip over, beside whatever hypothesis finds.
TRAPS = st.sampled_from(
    [
        *("yes", "No", "null", "~", "true", "0o17", "017", "1e3", "1_000", "12:30:45", "2024-01-01", ".inf"),
        *(
            "0x1F",
            "10m",
            "7 days",
            "9131507d-92f4-4ab1-8b5e-0123456789ab",
            "12345678901234567890e5",
            "=",
            "<<",
        ),
        *("${HOME}", "$(HOME)", "$$(HOME)", "$$", "$", "$(", "{{ .Values.x }}", "a#b", "# no", "- x", "? x"),
        *('"', "'", "\\", '\\"', "a\\nb", "[a, b]", "{a: b}", "a: b", "x, y: z", "//", "a//b", "!tag", "&a"),
        *(
            "*a",
            "%x",
            "@",
            "`",
            "|",
            ">",
            "---",
            "...",
            "\ufeffx",
            "x\u2028y",
            "\xa0",
            "\U0001f600",
        ),
        *("a\tb", "käse", "日本語", "\u202eevil", "include file", "+", "null null", '"""', "a+=b"),
    ]
)
# kustomize passes objects through JSON that it reads as YAML again: these are refused (yaml/character).
LOST = "".join(map(chr, range(0x7F, 0xA0))) + "\ufffe\uffff"
# Any character that a process' environment can hold: no NUL, no half of a surrogate pair.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00" + LOST), max_size=20) | TRAPS
KEYS = TEXT.filter(lambda text: text not in ("", "<<"))  # yaml/key, yaml/merge-key
# What people read may not act on a terminal (values/acting); free-form parts may hold it.
SHOWN = TEXT.filter(lambda text: re.search(ACTING, text) is None)
# The contract's patterns are ECMA-262's, to which U+FEFF is a blank.
LINES = SHOWN.filter(lambda text: re.fullmatch(r"[^\s\ufeff](?:[^\n\r]*[^\s\ufeff])?", text) is not None)
LOCAL_PARTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00@"), max_size=20
).filter(lambda text: re.fullmatch(r"[^\s\ufeff@]+", text) is not None and re.search(ACTING, text) is None)
URLS = SHOWN.map(lambda text: "https://login.example.com/" + re.sub(r"[\s\ufeff]", "", text))
LABELS = st.from_regex(r"\A(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,20}[A-Za-z0-9])?)?\Z") | st.sampled_from(
    ["yes", "null", "1e3", "0x1F", "12", "1.0", "2024-01-01", "017", "true", "1_000"]
)
SCALARS = TEXT | st.booleans() | st.integers(-(2**53), 2**53)
VALUES = st.recursive(
    SCALARS | st.none() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


def written(value: Any) -> str:
    """Data as YAML in flow style, text between double quotes with every special character escaped."""
    if isinstance(value, str):
        return '"' + "".join(map(_character, value)) + '"'
    if isinstance(value, dict):
        return "{" + ", ".join(f"{written(key)}: {written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, float):
        digits, exponent, power = repr(value).partition("e")
        if not exponent:
            return digits
        point = "" if "." in digits else ".0"
        return f"{digits}{point}e{int(power):+d}"  # YAML 1.1 wants the point and the sign
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


def _character(char: str) -> str:
    if " " <= char <= "~" and char not in '"\\':
        return char
    code = ord(char)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def blueprint(*tenants: Mapping[str, Any], **spec: Any) -> dict[str, Any]:
    """The least blueprint with these tenants (a name is enough) and parts of `spec`."""
    return {
        "apiVersion": "mtc/v1alpha1",
        "kind": "Blueprint",
        "metadata": {"name": "prod"},
        "spec": {
            "domain": "ml.example.com",
            "repositories": {"charts": {"url": "https://charts.example.com"}},
            "server": {"chart": CHART},
            "tenantDefaults": {"agent": {"chart": CHART}, "gateway": {"enabled": False}},
            "tenants": [
                {"admin": {"name": "Admin", "email": f"admin@{tenant['name']}.example"}} | dict(tenant)
                for tenant in tenants
            ],
        }
        | spec,
    }


def rendered(source: Any) -> Tree:
    """The tree of a blueprint that must load and plan."""
    loaded = load_text(written(source), "blueprint.yaml", files={})
    assert loaded.value is not None, loaded.diagnostics
    planned = make_plan(loaded.value)
    assert planned.value is not None, planned.diagnostics
    return render_plan(planned.value)
