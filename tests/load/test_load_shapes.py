"""load/shapes: the schema as a reader sees it."""

from __future__ import annotations

from mtc.load.shapes import Contract

CONTRACT = Contract(
    {
        "properties": {
            "one": {"$ref": "#/definitions/part"},
            "two": {"$ref": "#/definitions/part"},
            "items": {"type": "array", "items": {"$ref": "#/definitions/part"}},
            "named": {"additionalProperties": {"$ref": "#/definitions/part"}},
            "closed": {"additionalProperties": False, "default": {}},
            "a/b": {"type": "string"},
        },
        "definitions": {
            "part": {
                "properties": {
                    "size": {"default": 1},
                    "colour": {},
                    "inner": {"properties": {"deep": {"default": 2}}, "default": {}},
                },
                "default": {},
                "examples": [{"size": 3}],
            }
        },
    }
)


def test_one_definition_is_one_shape_wherever_it_stands() -> None:
    part = CONTRACT.root.field("one")
    assert part is not None
    assert part is CONTRACT.root.field("two")
    named = CONTRACT.root.field("named")
    assert named is not None
    assert named.field("anything") is part
    items = CONTRACT.root.field("items")
    assert items is not None
    assert items.items is part


def test_a_closed_map_knows_no_other_field() -> None:
    closed = CONTRACT.root.field("closed")
    assert closed is not None
    assert closed.field("x") is None
    assert CONTRACT.root.field("x") is None


def test_defaults_are_filled_all_the_way_down_and_shared() -> None:
    part = CONTRACT.root.fields["one"]
    assert part.defaults == {"size": 1, "inner": {"deep": 2}}
    assert part.defaults["inner"] is part.fields["inner"].defaults
    assert CONTRACT.root.defaults["one"] is part.defaults
    assert "items" not in CONTRACT.root.defaults


def test_the_example_is_the_first_one_else_the_default() -> None:
    part = CONTRACT.root.fields["one"]
    assert part.example == {"size": 3}
    assert part.fields["size"].example == 1
    assert part.fields["colour"].example is None


def test_pointers_may_be_escaped() -> None:
    assert CONTRACT.at("#/properties/a~1b") == {"type": "string"}
