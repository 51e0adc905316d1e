"""The files that a blueprint names: its own manifest templates, and the encrypted Secrets."""

from __future__ import annotations

from posixpath import normpath
from typing import Any

from mtc.load.files import Shelf, too_much
from mtc.load.places import Places
from mtc.model.blueprint import BlueprintFile
from mtc.model.diagnostic import Diagnostic, Label
from mtc.yamlio.text import MAX_BYTES

SCOPES = ("platform", "tenant")


def attach(
    spec: dict[str, Any], shelf: Shelf, places: Places, diagnostics: list[Diagnostic]
) -> dict[str, BlueprintFile]:
    """The files by path. `spec` names them the same way afterwards: without `./` and inner `..`.

    Of the SOPS folder every `*.yaml` that exists is read; what is missing there, check/ knows.
    """
    wanted = [
        (normpath(written), places.value(("spec", "extras", scope, index)))
        for scope in SCOPES
        for index, written in enumerate(spec["extras"][scope])
    ]
    spec["extras"] = {scope: [normpath(path) for path in spec["extras"][scope]] for scope in SCOPES}
    secrets, sops = spec["secrets"], spec["secrets"]["sops"]
    folder = normpath(sops["directory"])
    spec["secrets"] = {**secrets, "sops": {**sops, "directory": folder}}
    if secrets["provider"] == "sops":
        label = places.value(("spec", "secrets", "sops", "directory"))
        found = shelf.yaml_files(folder, label)
        diagnostics += found.diagnostics
        wanted += [(path, label) for path in found.value or ()]
    return _read(wanted, shelf, diagnostics)


def _read(
    wanted: list[tuple[str, Label]], shelf: Shelf, diagnostics: list[Diagnostic]
) -> dict[str, BlueprintFile]:
    """Each once, and together no more than one file may hold: many links to one file are many files."""
    files: dict[str, BlueprintFile] = {}
    size = 0
    for path, label in dict(wanted).items():
        content = shelf.read(path, label)
        diagnostics += content.diagnostics
        if content.value is None:
            continue
        files[path] = BlueprintFile(path, content.value)
        size += len(content.value)
        if size > MAX_BYTES:
            diagnostics.append(too_much(label))
            break
    return files
