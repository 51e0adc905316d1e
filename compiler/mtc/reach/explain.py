"""Why a connection passes or does not: the same verdict, with every policy that had a say."""

from __future__ import annotations

from mtc.model.record import Record
from mtc.reach.policies import Direction, Rule
from mtc.reach.ports import port_range
from mtc.reach.ranges import Ranges
from mtc.reach.reading import Reading
from mtc.reach.verdict import Selecting, admits, exemption, itself, passing, ports_at, seen, selecting
from mtc.reach.world import Endpoint, Pod, World

_WORDS = {
    Reading.MAY: "judged by what some plugin may let through",
    Reading.MUST: "judged by what every plugin must let through",
    Reading.BY_ADDRESS: "with pods known by their addresses",
}


class RuleNote(Record, frozen=True):
    """One rule of a policy that selects the pod. `misses`: why it does not hold here, "" where it does."""

    policy: str
    direction: Direction
    index: int
    misses: str

    def __str__(self) -> str:
        return f"{self.policy}, {self.direction.rules_key}[{self.index}]"


class Side(Record, frozen=True):
    """One direction at one end: egress of the source, or ingress of the target.

    `selected_by`: the policies (namespace/name) that close `subject`, so that only rules open it; empty:
    nothing closes it. `rules`: every rule that had a say. `exempt`: why policies have none here, or "".
    """

    direction: Direction
    subject: str
    allowed: bool
    exempt: str
    selected_by: tuple[str, ...]
    rules: tuple[RuleNote, ...]

    @property
    def allowed_by(self) -> tuple[RuleNote, ...]:
        return tuple(note for note in self.rules if not note.misses)


class Explanation(Record, frozen=True):
    """The verdict on one connection, and both sides of it. A pod that calls itself has no sides."""

    source: str
    target: str
    port: int
    protocol: str
    reading: Reading
    allowed: bool
    sides: tuple[Side, ...]

    def text(self) -> str:
        """The explanation for people, lines without a final newline."""
        verdict = "allowed" if self.allowed else "denied"
        flow = f"{self.source} to {self.target}, {self.protocol} {self.port}"
        head = f"{flow}: {verdict}, {_WORDS[self.reading]}."
        lines = [line for side in self.sides for line in _side_lines(side)]
        return "\n".join([head, *(lines or ["A pod always reaches itself."])])


def explain(
    world: World, source: Endpoint, target: Endpoint, port: int, protocol: str, reading: Reading
) -> Explanation:
    """Why `source` may or may not open a connection to `port` (1 to 65535) of `target` by `protocol`.

    `allowed` is what `mtc.reach.verdict.allowed` says. ReachError for what is no port or protocol.
    """
    wanted = port_range(protocol, port, port)
    sides: tuple[Side, ...] = ()
    if not itself(source, target, reading):
        sides = tuple(_side(world, source, target, wanted, each, reading) for each in reversed(Direction))
    ok = all(side.allowed for side in sides)
    return Explanation(str(source), str(target), port, protocol, reading, ok, sides)


def _side(
    world: World, source: Endpoint, target: Endpoint, wanted: Ranges, direction: Direction, reading: Reading
) -> Side:
    subject, peer = (source, target) if direction is Direction.EGRESS else (target, source)
    exempt = exemption(subject, peer, reading)
    found = selecting(world, subject, direction, reading) if isinstance(subject, Pod) and not exempt else None
    notes: list[RuleNote] = []
    for policy, index, rule in (found or Selecting((), ())).rules(direction):
        faults = [] if ports_at(rule.ports, target, reading) & wanted else [f"its ports are {rule.ports}"]
        faults += _peer_faults(world, rule, policy.namespace, peer, direction, reading)
        notes.append(RuleNote(str(policy), direction, index, " and ".join(faults)))
    ok = passing(world, source, target, direction, reading).covers(wanted)
    closing = tuple(map(str, found.closing)) if found else ()
    return Side(direction, str(subject), ok, exempt, closing, tuple(notes))


def _peer_faults(
    world: World, rule: Rule, own: str, peer: Endpoint, direction: Direction, reading: Reading
) -> list[str]:
    if not admits(world, rule, own, peer, reading):
        return [f"{peer} is not among " + "; ".join(map(str, rule.peers or ()))]
    if isinstance(peer, Pod) or rule.peers is None or reading is Reading.MAY:
        return []
    whole = rule.addresses.covers(seen(world, peer, direction, reading))
    return [] if whole else [f"it holds for a part only of the addresses of {peer}"]


def _side_lines(side: Side) -> list[str]:
    what = f"{side.direction.value} of {side.subject}"
    if side.exempt:
        return [f"{what} is open: {side.exempt}."]
    if not side.selected_by:
        selects = "is sure to select" if side.rules else "selects"
        return [f"{what} is open: no policy of type {side.direction.value} {selects} it."]
    if side.allowed:
        return [f"{what} is allowed by {'; '.join(map(str, side.allowed_by)) or 'its rules together'}."]
    closed = f"{what} is closed by {', '.join(side.selected_by)}"
    if not side.rules:
        return [f"{closed}, without any rule that opens it."]
    return [f"{closed}, and no rule opens it here:", *(f"- {note}: {note.misses}." for note in side.rules)]
