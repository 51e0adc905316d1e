"""No regular expression of ours can be made to run for ever: each one meets the texts that trap the bad ones."""

from __future__ import annotations

import ast
import json
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LONG = 20_000  # characters: a linear expression takes a millisecond, a quadratic one seconds
PROCESSOR = 40  # seconds for all expressions together; they take about four
WAYS = frozenset(("compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"))
PUMPS = ("a", "A", "0", "9", ".", "-", "_", "/", " ", "a.", "a-", "0.", "1s", "a/", "a=", "$(", "${", "$", "#", ":")
PUMPS += ("\\", '"', "'", "{", "}", "[", "]", "(", ")", "\n", "\t", "é", "%", "@a.", ",", "~", "`", "<", "&", "0x", "::")


def texts() -> list[str]:
    """Much of the same, with a beginning that may fit and an end that does not."""
    return [f"{start}{pump * (LONG // len(pump))}!" for pump in PUMPS for start in ("", "a")]


def expressions() -> Iterator[str]:
    """The text of every `re.…("…")` in the compiler."""
    for module in sorted((ROOT / "compiler").rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) and node.args else None
            if not (isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name)):
                continue
            pattern = node.args[0]
            known = called.value.id == "re" and called.attr in WAYS and isinstance(pattern, ast.Constant)
            if known and isinstance(pattern.value, str):
                yield pattern.value


def patterns(node: object) -> Iterator[str]:
    """Every `pattern` in a schema."""
    parts = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in parts:
        if key == "pattern" and isinstance(value, str):
            yield value
        yield from patterns(value)


PROGRAM = """
import json, re, sys
sys.path.insert(0, sys.argv[1])
from hostile.test_hostile_patterns import texts
import jsonschema_rs
ours, theirs = json.load(sys.stdin)
for pattern in ours:
    print(ascii(pattern), flush=True)
    known = re.compile(pattern)
    for text in texts():
        known.fullmatch(text), known.match(text)
for pattern in theirs:
    print(ascii(pattern), flush=True)
    jsonschema_rs.Draft7Validator({"items": {"pattern": pattern}}).is_valid(texts())
"""


def run(ours: list[str], theirs: list[str], seconds: int = PROCESSOR) -> subprocess.CompletedProcess[str]:
    """Python's engine with ours, the validator's with the schemas'; killed where they take longer."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, str(ROOT / "tests")],
        input=json.dumps([ours, theirs]),
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds)),
        check=False,
    )


def test_none_is_a_trap() -> None:
    ours = sorted(set(expressions()))
    schemas = sorted((ROOT / "schema").glob("*.json"))
    theirs = sorted({p for path in schemas for p in patterns(json.loads(path.read_text(encoding="utf-8")))})
    assert len(ours) > 30
    assert len(theirs) > 20
    done = run(ours, theirs)
    assert done.returncode == 0, (done.stdout[-200:], done.stderr[-500:])


def test_a_trap_would_be_found() -> None:
    for trap in (r"(a+)+$", r"(?:\s*,?\s*)*x"):
        assert re.compile(trap)
        assert run([trap], [], 3).returncode < 0, trap
