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
    document = Document("x.yaml", BODY, ("spec", "tenants", STANDIN_INDEX, "agent"), "t")
    return Stencil([[document]], "a 5% note", computed)


def texts(made: Stencil, words: tuple[str, ...]) -> list[bytes]:
    """In the order of the documents."""
    found = {path: text for one in made.prints for path, text in zip(one.paths(words), one(words), strict=True)}
    return [found[path] for path in made.paths(words)]


def test_words_take_the_place_of_marks() -> None:
    for words in (("acme", "globex"), ("on", "1e3"), ("null", "0x1f")):
        made = stencil()
        (drawn,), (content,) = made.draw(words, 7, "acme"), texts(made, words)
        text = content.decode()
        expected = yaml.safe_load(
            yaml.safe_dump(BODY).replace("mtc0w0z", words[0]).replace("mtc0w1z", words[1])
            if words == ("acme", "globex")
            else text
        )
        assert text.startswith("# a 5% note\n")
        assert yaml.safe_load(text) == expected == drawn.body
        assert drawn.body["metadata"]["namespace"] == words[1]  # type: ignore[index, call-overload]
        assert drawn.identity == ("", "ConfigMap", words[1], f"{words[0]}-100%")
        assert (drawn.origin, drawn.tenant) == (("spec", "tenants", 7, "agent"), "acme")


def test_what_holds_no_mark_is_one_object_for_all() -> None:
    made = stencil()
    (one,), (other,) = made.draw(("a", "b"), 0, "a"), made.draw(("c", "d"), 1, "c")
    assert one.body["data"]["same"] is other.body["data"]["same"]  # type: ignore[index, call-overload]
    assert one.form is other.form


def test_what_was_computed_from_marks_gets_a_mark() -> None:
    made, words = stencil(same=mark(2)), ("a", "b", "computed")
    (drawn,), (text,) = made.draw(words, 0, "a"), texts(made, words)
    assert drawn.body["data"]["list"][1] == "computed"  # type: ignore[index, call-overload]
    assert b"computed" in text


def test_each_document_has_its_own_text_and_path() -> None:
    """Texts are made all at once and then cut; blocks, odd characters and a document without words among them."""
    bodies: list[dict[str, Any]] = [
        BODY,
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "same"}, "data": "a\0b\x85\u2028"},
        {**BODY, "data": {"block": f"{A}\n\n{B}\n", "odd": f"{A}\0\t{B}"}},
    ]
    paths = ["x.yaml", f"{B}/same.yaml", f"{A}.yaml"]
    documents = [Document(path, body, (), "t") for path, body in zip(paths, bodies, strict=True)]
    made, words = Stencil([documents[:1], documents[1:]], "note", {}), ("acme", "yes")
    assert made.paths(words) == ["x.yaml", "yes/same.yaml", "acme.yaml"]
    drawn = list(made.draw(words, 0, "acme"))
    assert [document.path for document in drawn] == made.paths(words)
    found = texts(made, words)
    assert [yaml.safe_load(text) for text in found] == [document.body for document in drawn]
    assert all(text.startswith(b"# note\n") and text.endswith(b"\n") for text in found)
    assert [len(print_(words)) for print_ in made.prints] == [1, 2]


def test_a_phrase() -> None:
    assert Phrase(f"{B}-{A}-5%-{B}")(("x", "y")) == "y-x-5%-y"
    assert Phrase(A)(("x",)) == "x"
