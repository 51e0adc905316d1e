"""What YAML parsers' messages mean, in words for people who do not write parsers."""

from __future__ import annotations

import re
from typing import Any

from mtc.model.diagnostic import Diagnostic, Label
from mtc.model.source import Source, Span

_NOT_IN_MAP = (
    "the line does not fit the map that it stands in",
    "line it up with the map's other keys, or check quotes and brackets before it",
)
_NOT_IN_LIST = (
    "the line does not fit the list that it stands in",
    "begin it with `- `, or check its indentation",
)
_TAB = ("a tab cannot stand here", "indent with spaces")
# A part of the message of libyaml (scanner.c, parser.c) or of ruamel.yaml (scanner.py, parser.py), what is
# wrong, what to do. The first that fits counts.
_PROBLEMS = (
    ("mapping values are not allowed", "a `:` cannot stand here", "quote the text, or check the indentation"),
    ("mapping keys are not allowed", "a `?` cannot stand here", "write `key: value`"),
    ("sequence entries are not allowed", "a list item cannot stand here", "begin the list on its own line"),
    ("find expected ':'", "the line is neither `key: value` nor a list item", "add `:` after the key"),
    ("find expected key", *_NOT_IN_MAP),
    ("find expected '-' indicator", *_NOT_IN_LIST),
    ("expected ',' or ']'", "a list in `[` is not closed", "add `,` or `]`"),
    ("expected ',' or '}'", "a map in `{` is not closed", "add `,` or `}`"),
    ("node content", "a value is missing here", "write the value, or take the bracket out"),
    ("unexpected end of stream", "the quotes are never closed", "close them"),
    ("document indicator", "the quotes are not closed before this line", "close them"),
    ("document separator", "the quotes are not closed before this line", "close them"),
    ("unknown escape character", "this escape does not exist", r"write `\\` for a backslash"),
    ("character escape code", "this escape is no character", "write the character itself"),
    ("escape sequence of", "this escape is too short", "write the character itself"),
    ("undefined tag handle", "tags are not part of the language", "take the tag out, or quote the text"),
    ("incompatible YAML", "this version of YAML is not known", "take the `%YAML` line out"),
    ("<document start>", "the document should begin here with `---`", "take the line before it out"),
    ("tab character", *_TAB),
    ("unexpected ':'", "a `:` cannot stand inside this text", "quote the text"),
    ("indentation indicator", "a block's indentation cannot be 0", "write 1 to 9, or nothing"),
    ("alphabetic or numeric character", "a name is missing after `&` or `*`", "quote the text"),
)
# What had begun when the parser stopped.
_CONTEXTS = (
    ("mapping", "map"),
    ("sequence", "list"),
    ("collection", "list"),
    ("quoted scalar", "quoted text"),
    ("plain scalar", "text"),
    ("block scalar", "block of text"),
)


def explain(error: Any, source: Source) -> Diagnostic:
    """yaml/syntax: ruamel.yaml's MarkedYAMLError in our words, and where what it stopped in had begun."""
    mark = error.problem_mark or error.context_mark
    if "find expected ':'" in (error.problem or "") and error.context_mark is not None:
        mark = error.context_mark  # the line that is no key; parsers stop at the next one
    span = _span(mark, source)
    slip = _slip(source, span.line)
    if slip is not None:
        return slip
    context = error.context or ""
    message, way_out = _say(error.problem or "", context, source.lines[span.line - 1][span.column - 1 :][:1])
    begun = next((noun for part, noun in _CONTEXTS if part in context), None)
    related: tuple[Label, ...] = ()
    if begun is not None and error.context_mark is not None:
        start = _span(error.context_mark, source)
        related = (Label(start, f"the {begun} begins here"),) if start != span else ()
    return Diagnostic("yaml/syntax", message, Label(span), way_out, related=related)


# What a line looks like in which something small went wrong, where in it that is, and what to say.
_SLIPS = (
    (
        re.compile(r"()(<{7}|={7}|>{7}|\|{7})(?: |$)"),
        "a merge conflict is not resolved",
        "keep one of the two sides",
    ),
    (re.compile(r"(\s*)(-)[A-Za-z_][\w.-]*:(?: |$)"), "a blank is missing after this `-`", "write `- `"),
    (
        re.compile(r"(\s*(?:- )?[\w./-]+:)(\xa0|\u3000)"),
        "the blank after this `:` is another character",
        "write an ordinary blank",
    ),
    (re.compile(r"(\s*(?:- )?[A-Za-z][\w.-]*)(:)[^\s/:]"), "a blank is missing after this `:`", "write `: `"),
)


def _slip(source: Source, line: int) -> Diagnostic | None:
    """yaml/syntax: the usual slip in the line at which the parser stopped, or in the one before it."""
    for number in (line, line - 1):
        text = source.lines[number - 1] if number > 0 else ""
        for form, message, way_out in _SLIPS:
            found = form.match(text)
            if found is not None:
                column = found.start(2) + 1
                span = Span(source.name, number, column, number, column + len(found[2]))
                return Diagnostic("yaml/syntax", message, Label(span), way_out)
    return None


def _say(problem: str, context: str, character: str) -> tuple[str, str]:
    if "cannot start any token" in problem:
        return _TAB if character == "\t" else (f"text cannot begin with `{character}`", "quote the text")
    if "<block end>" in problem:  # ruamel.yaml's word for both
        return _NOT_IN_MAP if "mapping" in context else _NOT_IN_LIST
    if "directive" in problem + context:
        return "a line cannot begin with `%` here", "quote the text"
    for part, message, way_out in _PROBLEMS:
        if part in problem:
            return message, way_out
    return f"this is not YAML: {problem}", "check quotes and indentation"


def _span(mark: Any, source: Source) -> Span:
    """The mark's place; the end of the file is shown at the end of its last line that has text."""
    line, column = mark.line, mark.column
    lines = source.lines
    if line >= len(lines) or (line == len(lines) - 1 and not lines[line]):
        line = max((number for number, text in enumerate(lines) if text.strip()), default=0)
        column = len(lines[line])
    return Span(source.name, line + 1, column + 1, line + 1, column + 2)
