"""Every stage, in order: a blueprint's path in, its plan and its tree out, or everything that is wrong.

Reads the blueprint, its lock file and what it names; writes nothing. A stage runs only when the stages before
it found no error, so that nobody has to mend what follows from something else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from mtc.model.blueprint import Blueprint
from mtc.model.diagnostic import Diagnostic, Outcome, has_errors, ordered
from mtc.model.document import Tree
from mtc.model.lock import Lock
from mtc.model.plan import Plan
from mtc.model.record import Record, changed
from mtc.model.rule import Documented, Explained

if TYPE_CHECKING:
    from mtc.load.blueprint import Fits
    from mtc.prepared import Helper, JudgeFor, Said
    from mtc.verify.isolation import Proof

Relock: TypeAlias = Callable[[Blueprint, Lock], Lock]


class Compiled(Record, frozen=True):
    """How far a blueprint came; None is what a stage would have made that did not run or found an error.

    `lock` is the lock file as read, `plan.lock` the next one. `diagnostics` are those of all stages that ran,
    in order, without the warnings that the blueprint silences.
    """

    blueprint: Blueprint | None = None
    lock: Lock | None = None
    plan: Plan | None = None
    tree: Tree | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


def lock_path(blueprint: Path) -> Path:
    """Where a blueprint's lock file lies: `prod.lock.yaml` beside `prod.yaml`."""
    return blueprint.with_name(f"{blueprint.stem}.lock.yaml")


def locked_blueprint(lock: Path) -> Path | None:
    """The blueprint that a lock file lies beside; None for what is no lock file, or lies alone."""
    name = lock.name.removesuffix(".lock.yaml")
    blueprint = lock.with_name(f"{name}.yaml")
    return blueprint if name and name != lock.name and blueprint.is_file() else None


def compile_blueprint(
    path: Path,
    judge: JudgeFor | None = None,
    only: str | None = None,
    meanwhile: Callable[[Tree], object] | None = None,
    helper: Helper | None = None,
) -> Compiled:
    """load → check → plan → render → verify.

    `judge` makes the judge of the objects' shapes instead of mtc's schemas (`mtc validate --kubeconform`);
    the tree has no runbook then. With `only`, the tree is that of one tenant beside two of each shape of
    tenant, without a runbook: its files are those of the whole tree, and what is proved is proved of it.
    `meanwhile` gets the tree while it may still be refused: nothing that it does may show. A `helper` takes
    work over where there are few tenants to prove, and then the tree may be that of one tenant alone.
    """
    from mtc.prepared import is_small, verdict  # noqa: PLC0415 - most runs never prove

    begun: list[tuple[Plan, Callable[[], Said | None]]] = []
    if only is None and not is_small(path):
        helper = None

    def begin(plan: Plan) -> None:
        from mtc.render import beside  # noqa: PLC0415 - most runs never render

        if helper is not None:
            plan = beside(plan, only) if only is not None else plan
            begun[:] = [(plan, helper.proof(plan, text=only is None))]

    fits = helper.fits if helper is not None and only is not None else None
    made = _plan(path, fits=fits, early=begin if helper is not None else None)
    if made.plan is None:
        return _silenced(made)
    from mtc.render import beside, render_objects, render_tenant, with_runbook  # noqa: PLC0415

    plan, proved = begun[0] if begun else (made.plan, None)
    if only is not None and proved is None:
        plan = beside(plan, only)
    alone = only if proved is not None else None  # the rest of the tree is another process' to make
    tree = render_objects(plan) if alone is None else render_tenant(plan, alone)
    with verdict(tree if alone is None else None, plan, judge, proved) as said:
        if only is None and judge is None:
            tree = with_runbook(tree, plan)
        if meanwhile is not None:
            meanwhile(tree)
        found = said()
    return _silenced(changed(made, tree=tree, diagnostics=(*made.diagnostics, *found)))


def plan_blueprint(path: Path, relock: Relock | None = None, *, sops: bool = True) -> Compiled:
    """load → check → plan, and a look at the author's extra manifests, which are objects already.

    `relock` makes the lock to plan with from the one that was read (`mtc lock`). Without `sops` the encrypted
    files need not be there yet: who asks which Secrets to make has made none.
    """
    made = _plan(path, relock, sops=sops)
    if made.plan is not None and made.plan.blueprint.files:  # most have none, and verify/ takes 10 ms to load
        from mtc.verify import verify_extras  # noqa: PLC0415

        made = changed(made, diagnostics=(*made.diagnostics, *verify_extras(made.plan)))
    return _silenced(made)


def prove_plan(plan: Plan) -> Proof:
    """render → the proof of isolation, whatever it finds; ReachError for a policy that nobody could read."""
    from mtc.render import render_objects  # noqa: PLC0415
    from mtc.verify.isolation import prove  # noqa: PLC0415

    return prove((document.body for document in render_objects(plan).documents), plan)


def _plan(
    path: Path,
    relock: Relock | None = None,
    *,
    sops: bool = True,
    fits: Fits | None = None,
    early: Callable[[Plan], object] | None = None,
) -> Compiled:
    """As far as the plan, nothing silenced yet; for `fits` see load.

    `early` gets the plan before the blueprint is checked, or not at all: what it begins goes on meanwhile,
    and is worth nothing if the check finds an error.
    """
    from mtc.load import load_blueprint  # noqa: PLC0415 - 40 ms with the stages after it, not for --help
    from mtc.plan import make_plan  # noqa: PLC0415

    loaded, locked = load_blueprint(path, fits), _load_lock(lock_path(path))
    blueprint, lock = loaded.value, locked.value
    found = [*loaded.diagnostics, *locked.diagnostics]
    if blueprint is None or has_errors(found):
        return Compiled(blueprint, lock, None, None, tuple(found))
    planned: Outcome[Plan] | None = None
    if early is not None and lock is not None and not blueprint.files:  # which take their time
        # Nobody knows yet whether it can be planned. If it can, a bug comes again below.
        with suppress(Exception):
            planned = make_plan(blueprint, lock)
            if planned.value is not None:
                early(planned.value)
    from mtc.check import check_blueprint  # noqa: PLC0415

    found += check_blueprint(blueprint)
    plan = None
    if lock is not None and not has_errors(found):
        if planned is None:
            planned = make_plan(blueprint, relock(blueprint, lock) if relock else lock, sops=sops)
        found += planned.diagnostics
        plan = planned.value
    return Compiled(blueprint, lock, plan, None, tuple(found))


def _silenced(made: Compiled) -> Compiled:
    """The same without the warnings that the blueprint silences, once all stages have spoken.

    Silencing finds errors of its own: only here is it known whether there is a tree.
    """
    from mtc.check import apply_allow  # noqa: PLC0415

    if made.blueprint is None:
        return changed(made, diagnostics=ordered(made.diagnostics))
    said = apply_allow(made.blueprint, made.diagnostics, _every_rule())
    return changed(made, diagnostics=said, tree=None if has_errors(said) else made.tree)


def all_pages() -> tuple[Documented, ...]:
    """Everything that `mtc explain` has a page of: the rules, and what `mtc diff` says."""
    from mtc.diff import PAGES, RULES  # noqa: PLC0415

    return (*all_rules(), *PAGES, *RULES)


def all_rules() -> tuple[Explained, ...]:
    """The rules of every room: what `mtc explain` has a page of, and what a blueprint may silence."""
    from mtc.check import ALL_RULES  # noqa: PLC0415
    from mtc.load import PAGES as LOAD  # noqa: PLC0415
    from mtc.plan import PAGES as PLAN  # noqa: PLC0415
    from mtc.verify import PAGES as VERIFY  # noqa: PLC0415
    from mtc.write import PAGES as WRITE  # noqa: PLC0415
    from mtc.yamlio.pages import PAGES as YAML  # noqa: PLC0415

    return (*YAML, *LOAD, *ALL_RULES, *PLAN, *VERIFY, *WRITE)


def _every_rule() -> Iterator[Explained]:
    """The same, loaded when somebody looks: most blueprints silence nothing."""
    yield from all_rules()


def _load_lock(path: Path) -> Outcome[Lock]:
    from mtc.load import load_lock  # noqa: PLC0415
    from mtc.load.files import read_file  # noqa: PLC0415

    if not path.exists() and not path.is_symlink():
        return load_lock(None, str(path))
    content = read_file(path, str(path))
    if content.value is None:
        return Outcome(None, content.diagnostics)
    return load_lock(content.value, str(path))
