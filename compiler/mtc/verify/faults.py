"""A fault of an object, and its way back: to the blueprint's line that the object came from.

What is wrong with the same part of many objects, and came from one line, is said once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from posixpath import dirname, join
from typing import TypeAlias

from mtc.model.blueprint import Blueprint
from mtc.model.diagnostic import Diagnostic, Label, Severity
from mtc.model.document import Document
from mtc.model.record import Record
from mtc.model.source import Data, Node, Route, Span
from mtc.verify.templates import place


class Fault(Record, frozen=True):
    """What is wrong with one object, at a route of its body (with `on_key`, at the key there).

    `rule` names what is broken: with the route, it tells faults apart. `value` is what stands there, for
    finding where the author wrote it.
    """

    code: str
    route: Route
    message: str
    help: str = ""
    severity: Severity = "error"
    rule: str = ""
    on_key: bool = False
    value: Data = None

    def at(self, label: Label, way_out: str, related: tuple[Label, ...] = ()) -> Diagnostic:
        """The same, said of a place; `way_out` where the fault has none of its own."""
        return Diagnostic(self.code, self.message, label, self.help or way_out, self.severity, related)


Judge: TypeAlias = Callable[[Sequence[Mapping[str, Data]]], Iterable[tuple[int, Fault]]]
"""(bodies of objects) → (number of the object, fault) for each fault, in any order."""


def in_blueprint(
    faults: Iterable[tuple[int, Fault]], documents: Sequence[Document], blueprint: Blueprint
) -> Iterator[Diagnostic]:
    """The diagnostics of objects of a tree, each at the best line of the blueprint."""
    alike: dict[tuple[object, ...], list[tuple[Document, Fault]]] = {}
    for number, fault in faults:
        document = documents[number]
        key = (document.origin, str(document.body.get("kind")), fault.code, fault.route, fault.rule)
        alike.setdefault(key, []).append((document, fault))
    for found in alike.values():
        document, fault = found[0]
        others = len({other.path for other, _ in found} - {document.path})
        more = f" and {others} more like it" if others else ""
        template = _template(blueprint, document.origin)
        label = Label(_place(blueprint, document.origin, fault), f"makes `{document.path}`{more}")
        way_out = f"change it in `{template}`" if template else _OURS
        yield fault.at(label, way_out, tuple(_in_template(blueprint, template, document, fault)))


_TELLING = 3  # characters of a value; a shorter one may stand anywhere
_OURS = "change what this line asks for; if it asks for nothing of the kind, it is a bug in mtc"


def _template(blueprint: Blueprint, origin: Route) -> str | None:
    """The path of the extra manifest that an object was made from."""
    if origin[:2] != ("spec", "extras") or len(origin) != 4:
        return None
    paths = blueprint.extras.platform if origin[2] == "platform" else blueprint.extras.tenant
    return paths[origin[3]] if isinstance(origin[3], int) and origin[3] < len(paths) else None


def _in_template(
    blueprint: Blueprint, template: str | None, found: Document, fault: Fault
) -> Iterator[Label]:
    """The template's own line, which is where to change something."""
    file = blueprint.files.get(template) if template is not None else None
    if file is not None:
        name = join(dirname(blueprint.source.name), file.path)
        span = place(file.content, name, found.body, fault.route, on_key=fault.on_key)
        if span is not None:
            yield Label(span, "here")


def _place(blueprint: Blueprint, origin: Route, fault: Fault) -> Span:
    """The author's own value, where it stands below the object's origin; else the origin."""
    node, text = _node(blueprint, blueprint.origin(origin)), str(fault.value)
    if node is not None and fault.value is not None and len(text) >= _TELLING:
        written = _written(node, text)
        if written is not None:
            return blueprint.source.at(written)
    return blueprint.value(*origin)


def _node(blueprint: Blueprint, route: Route) -> Node | None:
    steps = list(blueprint.source.walk(route))
    return steps[-1][1] if len(steps) == len(route) + 1 else None


def _written(node: Node, text: str) -> Node | None:
    """The first scalar below a node that reads so."""
    if isinstance(node.value, str):
        return node if node.value == text else None
    below = node.value if isinstance(node.value, list) else [child for _, child in node.value.values()]
    return next((found for child in below if (found := _written(child, text)) is not None), None)
