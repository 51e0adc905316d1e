"""Program: the author's templates to objects, in a process that has nothing to lose; see `confinement`.

A template may come from a pull request, so it runs where it can neither open a file, nor see an environment,
nor take more time and memory than it is given; Jinja2's sandbox stands before that, and this behind it.

In, on stdin, one JSON object: `files` (path → text), `shared` (the names that every template knows),
`tenants` (each one's names), `platform` and `tenant` (paths). Out, a JSON line for each manifest, the
platform's first, then tenant by tenant: `bodies`, and what is wrong: `problems` of documents, `diagnostics`
of YAML's reader, `failed` (line or null, reason). The owner of jinja2 in this room.

A value never becomes template text: `{{ … }}` leaves a mark in the rendered YAML, the YAML is parsed, and
the marks are replaced in its scalars. So a name with a colon or a quote stays a name, `web-{{ tenant.name }}`
works, and a scalar that is one `{{ … }}` alone keeps its type.
"""

from __future__ import annotations

import json
import re
import resource
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mtc.model.document import listed
from mtc.model.record import plain
from mtc.model.source import Data
from mtc.yamlio.numbers import EXACT
from mtc.yamlio.parse import parse_data
from mtc.yamlio.text import LOST

LARGEST = 1 << 20  # bytes of a manifest; what is larger, is a mistake or an attack
DEEPEST = 100
SECONDS = 2  # of the processor, for one manifest
ALTOGETHER = 60  # of the processor, for all of them
MEMORY = 1 << 28  # bytes, beside what the input takes
FAILURES = 100  # manifests; a mistake in a template fails for every tenant alike
_MARK = re.compile("\ue000([0-9]+)\ue001")
_WARM = (
    "a: {{ {'b': [1]} }}\n",
    "{a: https://b}\n",
    "a: [",
    "{{ a }}",
    "{% if %}",
    "{{ 1 / 0 }}",
    "{{ [] | tojson }}{{ lipsum(n=1) }}",
)


class Workshop:
    """Templates by their path, compiled once, and the values of the manifest at work."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files
        self._values: list[object] = []
        self._compiled: dict[str, Any] = {}
        self._environment = ImmutableSandboxedEnvironment(
            undefined=StrictUndefined, finalize=self._mark, keep_trailing_newline=True
        )

    def manifest(self, path: str, names: Mapping[str, object]) -> dict[str, object]:
        """One line of the output."""
        try:
            parsed = parse_data(self._text(path, names), path)
            documents = [_checked(self._unmark(document)) for document in parsed.value or ()]
            made: dict[str, object] = {
                "bodies": [body for body in documents if _problem(body) is None],
                "problems": [problem for body in documents if (problem := _problem(body)) is not None],
                "diagnostics": [plain(fault) for fault in parsed.diagnostics if parsed.value is None],
            }
            if len(json.dumps(made, allow_nan=False)) > LARGEST:
                raise OverflowError("the manifest is larger than one MiB")
            return made
        except MemoryError:
            return failed(None, "it takes too much memory")
        except OSError:
            return failed(
                None, "it reaches for something outside, and templates have nothing but their names"
            )
        except RecursionError:
            return failed(None, "it calls itself without end, or nests too deep")
        except Exception as error:  # noqa: BLE001 - whatever a template makes Jinja2 or Python do is its fault
            reason = str(error).splitlines()[0][:200] if str(error).strip() else type(error).__name__
            return failed(getattr(error, "lineno", None), reason)

    def _text(self, path: str, names: Mapping[str, object]) -> str:
        self._values.clear()
        if path not in self._compiled:
            self._compiled[path] = self._environment.from_string(self._files[path])
        out: list[str] = []
        size = 0
        for part in self._compiled[path].generate(names):
            size += len(part)
            if size > LARGEST:
                raise OverflowError("the manifest is larger than one MiB")
            out.append(part)
        return "".join(out)

    def _mark(self, value: object) -> str:
        if isinstance(value, Undefined):
            return str(value)  # raises, with the name that is missing
        self._values.append(value)
        return f"\ue000{len(self._values) - 1}\ue001"

    def _unmark(self, value: Data) -> Data:
        if isinstance(value, dict):
            return {str(self._unmark(key)): self._unmark(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._unmark(item) for item in value]
        return self._unmark_text(value, len(self._values)) if isinstance(value, str) else value

    def _unmark_text(self, text: str, below: int) -> Data:
        """A value may hold marks of its own, from a macro or a `{% set %}` block: always earlier ones."""
        whole = _MARK.fullmatch(text)
        if whole is None:
            return _MARK.sub(lambda match: str(self._unmark_text(match.group(), below)), text)
        if len(whole.group(1)) > 9 or int(whole.group(1)) >= below:
            return text  # the author's own characters, no mark of ours
        index = int(whole.group(1))
        value = _plain(self._values[index])
        return self._unmark_text(value, index) if isinstance(value, str) else value


def failed(line: int | None, reason: str) -> dict[str, object]:
    """The line of a manifest that a template does not make."""
    return {"bodies": [], "problems": [], "diagnostics": [], "failed": [line, reason]}


def _plain(value: object) -> Data:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return str(value)


def _checked(value: Data, depth: int = 0) -> Data:
    """The value, if every reader after us can hold it. Raises ValueError."""
    if depth > DEEPEST:
        raise ValueError(f"it is nested more than {DEEPEST} levels deep")
    if isinstance(value, int) and abs(value) > EXACT:
        raise ValueError("it makes a number that does not fit in 53 bits")
    for text in (value,) if isinstance(value, str) else value if isinstance(value, dict) else ():
        if isinstance(text, str) and (lost := re.search(LOST, text)):
            raise ValueError(f"it makes U+{ord(lost[0]):04X}, which does not pass Flux' kustomize")
    if isinstance(value, dict) and "<<" in value:
        raise ValueError("it makes the key `<<`, which kustomize takes for a merge key")
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        _checked(part, depth + 1)
    return value


def _problem(body: Data) -> str | None:
    """What keeps a document from being an object that may stand in Git."""
    if not isinstance(body, dict):
        return "is not a map"
    for field in ("apiVersion", "kind"):
        if not isinstance(body.get(field), str) or not body[field]:
            return f"has no `{field}`"
    if listed(body) is not None:
        return "is a list of objects, each of which has to be a document of its own"
    metadata = body.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str) or not metadata["name"]:
        return "has no `metadata.name`"
    if body["kind"] == "Secret" and ("data" in body or "stringData" in body):
        return "is a Secret in plain text"
    return None


def manifests(job: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    """Every manifest's line, in order; fewer where many fail."""
    workshop, shared, tenants = Workshop(job["files"]), job["shared"], job["tenants"]
    work = [(path, {**shared, "tenants": tenants}) for path in job["platform"]]
    work += [(path, {**shared, "tenant": tenant}) for tenant in tenants for path in job["tenant"]]
    failures = 0
    for path, names in work:
        line = workshop.manifest(path, names)
        yield line
        failures += bool(line.get("failed") or line["problems"] or line["diagnostics"])
        if failures >= FAILURES:
            return


def confine() -> None:
    """From here on: no file, no socket, no process, this much memory and time. Linux keeps to all of it."""
    here = Path("/proc/self/statm")
    used = int(here.read_text(encoding="ascii").split()[0]) * resource.getpagesize() if here.exists() else 0
    limits = (
        (resource.RLIMIT_AS, used + MEMORY),
        (resource.RLIMIT_CPU, ALTOGETHER),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, most in limits:
        with suppress(ValueError, OSError):  # a lower limit is there already, or the system knows none
            resource.setrlimit(kind, (most, most))


def main() -> None:
    """The program."""
    job = json.loads(sys.stdin.buffer.read())
    warm = dict(enumerate(_WARM))  # what Jinja2 and the readers load only when they need it
    list(manifests({**job, "files": warm, "platform": warm, "tenant": []}))
    confine()
    lines = manifests(job)
    while True:
        signal.setitimer(
            signal.ITIMER_PROF, SECONDS
        )  # its signal ends the process, in the middle of anything
        line = next(lines, None)
        signal.setitimer(signal.ITIMER_PROF, 0)
        if line is None:
            return
        sys.stdout.write(json.dumps(line, allow_nan=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
