"""Whether a peer wrote the documents that mtc wrote: `python -m bench.peers.equal TREE PEER …`.

Every YAML file below a peer's folder is parsed and compared with the tenants' files of mtc's tree, whatever
the files are called. Prints the number of documents of each peer, a line each, and exits 1 at a difference.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml


def tenants_files(tree: Path) -> Iterator[Path]:
    """What mtc wrote for its tenants."""
    yield from (tree / "tenants").glob("*/*.yaml")
    yield from (tree / "flux").glob("tenant-*.yaml")


def documents(paths: Iterable[Path]) -> Counter[str]:
    """Documents as canonical JSON, and how often each occurs."""
    found: Counter[str] = Counter()
    for path in paths:
        with path.open("rb") as file:
            for document in yaml.load_all(file, yaml.CSafeLoader):
                found[json.dumps(document, sort_keys=True)] += 1
    return found


def difference(wanted: Counter[str], found: Counter[str]) -> str | None:
    """In a line what differs; None where the documents are the same."""
    lacking, added = wanted - found, found - wanted
    if not lacking and not added:
        return None
    lost = f"{lacking.total()} of {wanted.total()} documents are not as mtc wrote them: {_named(lacking)}"
    return f"{lost}; {added.total()} are not mtc's: {_named(added)}"


def _named(some: Counter[str]) -> str:
    if not some:
        return "none"
    document: Any = json.loads(min(some))
    return f"{document.get('kind')} {document.get('metadata', {}).get('name')} …"


def main(tree: Path, peers: Iterable[Path]) -> int:
    """Compare them all, print the counts."""
    wanted = documents(tenants_files(tree))
    for peer in peers:
        found = documents(peer.rglob("*.yaml"))
        if said := difference(wanted, found):
            print(f"{peer.name}: {said}", file=sys.stderr)
            return 1
        print(found.total())
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), map(Path, sys.argv[2:])))
