"""The tenant's admin: found by its known id, made, or found again by its address; never a second one."""

from __future__ import annotations

from mtc.bootstrap.answers import pick_text, rows
from mtc.bootstrap.clearml import Refused, act_as, impersonate
from mtc.bootstrap.faults import Permanent, Retryable
from mtc.bootstrap.run import Run

COMPANY = ("user.company.id", "user.company")


def converge(run: Run) -> str:
    """See that the admin exists in this company with the role admin."""
    wished, known = run.wish.admin.id, run.state.admin_id
    if wished and known and wished != known:
        raise Permanent(
            f"the tenant's Secret holds the admin {known}, the wish adopts {wished}: take admin.id out of "
            "the blueprint; or revoke the old admin's credentials and remove state.json from the Secret"
        )
    identity = wished or known
    if identity is None:
        return _create(run)
    user = run.api.call("users.get_current_user", headers=impersonate(identity))
    home = pick_text(user, COMPANY)
    if home not in (None, run.company_id):
        raise Permanent(f"user {identity} is of company {home}, not of {run.company_id}: correct admin.id")
    if run.state.admin_id != identity:
        run.state.admin_id = identity
        run.state.save()
        run.log.line("admin", "adopted", identity)
    role = pick_text(user, ("user.role",))
    if role not in (None, "admin"):
        run.api.change("auth.edit_user", {"user": identity, "role": "admin"}, act_as(identity))
        return f"{identity}: role {role} raised to admin"
    name = pick_text(user, ("user.name",))
    if name not in (None, run.wish.admin.name):
        run.log.line(
            "admin", "note", f"is called {name!r} in the server; the wish says {run.wish.admin.name!r}"
        )
    return ""


def _create(run: Run) -> str:
    admin = run.wish.admin
    body = {"name": admin.name, "company": run.company_id, "email": admin.email, "role": "admin"}
    if admin.internal:
        body["internal"] = "true"
    try:
        identity = pick_text(run.api.change("auth.create_user", body), ("id", "user.id", "user"))
    except Refused as refusal:
        if (refusal.code, refusal.subcode) != (400, 801):
            raise
        identity = _look_up(run)
        if identity is None:
            raise Permanent(_unknown(run)) from None
    else:
        if identity is None:
            raise Retryable("auth.create_user gave no id")
    run.state.admin_id = identity
    run.state.save()
    return f"{admin.email} is user {identity}"


def _look_up(run: Run) -> str | None:
    """Ask the calls that list another company's users on some servers; believe none of them unchecked.

    A server that ignores the question answers with the caller's own company's users, so a candidate counts
    only if, impersonated, it says itself that it is of our company. By the address where one is shown, else
    by a name that only one user has, who must then be an admin.
    """
    for call in run.wish.answers["memberCalls"]:
        try:
            answer = run.api.call(call, {"company": run.company_id}, {"X-Clearml-Tenant": run.company_id})
        except Refused:
            continue
        table = rows(answer, run.wish.answers["members"]) or []
        field, value = "name", run.wish.admin.name
        if any(pick_text(row, ("email",)) for row in table):
            field, value = "email", run.wish.admin.email
        found = [pick_text(row, ("id",)) for row in table if _same(pick_text(row, (field,)), value)]
        if len(found) == 1 and found[0] and _ours(run, found[0], by_name=field == "name"):
            return found[0]
    return None


def _same(text: str | None, wanted: str) -> bool:
    return text is not None and text.strip().casefold() == wanted.casefold()


def _ours(run: Run, identity: str, by_name: bool) -> bool:
    try:
        user = run.api.call("users.get_current_user", headers=impersonate(identity))
    except Refused:
        return False
    role = pick_text(user, ("user.role",))
    return pick_text(user, COMPANY) == run.company_id and (role == "admin" or not by_name)


def _unknown(run: Run) -> str:
    return (
        f"the address {run.wish.admin.email} has a user already, and no call of this server shows us which. "
        "Either an earlier run made the user and the answer or the state was lost, or the address belongs to "
        "another tenant. If it is this tenant's, write the user's id into the blueprint as admin.id (the "
        "tenant's Users & Groups page and the server's database show it), and as companyId (company.id in "
        f"the wish) {run.company_id}. If it is not, give the admin another address. No second user was made"
    )
