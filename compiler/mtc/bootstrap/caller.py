"""Is the API there, and who are we to it?"""

from __future__ import annotations

from mtc.bootstrap.answers import pick_text
from mtc.bootstrap.clearml import Api
from mtc.bootstrap.faults import Permanent
from mtc.bootstrap.log import Log
from mtc.bootstrap.patience import Patience


def ping(api: Api, patience: Patience, log: Log) -> None:
    """Wait for the API to answer."""
    patience.insist("server", lambda: api.call("debug.ping"))
    log.line("server", "ok")


def identify(api: Api, patience: Patience, log: Log) -> None:
    """Check that the pair is known and that its role can reach across companies; raises Permanent.

    Roles that never can are refused here. Whether an `admin` may, the calls themselves tell.
    """
    user = patience.insist("caller", lambda: api.call("users.get_current_user"))
    role = pick_text(user, ("user.role",)) or "unknown"
    if role in {"user", "annotator", "guest", "superuser"}:
        raise Permanent(
            f"the API's pair belongs to a user of the role {role}, who may not make companies: "
            "put a pair whose role is system or root into the Secret api-credentials"
        )
    name, home = (
        pick_text(user, ("user.name", "user.id")),
        pick_text(user, ("user.company.id", "user.company")),
    )
    log.line("caller", "ok", f"{name}, role {role}, of company {home}")
