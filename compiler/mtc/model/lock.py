"""The lock file: which node ports were handed out, so that nobody's address ever moves by itself."""

from __future__ import annotations

from collections.abc import Mapping

from mtc.model.blueprint import Ports
from mtc.model.record import Record, field
from mtc.model.source import Source


class Lease(Record, frozen=True):
    """A tenant's interval: services lie on starting_port+1 … starting_port+max_services (agent chart)."""

    starting_port: int
    max_services: int

    @property
    def ports(self) -> Ports:
        """The closed interval that is reserved, its unused first port included (docs/language.md)."""
        return Ports(self.starting_port, self.starting_port + self.max_services)


class Lock(Record, frozen=True, eq=False):
    """`ports`: tenants that hold a lease. `released`: tenants that are gone, kept until `mtc lock --prune`.

    `source` is the file as read (None where there is none yet); routes into it are
    ("ports", tenant, "startingPort") and ("released", tenant, …).
    """

    ports: Mapping[str, Lease] = field(default_factory=dict)
    released: Mapping[str, Lease] = field(default_factory=dict)
    source: Source | None = None

    def __eq__(self, other: object) -> bool:
        """Equal leases; where they were read from makes no difference."""
        return isinstance(other, Lock) and (self.ports, self.released) == (other.ports, other.released)

    def __ne__(self, other: object) -> bool:
        """A Struct has a `!=` of its own, which would not ask `==`."""
        return not self == other

    __hash__ = None  # type: ignore[assignment]
