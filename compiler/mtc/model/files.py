"""The files of a tree, most of them made anew whenever somebody asks: nobody holds them all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, KeysView, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple


class Batch(NamedTuple):
    """Files that are made together: their paths, and what makes their bytes in that order."""

    paths: Sequence[str]
    make: Callable[[], Sequence[bytes]]


class Files(Mapping[str, bytes]):
    """POSIX path → the file's whole bytes, sorted by path: `alone`, and those of `batches`.

    Only the batch that was looked at last is kept, so ask for neighbours one after another.
    """

    def __init__(self, alone: Mapping[str, bytes], batches: Sequence[Batch] = ()) -> None:
        self.alone, self.batches = alone, batches
        self._last: Batch | None = None
        self._made: Mapping[str, bytes] = {}

    @cached_property
    def _where(self) -> dict[str, bytes | Batch]:
        where: dict[str, bytes | Batch] = {}
        for batch in self.batches:
            where.update(dict.fromkeys(batch.paths, batch))
        where.update(self.alone)
        return {path: where[path] for path in sorted(where)}

    def __getitem__(self, path: str) -> bytes:
        found = self._where[path]
        if isinstance(found, bytes):
            return found
        if found is not self._last:
            self._last, self._made = found, dict(zip(found.paths, found.make(), strict=True))
        return self._made[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._where)

    def __len__(self) -> int:
        return len(self._where)

    def __contains__(self, path: object) -> bool:
        return path in self._where  # and nothing is made for it

    def keys(self) -> KeysView[str]:
        """The paths, as fast as a dict has them."""
        return self._where.keys()

    def mapped(self, of: Callable[[Iterable[bytes]], Iterable[str]]) -> dict[str, str]:
        """What a function says of several files, for all of them, in order; each batch is made once."""
        said = dict.fromkeys(self._where, "")
        for batch in self.batches:
            said.update(zip(batch.paths, of(batch.make()), strict=True))
        said.update(zip(self.alone, of(self.alone.values()), strict=True))
        return said

    def and_one(self, path: str, data: bytes) -> Files:
        """The same with one more file."""
        return Files({**self.alone, path: data}, self.batches)
