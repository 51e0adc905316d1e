"""A tree on the disk: its objects, judged as a render's are; faults lie in its own files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from mtc.model.diagnostic import Diagnostic, Label, ordered
from mtc.model.record import Record, changed
from mtc.model.source import Data, Source, Span
from mtc.verify.faults import Fault, Judge
from mtc.verify.shapes import Body, shape_faults
from mtc.yamlio.parse import parse, to_data
from mtc.yamlio.text import MAX_BYTES, too_large

ENDINGS = (".yaml", ".yml")


class _Object(Record, frozen=True):
    """One document of a file; `source.root` is its node."""

    source: Source
    body: Body


def yaml_files(folder: Path) -> list[Path]:
    """Every YAML file below a folder, sorted; nothing hidden (`.git`, `.mtc`), no folder behind a link."""
    found: list[Path] = []
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        visible = (name for name in names if name.endswith(ENDINGS) and not name.startswith("."))
        found += [Path(parent, name) for name in visible]
    return sorted(found)


def verify_folder(folder: Path, judge: Judge = shape_faults) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with the objects of a rendered tree, at their own lines."""
    diagnostics: list[Diagnostic] = []
    objects = [found for path in yaml_files(folder) for found in _objects(path, diagnostics)]
    for number, fault in judge([found.body for found in objects]):
        diagnostics.append(_said(objects[number].source, fault))
    return ordered(diagnostics)


def _objects(path: Path, diagnostics: list[Diagnostic]) -> Iterator[_Object]:
    content = _content(path, diagnostics)
    if content is None:
        return
    parsed = parse(content, str(path), several=True)
    diagnostics += parsed.diagnostics
    for root in parsed.roots:
        source = changed(parsed.source, root=root)
        body = to_data(root, source, diagnostics)
        if isinstance(body, dict):
            yield _Object(source, _decrypted(body))
        elif body is not None:
            fault = Fault("tree/shape", (), "this is no Kubernetes object: it is no map", "take it out")
            diagnostics.append(_said(source, fault))


def _content(path: Path, diagnostics: list[Diagnostic]) -> bytes | None:
    """The file's bytes. A link or a pipe is not read: it may hang, or lead to what is private."""
    top = Label(Span(str(path), 1, 1, 1, 2))
    if path.is_symlink() or not path.is_file():
        diagnostics.append(unreadable(str(path), top, "it is a link or no regular file"))
    elif path.stat().st_size > MAX_BYTES:
        diagnostics.append(too_large(str(path), top))
    else:
        try:
            return path.read_bytes()
        except OSError as error:
            diagnostics.append(unreadable(str(path), top, (error.strerror or str(error)).lower()))
    return None


def unreadable(shown: str, label: Label, reason: str) -> Diagnostic:
    """A YAML file of the tree cannot be read, so that nobody knows what it would do to the cluster.

    Links are not followed: in a pull request they may lead to files of the machine that checks it.

    Fails: a link in the tree, or a file without permission to read it.
    Passes: regular files, as `mtc render` writes them.
    """
    message = f"`{shown}` cannot be read: {reason}"
    return Diagnostic("tree/unreadable", message, label, "put a regular file in its place")


def _decrypted(body: dict[str, Data]) -> Body:
    """A Secret as Flux applies it: what SOPS wrote beside its data is taken off."""
    return (
        {key: value for key, value in body.items() if key != "sops"} if body.get("kind") == "Secret" else body
    )


def _said(source: Source, fault: Fault) -> Diagnostic:
    span = source.key(fault.route) if fault.on_key else source.value(fault.route)
    return fault.at(Label(span), "change it here, or render the tree again")
