"""render/stencil: marks in keys, values, lists and blocks; each tenant's words are quoted anew."""

from __future__ import annotations

from typing import Any

import yaml

from mtc.model.document import Document
from mtc.render.standin import STANDIN_INDEX, mark
from mtc.render.stencil import Phrase, Stencil

A, B = mark(0), mark(1)
BODY: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": f"{A}-100%", "namespace": B, "labels": {f"{A}/x": "yes"}},
    "data": {
        "block": f"first {A}\nsecond\n",
        "list": [f"{A}", "same", {"deep": f"{B}: {A}"}],
        "same": {"a": ["b"]},
    },
}


def stencil(**computed: str) -> Stencil:
    return Stencil(
        [Document("x.yaml", BODY, ("spec", "tenants", STANDIN_INDEX, "agent"), "t")], "a 5% note", computed
    )


def test_words_take_the_place_of_marks() -> None:
    for words in (("acme", "globex"), ("on", "1e3"), ("null", "0x1f")):
        (drawn,) = stencil().draw(words, 7, "acme")
        expected = yaml.safe_load(
            yaml.safe_dump(BODY).replace("mtc0w0z", words[0]).replace("mtc0w1z", words[1])
            if words == ("acme", "globex")
            else drawn.text
        )
        assert drawn.text.startswith("# a 5% note\n")
        assert yaml.safe_load(drawn.text) == expected == drawn.body
        assert drawn.body["metadata"]["namespace"] == words[1]  # type: ignore[index, call-overload]
        assert drawn.identity == ("", "ConfigMap", words[1], f"{words[0]}-100%")
        assert (drawn.origin, drawn.tenant) == (("spec", "tenants", 7, "agent"), "acme")


def test_what_holds_no_mark_is_one_object_for_all() -> None:
    made = stencil()
    (one,), (other,) = made.draw(("a", "b"), 0, "a"), made.draw(("c", "d"), 1, "c")
    assert one.body["data"]["same"] is other.body["data"]["same"]  # type: ignore[index, call-overload]
    assert one.form is other.form


def test_what_was_computed_from_marks_gets_a_mark() -> None:
    (drawn,) = stencil(same=mark(2)).draw(("a", "b", "computed"), 0, "a")
    assert drawn.body["data"]["list"][1] == "computed"  # type: ignore[index, call-overload]
    assert "computed" in drawn.text


def test_a_phrase() -> None:
    assert Phrase(f"{B}-{A}-5%-{B}")(("x", "y")) == "y-x-5%-y"
    assert Phrase(A)(("x",)) == "x"
