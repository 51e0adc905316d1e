"""The contract's violations as diagnostics: our words, the author's text, the place in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from mtc.load.guesses import above, as_list, as_map, chart_values, spelled
from mtc.load.places import Places
from mtc.load.shapes import FLAG, INTEGER, LIST, MAP, NUMBER, TEXT, Shape
from mtc.load.wording import choices, flow, phrases
from mtc.model.diagnostic import Diagnostic, Label
from mtc.model.source import Route
from mtc.model.spelling import LIKELY, nearest, quoted
from mtc.schemas import SchemaNode, Violation
from mtc.yamlio.numbers import Unclear, resolve

_NOUNS = {
    TEXT: "text",
    FLAG: "true or false",
    INTEGER: "a whole number",
    NUMBER: "a number",
    LIST: "a list",
    MAP: "a map",
}
_NULL = {"type": "null"}
_FLAG_WORDS = {
    **dict.fromkeys(("true", "yes", "y", "on", "1", "enabled"), "true"),
    **dict.fromkeys(("false", "no", "n", "off", "0", "disabled"), "false"),
}


def diagnose(violation: Violation, places: Places) -> Iterator[Diagnostic]:
    """What to say of one violation."""
    return _FAULTS[violation.keyword](violation, places)


def _required(v: Violation, places: Places) -> Iterator[Diagnostic]:
    """schema/required: a field without a default is missing."""
    field, shape, found = str(v.expected), places.shape(v.route), places.data(v.route)
    unknown = [key for key in found if not shape or not shape.field(key)] if isinstance(found, dict) else []
    if any(nearest(key, [field], at_least=LIKELY) for key in unknown):
        return  # misspelt, which schema/unknown-field says
    message = f"{places.name(v.route)} has no `{field}`"
    example = _example(places.shape((*v.route, field)))
    way_out = f"add `{field}: {example}`" if example else f"add `{field}`"
    yield Diagnostic("schema/required", message, places.key((*v.route, field)), way_out)


def _unknown(v: Violation, places: Places) -> Iterator[Diagnostic]:
    """schema/unknown-field: a field that the language does not have: it would be ignored in silence."""
    shape = places.shape(v.route)
    known = list(shape.fields) if shape is not None else []
    for field in v.expected:
        way_out = _belongs(field, known, v.route, places)
        message = f"{places.name(v.route)} has no field {quoted(field)}"
        yield Diagnostic("schema/unknown-field", message, places.key((*v.route, field)), way_out)


def _belongs(field: str, known: list[str], route: Route, places: Places) -> str:
    """Where an unknown field belongs, or what it may have been meant to be."""
    parent = above(field, route, places)
    if parent is not None:
        return f"indent it: it belongs below {quoted(parent)}"
    likely = nearest(field, known, at_least=LIKELY)
    if likely:
        return f"did you mean `{likely}`?"
    home, value = places.home(field, route), chart_values(field, route, places)
    if home:
        installed = value is not None and "values" in known
        return f"{quoted(field)} belongs to {home}" + (f"; {value}" if installed else "")
    guess = nearest(field, known)
    if guess:
        return f"did you mean `{guess}`?"
    return value or f"known here: {choices(known)}"


def _type(v: Violation, places: Places) -> Iterator[Diagnostic]:
    """schema/type: a list where a map belongs, text where a number belongs."""
    shape, found = places.shape(v.route), places.data(v.route)
    types = [kind for kind in _NOUNS if kind in v.expected]
    if TEXT in types and shape is not None and not shape.free:
        # Text takes every scalar as it is written; the other types are there for editors alone.
        types = [kind for kind in types if kind not in (FLAG, NUMBER)]
    if NUMBER in types and INTEGER in types:
        types.remove(INTEGER)
    wanted = phrases([_NOUNS[kind] for kind in types], "or")
    if isinstance(found, (dict, list)):
        what = _NOUNS[MAP if isinstance(found, dict) else LIST]
    else:
        what = "empty" if found is None else _shown(v, places)
    message = f"{places.name(v.route)} is {what} where {wanted} belongs"
    way_out = _type_help(v, places, types) or f"write {wanted}"
    if found is None and isinstance(v.route[-1], int):
        way_out = "write a value, or take the item out"
    yield Diagnostic("schema/type", message, places.value(v.route), way_out)


def _shown(v: Violation, places: Places) -> str:
    """The author's scalar, with the quotes where he wrote some."""
    written, node = places.written(v.route), places.node(v.route)
    if written is None:
        return "text"
    return written if node is not None and node.plain else f'`"{written[1:-1]}"`'


def _type_help(v: Violation, places: Places, types: list[str]) -> str | None:
    found, node = places.data(v.route), places.node(v.route)
    rewritten = _rewritten(v, places, types)
    if rewritten is not None:
        return rewritten
    if not isinstance(found, str) or node is None:
        example = _example(places.shape(v.route))
        return f"for example `{example}`" if example and len(types) == 1 else None
    if FLAG in types:
        word = _FLAG_WORDS.get(found.lower(), "true` or `false")
        return "take the quotes off" if found in ("true", "false") else f"write `{word}`"
    if INTEGER in types or NUMBER in types:
        number = resolve(found)
        if isinstance(number, Unclear):
            return number.help.removesuffix(", or quote it if it is text")
        return None if node.plain or isinstance(number, str) else "take the quotes off"
    written = places.written(v.route)
    return f"write a list: `[{written[1:-1]}]`" if LIST in types and written else None


def _rewritten(v: Violation, places: Places, types: list[str]) -> str | None:
    """A list as the map that belongs there, or a map as the list."""
    found = places.data(v.route)
    if _private(v, places):
        return None
    shape = places.shape(v.route)
    if MAP in types:
        return as_map(found, shape)
    return as_list(found, shape) if LIST in types else None


def _example(shape: Shape | None) -> str | None:
    """What the schema shows for a place, if it shows more than an empty map."""
    return flow(shape.example) if shape is not None and shape.example not in (None, {}, []) else None


def _enum(v: Violation, places: Places) -> Iterator[Diagnostic]:
    """schema/enum: a value that is none of those that the field knows."""
    known = [str(value) for value in v.node["enum"] if value is not None]
    found = places.data(v.route)
    guess = nearest(found, known) if isinstance(found, str) else None
    way_out = f"did you mean `{guess}`?" if guess else f"write {choices(known, 'or')}"
    message = f"{places.name(v.route)} cannot be {places.written(v.route) or 'this'}"
    yield Diagnostic("schema/enum", message, places.value(v.route), way_out)


def _pattern(v: Violation, places: Places) -> Iterator[Diagnostic]:
    """schema/pattern: text that is not what its field holds."""
    rule = str(v.node["patternErrorMessage"]).removeprefix("must be ")
    noun, _, form = rule.partition(": ")
    label, subject = _subject(v, places)
    message = f"{subject} is empty where {noun} belongs" if _empty(v, places) else f"{subject} is not {noun}"
    text = v.key if v.key is not None else places.data(v.route)
    guess = spelled(text, v.node["pattern"]) if isinstance(text, str) and not _private(v, places) else None
    such = f", such as `{guess}`" if guess and "such as" not in form else ""
    yield Diagnostic("schema/pattern", message, label, f"write {form}{such}")


def _length(v: Violation, places: Places) -> Iterator[Diagnostic]:
    """schema/length: text or a list that is too short or too long."""
    label, subject = _subject(v, places)
    few, limit = v.keyword.startswith("min"), int(v.expected)
    unit = {"Length": "character", "Items": "item"}[v.keyword[3:]]
    units = f"{limit:,} {unit}" if limit == 1 else f"{limit:,} {unit}s"
    what = "is empty" if few and limit == 1 else f"has {'fewer' if few else 'more'} than {units}"
    way_out = f"write {'at least' if few else 'at most'} {units}"
    yield Diagnostic("schema/length", f"{subject} {what}", label, way_out)


def _range(v: Violation, places: Places) -> Iterator[Diagnostic]:
    """schema/range: a number outside its limits."""
    node: SchemaNode = v.node
    limits = [
        f"{words} {node[keyword]}"
        for keyword, words in (
            ("exclusiveMinimum", "more than"),
            ("minimum", "at least"),
            ("maximum", "at most"),
        )
        if keyword in node
    ]
    message = f"{places.name(v.route)} is {places.written(v.route) or 'a number'}, which is out of range"
    way_out = f"write a number that is {' and '.join(limits)}"
    yield Diagnostic("schema/range", message, places.value(v.route), way_out)


def _unique(v: Violation, places: Places) -> Iterator[Diagnostic]:
    """schema/unique: a list that says something twice."""
    items = places.data(v.route)
    first: dict[str, int] = {}
    for index, item in enumerate(items if isinstance(items, list) else []):
        seen = first.setdefault(repr(item), index)
        if seen != index:
            written = places.written((*v.route, index)) or "an item"
            related = (Label(places.value((*v.route, seen)).span, "first written here"),)
            message = f"{places.name(v.route)} has {written} twice"
            label = places.value((*v.route, index))
            yield Diagnostic("schema/unique", message, label, "take one of the two out", related=related)


def _choice(v: Violation, places: Places) -> Iterator[Diagnostic]:
    """schema/choice: fields that exclude each other, or none of those of which one is needed."""
    found = places.data(v.route)
    if not isinstance(found, dict):
        return  # which schema/type says
    branches = {branch["required"][0]: branch for branch in v.node["oneOf"] if "required" in branch}
    written = [name for name in branches if found.get(name) is not None]
    if len(written) == 1:  # what its branch wants to be null stands beside it
        rules = branches[written[0]]["properties"]
        written += [name for name, rule in rules.items() if rule == _NULL and found.get(name) is not None]
    if not written:
        names = list(branches)
        none = f"neither {choices(names, 'nor')}" if len(names) == 2 else f"none of {choices(names)}"
        message = f"{places.name(v.route)} has {none}"
        yield Diagnostic("schema/choice", message, places.key(v.route), f"add {choices(names, 'or')}")
        return
    labels = sorted((places.key((*v.route, name)) for name in written), key=lambda label: label.span)
    message = f"{places.name(v.route)} has {choices(written)} together"
    related = tuple(Label(label.span, "beside this") for label in labels[:-1])
    yield Diagnostic("schema/choice", message, labels[-1], "keep one of them", related=related)


def _subject(v: Violation, places: Places) -> tuple[Label, str]:
    """The place at fault and how to speak of it: a key, a value that may be quoted, or one that may not."""
    if v.key is not None:
        return places.key((*v.route, v.key)), f"key {quoted(v.key)} of {places.name(v.route)}"
    written, name = places.written(v.route), places.name(v.route)
    quotable = written is not None and not _empty(v, places)
    return places.value(v.route), f"{written} at {name}" if quotable else name


def _private(v: Violation, places: Places) -> bool:
    """True where nothing of what stands there may be shown."""
    return any(shape is not None and shape.private for shape in places.shapes(v.route))


def _empty(v: Violation, places: Places) -> bool:
    return v.key is None and places.data(v.route) == ""


_FAULTS: Mapping[str, Callable[[Violation, Places], Iterator[Diagnostic]]] = {
    "required": _required,
    "additionalProperties": _unknown,
    "type": _type,
    "enum": _enum,
    "pattern": _pattern,
    "uniqueItems": _unique,
    "oneOf": _choice,
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), _length),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum"), _range),
}
