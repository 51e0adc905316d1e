"""A review as one comment on a pull request: never over its limit, every risk and tenant named first.

What is cut when it is long, in this order: the objects' details, the lines of intent, the words of risks.
Tenants and risks are named before anything else gets room; where not even their names fit, the comment says
how many it leaves out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import quote

from mtc.model.markdown import code
from mtc.model.review import Edit, Review
from mtc.report.review_groups import (
    PLATFORM,
    Bundle,
    Said,
    bundles,
    class_counts,
    code_parts,
    headline,
    intents,
    risks,
)
from mtc.report.review_text import edit_line
from mtc.report.visible import encodable, visible

MARKER = "<!-- mtc diff: this comment is edited in place -->"
DEFAULT_BYTES = 65_000  # GitHub's limit is 65,536 characters, GitLab's a million
LEAST_BYTES = 2_000
NAMES = 12  # tenants named beside a sentence; all of them stand in the list at the top
CLIPPED = 80  # characters of a name
EDIT_LINES = 30
WHOLE = "`mtc diff --format html` shows all of it."

Link = Callable[[str], str]


def render_markdown(review: Review, max_bytes: int = DEFAULT_BYTES, links: str = "") -> str:
    """The comment, at most `max_bytes` (LEAST_BYTES or more) in UTF-8, ending in a line feed.

    `links` is what comes before a file's path in a link; without it, files are named and not linked.
    """
    writer = _Writer(review, max_bytes, links)
    for attempt in (writer.whole, writer.names_only):
        text = attempt()
        if text is not None:
            return text
    return writer.counts_only()


class _Writer:
    def __init__(self, review: Review, max_bytes: int, links: str) -> None:
        self.review = review
        self.max_bytes = max(max_bytes, LEAST_BYTES)
        self.links = links
        self.risks = risks(review.risks)

    def whole(self) -> str | None:
        """Everything that has to be there in full words, then as many lines of intent and objects as fit."""
        head = [*self._head(), *self._tenants(), *self._risks(self._risk)]
        if _size(head) > self.max_bytes:
            return None
        text = [*head]
        meaning = [
            f"- {_who(each, self.review)}: {_sentence(each.message)}" for each in intents(self.review.intents)
        ]
        if meaning and not self._add(text, ["", "#### What it means", ""], meaning, "lines of what it means"):
            return _text(text)
        objects = [self._bundle(each) for each in bundles(self.review.changes)]
        if objects:
            opening = ["", "<details><summary>Objects</summary>", ""]
            self._add(text, opening, objects, "kinds of changes of objects", closing=["", "</details>"])
        return _text(text)

    def _add(
        self, text: list[str], opening: list[str], blocks: list[str], what: str, closing: Iterable[str] = ()
    ) -> bool:
        """Adds the blocks that fit, and how many do not; False where some do not."""
        end = [*closing]
        room = self.max_bytes - _size([*text, *opening, *end, "", _left_out(10**9, what)])
        fitting = 0
        for block in blocks:
            room -= _size([block])
            if room < 0:
                break
            fitting += 1
        if fitting:
            text += [*opening, *blocks[:fitting]]
        rest = [] if fitting == len(blocks) else ["", _left_out(len(blocks) - fitting, what)]
        if rest and not fitting and _size([*text, *rest]) > self.max_bytes:
            return False  # no room even to say so: the counts above tell it
        text += [*(end if fitting else ()), *rest]
        return not rest

    def names_only(self) -> str | None:
        """Every risk by its code and tenants, every tenant by name, and nothing else."""
        text = [*self._head(), *self._tenants(), *self._risks(self._short_risk), "", _left_out(0, "details")]
        return _text(text) if _size(text) <= self.max_bytes else None

    def counts_only(self) -> str:
        """Where not all names fit: the risks' codes, as many names as do, and how many are missing."""
        text = [
            *self._head(),
            "",
            "**Not everything that changed is named here: it does not fit.** " + WHOLE,
            "",
        ]
        codes: dict[str, int] = {}
        for each in self.review.risks:
            codes[each.code] = codes.get(each.code, 0) + 1
        self._fill(text, [f"- {code(key)}: {count:,}" for key, count in codes.items()], "codes of risks")
        names = [f"- {code(_clip(each))}" for each in self.review.tenants]
        self._fill(text, names, "tenants")
        return _text(text)

    def _fill(self, text: list[str], lines: list[str], what: str) -> None:
        """As many of the lines as fit, half of the room at most left for what comes next."""
        note = f"- and {10**9:,} more {what}"
        room = (
            (self.max_bytes - _size([*text, note])) // 2
            if what != "tenants"
            else self.max_bytes - _size([*text, note])
        )
        fitting = 0
        for line in lines:
            room -= _size([line])
            if room < 0:
                break
            fitting += 1
        text += lines[:fitting]
        if fitting < len(lines):
            text.append(f"- and {len(lines) - fitting:,} more {what}")

    def _head(self) -> list[str]:
        review = self.review
        lines = [
            MARKER,
            "### mtc diff",
            "",
            f"{code(_clip(review.base))} → {code(_clip(review.head))}: {headline(review)}",
        ]
        counts = class_counts(review)
        if counts:
            lines += ["", "Risks: " + ", ".join(f"**{each}** {count:,}" for each, count in counts)]
        elif not review.empty:
            lines += ["", "No risk was found."]
        lines += [line for note in review.notes[:5] for line in ("", f"> {_sentence(_clip(note, 300))}")]
        return lines

    def _tenants(self) -> list[str]:
        names = [code(_clip(each)) for each in self.review.tenants]
        return ["", f"Tenants with changes ({len(names):,}): {', '.join(names)}"] if names else []

    def _risks(self, write: Callable[[Said], str]) -> list[str]:
        return ["", "#### Risks", "", *map(write, self.risks)] if self.risks else []

    def _risk(self, said: Said) -> str:
        reach = f" (affects {said.reach})" if said.reach else ""
        where = f" {self._file(said.files[0])}" if len(said.files) == 1 else ""
        who = _who(said, self.review, most=None)
        return f"- **{said.risk_class}** {who}: {_sentence(said.message)}{reach}{where} {code(said.code)}"

    def _short_risk(self, said: Said) -> str:
        return f"- {code(said.code)}: {_who(said, self.review, most=None)}"

    def _file(self, path: str) -> str:
        if not self.links:
            return code(_clip(path, 200))
        return f"[{code(_clip(path, 200))}]({self.links}{quote(encodable(path))})"

    def _bundle(self, bundle: Bundle) -> str:
        change, more = bundle.sample, len(bundle.changes) - 1
        others = f" and {more:,} alike" if more else ""
        routine = ", routine" if change.routine else ""
        line = (
            f"- {change.change}{routine}: {code(_clip(change.title, 200))}{others} {self._file(change.file)}"
        )
        edits = change.edits if not change.routine or len(change.edits) <= 3 else ()
        return "\n".join([line, *(part for edit in edits for part in _edit(edit))])


def _edit(edit: Edit) -> Iterable[str]:
    yield f"  - {code(_clip(visible(edit_line(edit)), 300))}"
    if edit.lines:
        lines = [visible(line) for line in edit.lines[:EDIT_LINES]]
        if len(edit.lines) > EDIT_LINES:
            lines.append(f"… {len(edit.lines) - EDIT_LINES} more lines")
        longest = max((len(run) for line in lines for run in _runs(line)), default=0)
        fence = "`" * max(3, longest + 1)
        yield ""
        yield f"    {fence}diff"
        yield from (f"    {_clip(line, 300)}" for line in lines)
        yield f"    {fence}"
        yield ""


def _runs(line: str) -> list[str]:
    """The runs of backticks in a line."""
    return "".join(character if character == "`" else " " for character in line).split()


def _who(said: Said, review: Review, most: int | None = NAMES) -> str:
    """Those that a sentence is about; all of the tenants above are told as that."""
    tenants = said.tenants
    if len(tenants) > NAMES and set(review.tenants) <= set(tenants):
        platform = " and the platform" if PLATFORM in tenants else ""
        return f"all {len(review.tenants):,} tenants above{platform}"
    names = [code(_clip(each)) for each in tenants]
    if most is None or len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most:,} more"


def _sentence(message: str) -> str:
    """Our words as Markdown, the author's in code letters."""
    return "".join(code(text) if theirs else _ours(text) for theirs, text in code_parts(visible(message)))


def _ours(text: str) -> str:
    from mtc.model.markdown import plain  # noqa: PLC0415 - beside its only use

    lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{lead}{plain(text)}{tail}" if text.strip() else " "


def _left_out(count: int, what: str) -> str:
    return f"_{count:,} more {what} do not fit here._ {WHOLE}" if count else f"_No {what} fit here._ {WHOLE}"


def _clip(text: str, most: int = CLIPPED) -> str:
    line = visible(text)
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _size(lines: Iterable[str]) -> int:
    """Bytes of the lines, each with its line feed."""
    return sum(len(encodable(line).encode()) + 1 for line in lines)


def _text(lines: Iterable[str]) -> str:
    return encodable("\n".join(lines)) + "\n"
