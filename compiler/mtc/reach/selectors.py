"""Label selectors, and labels of which not all may be known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mtc.model.record import Record
from mtc.reach.fields import ReachError, fields, items, labels, text
from mtc.reach.reading import Reading

_OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")
_ABSENCE = ("NotIn", "DoesNotExist")


class Labels(Record, frozen=True):
    """The labels of a pod or a namespace, sorted by key.

    With `more`, other labels may be on it that nobody wrote down: a task pod whose template a tenant
    writes, a namespace that is not in the tree. The written keys have the written values in any case.
    """

    pairs: tuple[tuple[str, str], ...] = ()
    more: bool = False

    @classmethod
    def of(cls, values: Mapping[str, str], *, more: bool = False) -> Labels:
        return cls(tuple(sorted(values.items())), more)

    def get(self, key: str) -> str | None:
        """The value of the label `key`, None where no such label is written."""
        for name, value in self.pairs:
            if name == key:
                return value
        return None


NO_LABELS = Labels()


class Requirement(Record, frozen=True, order=True):
    """One condition on one label. `values` is sorted; only In and NotIn have any."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def holds(self, value: str | None) -> bool:
        """Whether a label of this value (None: there is no such label) satisfies the condition."""
        if value is None:
            return self.operator in _ABSENCE
        if self.operator in ("In", "NotIn"):
            return (value in self.values) == (self.operator == "In")
        return self.operator == "Exists"

    def __str__(self) -> str:
        if self.operator == "In" and len(self.values) == 1:
            return f"{self.key}={self.values[0]}"
        spelled = {"In": "{} in ({})", "NotIn": "{} notin ({})", "Exists": "{}", "DoesNotExist": "!{}"}
        return spelled[self.operator].format(self.key, ", ".join(self.values))


class Selector(Record, frozen=True):
    """A conjunction of requirements, sorted and without repetition; without any, it selects everything."""

    requirements: tuple[Requirement, ...] = ()

    def matches(self, of: Labels, reading: Reading) -> bool:
        """Whether labels `of` are selected: certainly (MUST), possibly (MAY), or with nothing else on it."""
        unwritten: list[Requirement] = []
        for requirement in self.requirements:
            value = of.get(requirement.key)
            if value is None and of.more and reading is not Reading.BY_ADDRESS:
                unwritten.append(requirement)
            elif not requirement.holds(value):
                return False
        return not unwritten or (reading is Reading.MAY and _satisfiable(unwritten))

    def pinned(self) -> Requirement | None:
        """The requirement that leaves the fewest values to a label: what an index of labels can look up."""
        return min((each for each in self.requirements if each.operator == "In"), key=_choices, default=None)

    def __str__(self) -> str:
        return ", ".join(map(str, self.requirements))


def _choices(requirement: Requirement) -> int:
    return len(requirement.values)


def _satisfiable(requirements: list[Requirement]) -> bool:
    """Whether one unwritten set of labels could satisfy them all, each key on its own."""
    return all(
        _one_value([each for each in requirements if each.key == key])
        for key in {each.key for each in requirements}
    )


def _one_value(requirements: list[Requirement]) -> bool:
    if all(each.holds(None) for each in requirements):
        return True
    choices = [value for each in requirements if each.operator == "In" for value in each.values]
    if choices:
        return any(all(each.holds(value) for each in requirements) for value in choices)
    # Without an In, any fresh value will do, unless the label must be absent.
    return all(each.operator != "DoesNotExist" for each in requirements)


def read_selector(value: object, where: str) -> Selector:
    """The LabelSelector `value`; null and {} select everything. ReachError names `where` and the fault."""
    given = fields(value, where, ("matchLabels", "matchExpressions"))
    wanted = labels(given.get("matchLabels"), f"{where}.matchLabels")
    found = {Requirement(key, "In", (wish,)) for key, wish in wanted.items()}
    found.update(_expressions(given.get("matchExpressions"), f"{where}.matchExpressions"))
    return Selector(tuple(sorted(found)))


def _expressions(value: object, where: str) -> Iterator[Requirement]:
    for index, entry in enumerate(items(value, where)):
        at = f"{where}[{index}]"
        given = fields(entry, at, ("key", "operator", "values"))
        key, operator = text(given.get("key"), f"{at}.key"), text(given.get("operator"), f"{at}.operator")
        if operator not in _OPERATORS:
            raise ReachError(f"{at}.operator {operator!r} is none of {', '.join(_OPERATORS)}")
        values = items(given.get("values"), f"{at}.values")
        words = sorted({word for word in values if isinstance(word, str)})
        if any(not isinstance(word, str) for word in values):
            raise ReachError(f"{at}.values must be strings")
        if bool(words) != (operator in ("In", "NotIn")):
            wish = "no values" if words else "at least one value"
            raise ReachError(f"{at}: the operator {operator} takes {wish}")
        yield Requirement(key, operator, tuple(words))
