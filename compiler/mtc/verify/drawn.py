"""Which documents of a tree have to be judged whole: one of each form, and those with a text to look at.

Documents that were drawn into one form differ by their words alone (mtc.model.document). Judging one whole,
and of the others the texts with words in them, says of all what judging all would say, at a tenth of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from mtc.model.document import Document, Drawn, Form, Hole
from mtc.schemas import Validator
from mtc.verify.holes import Undecided, rules_at
from mtc.verify.kinds import KINDS
from mtc.verify.repeats import is_key

Rules = tuple[str, ...]


class _Text(NamedTuple):
    """A text that has to keep some rules."""

    rules: Rules
    text: str


def to_judge(documents: Sequence[Document]) -> list[int]:
    """The numbers of the documents that have to be judged whole. If these are good, the others are."""
    known: dict[Form, tuple[tuple[Rules, Hole], ...] | None] = {}
    whole: list[int] = []
    texts: dict[_Text, list[int]] = {}
    for drawn, numbers in _tenants(documents):
        if not drawn:
            whole += numbers
            continue
        for number in numbers:
            form = _form(documents[number])
            if form not in known:
                known[form] = _checks(form)
                whole.append(number)
            elif known[form] is None:
                whole.append(number)
        _gather(documents, numbers, known, texts)
    refused = {number for text in _refused(texts) for number in texts[text]}
    return sorted(refused.union(whole))


def _tenants(documents: Sequence[Document]) -> Iterator[tuple[bool, list[int]]]:
    """Neighbours that share their words: (are they drawn, their numbers)."""

    def words(number: int) -> int:
        document = documents[number]
        return id(document.words) if isinstance(document, Drawn) else 0

    return ((key != 0, list(numbers)) for key, numbers in groupby(range(len(documents)), words))


def _gather(
    documents: Sequence[Document],
    numbers: Iterable[int],
    known: dict[Form, tuple[tuple[Rules, Hole], ...] | None],
    texts: dict[_Text, list[int]],
) -> None:
    """Add a tenant's texts, each once for each set of rules, with the numbers of all who hold it."""
    made: dict[str, str] = {}
    for number in numbers:
        document = documents[number]
        assert isinstance(document, Drawn)
        for rules, hole in known[document.form] or ():
            text = made.get(hole.text)
            if text is None:
                text = made[hole.text] = hole.make(document.words)
            texts.setdefault(_Text(rules, text), []).append(number)


def _form(document: Document) -> Form:
    assert isinstance(document, Drawn)
    return document.form


def _checks(form: Form) -> tuple[tuple[Rules, Hole], ...] | None:
    """What each hole's text has to keep; None where the schema does not say it apart from the rest."""
    outline = form.outline
    file = KINDS.get((outline.get("apiVersion"), outline.get("kind")))
    if file is None or form.holes is None or any(is_key(hole.route) for hole in form.holes):
        return None
    try:
        found = [(rules_at(f"{file}#", hole.route), hole) for hole in form.holes]
    except Undecided:
        return None
    return tuple((rules, hole) for rules, hole in found if rules)


def _refused(texts: Iterable[_Text]) -> Iterator[_Text]:
    """The texts that break one of their rules."""
    found = list(texts)
    by_rules: dict[Rules, list[str]] = {}
    for rules, text in found:
        by_rules.setdefault(rules, []).append(text)
    if not by_rules:
        return
    names = {rules: str(number) for number, rules in enumerate(by_rules)}
    items = {name: {"items": {"allOf": [{"$ref": rule} for rule in rules]}} for rules, name in names.items()}
    judge = Validator({"$schema": "https://json-schema.org/draft/2020-12/schema", "properties": items})
    if not judge.accepts({names[rules]: those for rules, those in by_rules.items()}):
        yield from (text for text in found if not judge.accepts({names[text.rules]: [text.text]}))
