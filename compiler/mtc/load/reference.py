"""The language's reference as a page, made from the contract, so that it cannot say anything else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mtc.load.contract import blueprint_contract
from mtc.load.shapes import FLAG, INTEGER, LIST, MAP, NUMBER, TEXT
from mtc.load.wording import flow, phrases
from mtc.schemas import SchemaNode

_HEAD = """\
# The blueprint language, `mtc/v1alpha1`

One YAML file says what tenants a ClearML deployment has and what each may use. This page is made from
`schema/blueprint.schema.json`, which editors read too: `mtc schema` prints it, and the first line
`# yaml-language-server: $schema=…` gives completion, hover and checks while you type.

## How a file is read

- YAML 1.2, UTF-8, one document, at most 64 MiB and 10,000 tenants. Duplicate keys, anchors, aliases,
  merge keys and tags are errors: what tenants share belongs in `tenantDefaults` and `profiles`.
- A field of *text* takes what you wrote, quoted or not: `1.10` stays `1.10`, `0123` stays `0123`.
- A field of *true or false* takes `true` and `false` alone, a number takes plain digits without quotes.
- `null` (also `~`, or nothing after the colon) counts as not written. In a tenant or a profile it removes
  what was inherited, and the built-in default applies again. The quoted `"null"` is text.
- A tenant's settings are the built-in defaults, under `spec.tenantDefaults`, under its profile, under its
  own. Maps merge key by key; lists and single values replace. Queues keep their order, inherited ones
  first.
- Free-form parts (`values`, `config`, `templateOverrides`, `queueSettings`, `limitRange`) are typed by
  YAML 1.2's core rules. Words that older readers take for something else (`yes`, `on`, `2024-01-01`) stay
  text, and we write them quoted. Numbers that readers take differently (`012`, `0o14`, `1_000`, `1:30`,
  `1e3`) and numbers that JSON cannot hold (`.inf`, more than 53 bits) are errors: write them plainly, or
  quote them. In `values`, a null goes to Helm, where it deletes the chart's default.
- Paths are relative to the blueprint's folder and may not leave it.
- An unknown field is an error, everywhere but in free-form parts and among names that are yours.
"""
_NOUNS = {
    TEXT: "text",
    FLAG: "true or false",
    INTEGER: "whole number",
    NUMBER: "number",
    LIST: "list",
    MAP: "map",
}
_SETTINGS = "#/definitions/tenantSettings/properties/"
_TABLE = ("| field | type | default | meaning | example |", "| --- | --- | --- | --- | --- |")


def reference_markdown() -> str:
    """The page docs/language.md: each field's type, default, meaning and example, in the schema's order."""
    schema = blueprint_contract().schema
    spec = schema["properties"]["spec"]
    parts = [_HEAD, _section("metadata", schema["properties"]["metadata"]), "## spec\n\nThe deployment.\n"]
    parts.append(_table((name, node, name in spec["required"]) for name, node in spec["properties"].items()))
    parts += [_section(f"spec.{name}", node) for name, node in spec["properties"].items() if _is_part(node)]
    parts += [_section(node["title"], node) for node in schema["definitions"].values() if _is_shared(node)]
    return "\n".join(parts)


def _is_part(node: SchemaNode) -> bool:
    """A part of `spec` with a section of its own."""
    return "properties" in node


def _is_shared(node: SchemaNode) -> bool:
    """A definition with a section of its own; a whole chart differs from a chart in what it needs alone."""
    return "title" in node and node is not blueprint_contract().schema["definitions"]["wholeChart"]


def _section(title: str, node: SchemaNode) -> str:
    rows = [row for row in _fields("", node) if not row[1].get("$ref", "").startswith(_SETTINGS)]
    parts = [f"## {title}\n\n{node['description']}\n"]
    if len(rows) < len(node.get("properties", {})):
        parts.append("Beside these, it has all fields of [Tenant settings](#tenant-settings).\n")
    return "\n".join([*parts, _table(rows)] if rows else parts)


def _fields(prefix: str, node: SchemaNode) -> Iterator[tuple[str, SchemaNode, bool]]:
    """(dotted name, schema node, required) of every field; maps without a section of their own are opened."""
    for name, field in node.get("properties", {}).items():
        yield prefix + name, field, name in node.get("required", ())
        below = _target(field)
        if "title" not in below and not field.get("$ref", "").startswith(_SETTINGS):
            yield from _fields(f"{prefix}{name}.", below)
            items = below.get("items")
            if items is not None and "title" not in _target(items):
                yield from _fields(f"{prefix}{name}[].", _target(items))


def _table(rows: Iterable[tuple[str, SchemaNode, bool]]) -> str:
    lines = [*_TABLE]
    for name, node, required in rows:
        target = _target(node)
        default = node.get("default", target.get("default"))
        shown = (
            "**required**" if required else "" if default in (None, {}, []) else f"`{_cell(flow(default))}`"
        )
        examples = node.get("examples", target.get("examples"))
        example = f"`{_cell(flow(examples[0]))}`" if examples else ""
        meaning = node.get("description", target.get("description", ""))
        lines.append(f"| `{name}` | {_cell(_type(node))} | {shown} | {_cell(meaning)} | {example} |")
    return "\n".join(lines) + "\n"


def _type(node: SchemaNode) -> str:
    """A field's type in words: its format, its limits, its values, or a link to its section."""
    target = _target(node)
    if "title" in target:
        return f"[{target['title']}](#{target['title'].lower().replace(' ', '-')})"
    if "enum" in target:
        return phrases([f"`{value}`" for value in target["enum"] if value is not None], "or")
    kinds = [kind for kind in _NOUNS if kind in target.get("type", ())]
    if TEXT in kinds and not target.get("x-mtc-free"):
        kinds = [kind for kind in kinds if kind not in (FLAG, NUMBER)]  # there for editors alone
    if NUMBER in kinds and INTEGER in kinds:
        kinds.remove(INTEGER)
    return phrases([_kind(kind, target) for kind in kinds], "or")


def _kind(kind: str, node: SchemaNode) -> str:
    if kind == TEXT:
        return _format(node)
    if kind in (INTEGER, NUMBER):
        return _NOUNS[kind] + _limits(node)
    if kind == LIST:
        return f"list of {_type(node['items'])}"
    if isinstance(node.get("additionalProperties"), Mapping):
        return f"map of {_type(node['additionalProperties'])}"
    return _NOUNS[kind]


def _format(node: SchemaNode) -> str:
    """The noun of a text's pattern: "must be a DNS name: …" is a DNS name."""
    rules = [node, *(_target(rule) for rule in node.get("allOf", ()))]
    message = next((rule["patternErrorMessage"] for rule in rules if "patternErrorMessage" in rule), "")
    noun = str(message).removeprefix("must be ").partition(":")[0]
    length = f", at most {node['maxLength']}" if "maxLength" in node else ""
    return (noun.removeprefix("a ").removeprefix("an ") or "text") + length


def _limits(node: SchemaNode) -> str:
    parts = []
    for keyword, words in (("exclusiveMinimum", "over"), ("minimum", "from"), ("maximum", "to")):
        if keyword in node:
            parts.append(f" {words} {node[keyword]}")
    return "".join(parts)


def _target(node: SchemaNode) -> SchemaNode:
    return blueprint_contract().shape(node).node


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
