"""render/shapes: a stencil gives, for every tenant, the very documents that building them gives."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from valid_blueprints import made

from mtc.load import load_text
from mtc.model.document import Drawn, Tree
from mtc.model.plan import Plan
from mtc.model.record import changed
from mtc.pipeline import plan_blueprint
from mtc.plan import make_plan
from mtc.render import bootstrap, render_plan, shapes
from properties import texts

BLUEPRINTS = Path(__file__).parents[2] / "blueprints"
NEVER = 1_000_000


def rendered(plan: Plan, monkeypatch: pytest.MonkeyPatch, enough: int) -> Tree:
    monkeypatch.setattr(shapes, "ENOUGH", enough)
    return render_plan(plan)


def assert_same(plan: Plan, monkeypatch: pytest.MonkeyPatch, enough: int = 1) -> int:
    """How many documents were drawn, once everything was found to be the same."""
    built = rendered(plan, monkeypatch, NEVER)
    drawn = rendered(plan, monkeypatch, enough)
    assert not any(isinstance(document, Drawn) for document in built.documents)
    assert list(drawn.files) == list(built.files)
    for path, content in built.files.items():
        assert drawn.files[path] == content, path
    for one, other in zip(built.documents, drawn.documents, strict=True):
        assert one.identity == other.identity
        assert (one.path, one.origin, one.tenant, one.secret_bearing, one.body) == (
            *(other.path, other.origin, other.tenant, other.secret_bearing, other.body),
        )
    return sum(isinstance(document, Drawn) for document in drawn.documents)


@pytest.mark.parametrize("name", ["guide", "minimal", "current", "many"])
def test_the_examples(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_blueprint(BLUEPRINTS / f"{name}.yaml").plan
    assert plan is not None
    # Whole: a tenant that stencils cannot serve would show here, as documents that were not drawn.
    count = assert_same(plan, monkeypatch)
    extras = sum(len(tenant.extras) for tenant in plan.tenants)
    own = [document for document in rendered(plan, monkeypatch, NEVER).documents if document.tenant]
    assert count == len(own) - extras > 0


def test_generated_blueprints(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = planned = 0
    for seed in range(30):
        blueprint, _, files = made(seed)
        loaded = load_text(json.dumps(blueprint), "blueprint.yaml", files=files).value
        assert loaded is not None
        plan = make_plan(loaded).value
        if plan is not None:  # their SOPS files are made up: a plan reads them, a check does not
            planned += 1
            drawn += assert_same(plan, monkeypatch)
    assert planned > 10
    assert drawn > 300, "most of their tenants' documents were drawn"


WORDS = texts.LINES | st.sampled_from(["mtc0w1z", "mtc0s1z", "100%", "%s", "on", "a: b", "x #y", "007"])


def long_enough(text: str) -> str:
    """The text, or one with it for a company that would have too short a name."""
    return text if len(text.strip()) > 2 else f"{text} & Sons"


@settings(max_examples=30, deadline=None)
@given(
    companies=st.lists(WORDS.map(long_enough), min_size=5, max_size=5, unique=True),
    admins=st.lists(WORDS, min_size=5, max_size=5),
    names=st.lists(
        st.from_regex(r"\A[a-z0-9](?:[a-z0-9-]{0,8}[a-z0-9])?\Z")
        | st.sampled_from(["on", "null", "1e3", "0x1f"]),
        min_size=5,
        max_size=5,
        unique=True,
    ),
)
def test_whatever_people_write(companies: list[str], admins: list[str], names: list[str]) -> None:
    tenants: list[dict[str, Any]] = [
        {
            "name": name,
            "company": company,
            "admin": {"name": admin, "email": f"{name}@acme.example"},
            "gateway": {"enabled": True, "host": f"{name}-apps", "chart": texts.CHART},
        }
        for company, admin, name in zip(companies, admins, names, strict=True)
    ]
    source = texts.blueprint(*tenants)
    source["spec"]["tls"] = {"clusterIssuer": "letsencrypt"}
    loaded = load_text(texts.written(source), "blueprint.yaml", files={})
    assert loaded.value is not None, loaded.diagnostics
    plan = make_plan(loaded.value).value
    assert plan is not None
    with pytest.MonkeyPatch.context() as monkeypatch:
        assert_same(plan, monkeypatch)


def test_tenants_of_one_shape_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """And those with words that an encoding would change, or marks in their text, are built."""
    tenants: list[dict[str, Any]] = [{"name": f"t{number}"} for number in range(8)]
    tenants[3]["company"] = 'The "Big" One'
    tenants[5]["company"] = "Käse"
    plan = plan_of(tenants)
    tree = rendered(plan, monkeypatch, shapes.ENOUGH)
    drawn = {document.tenant for document in tree.documents if isinstance(document, Drawn)}
    assert drawn == {f"t{number}" for number in range(8)} - {"t3", "t5"}
    assert_same(plan, monkeypatch, shapes.ENOUGH)


def test_text_with_marks_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    tenants = [{"name": f"t{number}", "labels": {"note": "mtc0w1z"}} for number in range(5)]
    plan = plan_of(tenants)
    plan = changed(plan, tenants=tuple(changed(tenant) for tenant in plan.tenants))
    assert assert_same(plan, monkeypatch, shapes.ENOUGH) == 0


def plan_of(tenants: list[dict[str, Any]]) -> Plan:
    loaded = load_text(json.dumps(texts.blueprint(*tenants)), "blueprint.yaml", files={}).value
    assert loaded is not None
    plan = make_plan(loaded).value
    assert plan is not None
    return plan


@pytest.mark.parametrize(
    "meddle",
    [
        lambda text: "".join(sorted(text.splitlines(keepends=True))),
        lambda text: text.lower(),
        lambda text: text[:40],
        lambda text: text.replace("company", "firm") if text.index("admin") > 120 else text,
    ],
)
def test_a_builder_that_looks_into_words_is_not_trusted(
    meddle: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its tenants are built one by one: slower, and right."""
    real = bootstrap.wish_text
    monkeypatch.setattr(bootstrap, "wish_text", lambda tenant: meddle(real(tenant)))
    plan = plan_of(
        [{"name": f"t{n}", "company": f"Company {n}", "login": {"domains": [f"z{n}.example", f"a{n}.example"]}} for n in range(5)]
    )
    assert_same(plan, monkeypatch, shapes.ENOUGH)
