"""What can be wrong with a side: each a diagnostic, so that no side is ever read half."""

from __future__ import annotations

from mtc.model.diagnostic import Diagnostic, Label
from mtc.model.rule import Page
from mtc.model.source import Span
from mtc.model.spelling import quoted


def _fault(code: str, message: str, place: str, way_out: str) -> Diagnostic:
    return Diagnostic(code, message, Label(Span(place, 1, 1, 1, 2)), way_out)


def no_tree(side: str) -> Diagnostic:
    """A side that is no rendered tree.

    A wrong path or an empty folder would look like a change that removes every tenant. A tree has the folders
    `flux`, `platform` and `tenants`. Only a base in Git may have none yet: then everything is new.
    """
    message = f"{quoted(side)} is no rendered tree"
    return _fault("diff/no-tree", message, side, "name the folder that `mtc render -o` wrote, or a blueprint")


def no_revision(side: str, revision: str, reason: str) -> Diagnostic:
    """A revision that the repository does not have.

    In CI the usual reason is a shallow clone: fetch the base's commit first (`fetch-depth: 0`).
    """
    message = f"Git has no revision {quoted(revision)}: {reason}"
    return _fault("diff/revision", message, side, "check the name; in CI, fetch it before (`fetch-depth: 0`)")


def ambiguous(side: str, found: list[str]) -> Diagnostic:
    """A revision with several trees, or with none that could be told.

    `git:REV` alone means the one folder that `mtc render` wrote. Where there are several, name it:
    `git:REV:PATH`.
    """
    some = ", ".join(map(quoted, found[:5])) + (" …" if len(found) > 5 else "")
    message = (
        f"{quoted(side)} has {len(found)} rendered trees: {some}"
        if found
        else f"{quoted(side)} has no rendered tree"
    )
    return _fault("diff/which-tree", message, side, "name its folder: `git:REV:PATH`")


def link(side: str, path: str) -> Diagnostic:
    """A symbolic link, a submodule or a device in a tree.

    A link may lead out of the tree, and a review would show what lies there. The compiler writes none.
    """
    message = f"{quoted(path)} is no regular file"
    return _fault("diff/link", message, f"{side}/{path}", "replace it by the file that it stands for")


def too_large(side: str, path: str) -> Diagnostic:
    """A file or a tree that is too large to be compared.

    Over 64 MiB a file, over 2 GiB in all: no cluster could apply it, and comparing it would take the machine.
    """
    return _fault(
        "diff/too-large", f"{quoted(path)} is too large", f"{side}/{path}", "take it out of the tree"
    )


def missing_file(side: str, path: str, index: str) -> Diagnostic:
    """A file that its kustomization.yaml lists, and that is not there.

    Flux cannot build such a folder, so it deletes nothing; the comparison would show everything in the file
    as deleted.
    """
    message = f"{quoted(index)} lists {quoted(path)}, which is not there"
    return _fault(
        "diff/missing-file", message, f"{side}/{index}", "restore the file, or render the tree again"
    )


def empty_file(place: str) -> Diagnostic:
    """A manifest without content.

    A file that was cut short would look like objects that were taken out. Nobody writes an empty manifest, so
    the side is refused instead.
    """
    return _fault(
        "diff/empty-file", f"{quoted(place)} holds no object", place, "restore the file, or delete it"
    )


def no_object(place: str) -> Diagnostic:
    """A manifest that is a list or a text, where Kubernetes reads objects.

    It would be compared with nothing, so the side is refused.
    """
    return _fault(
        "diff/no-object", f"{quoted(place)} is no object", place, "write apiVersion, kind and metadata"
    )


def duplicate(side: str, what: str, files: tuple[str, str]) -> Diagnostic:
    """Two objects of one side that are one to the cluster.

    Which of them holds is decided by the order in which Flux applies them, so a comparison with either would
    be half the truth.
    """
    first, second = files
    where = f"{quoted(first)} and {quoted(second)}" if first != second else quoted(first)
    return _fault(
        "diff/duplicate", f"{what} is there twice, in {where}", f"{side}/{second}", "take one of the two out"
    )


PAGES = (
    Page("diff/no-tree", "error", no_tree),
    Page("diff/revision", "error", no_revision),
    Page("diff/which-tree", "error", ambiguous),
    Page("diff/link", "error", link),
    Page("diff/too-large", "error", too_large),
    Page("diff/missing-file", "error", missing_file),
    Page("diff/empty-file", "error", empty_file),
    Page("diff/no-object", "error", no_object),
    Page("diff/duplicate", "error", duplicate),
)
