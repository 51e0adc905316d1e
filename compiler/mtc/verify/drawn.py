"""Which documents of a tree have to be judged whole: one of each form, and those with a text to look at.

Documents that were drawn into one form differ by their words alone (mtc.model.document). Judging one whole,
and of the others the texts with words in them, says of all what judging all would say, at a tenth of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from mtc.model.document import Document, Drawn, Form, Hole
from mtc.schemas import Validator
from mtc.verify.holes import Undecided, rules_at
from mtc.verify.kinds import KINDS
from mtc.verify.repeats import is_key

Rules = tuple[str, ...]
Check = tuple[Callable[[tuple[str, ...]], str], Rules]
Holes = tuple[tuple[Rules, Hole], ...]


def to_judge(documents: Sequence[Document]) -> list[int]:
    """The numbers of the documents that have to be judged whole. If these are good, the others are."""
    known: dict[Form, Holes | None] = {}
    checks: dict[tuple[Form, ...], list[Check]] = {}
    whole: list[int] = []
    texts: dict[Rules, set[str]] = {}
    for forms, numbers in _tenants(documents):
        if not forms:
            whole += numbers
            continue
        for form, number in zip(forms, numbers, strict=True):
            if form not in known:
                known[form] = _holes(form)
                whole.append(number)
            elif known[form] is None:
                whole.append(number)
        if forms not in checks:
            checks[forms] = _checks(known[form] for form in forms)
        words = _drawn(documents[numbers[0]]).words
        for make, rules in checks[forms]:
            texts.setdefault(rules, set()).add(make(words))
    bad = _refused(texts)
    return sorted({*whole, *_holding(documents, known, bad)}) if bad else whole


def _tenants(documents: Sequence[Document]) -> Iterator[tuple[tuple[Form, ...], list[int]]]:
    """Neighbours that share their words: their forms, and their numbers. No forms: they were built."""

    def words(number: int) -> int:
        document = documents[number]
        return id(document.words) if isinstance(document, Drawn) else 0

    for key, group in groupby(range(len(documents)), words):
        numbers = list(group)
        yield tuple(_drawn(documents[number]).form for number in numbers) if key else (), numbers


def _checks(forms: Iterable[Holes | None]) -> list[Check]:
    """What to make of a tenant's words, each text once for each set of rules."""
    found = {(hole.text, rules): (hole.make, rules) for holes in forms for rules, hole in holes or ()}
    return list(found.values())


def _holding(
    documents: Sequence[Document],
    known: Mapping[Form, Holes | None],
    bad: frozenset[tuple[Rules, str]],
) -> Iterator[int]:
    """The numbers of the documents with such a text."""
    for number, document in enumerate(documents):
        if isinstance(document, Drawn):
            holes = known[document.form] or ()
            if any((rules, hole.make(document.words)) in bad for rules, hole in holes):
                yield number


def _drawn(document: Document) -> Drawn:
    assert isinstance(document, Drawn)
    return document


def _holes(form: Form) -> Holes | None:
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


def _refused(texts: Mapping[Rules, set[str]]) -> frozenset[tuple[Rules, str]]:
    """The texts that break one of their rules."""
    if not texts:
        return frozenset()
    names = {rules: str(number) for number, rules in enumerate(texts)}
    items = {name: {"items": {"allOf": [{"$ref": rule} for rule in rules]}} for rules, name in names.items()}
    judge = Validator({"$schema": "https://json-schema.org/draft/2020-12/schema", "properties": items})
    if judge.accepts({names[rules]: list(those) for rules, those in texts.items()}):
        return frozenset()
    each = ((rules, text) for rules, those in texts.items() for text in those)
    return frozenset((rules, text) for rules, text in each if not judge.accepts({names[rules]: [text]}))
