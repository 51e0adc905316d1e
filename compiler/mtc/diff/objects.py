"""Files to objects, and the objects of two trees matched: by kind, namespace and name, never by file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mtc.diff.faults import duplicate, empty_file, missing_file, no_object
from mtc.model.diagnostic import Diagnostic, Outcome, has_errors, ordered
from mtc.model.document import Identity, identity_of, listed
from mtc.model.record import Record
from mtc.model.source import Data
from mtc.model.spelling import quoted
from mtc.yamlio.canonical import read_canonical
from mtc.yamlio.parse import parse_data

TENANT_LABEL = "mtc/tenant"
FILE = "File"  # the kind of what is no Kubernetes object: the runbook, a list of files
INDEX = "kustomization.yaml"
STATE = ".mtc/"  # the compiler's own notes on a folder
_YAML = (".yaml", ".yml", ".json")
_HEAD = re.compile(
    rb"(?:#[^\n]*\n)?apiVersion: [^\n]+\nkind: ([^\n]+)\nmetadata:\n  name: ([^\n]+)\n(?!.*^---)", re.S | re.M
)
_TENANT_FOLDER = re.compile(r"tenants/([^/]+)/")
_GENERATED = re.compile(r"(.+)-[0-9a-f]{10}\Z")


class Object(Record, frozen=True):
    """One object of a tree: its file, its body, whose it is (None: the platform's)."""

    file: str
    body: Mapping[str, Any]
    identity: Identity
    tenant: str | None

    @property
    def kind(self) -> str:
        return self.identity.kind

    @property
    def namespace(self) -> str:
        return self.identity.namespace

    @property
    def name(self) -> str:
        return self.identity.name

    def get(self, *keys: str) -> Any:
        """The value below these keys; None where there is none."""
        return below(self.body, *keys)

    def map(self, *keys: str) -> Mapping[str, Any]:
        """The map below these keys; an empty one where there is none."""
        found = below(self.body, *keys)
        return found if isinstance(found, Mapping) else {}

    def list(self, *keys: str) -> list[Any]:
        """The list below these keys; an empty one where there is none."""
        found = below(self.body, *keys)
        return found if isinstance(found, list) else []

    def annotation(self, name: str) -> str | None:
        found = self.map("metadata", "annotations").get(name)
        return found if isinstance(found, str) else None

    def label(self, name: str) -> str | None:
        found = self.map("metadata", "labels").get(name)
        return found if isinstance(found, str) else None


class Pair(Record, frozen=True):
    """One object on both sides, or on one of them."""

    base: Object | None
    head: Object | None

    @property
    def either(self) -> Object:
        """The head's object, or else the base's."""
        found = self.head or self.base
        assert found is not None
        return found

    @property
    def both(self) -> tuple[Object, Object] | None:
        """(base, head), where the object is on both sides."""
        return (self.base, self.head) if self.base is not None and self.head is not None else None


@dataclass(frozen=True)
class Tree:
    """One side: how it was named, and its files (POSIX path → bytes)."""

    name: str
    files: Mapping[str, bytes]
    _kinds: dict[str, tuple[Object, ...]] = field(default_factory=dict, repr=False)

    def of_kind(self, kind: str) -> tuple[Object, ...]:
        """Every object of a kind, changed or not; only files that name the kind are parsed. A file that
        cannot be read has none: where it matters, comparing it has said so."""
        if kind not in self._kinds:
            word = re.compile(rb"kind[\"']?\s*:\s*[\"']?" + kind.encode())
            paths = [path for path, data in self.files.items() if is_manifest(path) and word.search(data)]
            found = (each for path in paths for each in read_alike(path, self.files[path]))
            self._kinds[kind] = tuple(each for each in found if each.kind == kind)
        return self._kinds[kind]


def below(value: Any, *keys: str) -> Any:
    """The value below these keys; None where there is none."""
    for key in keys:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def is_manifest(path: str) -> bool:
    """True for a file that may hold objects."""
    return path.endswith(_YAML)


def match(base: Tree, head: Tree) -> Outcome[list[Pair]]:
    """The objects whose files differ, in pairs; faults of either side: no side is read half."""
    paths = sorted({*base.files, *head.files})
    differing = [
        path for path in paths if not path.startswith(STATE) and base.files.get(path) != head.files.get(path)
    ]
    faults: list[Diagnostic] = []
    before = read_objects(base.files, differing, faults, base.name)
    after = read_objects(head.files, differing, faults, head.name)
    faults += _missing(base, head, differing) + _missing(head, base, differing)
    if has_errors(faults):
        return Outcome(None, ordered(faults))
    faults += _again(base, before, after, differing) + _again(head, after, before, differing)
    if faults:
        return Outcome(None, ordered(faults))
    renamed = _renamed(before, after)
    pairs = [Pair(before.get(renamed.get(key, key)), found) for key, found in after.items()]
    gone = [Pair(found, None) for key, found in before.items() if key not in after]
    taken = set(renamed.values())
    pairs += [pair for pair in gone if pair.either.identity not in taken]
    return Outcome(sorted(pairs, key=lambda pair: _order(pair.either)))


def _missing(side: Tree, other: Tree, differing: Iterable[str]) -> list[Diagnostic]:
    """Files that only the other side has, and that this side's kustomization.yaml lists all the same."""
    found = []
    for path in differing:
        folder, _, name = path.rpartition("/")
        index = f"{folder}/{INDEX}" if folder else INDEX
        listing = side.files.get(index) if path not in side.files and path in other.files else None
        known = re.escape(name.encode("utf-8", "surrogateescape"))
        if listing is not None and re.search(rb"(?m)^\s*- [\"']?(?:\./)?" + known + rb"[\"']?\s*$", listing):
            found.append(missing_file(side.name, name, index))
    return found


def _again(
    side: Tree, mine: Mapping[Identity, Object], others: Mapping[Identity, Object], differing: Iterable[str]
) -> list[Diagnostic]:
    """Objects that came on this side, and that a file which did not change has already."""
    new = {key: found for key, found in mine.items() if key not in others and found.kind != FILE}
    if not new:
        return []
    heads = {(key.kind.encode(), key.name.encode()) for key in new}
    skipped = {*differing}
    paths = [
        path
        for path, data in side.files.items()
        if is_manifest(path) and path not in skipped and not path.endswith(INDEX) and _may_be(data, heads)
    ]
    known = read_objects(side.files, paths, [])
    return [
        duplicate(side.name, f"{key.kind} {quoted(key.name)}", (known[key].file, found.file))
        for key, found in new.items()
        if key in known
    ]


def _may_be(data: bytes, heads: set[tuple[bytes, bytes]]) -> bool:
    """True unless the file's first lines, as the compiler writes them, are those of another object."""
    match = _HEAD.match(data)
    return match is None or (match[1], match[2].strip(b'"')) in heads


def _order(item: Object) -> tuple[str, Identity]:
    return item.tenant or "", item.identity


def _renamed(before: Mapping[Identity, Object], after: Mapping[Identity, Object]) -> dict[Identity, Identity]:
    """Head's identity → base's, of objects that are named by what is in them."""
    gone: dict[Identity, list[Object]] = {}
    for key, found in before.items():
        if key not in after and (stem := _stem(found)) is not None:
            gone.setdefault(stem, []).append(found)
    new: dict[Identity, list[Identity]] = {}
    for key, found in after.items():
        if key not in before and (stem := _stem(found)) is not None:
            new.setdefault(stem, []).append(key)
    return {
        keys[0]: gone[stem][0].identity
        for stem, keys in new.items()
        if len(keys) == 1 and len(gone.get(stem, ())) == 1
    }


def _stem(found: Object) -> Identity | None:
    """The identity without the part that is made from the content; None for an ordinary name."""
    if found.kind == "ConfigMap" and (match := _GENERATED.match(found.name)):
        return found.identity._replace(name=match[1])
    tag = found.get("spec", "ref", "tag")
    if found.kind == "OCIRepository" and isinstance(tag, str):
        return found.identity._replace(name=found.name.removesuffix("-" + tag.replace(".", "-")))
    return None


def read_objects(
    files: Mapping[str, bytes], paths: Iterable[str], faults: list[Diagnostic], side: str = ""
) -> dict[Identity, Object]:
    """The objects of these files, where the side has them. Faults: those of YAML, and the three below."""
    found: dict[Identity, Object] = {}
    for path in paths:
        data = files.get(path)
        if data is None:
            continue
        for item in _read_file(path, data, faults, side):
            first = found.setdefault(item.identity, item)
            if first is not item:
                what = (
                    f"{item.kind} {quoted(f'{item.namespace}/{item.name}' if item.namespace else item.name)}"
                )
                faults.append(duplicate(side, what, (first.file, item.file)))
    return found


def read_alike(path: str, data: bytes) -> tuple[Object, ...]:
    """The objects of a file that need not be looked at closely; none of one that cannot be read.

    Tenants' files differ in the tenant's name alone, mostly, so each shape is parsed once and the name put in
    its place. A name of six letters or more, of which the first is one, is part of no word or number that
    YAML reads as anything but text, so reading and replacing may change places.
    """
    owner = _OWNER.search(data)
    if owner is None or _PLACE in data:
        return tuple(read_objects({path: data}, (path,), []).values())
    shape = data.replace(owner[1], _PLACE)
    if shape not in _shapes:
        if len(_shapes) >= _MOST_SHAPES:
            _shapes.clear()
        _shapes[shape] = json.dumps([each.body for each in read_objects({path: shape}, (path,), []).values()])
    bodies = json.loads(_shapes[shape].replace(_PLACE.decode(), owner[1].decode()))
    return tuple(Object(path, body, identity_of(body), _owner(body, path)) for body in bodies)


_OWNER = re.compile(rb"(?m)^ +mtc/tenant: ([a-z][a-z0-9-]{5,})$")
_PLACE = b"mtc-name-of-the-tenant"
_MOST_SHAPES = 20_000
_shapes: dict[bytes, str] = {}


def _read_file(path: str, data: bytes, faults: list[Diagnostic], side: str) -> Iterator[Object]:
    if not is_manifest(path):
        yield Object(path, {"content": _text(data)}, Identity("", FILE, "", path), _owner({}, path))
        return
    for body in _documents(path, data, faults, side):
        identity = identity_of(body)
        if not identity.kind or not identity.name:  # a list of files, or nothing of Kubernetes
            identity = Identity("", FILE, "", path)
        yield Object(path, body, identity, _owner(body, path))


def _documents(path: str, data: bytes, faults: list[Diagnostic], side: str) -> Iterator[Mapping[str, Any]]:
    name = f"{side}/{path}" if side else path
    try:
        fast = read_canonical(data.decode("utf-8"))
    except UnicodeDecodeError:
        fast = None
    if fast is not None:
        yield from _expanded(fast, name, faults)
        return
    parsed = parse_data(data, name)
    faults += (fault for fault in parsed.diagnostics if fault.severity == "error")
    documents = [body for body in parsed.value or () if body is not None]
    if parsed.value is not None and not documents:
        faults.append(empty_file(name))
    for body in documents:
        yield from _expanded(body, name, faults)


def _expanded(body: Data, name: str, faults: list[Diagnostic]) -> Iterator[Mapping[str, Any]]:
    """An object, or those of a List."""
    if not isinstance(body, dict):
        faults.append(no_object(name))
        return
    items = listed(body)
    if items is not None:
        for item in items:
            yield from _expanded(item, name, faults)
    else:
        yield body


def _owner(body: Mapping[str, Any], path: str) -> str | None:
    """Whose an object is: by its label, or else by the folder that it lies in."""
    labelled = below(body, "metadata", "labels", TENANT_LABEL)
    if isinstance(labelled, str) and labelled:
        return labelled
    folder = _TENANT_FOLDER.match(path)
    return folder[1] if folder else None


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return f"({len(data)} bytes that are no text)"
