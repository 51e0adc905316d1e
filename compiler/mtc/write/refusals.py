"""When a tree is not written: the faults that a person has to decide about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from mtc.model.diagnostic import Diagnostic, ordered
from mtc.write.inventory import refusal
from mtc.write.paths import collisions

if TYPE_CHECKING:  # what differs is told by sums, and what a tree's sums refuse is said here
    from mtc.write.differences import Differences

TENANTS = "tenants/"


def colliding(files: Mapping[str, bytes], folders: set[str]) -> tuple[Diagnostic, ...]:
    """write/case-collision: a checkout on macOS or Windows would keep only one of the two."""
    return ordered(_one_of_two(path, earlier) for path, earlier in collisions(files, folders))


def _one_of_two(path: str, other: str) -> Diagnostic:
    return refusal(
        "write/case-collision",
        path,
        f"`{path}` and `{other}` differ by upper and lower case or Unicode form only",
        "rename one of them: macOS and Windows keep only one of the two",
    )


def refusals(differences: Differences, *, force: bool) -> tuple[Diagnostic, ...]:
    """write/edited (unless forced), write/foreign-in-the-way, write/symlink, and write/case-collision with
    what is not ours."""
    found = [
        refusal(
            "write/foreign-in-the-way",
            path,
            f"`{path}` is not the compiler's, and the tree has a place for it",
            "move it out of the output folder, or remove it",
        )
        for path in differences.foreign
    ]
    found += [
        refusal(
            "write/symlink",
            path,
            f"`{path}` is a symbolic link, which is never followed",
            "replace it by what it points at, or remove it",
        )
        for path in differences.links
    ]
    found += [_one_of_two(path, wanted) for path, wanted in differences.twins.items()]
    if not force:
        found += [
            refusal(
                "write/edited",
                path,
                f"`{path}` was edited by hand since it was written",
                "carry the change into the blueprint, or give --force to lose it",
            )
            for path in differences.edited
        ]
    return ordered(found)


def emptying(before: Iterable[str], after: Iterable[str]) -> tuple[Diagnostic, ...]:
    """write/empty: Flux prunes what is no longer there, so this would delete every tenant at once."""
    if any(path.startswith(TENANTS) for path in after):
        return ()
    lost = sorted({path.split("/")[1] for path in before if path.startswith(TENANTS)})
    if not lost:
        return ()
    return (
        refusal(
            "write/empty",
            TENANTS.rstrip("/"),
            f"every tenant would be removed at once ({len(lost)} of them, `{lost[0]}` first)",
            "if that is what you want, give --allow-empty",
        ),
    )
