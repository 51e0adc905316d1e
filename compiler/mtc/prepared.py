"""The proof of a tree, made in another process while this one makes its texts.

Getting ready for the proof of few tenants (the schemas of objects) takes longer than the proof, and needs no
plan: it is begun first. Where there is no second processor, a proof is made here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

from mtc.aside import Aside, Prepared, worthwhile
from mtc.model.diagnostic import Diagnostic
from mtc.model.document import Tree
from mtc.model.plan import Plan
from mtc.model.record import changed

if TYPE_CHECKING:
    from mtc.verify.faults import Judge

Said: TypeAlias = tuple[Diagnostic, ...]
JudgeFor: TypeAlias = "Callable[[Plan], Judge]"


@contextmanager
def prepared_proof(*, text: bool) -> Iterator[Callable[[Plan], Callable[[], Said | None]] | None]:
    """What takes a plan and gives what waits for all that is wrong with its tree. None where that is not
    worth it.

    The author's `text`, without which nobody can say where something is wrong, takes long to hand over if it
    is long. Where it is not, the proof gives None instead of what it finds.
    """
    if not worthwhile():
        yield None
        return
    import mtc.render  # noqa: F401, PLC0415 - before there are two processes that would load it

    with Prepared(_prepared_proof) as other:

        def prove(plan: Plan) -> Callable[[], Said | None]:
            if text:
                return other.ask(plan)
            wait = other.ask(_without_text(plan))

            def nothing() -> Said | None:
                try:
                    return None if wait() else ()
                except Exception:  # noqa: BLE001 - looking for a place; or what will be raised here again
                    return None

            return nothing

        yield prove


def _prepared_proof() -> Callable[[Plan], Said]:
    from mtc.render import render_objects  # noqa: PLC0415
    from mtc.verify import verify_tree  # noqa: PLC0415
    from mtc.verify.kinds import validator  # noqa: PLC0415

    validator()  # half of a small proof's time
    return lambda plan: verify_tree(render_objects(plan), plan)


def _without_text(plan: Plan) -> Plan:
    blueprint = plan.blueprint
    source, tenants = changed(blueprint.source, text="", root=None), blueprint.tenants
    return changed(plan, blueprint=changed(blueprint, source=source, tenants=tenants[:1] * len(tenants)))


@contextmanager
def verdict(
    tree: Tree, plan: Plan, judge: JudgeFor | None, proved: Callable[[], Said | None] | None
) -> Iterator[Callable[[], Said]]:
    """What waits for all that is wrong with the tree: what was `proved` aside, or what is found from now on,
    while this process makes its texts."""

    def verify() -> Said:
        from mtc.verify import verify_tree  # noqa: PLC0415

        return verify_tree(tree, plan, judge(plan)) if judge else verify_tree(tree, plan)

    if proved is not None:

        def wait() -> Said:
            said = proved()
            return verify() if said is None else said

        yield wait
    elif judge is None:
        with Aside(verify) as other:
            yield other.result
    else:
        yield verify
