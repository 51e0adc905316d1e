"""Diagnostics for the tests of the report: built by hand, and any at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from unicodedata import category

from hypothesis import strategies as st

from mtc.model.diagnostic import Diagnostic, Label
from mtc.model.source import Span


def place(line: int, column: int, length: int, text: str = "", file: str = "b.yaml") -> Label:
    """A place on one line."""
    return Label(Span(file, line, column, line, column + length), text)


OVERLAP = Diagnostic(
    code="ports/overlap",
    message="tenants `acme` and `globex` claim session ports 31015-31020",
    primary=place(41, 23, 5, "`globex` reserves 31015-31025", "blueprints/prod.yaml"),
    related=(place(33, 23, 5, "`acme` reserves 31010-31020", "blueprints/prod.yaml"),),
    help="the lowest free start for 10 services is 31021",
)
OVERLAP_SOURCES: Mapping[str, Sequence[str]] = {
    "blueprints/prod.yaml": [
        *[""] * 32,
        "        startingPort: 31010",
        *[""] * 7,
        "        startingPort: 31015",
    ]
}

# Any text, with much of what acts on terminals and runners.
ACTING = "\x00\x07\x08\x1b\r\n\t\x7f\x85\x9b\u200b\u2028\u2029\u202e\u2066\ufeff\ud800\udcff"
texts = st.text(st.sampled_from(ACTING + "a%:,`[](){}|é漢\u0301") | st.characters(), max_size=20)
files = st.sampled_from(["b.yaml", "./b.yaml", "/abs/b.yaml", "../c d.yaml"]) | texts


def acting(text: str) -> set[str]:
    """The characters that would act on a terminal, or that no encoder takes."""
    return {character for character in text if category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}


@st.composite
def spans(draw: Any) -> Span:
    """A span as the model has it: from 1, the end not before the start; often beyond the file."""
    line, column = draw(st.integers(1, 6)), draw(st.integers(1, 200))
    end_line = line + draw(st.sampled_from([0, 0, 0, 1, 10**9]))
    return Span(draw(files), line, column, end_line, column + draw(st.integers(0, 60)))


labels = st.builds(Label, spans(), texts)
diagnostics = st.lists(
    st.builds(
        Diagnostic,
        code=st.sampled_from(["a/b", "secrets/plain"]) | texts,
        message=texts,
        primary=labels,
        help=texts,
        severity=st.sampled_from(["error", "warning"]),
        related=st.lists(labels, max_size=2).map(tuple),
    ),
    max_size=5,
)
sources = st.dictionaries(files, st.lists(texts | texts.map(lambda text: text * 20), max_size=5), max_size=3)
