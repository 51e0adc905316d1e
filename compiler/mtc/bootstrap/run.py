"""What every step is given."""

from __future__ import annotations

from dataclasses import dataclass

from mtc.bootstrap.clearml import Api
from mtc.bootstrap.log import Log
from mtc.bootstrap.patience import Patience
from mtc.bootstrap.state import State
from mtc.bootstrap.wish import Wish


@dataclass(frozen=True)
class Run:
    """One run for one tenant. `aside`: its state is not the cluster's."""

    wish: Wish
    api: Api
    state: State
    log: Log
    patience: Patience
    aside: bool = False

    @property
    def company_id(self) -> str:
        """The company's id, which the company step has found."""
        assert self.state.company_id is not None
        return self.state.company_id

    @property
    def admin_id(self) -> str:
        """The admin's user id, which the admin step has found."""
        assert self.state.admin_id is not None
        return self.state.admin_id
