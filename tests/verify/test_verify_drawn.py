"""verify/drawn: judging some documents and texts says what judging every document says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sheets import Body, drawings, redrawn, reworded

from mtc.load import load_text
from mtc.model.document import Document, Tree
from mtc.plan import make_plan
from mtc.render import render_plan
from mtc.render.shapes import Drawing
from mtc.render.standin import mark
from mtc.verify.drawn import to_judge
from mtc.verify.shapes import shape_faults
from properties import texts

COUNT = 6


def tree() -> Tree:
    tenants: list[dict[str, Any]] = [
        {"name": f"t{number}", "gateway": {"enabled": True, "host": f"t{number}-apps", "chart": texts.CHART}}
        for number in range(COUNT)
    ]
    store = {"store": {"kind": "SecretStore", "name": "s"}, "keyPrefix": "clearml"}
    secrets = {"provider": "external-secrets", "externalSecrets": store}
    redis = {"enabled": True, "chart": {**texts.CHART, "name": "redis"}}
    source = texts.blueprint(*tenants, secrets=secrets, redis=redis)
    loaded = load_text(json.dumps(source), "blueprint.yaml", files={})
    assert loaded.value is not None, loaded.diagnostics
    plan = make_plan(loaded.value).value
    assert plan is not None
    return render_plan(plan)


TREE = tree()
DRAWINGS = drawings(TREE)
WORDS = len(DRAWINGS[0].words)


def chosen(tree: Tree) -> set[str]:
    return {document.path for document in to_judge(tree.parts)}


def refused(tree: Tree) -> set[str]:
    documents = tree.documents
    return {documents[number].path for number, _ in shape_faults(document.body for document in documents)}


def test_one_of_each_form_is_judged() -> None:
    """And none else: every text of these documents is decided by its own rules."""
    built = [part for part in TREE.parts if isinstance(part, Document)]
    (stencil,) = {id(drawing.stencil): drawing.stencil for drawing in DRAWINGS}.values()
    assert len(to_judge(TREE.parts)) == len(built) + len(stencil.forms)
    assert len(TREE.documents) == len(built) + COUNT * len(stencil.forms)
    assert refused(TREE) == set()


BAD = st.sampled_from(["Upper", "a" * 70, "a" * 300, "with space", "dot.ted", "-x", "x-", "", "a/b", "1", "null"])


@settings(max_examples=150, deadline=None)
@given(tenant=st.integers(1, COUNT - 1), number=st.integers(0, WORDS - 1), word=BAD | texts.TEXT)
def test_a_bad_word_is_found(tenant: int, number: int, word: str) -> None:
    """Whatever one word of one tenant is: who is refused by the judge of all is among those to be judged."""

    def words(drawing: Drawing) -> tuple[str, ...]:
        if drawing.name != f"t{tenant}":
            return drawing.words
        return (*drawing.words[:number], word, *drawing.words[number + 1 :])

    changed = reworded(TREE, words)
    assert refused(changed) <= chosen(changed)


@pytest.mark.parametrize("which", [0, COUNT - 1])
def test_a_tenant_of_bad_words_is_judged(which: int) -> None:
    """The first tenant stands for the others only while it is good: see verify_tree."""
    changed = reworded(
        TREE, lambda drawing: tuple("Not A Label" for _ in drawing.words) if drawing is DRAWINGS[which] else drawing.words
    )
    assert refused(changed)
    assert refused(changed) <= chosen(changed)


def test_what_a_key_says_is_judged_in_every_tenant() -> None:
    """Words in keys, and in what tells two entries of a list apart, no text decides."""

    def change(body: Body) -> Body:
        if body["kind"] == "ConfigMap":
            return {**body, "data": {mark(0): "x"}}
        return body

    changed = redrawn(TREE, change)
    assert sum(document.kind[1] == "ConfigMap" and document.tenant is not None for document in to_judge(changed.parts)) == COUNT
    assert refused(changed) == set()
