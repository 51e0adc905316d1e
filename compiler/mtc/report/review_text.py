"""A review for a terminal: what it means, what is risky, which objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mtc.model.review import Change, Edit, Review
from mtc.report.review_groups import Bundle, Said, bundles, headline, intents, listed, risks
from mtc.report.visible import visible, width

# SGR parameters (ECMA-48), as report/text.py has them.
INK = {"data-loss": "1;31", "isolation": "1;31", "privilege": "1;33", "disruption": "33", "capacity": "36"}
SIGNS = {"added": "+", "removed": "-", "changed": "~", "formatting": "=", "reordered": "↕", "text": "~"}
NAMES = 8  # tenants named beside a sentence
OBJECTS = 3  # objects named of those that changed in one way
LINES = 40  # of a text's difference


def render_text(review: Review, *, color: bool = False) -> str:
    """The review as text, ending in a line feed."""
    parts = [[f"{visible(review.base)} → {visible(review.head)}: {headline(review)}"]]
    parts[0] += [f"note: {visible(note)}" for note in review.notes]
    if review.intents:
        parts.append(["What it means", *_table(intents(review.intents))])
    if review.risks:
        parts.append(["Risks", *_risks(risks(review.risks), color)])
    if review.changes:
        lines = [line for bundle in bundles(review.changes) for line in _bundle(bundle)]
        parts.append(["Objects", *lines])
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _table(said: Iterable[Said]) -> Iterator[str]:
    rows = [(visible(listed(each.tenants, NAMES)), visible(each.message)) for each in said]
    wide = min(max((width(who) for who, _ in rows), default=0), 24)
    for who, message in rows:
        yield f"  {who}{' ' * (wide - width(who))}  {message}"


def _risks(said: Iterable[Said], color: bool) -> Iterator[str]:
    for each in said:
        mark = f"\x1b[{INK[each.risk_class]}m{each.risk_class}\x1b[0m" if color else each.risk_class
        reach = f" (affects {each.reach})" if each.reach else ""
        who = visible(listed(each.tenants, NAMES))
        yield f"  {mark}  {who}: {visible(each.message)}{reach}  [{each.code}]"


def _bundle(bundle: Bundle) -> Iterator[str]:
    change = bundle.sample
    names = listed((visible(each.title) for each in bundle.changes), OBJECTS)
    routine = "  (routine)" if change.routine else ""
    where = visible(change.file) if len(bundle.changes) == 1 else f"{len(bundle.changes):,} files"
    yield f"  {SIGNS[change.change]} {names}  {where}{routine}"
    for edit in _shown(change):
        yield from _edit(edit)


def _shown(change: Change) -> Iterable[Edit]:
    """A routine object's edits are counted by its line alone, unless they are few."""
    return change.edits if not change.routine or len(change.edits) <= 3 else ()


def _edit(edit: Edit) -> Iterator[str]:
    yield f"      {visible(edit_line(edit))}"
    for line in edit.lines[:LINES]:
        yield f"        {visible(line)}"
    if len(edit.lines) > LINES:
        yield f"        … {len(edit.lines) - LINES} more lines"


def edit_line(edit: Edit) -> str:
    """One edit on a line: the place, and what was there and is there now."""
    if edit.cause:
        return f"{edit.path}: follows from {edit.cause}"
    if edit.hidden:
        return f"{edit.path}: {edit.kind} (the value may be a secret, and is not shown)"
    if edit.kind == "reordered":
        return f"{edit.path}: the same in another order"
    if edit.kind == "text":
        return f"{edit.path}:"
    if edit.kind == "added":
        return f"{edit.path}: + {edit.after}"
    if edit.kind == "removed":
        return f"{edit.path}: - {edit.before}"
    return f"{edit.path}: {edit.before} → {edit.after}"
