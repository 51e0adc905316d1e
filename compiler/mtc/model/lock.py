"""The lock file: which node ports were handed out, so that nobody's address ever moves by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mtc.model.blueprint import Ports
from mtc.model.record import Record
from mtc.model.source import Source


class Lease(Record, frozen=True):
    """A tenant's interval: services lie on starting_port+1 … starting_port+max_services (agent chart)."""

    starting_port: int
    max_services: int

    @property
    def ports(self) -> Ports:
        """The closed interval that is reserved, its unused first port included (docs/language.md)."""
        return Ports(self.starting_port, self.starting_port + self.max_services)


@dataclass(frozen=True)
class Lock:
    """`ports`: tenants that hold a lease. `released`: tenants that are gone, kept until `mtc lock --prune`.

    `source` is the file as read (None where there is none yet); routes into it are
    ("ports", tenant, "startingPort") and ("released", tenant, …).
    """

    ports: Mapping[str, Lease] = field(default_factory=dict)
    released: Mapping[str, Lease] = field(default_factory=dict)
    source: Source | None = field(default=None, repr=False, compare=False)
