"""`mtc diff`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mtc.cli.ending import DIFFERENT, FAULTY, GOOD
from mtc.cli.reporting import Manner, colored, say
from mtc.model.diagnostic import Outcome
from mtc.model.record import changed
from mtc.model.review import RISK_CLASSES, Review
from mtc.report.reviews import REVIEW_FORMATS, render_review

if TYPE_CHECKING:
    from mtc.diff.objects import Tree
    from mtc.report.reviews import ReviewFormat

BLUEPRINT = "blueprint.yaml"
LAYERS = ("intent", "risks", "objects")
NOTHING_YET = "nothing is rendered in the base yet: everything is new"


def _words(known: Sequence[str]) -> Callable[[click.Context, click.Parameter, str | None], tuple[str, ...]]:
    """Reads a list of these words, with commas between them."""

    def read(_context: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
        words = tuple(dict.fromkeys(word.strip() for word in (value or "").split(",") if word.strip()))
        for word in words:
            if word not in known:
                raise click.BadParameter(f"'{word}' is none of {', '.join(known)}.")
        return words

    return read


@click.command("diff")
@click.argument("sides", metavar="[[BASE] HEAD]", nargs=-1)
@click.option(
    "--format",
    "format_",
    type=click.Choice(REVIEW_FORMATS),
    default="text",
    show_default=True,
    help="How to write it: markdown is a comment for a pull request, html a page, github annotations.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it to a file.")
@click.option("--exit-code", is_flag=True, help="Exit 4 where there is any difference.")
@click.option(
    "--fail-on",
    callback=_words(RISK_CLASSES),
    metavar="CLASS,…",
    help=f"Exit 4 where there is a risk of these: {', '.join(RISK_CLASSES)}.",
)
@click.option(
    "--tenant", "tenants", multiple=True, metavar="NAME", help="Show this tenant alone (repeatable)."
)
@click.option(
    "--only", callback=_words(LAYERS), metavar="LAYER,…", help="Show these alone: intent, risks, objects."
)
@click.option(
    "--max-bytes",
    type=click.IntRange(min=2_000),
    metavar="N",
    help="The longest that markdown may be; 65,000 by default.",
)
@click.option(
    "--links", default="", metavar="URL", help="What comes before a file's path in markdown's links."
)
def diff_command(
    sides: tuple[str, ...],
    format_: ReviewFormat,
    output: Path | None,
    exit_code: bool,
    fail_on: tuple[str, ...],
    tenants: tuple[str, ...],
    only: tuple[str, ...],
    max_bytes: int | None,
    links: str,
) -> int:
    """Say what a change means, and what is risky about it.

    BASE and HEAD are each a rendered folder, a blueprint (rendered in memory), or git:REV[:PATH]. HEAD alone
    is compared with what the commit HEAD has. Nothing at all: ./blueprint.yaml against the same.

    \b
    mtc diff                                        the blueprint against what is committed
    mtc diff git:origin/main:out out                a pull request's tree against main's
    mtc diff git:v1.0:out blueprint.yaml --fail-on data-loss,isolation
    """
    if len(sides) > 2:
        raise click.UsageError("there are two sides at most: BASE and HEAD.")
    if links and not links.startswith(("https://", "http://", "/")):
        raise click.BadParameter("links begin with https://, http:// or /.", param_hint="'--links'")
    outcome = _review(sides)
    if outcome.value is None:
        say(outcome.diagnostics, Manner("github" if format_ == "github" else "text"))
        return FAULTY
    review, known = outcome.value
    for tenant in tenants:
        _require(tenant, known)
    review = _narrowed(review, tenants)
    prefix = _prefix(sides)
    text = render_review(
        _only(review, only),
        format_,
        color=output is None and colored(sys.stdout),
        max_bytes=max_bytes,
        links=links,
        prefix=prefix,
    )
    if output is None:
        sys.stdout.write(text)
    else:
        from mtc.cli.saving import save

        save(output, text)
    failing = any(risk.risk_class in fail_on for risk in review.risks)
    return DIFFERENT if failing or (exit_code and not review.empty) else GOOD


def _review(sides: tuple[str, ...]) -> Outcome[tuple[Review, frozenset[str]]]:
    """The review of both sides and the tenants that either has."""
    from mtc.diff import compare

    head_name = sides[-1] if sides else _blueprint_here()
    base_name = sides[0] if len(sides) == 2 else None
    head = _side(head_name, {})
    if head.value is None:
        return Outcome(None, head.diagnostics)
    base = _base(base_name, head_name, head.value)
    if base.value is None:
        return Outcome(None, base.diagnostics)
    notes = (NOTHING_YET,) if not base.value.files else ()
    found = compare(base.value, head.value, notes)
    if found.value is None:
        return Outcome(None, found.diagnostics)
    paths = (path for side in (base.value, head.value) for path in side.files)
    names = frozenset(path.split("/")[1] for path in paths if path.startswith("tenants/"))
    return Outcome((found.value, names))


def _blueprint_here() -> str:
    if not Path(BLUEPRINT).is_file():
        raise click.UsageError(f"there is no {BLUEPRINT} here: name the sides, or the blueprint.")
    return BLUEPRINT


def _side(name: str, known: Mapping[str, bytes], *, may_lack: bool = False) -> Outcome[Tree]:
    """One side's tree: a revision, a folder, or else a blueprint."""
    from mtc.diff.revisions import read_revision, revision_of

    revision = revision_of(name)
    if revision is not None:
        return read_revision(revision, Path.cwd(), known, may_lack=may_lack)
    path = Path(name)
    if path.is_dir():
        from mtc.diff.folders import read_folder

        return read_folder(path, name.rstrip("/") or "/", known)
    return _rendered(path)


def _rendered(path: Path) -> Outcome[Tree]:
    from mtc.diff.objects import Tree
    from mtc.pipeline import compile_blueprint

    compiled = compile_blueprint(path)
    if compiled.tree is None:
        return Outcome(None, tuple(d for d in compiled.diagnostics if d.severity == "error"))
    return Outcome(Tree(str(path), dict(compiled.tree.files)))


def _base(name: str | None, head: str, tree: Tree) -> Outcome[Tree]:
    """The base, or what is committed at HEAD in the head's place."""
    if name is not None:
        return _side(name, tree.files, may_lack=True)
    from mtc.diff.revisions import Revision, folder_in_repository, read_revision, revision_of

    if revision_of(head) is not None:
        raise click.UsageError("a revision needs something to compare it with: mtc diff BASE HEAD.")
    path = Path(head)
    if path.is_dir():
        place = folder_in_repository(path)
        wanted = Revision(f"git:HEAD:{place}", "HEAD", place)
        return read_revision(wanted, path, tree.files, may_lack=True)
    from mtc.pipeline import plan_blueprint

    where = path.resolve().parent
    blueprint = plan_blueprint(path).blueprint
    place = blueprint.flux.path.removeprefix("./").strip("/") if blueprint is not None else None
    outcome = read_revision(Revision(f"git:HEAD:{place}", "HEAD", place), where, tree.files, may_lack=True)
    if outcome.value is None or outcome.value.files:
        return outcome
    return read_revision(Revision("git:HEAD", "HEAD", None), where, tree.files, may_lack=True)


def _prefix(sides: tuple[str, ...]) -> str:
    """The folder in front of a tree's files, for annotations."""
    from mtc.diff.revisions import revision_of

    for side in reversed(sides):
        revision = revision_of(side)
        if revision is not None and revision.path:
            return f"{revision.path}/"
        if revision is None and Path(side).is_dir():
            return f"{side.rstrip('/')}/"
    return ""


def _require(tenant: str, known: frozenset[str]) -> None:
    if tenant in known:
        return
    from mtc.model.spelling import nearest

    guess = nearest(tenant, sorted(known), most=None)
    hint = f" Did you mean '{guess}'?" if guess else ""
    raise click.BadParameter(f"neither side has a tenant '{tenant}'.{hint}", param_hint="'--tenant'")


def _narrowed(review: Review, tenants: tuple[str, ...]) -> Review:
    """The review of these tenants alone."""
    if not tenants:
        return review
    return changed(
        review,
        intents=tuple(each for each in review.intents if each.tenant in tenants),
        risks=tuple(each for each in review.risks if each.tenant in tenants),
        changes=tuple(each for each in review.changes if each.tenant in tenants),
        tenants=tuple(each for each in review.tenants if each in tenants),
    )


def _only(review: Review, layers: tuple[str, ...]) -> Review:
    """The review with these layers alone; what is left out is still counted."""
    if not layers:
        return review
    return changed(
        review,
        intents=review.intents if "intent" in layers else (),
        risks=review.risks if "risks" in layers else (),
        changes=review.changes if "objects" in layers else (),
    )
