"""Whatever a file holds, `mtc validate` ends by itself, with exit code 0 or 1, and says what is wrong in its own words.

Random bytes, torn and spliced lines of the example blueprints, and the examples with pieces of their structure
moved, doubled or replaced; in this process, and some of them in one of their own. On one core: half a minute.
"""

from __future__ import annotations

import gc
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from copy import deepcopy
from io import StringIO
from pathlib import Path
from shutil import copytree

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mtc.cli.ending import run
from mtc.report import FORMATS
from nodes import places

EXAMPLES = Path(__file__).parents[2] / "blueprints"
BLUEPRINTS = [path for path in sorted(EXAMPLES.glob("*.yaml")) if not path.name.endswith(".lock.yaml")]
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in BLUEPRINTS}
TREES = {name: yaml.safe_load(text) for name, text in TEXTS.items()}
PATIENCE = 20  # seconds; a run takes milliseconds
# What parsers, templates, schemas and terminals trip over.
TOKENS = [
    *("&a ", "*a", "<<: *a", "!!python/object:os.system ", "!x ", "%YAML 1.1", "---", "...", "? ", "- - - ", "|+9", ">-"),
    *("\t", "\r", "\0", "\x1b[31m", "\u2028", "\u202e", "\ufeff", "\ud800", "é", "\U0001d4b3", "'", '"', "\\u{", "{{ x }}", "${A}", "$(B)"),
    *("{", "}", "[", "]", ":", ": ", "#", ",", "~", "null", "yes", "010", "1e9", "0x1F", "1:30", "99999999999999999999"),
    *("a" * 5000, "[" * 300, "x: " * 50, "../../etc/passwd", "/dev/zero", "0.0.0.0/0", "::/0", "1.2.3.4/33", ".inf"),
]
SCALARS = st.sampled_from([*TOKENS, None, True, -1, 0, 65536, 2**63, 0.1, [], {}, [[]], {"": ""}, {"a": {"b": None}}])


@st.composite
def noise(draw: st.DrawFn) -> bytes:
    """Bytes that nobody chose, or text of what YAML is made of."""
    if draw(st.booleans()):
        return draw(st.binary(max_size=200))
    pieces = draw(st.lists(st.sampled_from([*TOKENS, "a", "spec", "tenants", " ", "  ", "\n", "\n  "]), max_size=30))
    return "".join(pieces).encode("utf-8", errors="surrogatepass")


@st.composite
def torn(draw: st.DrawFn) -> bytes:
    """An example after a few slips: lines lost, doubled, moved, indented; tokens in the middle of them; bytes changed."""
    lines = draw(st.sampled_from(list(TEXTS.values()))).split("\n")
    for _ in range(draw(st.integers(1, 4))):
        at, other = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
        match draw(st.integers(0, 5)):
            case 0:
                del lines[at : at + draw(st.integers(1, 5))]
                lines = lines or [""]
            case 1:
                lines.insert(other, lines[at])
            case 2:
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                lines[at] = " " * draw(st.integers(0, 9)) + lines[at].strip()
            case 4:
                column = draw(st.integers(0, len(lines[at])))
                lines[at] = lines[at][:column] + draw(st.sampled_from(TOKENS)) + lines[at][column:]
            case _:
                lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
    data = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"])).join(lines).encode("utf-8", errors="surrogatepass")
    for _ in range(draw(st.sampled_from([0, 0, 0, 2]))):
        at = draw(st.integers(0, len(data)))
        data = data[:at] + draw(st.binary(min_size=1, max_size=2)) + data[at:]
    return data


@st.composite
def rebuilt(draw: st.DrawFn) -> bytes:
    """An example whose structure has changed: pieces of it, or of another one, in each other's places."""
    whole = deepcopy(draw(st.sampled_from(list(TREES.values()))))
    for _ in range(draw(st.sampled_from([1, 1, 2, 5]))):
        found = list(places(whole))
        container, key = found[draw(st.integers(0, len(found) - 1))]
        donors = list(places(draw(st.sampled_from(list(TREES.values())))))
        donor, place = donors[draw(st.integers(0, len(donors) - 1))]
        match draw(st.integers(0, 5)):
            case 0:
                container[key] = deepcopy(draw(SCALARS))  # lists among them, which a later slip adds to
            case 1:
                container[key] = deepcopy(donor[place])
            case 2:
                del container[key]
            case 3 if isinstance(container, list):
                container.append(deepcopy(container[key]))
            case 4 if isinstance(container, dict):
                container[draw(st.sampled_from([*TOKENS, "queues", "values"]))] = container.pop(key)
            case _ if isinstance(container, dict) and isinstance(place, str):
                container[place] = deepcopy(donor[place])
        whole = whole or {}
    if draw(st.booleans()):
        return json.dumps(whole).encode()
    dump = yaml.SafeDumper
    return yaml.dump(whole, Dumper=dump, sort_keys=False, allow_unicode=True).encode("utf-8", errors="surrogatepass")


CONTENTS = st.one_of(noise(), torn(), torn(), rebuilt(), rebuilt())


class Hang(BaseException):
    """A run that does not end; no handler of ours may swallow it."""


@contextmanager
def patience() -> Iterator[None]:
    def hang(*_: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGALRM, hang)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The examples, with the files that they name."""
    return copytree(EXAMPLES, tmp_path_factory.mktemp("noise") / "blueprints")


def fuzzed(count: int) -> settings:
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(max_examples=count, deadline=None, suppress_health_check=quiet)


@fuzzed(500)
@given(content=CONTENTS, format_=st.sampled_from(["text", "text", *FORMATS]))
def test_any_file_ends_with_an_answer(folder: Path, content: bytes, format_: str) -> None:
    path = folder / "prod.yaml"
    path.write_bytes(content)
    out, err = StringIO(), StringIO()
    with patience(), redirect_stdout(out), redirect_stderr(err):
        code = run(["validate", str(path), "--format", format_])
    gc.enable()  # a run that ends its process has no use for it
    said = out.getvalue() + err.getvalue()
    assert code in (0, 1), said
    assert "Traceback" not in said
    assert not any(sign in said for sign in ("\x1b", "\0", "\u202e")), "nothing of it acts on a terminal"
    if code == 1:
        assert said
    if format_ in ("json", "sarif", "gitlab"):
        assert json.loads(out.getvalue()) is not None


@settings(fuzzed(12), phases=[Phase.generate])
@given(contents=st.lists(CONTENTS, min_size=20, max_size=20))
def test_and_so_it_does_in_a_process_of_its_own(folder: Path, contents: list[bytes]) -> None:
    paths = []
    for number, content in enumerate(contents):
        paths.append(folder / f"p{number}.yaml")
        paths[-1].write_bytes(content)
    mtc = Path(sys.executable).with_name("mtc")
    done = subprocess.run([mtc, "validate", *paths], capture_output=True, timeout=PATIENCE * 3, check=False)
    assert done.returncode in (0, 1), done.stderr
    assert b"Traceback" not in done.stderr
    assert b"bug in mtc" not in done.stderr
