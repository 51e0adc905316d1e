"""The tenant's queues: missing ones are made, none is ever deleted."""

from __future__ import annotations

import re

from mtc.bootstrap.answers import pick_text, rows
from mtc.bootstrap.clearml import Refused, impersonate
from mtc.bootstrap.run import Run


def converge(run: Run) -> str:
    """See that every queue of the wish exists; report those that the wish had before and has no more."""
    past = run.state.applied.get("queues") or []
    names = sorted({*run.wish.queues, *past})
    if not names:
        return ""
    headers = impersonate(run.admin_id)
    # The server searches the pattern anywhere in a name: anchored, and compared again below.
    pattern = f"^({'|'.join(map(re.escape, names))})$"
    body = {"name": pattern, "search_hidden": True, "only_fields": ["id", "name"]}
    table = rows(run.api.call("queues.get_all", body, headers), ("queues",)) or []
    seen = {pick_text(row, ("name",)) for row in table}
    missing = [name for name in run.wish.queues if name not in seen]
    for name in missing:
        run.state.hold()
        try:
            run.api.change("queues.create", {"name": name}, headers)
        except Refused as refusal:
            # The agent makes its queues too; whoever was first, the next look finds one.
            if (refusal.code, refusal.subcode) != (400, 801):
                raise
    if missing:
        return f"created {', '.join(missing)}"
    run.state.applied["queues"] = names
    for name in names:
        if name in seen and name not in run.wish.queues:
            run.log.line("queues", "note", f"{name} is not in the wish any more and stays")
    return ""
