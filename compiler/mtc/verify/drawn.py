"""Which documents of a tree have to be judged whole: one of each form, and those with a text to look at.

Documents that were drawn into one form differ by their words alone (mtc.model.document). Judging one whole,
and of the others the texts with words in them, says of all what judging all would say, at a tenth of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from mtc.model.document import Document, Form, Hole, Sheet, Stencil, Words
from mtc.model.record import Record
from mtc.schemas import Validator
from mtc.verify.holes import Undecided, rules_at
from mtc.verify.kinds import KINDS
from mtc.verify.repeats import is_key

Rules = tuple[str, ...]
Holes = tuple[tuple[Rules, Hole], ...]


class _Checks(Record, frozen=True):
    """What to look at in the documents of a stencil: `whole` are the forms that texts do not decide; `fill`
    makes the texts of the others, which have to keep `rules`, one after another."""

    whole: tuple[int, ...]
    fill: Callable[[Words], Sequence[str]]
    rules: tuple[Rules, ...]
    holes: tuple[Holes, ...]


def to_judge(parts: Iterable[Document | Sheet]) -> list[Document]:
    """The documents that have to be judged whole. If these are good, the others are."""
    whole: list[Document] = []
    alike: dict[int, list[Sheet]] = {}  # by the identity of stencils, which the sheets keep alive
    for part in parts:
        if isinstance(part, Document):
            whole.append(part)
        else:
            alike.setdefault(id(part.stencil), []).append(part)
    texts: dict[Rules, set[str]] = {}
    checked: list[tuple[list[Sheet], _Checks]] = []
    for sheets in alike.values():
        checks = _checks(sheets[0].stencil)
        checked.append((sheets, checks))
        whole += sheets[0].documents()
        for sheet in sheets[1:] if checks.whole else ():
            documents = sheet.documents()
            whole += [documents[number] for number in checks.whole]
        # Text by text, and not tenant by tenant: a set takes a thousand at once.
        columns = zip(*[checks.fill(sheet.words) for sheet in sheets], strict=True)
        for rules, column in zip(checks.rules, columns, strict=True):
            texts.setdefault(rules, set()).update(column)
    bad = _refused(texts)
    for sheets, checks in checked if bad else ():
        for sheet in sheets:
            whole += _holding(sheet, checks.holes, bad)
    return whole


def _checks(stencil: Stencil) -> _Checks:
    found = [_holes(form) for form in stencil.forms]
    whole = tuple([number for number, holes in enumerate(found) if holes is None])
    # Each text once for each set of rules.
    once = {(rules, hole.text): hole for holes in found for rules, hole in holes or ()}
    fill = stencil.together(list(once.values()))
    return _Checks(whole, fill, tuple([rules for rules, _ in once]), tuple([holes or () for holes in found]))


def _holding(sheet: Sheet, holes: Iterable[Holes], bad: frozenset[tuple[Rules, str]]) -> Iterator[Document]:
    """The sheet's documents with such a text."""
    for document, mine in zip(sheet.documents(), holes, strict=True):
        if any((rules, hole.make(sheet.words)) in bad for rules, hole in mine):
            yield document


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
