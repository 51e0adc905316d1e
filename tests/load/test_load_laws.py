"""Laws of the whole room, over mutated blueprints and over noise: two validators agree, what is accepted is built,
nothing raises, and every diagnostic is one that a person can use."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from functools import partial
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from load_samples import WHOLE, WHOLE_FILES

from mtc.load import load_lock, load_text
from mtc.load.contract import blueprint_contract, fits, schema_text, violations
from mtc.load.reading import read
from mtc.model.diagnostic import Outcome, has_errors
from mtc.model.record import changed
from mtc.yamlio.parse import parse

_SOURCE = parse(WHOLE, "whole.yaml").source
assert _SOURCE.root is not None
SEED: Any = read(_SOURCE.root, blueprint_contract().root, _SOURCE, [])

# Python's `$` also matches before a last line feed, which JSON Schema's (ECMA-262) does not.
_pattern_ends = re.compile(r"(?<!\\)\$$")


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Any:
    if isinstance(instance, str) and not re.search(_pattern_ends.sub(r"\\Z", pattern), instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match")


Second = jsonschema.validators.extend(jsonschema.Draft7Validator, {"pattern": _pattern})
SECOND = Second(json.loads(schema_text()))

TEXT = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_characters="\x7f\x85"), max_size=12
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.integers(0, 70_000)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
    | st.sampled_from(
        ["", "a" * 300, "acme", "10.0.0.0/8", "a@b.example", "1h", "true", "null", "strict", "x\n"]
    )
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)


def routes(node: Any, route: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [route] if route else []
    if isinstance(node, dict):
        for key, child in node.items():
            found += routes(child, (*route, key))
    elif isinstance(node, list):
        for index, child in enumerate(node):
            found += routes(child, (*route, index))
    return found


ROUTES = routes(SEED)
FIELDS = sorted({step for route in ROUTES for step in route if isinstance(step, str)})


@st.composite
def mutants(draw: st.DrawFn) -> Any:
    """whole.yaml's data with one to three changes: a value replaced, dropped, doubled, moved or added."""
    data = deepcopy(SEED)
    for _ in range(draw(st.integers(1, 3))):
        route = draw(st.sampled_from(ROUTES))
        parent = data
        try:
            for step in route[:-1]:
                parent = parent[step]
            parent[route[-1]]
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took it away
        last = route[-1]
        match draw(st.integers(0, 4)):
            case 0:
                parent[last] = draw(ANYTHING)
            case 1:
                del parent[last]
            case 2 if isinstance(parent, list):
                parent.insert(last, deepcopy(parent[last]))
            case 3 if isinstance(parent, dict):
                parent[draw(st.sampled_from(FIELDS) | TEXT)] = parent.pop(last)
            case _ if isinstance(parent, dict):
                parent[draw(st.sampled_from(FIELDS) | TEXT)] = draw(ANYTHING)
    return data


def usable(outcome: Outcome[Any], text: str) -> None:
    """What every diagnostic promises."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert (outcome.value is None) == has_errors(outcome.diagnostics)
    assert list(outcome.diagnostics) == sorted(set(outcome.diagnostics), key=lambda d: d.sort_key)
    for d in outcome.diagnostics:
        assert re.fullmatch(r"[a-z]+/[a-z-]+", d.code), d
        assert d.message and not d.message.endswith("."), d
        assert d.message[0] == "`" or not d.message[0].isupper(), d
        assert d.help and not d.help.endswith("."), d
        assert "\n" not in d.message + d.help, d
        for label in (d.primary, *d.related):
            span = label.span
            assert 1 <= span.line <= len(lines), d
            assert 1 <= span.column < span.end_column, d
            assert span.column <= len(lines[span.line - 1]) + 1, d


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutants())
def test_two_validators_agree_and_what_they_accept_is_built(data: Any) -> None:
    text = json.dumps(data, ensure_ascii=False)
    contract = blueprint_contract()
    outcome = load_text(text, "b.yaml", files=WHOLE_FILES)
    usable(outcome, text)
    source = parse(text, "b.yaml").source
    if source.root is None:
        return
    as_read: Any = read(source.root, contract.root, source, [])
    ours = list(violations(as_read, contract))
    assert fits(as_read) == (not ours)
    assert (not ours) == SECOND.is_valid(as_read)
    if ours:
        assert outcome.value is None


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutants())
def test_asking_the_contract_elsewhere_changes_nothing(data: Any) -> None:
    """Neither what is said nor what is built, whatever the data, also where nobody there can answer."""
    text = json.dumps(data, ensure_ascii=False)
    here = load_text(text, "b.yaml", files=WHOLE_FILES)
    for answer in (fits, lambda data: False):
        there = load_text(text, "b.yaml", files=WHOLE_FILES, fits=partial(partial, answer))
        assert there.diagnostics == here.diagnostics
        assert (there.value is None) == (here.value is None)
        if there.value is not None and here.value is not None:
            assert changed(there.value, source=here.value.source) == here.value


def test_what_fits_elsewhere_is_not_asked_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        pytest.fail("asked here")

    monkeypatch.setattr("mtc.load.judging.violations", refuse)
    assert load_text(WHOLE, "b.yaml", files=WHOLE_FILES, fits=lambda data: lambda: True).value is not None


def test_a_bug_in_building_comes_out_though_it_was_tried_in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("mtc.load.blueprint.build", broken)
    with pytest.raises(ZeroDivisionError):
        load_text(WHOLE, "b.yaml", files=WHOLE_FILES, fits=lambda data: lambda: True)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_torn_file_never_raises(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(WHOLE)))
    end = data.draw(st.integers(start, min(len(WHOLE), start + 80)))
    middle = data.draw(st.text("ab:-[]{},\n #'\"?|>&*!%@\t~0<", max_size=10))
    text = WHOLE[:start] + middle + WHOLE[end:]
    usable(load_text(text, "b.yaml", files=WHOLE_FILES), text)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.text("abc:-[]{},\n \r'\"?|>&*!%@\t~0\u2028\ufeff\ud800", max_size=60))
def test_noise_never_raises(noise: bytes | str) -> None:
    text = noise if isinstance(noise, str) else noise.decode("utf-8", errors="replace")
    outcome = load_text(noise, "b.yaml")
    assert outcome.value is None
    usable(outcome, text)
    load_lock(noise, "b.lock.yaml")


def test_the_seed_itself_is_good() -> None:
    for text in (WHOLE, json.dumps(SEED)):
        assert load_text(text, "b.yaml", files=WHOLE_FILES).diagnostics == ()
