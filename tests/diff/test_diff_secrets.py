"""Nothing that bears a secret is shown, wherever it stands and in whatever format."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtc.diff import compare
from mtc.diff.objects import Tree
from mtc.diff.secrets import masked_line, shown, withheld
from mtc.report.reviews import REVIEW_FORMATS, render_review
from mtc.yamlio.emit import emit

SECRET = "Zq7Wv9Kp3Xn5"  # of no known shape: only its place gives it away
TOKEN = "ghp_" + "a1B2" * 10
ENCRYPTED = "ENC[AES256_GCM,data:c2VjcmV0,iv:eHg=,tag:eHg=,type:str]"


def thing(kind: str, **rest: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": "x", "namespace": "acme"}, **rest}


def release(values: Any) -> dict[str, Any]:
    return {
        **thing("HelmRelease", spec={"releaseName": "x", "values": values}),
        "apiVersion": "helm.toolkit.fluxcd.io/v2",
    }


# Where secrets stand: what is secret goes in for `{}`.
PLACES: dict[str, Any] = {
    "a Secret's data": lambda s: thing("Secret", data={"k": base64.b64encode(s.encode()).decode()}),
    "a Secret's text": lambda s: thing("Secret", stringData={"k": s}),
    "a Secret's new key": lambda s: thing("Secret", stringData={f"k{len(s)}": s}),
    "what SOPS encrypted": lambda s: thing("Secret", data={"k": ENCRYPTED + s}, sops={"mac": s}),
    "a value called password": lambda s: release({"auth": {"password": s}}),
    "a value below existing ones": lambda s: release({"new": {"deep": {"apiKey": s}}} if s != "other" else {}),
    "a variable": lambda s: release({"extraEnvs": [{"name": "GIT_PASSWORD", "value": s}]}),
    "a setting of the server": lambda s: release(
        {"apiserver": {"extraEnvs": [{"name": "CLEARML__secure__credentials__x__user_secret", "value": f'"{s}"'}]}}
    ),
    "a list": lambda s: release({"tokens": [s, "b"]}),
    "a URL": lambda s: release({"url": f"https://user:{s}@example.com/"}),
    "a token anywhere": lambda s: release({"note": f"{TOKEN}{s}"}),
    "a text": lambda s: thing("ConfigMap", data={"run.sh": f"echo\nexport PASSWORD={s}\necho\n"}),
    "a text's YAML": lambda s: thing("ConfigMap", data={"c.yaml": f"a: 1\npassword: {s}\nb: 2\n"}),
    "JSON": lambda s: thing("ConfigMap", data={"c.json": f'{{"password": "{s}"}}'}),
    "an annotation": lambda s: {**thing("Namespace"), "metadata": {"name": "x", "annotations": {"example.org/token": s}}},
    "a nameless map": lambda s: thing("Thing", spec={"rules": [{"a": 1, "password": s}, {"b": 2}]}),
}  # fmt: skip


def said(base: dict[str, Any], head: dict[str, Any]) -> str:
    """Everything that any format says of the change."""
    files = [{"platform/x.yaml": emit(body).encode()} if body else {} for body in (base, head)]
    outcome = compare(Tree("base", files[0]), Tree("head", files[1]))
    assert outcome.value is not None, outcome.diagnostics
    assert not outcome.value.empty
    return "".join(render_review(outcome.value, format_) for format_ in REVIEW_FORMATS)


@pytest.mark.parametrize("where", PLACES)
def test_no_format_shows_it(where: str) -> None:
    make = PLACES[where]
    for base, head in (
        (make("other"), make(SECRET)),
        (make(SECRET), make("other")),
        ({}, make(SECRET)),
        (make(SECRET), {}),
    ):
        text = said(base, head)
        assert SECRET not in text
        assert base64.b64encode(SECRET.encode()).decode() not in text
        assert TOKEN not in text


@settings(max_examples=60, deadline=None)
@given(
    st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=10, max_size=20),
    st.sampled_from(sorted(PLACES)[:4]),
)
def test_no_secret_of_any_letters_is_shown_from_a_secret(secret: str, where: str) -> None:
    make = PLACES["a Secret's text"] if "text" in where else PLACES["a Secret's data"]
    assert secret not in said(make("other"), make(secret))


def test_references_are_shown() -> None:
    assert not withheld(("secure", "user_secret"), '"$(SECRET_SUPERVISOR_SECRET)"')
    assert not withheld(("password",), "{{ .password }}")
    assert not withheld(("auth", "existingSecret"), "redis")
    assert shown(("replicas",), 3) == "3"
    assert shown(("a",), {"password": "x", "b": ["y"]}) == '{"password": "(hidden)", "b": ["y"]}'


def test_lines_of_programs_stay_readable() -> None:
    for line in (
        "def token(self) -> str:",
        "    password = self.read()",
        "key: value",
        "  return secret",
        "a=b",
    ):
        assert masked_line(line) == line
    for line in (
        f"PASSWORD={SECRET}",
        f'  api_key: "{SECRET}"',
        f"x {TOKEN} y",
        f"export GIT_TOKEN={SECRET}",
    ):
        assert masked_line(line) == "(hidden)"
