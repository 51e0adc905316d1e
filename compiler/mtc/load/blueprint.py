"""A blueprint file to the typed blueprint: parse, read, hold against the contract, merge, build."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

from mtc.load.attachments import attach
from mtc.load.completeness import reversed_ports
from mtc.load.contract import blueprint_contract
from mtc.load.files import Files, Folder, Shelf, read_file
from mtc.load.judging import Held, hold, judge
from mtc.load.merging import overlay
from mtc.load.places import Places
from mtc.load.platform import build
from mtc.load.settings import effective, faults, split
from mtc.model.blueprint import Blueprint
from mtc.model.diagnostic import Diagnostic, Outcome, has_errors, ordered
from mtc.model.source import Data
from mtc.yamlio.parse import parse

API_VERSION, KIND = "mtc/v1alpha1", "Blueprint"
# Begins to hold data against the contract elsewhere; what comes back waits for whether it fits.
Fits: TypeAlias = Callable[[Data], Callable[[], bool]]
SHORT = 1 << 22  # bytes of a text that has no more tenants than the contract allows by far


def load_blueprint(path: str | Path, fits: Fits | None = None) -> Outcome[Blueprint]:
    """The blueprint in a file, with the SOPS files and extra manifests that it names.

    All faults in one run: files/*, yaml/*, values/*, schema/*, profiles/unknown. With `fits`, the contract is
    asked elsewhere, and here only for words where something is refused.
    """
    content = read_file(Path(path), str(path))
    if content.value is None:
        return Outcome(None, content.diagnostics)
    return load_text(content.value, str(path), Path(path).parent, fits=fits)


def load_text(
    text: str | bytes,
    name: str,
    folder: Path | None = None,
    files: Mapping[str, bytes] | None = None,
    fits: Fits | None = None,
) -> Outcome[Blueprint]:
    """The same from text. What it names is read from `folder`, or else from `files`: path relative to the
    blueprint (`/` between folders, no `./`) to bytes."""
    parsed = parse(text, name)
    root = parsed.source.root
    if root is None:
        return Outcome(None, parsed.diagnostics)
    held = hold(parsed.source, root, blueprint_contract(), "the blueprint")
    other = _other_language(held.places)
    if other is not None:
        return Outcome(None, ordered((*parsed.diagnostics, other)))
    shelf = Folder(folder) if folder is not None else Files(files or {})
    if fits is not None and len(text) <= SHORT and not (parsed.diagnostics or held.diagnostics):
        made = _hastily(held, shelf, fits)
        if made is not None:
            return made
    return _made(held, shelf, [*parsed.diagnostics, *judge(held)])


def _hastily(held: Held, shelf: Shelf, fits: Fits) -> Outcome[Blueprint] | None:
    """What is made of data while nobody knows whether it fits; None where it does not, or this failed.

    Data that fits fails again where it is made in peace, so no bug hides here.
    """
    fit, made = fits(held.data), None
    with suppress(Exception):
        made = _made(held, shelf, [])
    return made if fit() else None


def _made(held: Held, shelf: Shelf, diagnostics: list[Diagnostic]) -> Outcome[Blueprint]:
    """The blueprint, unless something is wrong already, or turns out to be."""
    if has_errors(diagnostics):
        return Outcome(None, ordered(diagnostics))
    blueprint = _merge(held, shelf, diagnostics)
    return Outcome(blueprint, ordered(diagnostics))


def _merge(held: Held, shelf: Shelf, diagnostics: list[Diagnostic]) -> Blueprint | None:
    """Data that fits the contract to types; None where the merged settings have an error."""
    data, places, contract = held.data, held.places, held.places.contract
    notes, shape = contract.root.fields["metadata"], contract.root.fields["spec"]
    rest, layers = split(data["spec"])
    spec: Any = dict(overlay(shape.defaults, rest, shape))  # never the defaults themselves: it is changed
    tenants = effective(layers, contract)
    files = attach(spec, shelf, places, diagnostics)
    diagnostics += faults(layers, tenants, places)
    diagnostics += _intervals(spec, places)
    if has_errors(diagnostics):
        return None
    metadata: Any = overlay(notes.defaults, data["metadata"], notes)
    return build(places.source, metadata, spec, tenants, files)


def _other_language(places: Places) -> Diagnostic | None:
    """schema/api-version: a file for another compiler, whose fields would all be judged wrongly."""
    for field, ours in (("apiVersion", API_VERSION), ("kind", KIND)):
        if isinstance(places.root, dict) and places.root.get(field) not in (None, ours):
            written = places.written((field,)) or "not text"
            message = f"`{field}` is {written}, which this compiler does not read"
            way_out = f"write `{field}: {ours}`"
            return Diagnostic("schema/api-version", message, places.value((field,)), way_out)
    return None


def _intervals(spec: Any, places: Places) -> Iterator[Diagnostic]:
    """Port intervals of the platform that are the wrong way round."""
    cluster, pool = ("spec", "cluster", "nodePortRange"), ("spec", "nodePorts", "pool")
    yield from reversed_ports(spec["cluster"]["nodePortRange"], cluster, places)
    if "pool" in spec["nodePorts"]:
        yield from reversed_ports(spec["nodePorts"]["pool"], pool, places)
    for index, item in enumerate(spec["nodePorts"]["reserved"]):
        if isinstance(item, dict):
            yield from reversed_ports(item, ("spec", "nodePorts", "reserved", index), places)
