"""`mtc render`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING

import click

from mtc.cli.asking import blueprint_argument, known_tenant
from mtc.cli.ending import DIFFERENT, FAULTY, GOOD, keep
from mtc.cli.locking import lock_changed, write_lock
from mtc.cli.progress import Progress
from mtc.cli.reporting import Manner, reporting_options, say
from mtc.model.diagnostic import Diagnostic, Label, Outcome
from mtc.model.document import Tree
from mtc.model.plan import Plan
from mtc.model.record import Record, changed
from mtc.model.source import Span
from mtc.pipeline import Compiled, compile_blueprint, lock_path
from mtc.report.visible import visible

if TYPE_CHECKING:
    from mtc.prepared import Helper
    from mtc.report import Format
    from mtc.write import Ahead, Glance, Part, Sums, WriteReport, Writing

LARGE = 200_000  # bytes


class Order(Record, frozen=True):
    """What was asked for: see the options."""

    blueprint: Path
    folder: Path
    locked: bool
    force: bool
    allow_empty: bool
    tenant: str | None
    manner: Manner
    helper: Helper | None

    @property
    def within(self) -> str:
        """The tree's folder that `--tenant` leaves to be written; "" without it."""
        return "" if self.tenant is None else f"tenants/{self.tenant}"

    def covers(self, path: str) -> bool:
        """True for the tree's paths that lie there; all of them without `--tenant`."""
        return self.tenant is None or path.startswith(f"{self.within}/")

    def tell(self, text: str) -> None:
        """The result: on stdout, unless a report for programs has that to itself."""
        click.echo(text, err=self.manner.for_programs)


@click.command("render")
@blueprint_argument
@click.option(
    "-o",
    "--output",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The tree's folder. Files in it that mtc did not write are left alone.",
)
@click.option("--check", is_flag=True, help="Write nothing; exit 4 where the folder is not up to date.")
@click.option("--locked", is_flag=True, help="Refuse to change the lock file: for a pull request's checks.")
@click.option("--force", is_flag=True, help="Overwrite files that somebody edited by hand.")
@click.option("--allow-empty", is_flag=True, help="Let the last tenant's files go too.")
@click.option("--tenant", metavar="NAME", help="Write this tenant's files alone.")
@reporting_options
def render_command(
    blueprint: Path,
    folder: Path,
    check: bool,
    locked: bool,
    force: bool,
    allow_empty: bool,
    tenant: str | None,
    format_: Format,
    strict: bool,
    limit: int | None,
) -> int:
    """Write the tree: every manifest that Flux applies.

    Only files that changed are written, and files that nothing makes any more are removed. Nothing is
    written while the blueprint has errors. The lock file beside the blueprint is brought up to date.
    """
    helper: Helper | None = click.get_current_context().obj
    manner = Manner(format_, strict, limit, blueprints=(blueprint,), trees=(folder,))
    order = Order(blueprint, folder, locked, force, allow_empty, tenant, manner, helper)
    if tenant is not None and not check:
        return _render(order, helper.look_within(folder, order.within) if helper is not None else None)
    with _ahead(folder) as glance:
        return _check(order, glance) if check else _render(order, glance)


@contextmanager
def _ahead(folder: Path) -> Iterator[Glance | None]:
    """Inside the block, what another process sees of a tree that is there; None where it is not worth it."""
    from mtc.aside import Aside, worthwhile

    if not worthwhile() or not _is_large(folder / ".mtc" / "inventory.json"):
        yield None
        return
    from mtc.write import look  # before there are two processes that would load it

    with Aside(lambda: look(folder)) as other:
        yield other.result


def _is_large(inventory: Path) -> bool:
    """True for an inventory of about 2,000 files: a smaller one is read sooner than a process is begun."""
    with suppress(OSError):
        found = inventory.lstat()
        return S_ISREG(found.st_mode) and found.st_size >= LARGE
    return False


def _render(order: Order, glance: Callable[[], Ahead | Part | None] | None) -> int:
    looked: list[Writing] = []
    with ExitStack() as stack:

        def look(tree: Tree) -> None:
            from mtc.write import Writing

            looked.append(stack.enter_context(Writing(order.folder, order.within, glance)))
            looked[0].look(tree.files)

        made = _compile(order, look, only=order.tenant)
        if made is None:
            return FAULTY
        if order.tenant is not None:
            known_tenant(made.plan, order.tenant, "--tenant")
        outcome = _write(order, made, looked[0])
    found = (*made.found, *_from_here(outcome.diagnostics, order.folder))
    faulty = say(found, order.manner)  # once: a program reads one report
    if outcome.value is None or faulty:
        return FAULTY
    report = outcome.value
    written, unchanged, removed = len(report.written), len(report.unchanged), len(report.removed)
    order.tell(f"written {written}, unchanged {unchanged}, removed {removed}")
    return GOOD


class _Made(Record, frozen=True):
    """A blueprint that nothing refused, and what is said of it."""

    compiled: Compiled
    plan: Plan
    tree: Tree
    found: list[Diagnostic]


def _compile(order: Order, meanwhile: Callable[[Tree], object], only: str | None) -> _Made | None:
    """None where there is nothing to write or to compare; why has been said."""
    compiled = compile_blueprint(order.blueprint, only=only, meanwhile=meanwhile, helper=order.helper)
    plan, tree, found = compiled.plan, compiled.tree, list(compiled.diagnostics)
    if plan is not None and order.locked and lock_changed(compiled, plan):
        found.append(_lock_fault(order.blueprint, compiled, plan))
    if plan is None or tree is None or order.manner.refuses(found):
        say(found, order.manner)
        return None
    keep(compiled)
    return _Made(compiled, plan, tree, found)


def _write(order: Order, made: _Made, writing: Writing) -> Outcome[WriteReport]:
    """The lock first: a tree must not publish a port that nothing holds on to.

    Under the folder's own lock and after its refusals, so that a render which is refused changes neither.
    """
    with Progress("writing") as progress:
        return writing.write(
            force=order.force,
            allow_empty=order.allow_empty,
            before=lambda: write_lock(order.blueprint, made.compiled, made.plan),
            progress=progress,
        )


def _check(order: Order, glance: Glance | None) -> int:
    """Of the whole tree, with `--tenant` too: only what is said is one tenant's."""
    from mtc.write import check_tree, sums_of

    sums: list[Sums] = []
    made = _compile(order, lambda tree: sums.append(sums_of(tree.files)), only=None)
    if made is None:
        return FAULTY
    if order.tenant is not None:
        known_tenant(made.plan, order.tenant, "--tenant")
    report = check_tree(made.tree.files, order.folder, glance, sums[0])
    if say((*made.found, *_from_here(report.diagnostics, order.folder)), order.manner):
        return FAULTY
    states = {"missing": report.missing, "stale": report.stale, "edited": report.edited}
    states["foreign"] = report.foreign
    lines = [f"stale    {lock_path(order.blueprint)}"] if lock_changed(made.compiled, made.plan) else []
    for state, paths in states.items():
        lines += [f"{state:<8} {visible(str(order.folder / path))}" for path in paths if order.covers(path)]
    if report.interrupted:
        lines.append("interrupted: a render was cut short, or is at work; render again")
    order.tell("\n".join(lines) if lines else f"{order.folder} is what {order.blueprint} says")
    return DIFFERENT if lines else GOOD


def _from_here(diagnostics: Iterable[Diagnostic], folder: Path) -> Iterator[Diagnostic]:
    """What is wrong with the tree, at paths that begin where the command runs and not in the tree."""
    for found in diagnostics:
        span = found.primary.span
        path = span.file if Path(span.file) == folder else str(folder / span.file)
        yield changed(found, primary=Label(changed(span, file=path), found.primary.text))


def _lock_fault(blueprint: Path, compiled: Compiled, plan: Plan) -> Diagnostic:
    """lock/changed, at the first tenant whose ports the lock file does not have."""
    path = lock_path(blueprint)
    before = compiled.lock.ports if compiled.lock is not None else {}
    moved = [name for name, lease in plan.lock.ports.items() if before.get(name) != lease]
    label = Label(Span(str(path), 1, 1, 1, 2))
    if moved and compiled.blueprint is not None:
        spec = next((tenant.spec for tenant in plan.tenants if tenant.name == moved[0]), None)
        if spec is not None:
            label = Label(compiled.blueprint.source.key((*spec.route, "name")), "its ports are not locked")
    return Diagnostic(
        "lock/changed",
        f"the lock file `{path}` would change, and `--locked` forbids it",
        label,
        f"run `mtc lock {blueprint}` and commit the lock file",
    )
