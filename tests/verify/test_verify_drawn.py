"""verify/drawn: judging some documents and texts says what judging every document says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtc.load import load_text
from mtc.model.document import Document, Drawn, Tree
from mtc.plan import make_plan
from mtc.render import render_plan
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
DRAWN = [document for document in TREE.documents if isinstance(document, Drawn)]
WORDS = len(DRAWN[0].words)


def refused(documents: list[Document]) -> set[int]:
    return {number for number, _ in shape_faults(document.body for document in documents)}


def test_one_of_each_form_is_judged() -> None:
    """And none else: every text of these documents is decided by its own rules."""
    chosen = to_judge(TREE.documents)
    built = [n for n, document in enumerate(TREE.documents) if not isinstance(document, Drawn)]
    forms = {document.form for document in DRAWN}
    assert len(chosen) == len(built) + len(forms)
    assert len(DRAWN) == COUNT * len(forms)
    assert refused(list(TREE.documents)) == set()


BAD = st.sampled_from(["Upper", "a" * 70, "a" * 300, "with space", "dot.ted", "-x", "x-", "", "a/b", "1", "null"])


@settings(max_examples=150, deadline=None)
@given(tenant=st.integers(1, COUNT - 1), number=st.integers(0, WORDS - 1), word=BAD | texts.TEXT)
def test_a_bad_word_is_found(tenant: int, number: int, word: str) -> None:
    """Whatever one word of one tenant is: who is refused by the judge of all is among those to be judged."""
    changed: list[Document] = []
    words: tuple[str, ...] = ()
    for document in DRAWN:
        if document.tenant != f"t{tenant}":
            changed.append(document)
            continue
        if not words:
            words = (*document.words[:number], word, *document.words[number + 1 :])
        changed.append(Drawn(document.path, document.origin, document.tenant, document.form, words))
    chosen = to_judge(changed)
    assert refused(changed) <= set(chosen)


@pytest.mark.parametrize("which", ["first", "last"])
def test_a_refused_form_is_judged_in_every_document(which: str) -> None:
    """The first document of a form stands for the others only while it is good: see verify_tree."""
    documents = list(TREE.documents)
    at = [n for n, document in enumerate(documents) if isinstance(document, Drawn)][0 if which == "first" else -1]
    drawn = documents[at]
    assert isinstance(drawn, Drawn)
    words = tuple("Not A Label" for _ in drawn.words)
    documents[at] = Drawn(drawn.path, drawn.origin, drawn.tenant, drawn.form, words)
    assert at in to_judge(documents)
    assert at in refused(documents)
