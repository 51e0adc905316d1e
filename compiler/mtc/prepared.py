"""The proof of a tree, made in another process while this one makes its texts.

Getting ready for the proof of one tenant's tree (the schemas of objects) takes longer than the proof, and
needs no plan: it is begun first. Where there is no second processor, a proof is made here.
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
def tenants_proof() -> Iterator[Callable[[Plan], Callable[[], bool]] | None]:
    """What takes a plan of few tenants and gives what waits for its proof: True where nothing is wrong with
    its tree. None where that is not worth it.

    What is wrong, only who has the author's text can say, which would take too long to hand over.
    """
    if not worthwhile():
        yield None
        return
    import mtc.render  # noqa: F401, PLC0415 - before there are two processes that would load it

    with Prepared(_prepared_proof) as other:

        def prove(plan: Plan) -> Callable[[], bool]:
            wait = other.ask(_without_text(plan))

            def sound() -> bool:
                try:
                    return wait()
                except Exception:  # noqa: BLE001 - looking for a place; or what will be raised here again
                    return False

            return sound

        yield prove


def _prepared_proof() -> Callable[[Plan], bool]:
    from mtc.render import render_objects  # noqa: PLC0415
    from mtc.verify import verify_tree  # noqa: PLC0415
    from mtc.verify.kinds import validator  # noqa: PLC0415

    validator()  # half of a small proof's time
    return lambda plan: not verify_tree(render_objects(plan), plan)


def _without_text(plan: Plan) -> Plan:
    blueprint = plan.blueprint
    source, tenants = changed(blueprint.source, text="", root=None), blueprint.tenants
    return changed(plan, blueprint=changed(blueprint, source=source, tenants=tenants[:1] * len(tenants)))


@contextmanager
def verdict(
    tree: Tree, plan: Plan, judge: JudgeFor | None, sound: Callable[[], bool] | None
) -> Iterator[Callable[[], Said]]:
    """What waits for all that is wrong with the tree: nothing where it is `sound`, which is found aside; or
    found from now on, while this process makes its texts."""

    def verify() -> Said:
        from mtc.verify import verify_tree  # noqa: PLC0415

        return verify_tree(tree, plan, judge(plan)) if judge else verify_tree(tree, plan)

    if sound is not None:
        yield lambda: () if sound() else verify()
    elif judge is None:
        with Aside(verify) as other:
            yield other.result
    else:
        yield verify
