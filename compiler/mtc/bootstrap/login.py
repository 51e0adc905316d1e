"""Who may log in to the tenant: its domains, and single addresses."""

from __future__ import annotations

from typing import Any

from mtc.bootstrap import answers
from mtc.bootstrap.clearml import Refused, act_as
from mtc.bootstrap.run import Run


def domains(run: Run) -> str:
    """See that the tenant's domains are those of the wish; the call sets the whole list."""
    wanted = list(run.wish.domains)
    before = (run.state.applied.get("domains") or {"wish": []})["wish"]
    if not wanted and not before:
        return ""
    shown = answers.texts(answers.pick(_settings(run), run.wish.answers["domains"]))
    seen = None if shown is None else sorted(domain.lower() for domain in shown)
    if run.state.settled("domains", wanted, seen, set(wanted) - set(wanted if seen is None else seen)):
        if set(seen or ()) - set(wanted):
            run.log.line(
                "domains", "note", f"the server also has {', '.join(sorted(set(seen or ()) - set(wanted)))}"
            )
        return ""
    run.api.change("login.set_domains", {"domains": wanted}, act_as(run.admin_id))
    run.state.told("domains", wanted)
    return f"set to {', '.join(wanted) or 'none'}"


def addresses(run: Run) -> str:
    """See that the wish's addresses are whitelisted, and that those it no longer has are not.

    Only addresses that this program put in are taken out; who logged in before stays a user.
    """
    wanted, ours = run.wish.addresses, run.state.applied.get("addresses") or {}
    if not wanted and not ours:
        return ""
    seen = answers.addresses(answers.pick(_settings(run), run.wish.answers["addresses"]))
    gone = sorted(set(ours) - set(wanted))
    if gone:
        run.api.change("login.remove_whitelist_entries", {"emails": gone}, act_as(run.admin_id))
    added = []
    for as_admin in (False, True):
        emails = [
            email for email, flag in wanted.items() if flag is as_admin and not _has(seen, ours, email, flag)
        ]
        if emails:
            body = {"emails": sorted(emails), "is_admin": as_admin}
            run.api.change("login.add_whitelist_entries", body, act_as(run.admin_id))
            added += emails
    run.state.applied["addresses"] = dict(wanted)
    if not gone and not added:
        return ""
    run.state.save()
    return f"added {', '.join(added) or 'none'}; removed {', '.join(gone) or 'none'}"


def _has(seen: dict[str, bool | None] | None, ours: dict[str, bool], email: str, flag: bool) -> bool:
    if seen is None:
        return ours.get(email) is flag
    return email in seen and seen[email] in (None, flag)


def _settings(run: Run) -> Any:
    """The company's login rules as the server shows them; a server without the call shows nothing."""
    try:
        return run.api.call("login.get_settings", {}, act_as(run.admin_id))
    except Refused as refusal:
        if refusal.code != 404:
            raise
        return {}
