"""What another process does for a render of few tenants, while this one goes on: see `Helper`.

Getting ready to judge (the schemas of the blueprint and of objects) takes longer than judging few tenants,
and needs nothing of theirs: it is begun first. Where there is no second processor, all is done here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from mtc.aside import Aside, Prepared, worthwhile
from mtc.model.diagnostic import Diagnostic
from mtc.model.document import Tree
from mtc.model.plan import Plan
from mtc.model.record import changed
from mtc.model.source import Data

if TYPE_CHECKING:
    from mtc.verify.faults import Judge
    from mtc.write import Part

Said: TypeAlias = tuple[Diagnostic, ...]
JudgeFor: TypeAlias = "Callable[[Plan], Judge]"
Result = TypeVar("Result")
SMALL = 1 << 15  # bytes of a blueprint


class Helper:
    """The other process, and what it can be asked, in this order. What comes back waits for the answer.

    Where it cannot answer, whoever asks does it himself: it was killed, or failed, which shows again there.
    """

    def __init__(self, other: Prepared) -> None:
        self._other = other

    def look_within(self, folder: Path, within: str) -> Callable[[], Part | None]:
        """What the inventory says of one folder of a tree: see write/part."""
        return _answered(self._other.ask(_look_within, folder, within), None)

    def fits(self, data: Data) -> Callable[[], bool]:
        """Whether the schema refuses nothing in a blueprint's data; False where that cannot be said."""
        try:
            wait = self._other.ask(_fits, data)
            self._other.ask(_get_ready)  # for the proof, which nobody waits for yet
        except Exception:  # noqa: BLE001 - too deep to be handed over
            return lambda: False
        return _answered(wait, False)

    def proof(self, plan: Plan, *, text: bool) -> Callable[[], Said | None]:
        """All that is wrong with a plan's tree; the last that is asked. None where that cannot be said.

        The author's `text`, without which nobody can say where something is wrong, takes long to hand over if
        it is long. Where it is not, that gives None instead of what it finds.
        """
        wait = _answered(self._other.ask(_proof, plan if text else _without_text(plan)), None)
        self._other.no_more()
        return wait if text else lambda: () if wait() == () else None


def _answered(wait: Callable[[], Result], otherwise: Result) -> Callable[[], Result]:
    def answer() -> Result:
        try:
            return wait()
        except Exception:  # noqa: BLE001 - see Helper
            return otherwise

    return answer


@contextmanager
def prepared_helper(*, many: bool) -> Iterator[Helper | None]:
    """Another process that gets ready; None where that is not worth it. Where the blueprint has `many`
    tenants it is this process that takes longer, and the other one judges the data, too."""
    if not worthwhile():
        yield None
        return
    # What both need, before there are two that would load it.
    import mtc.load  # noqa: F401, PLC0415
    import mtc.render  # noqa: F401, PLC0415
    import mtc.write  # noqa: F401, PLC0415

    with Prepared(_contract if many else _get_ready) as other:
        yield Helper(other)


def is_small(blueprint: str | Path) -> bool:
    """True for a file that has room for few tenants: a plan of it is soon handed to another process."""
    with suppress(OSError, ValueError):
        found = Path(blueprint).stat()
        return S_ISREG(found.st_mode) and found.st_size <= SMALL
    return False


def _contract() -> None:
    from mtc.load.contract import blueprint_contract, validator  # noqa: PLC0415

    validator(blueprint_contract())


def _look_within(folder: Path, within: str) -> Part | None:
    from mtc.write import look_within  # noqa: PLC0415

    return look_within(folder, within)


def _fits(data: Data) -> bool:
    from mtc.load.contract import fits  # noqa: PLC0415

    return fits(data)


def _get_ready() -> None:
    import mtc.verify  # noqa: F401, PLC0415
    from mtc.verify.kinds import validator  # noqa: PLC0415

    validator()  # half of a small proof's time


def _proof(plan: Plan) -> Said:
    from mtc.render import render_objects  # noqa: PLC0415
    from mtc.verify import verify_tree  # noqa: PLC0415

    return verify_tree(render_objects(plan), plan)


def _without_text(plan: Plan) -> Plan:
    blueprint = plan.blueprint
    source, tenants = changed(blueprint.source, text="", root=None), blueprint.tenants
    return changed(plan, blueprint=changed(blueprint, source=source, tenants=tenants[:1] * len(tenants)))


@contextmanager
def verdict(
    tree: Tree | None, plan: Plan, judge: JudgeFor | None, proved: Callable[[], Said | None] | None
) -> Iterator[Callable[[], Said]]:
    """What waits for all that is wrong with the plan's tree: what was `proved` aside, or what is found from
    now on, while this process makes its texts. `tree` None: not made here, unless it is needed."""

    def verify() -> Said:
        from mtc.render import render_objects  # noqa: PLC0415
        from mtc.verify import verify_tree  # noqa: PLC0415

        objects = tree or render_objects(plan)
        return verify_tree(objects, plan, judge(plan)) if judge else verify_tree(objects, plan)

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
