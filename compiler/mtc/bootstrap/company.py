"""The company, its features and its limit of users."""

from __future__ import annotations

from typing import Any

from mtc.bootstrap.answers import fields, pick, pick_text, rows, texts
from mtc.bootstrap.clearml import Refused
from mtc.bootstrap.faults import Permanent
from mtc.bootstrap.run import Run


def converge(run: Run) -> str:
    """Find the company by its known id, else by its exact name, else make it; then see to its settings."""
    row = _find(run)
    if row is None:
        return _create(run)
    name = pick_text(row, run.wish.answers["companyName"])
    identity = pick_text(row, run.wish.answers["companyId"])
    if identity is None:
        raise Permanent(
            f"no company id in system.get_companies, which shows: {fields(row)}; set answers.companyId"
        )
    if name is not None and name.strip() != run.wish.company:
        raise Permanent(
            f"company {identity} is called {name!r}, the wish says {run.wish.company!r}: no published call "
            "renames a company, so make them agree in the server or in the blueprint"
        )
    if run.state.company_id != identity:
        run.state.company_id = identity
        run.state.save()
        run.log.line(
            "company", "adopted", f"{identity}, found by its name" if not run.wish.company_id else identity
        )
    return _settings(run, row)


def _find(run: Run) -> Any:
    """The company's row in the server's list, or None where it has still to be made."""
    answer = run.api.call("system.get_companies")
    table = rows(answer, run.wish.answers["companies"])
    if table is None:
        raise Permanent(
            f"no list of companies in the answer of system.get_companies, which shows: {fields(answer)}; "
            "set answers.companies. Nothing was created, because it might exist"
        )
    wished, known = run.wish.company_id, run.state.company_id
    if wished and known and wished != known:
        raise Permanent(
            f"the tenant's Secret holds company {known}, the wish adopts {wished}: take companyId out of the "
            "blueprint (company.id in the wish), or remove state.json from the Secret to move the tenant"
        )
    key, value = ("companyId", wished or known) if wished or known else ("companyName", run.wish.company)
    found = [row for row in table if (pick_text(row, run.wish.answers[key]) or "").strip() == value]
    identities = ", ".join(str(pick_text(row, run.wish.answers["companyId"])) for row in found)
    if len(found) > 1:
        raise Permanent(
            f"{len(found)} companies are called {value!r}: name one as company.id (companyId): {identities}"
        )
    if not found and key == "companyId":
        raise Permanent(
            f"company {value} is not in the server's list any more: correct company.id (companyId) if the "
            "blueprint names it, else remove state.json from the tenant's Secret to begin anew"
        )
    return found[0] if found else None


def _create(run: Run) -> str:
    wanted = _wanted(run)
    defaults = {
        key: value
        for key, value in (
            ("allowed_users", wanted["users"]),
            ("features", wanted["features"]),
            ("exclude_features", wanted["exclude"]),
        )
        if value
    }
    body = {"name": run.wish.company, **({"defaults": defaults} if defaults else {})}
    try:
        answer = run.api.change("system.create_company", body)
    except Refused:
        if _find(run) is None:
            raise
        return "another run made the company at the same moment"
    identity = pick_text(answer, run.wish.answers["companyId"])
    if identity:
        run.state.company_id = identity
        run.state.told("settings", wanted)
    return f"created {run.wish.company!r}, id {identity or 'not in the answer'}"


def _wanted(run: Run) -> dict[str, Any]:
    # The published examples write the number of users as a text.
    users = None if run.wish.users is None else str(run.wish.users)
    return {"users": users, "features": list(run.wish.enable), "exclude": list(run.wish.exclude)}


def _settings(run: Run, row: Any) -> str:
    """Send all settings when the wish changed or the server shows others; report what the wish lacks."""
    names, wanted = run.wish.answers, _wanted(run)
    seen = {
        "users": pick_text(row, names["users"]),
        "features": texts(pick(row, names["features"])),
        "exclude": texts(pick(row, names["excludedFeatures"])),
    }
    before = (run.state.applied.get("settings") or {"wish": {}})["wish"]
    if not any(wanted.values()) and not any(before.values()):
        return ""
    lacking = _lacking(wanted, seen)
    if run.state.settled("settings", wanted, seen, lacking):
        extra = sorted(set(seen["features"] or ()) - set(wanted["features"]))
        if extra:
            run.log.line("company", "note", f"has features that the wish does not name: {', '.join(extra)}")
        for part in sorted(part for part, value in seen.items() if value is None and wanted[part]):
            run.log.line("company", "note", f"the server does not show {part}; taken as it was sent")
        return ""
    body: dict[str, Any] = {"company": run.company_id}
    for part, field in (
        ("features", "features"),
        ("exclude", "exclude_features"),
        ("users", "allowed_users"),
    ):
        if wanted[part] or (before.get(part) and part != "users"):
            body[field] = wanted[part]
    if before.get("users") and not wanted["users"]:
        run.log.line(
            "company", "note", f"keeps its limit of {before['users']} users: no published call lifts one"
        )
    run.api.change("system.update_company_settings", body)
    run.state.told("settings", wanted)
    shown = f", because the server showed otherwise: {', '.join(lacking)}" if lacking else ""
    return f"settings sent: {', '.join(sorted(set(body) - {'company'}))}{shown}"


def _lacking(wanted: dict[str, Any], seen: dict[str, Any]) -> list[str]:
    """What the server shows and shows wrongly; what it does not show at all cannot be judged."""
    lacking = []
    if wanted["users"] and seen["users"] not in (None, wanted["users"]):
        lacking.append("users")
    if seen["features"] is not None:
        lacking += sorted(set(wanted["features"]) - set(seen["features"]))
    if seen["exclude"] is not None:
        lacking += sorted(set(wanted["exclude"]) - set(seen["exclude"]))
    elif seen["features"] is not None:
        lacking += sorted(set(wanted["exclude"]) & set(seen["features"]))
    return lacking
