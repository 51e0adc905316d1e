"""The contract: schema/blueprint.schema.json, and what breaks it.

One file serves editors, documentation and this compiler, so none of them can know another language.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache

from mtc import schemas
from mtc.load.shapes import Contract
from mtc.model.source import Data
from mtc.schemas import Validator, Violation

SCHEMA = "blueprint.schema.json"


def schema_text() -> str:
    """The published schema."""
    return schemas.schema_text(SCHEMA)


@cache
def blueprint_contract() -> Contract:
    """The blueprint's schema as shapes."""
    return Contract(json.loads(schema_text()))


@cache
def validator(contract: Contract) -> Validator:
    """The contract, ready to judge: 20 ms for the blueprint's."""
    return Validator(contract.schema)


def fits(data: Data) -> bool:
    """Whether the blueprint's schema refuses nothing in the data."""
    return bool(validator(blueprint_contract()).accepts(data))


def violations(data: Data, contract: Contract) -> Iterator[Violation]:
    """Everything in the data that the schema refuses, in the validator's order."""
    return validator(contract).violations(data)
