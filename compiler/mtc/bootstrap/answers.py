"""Reading answers whose shape nobody has published: by a list of candidate names, first hit wins.

The Enterprise calls (`system.*`, `login.*`) have public requests and private answers, so every name here is a
guess that the wish's `answers` can replace. A dotted name goes into nested objects.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NAMES: Mapping[str, tuple[str, ...]] = {
    "companies": ("companies", "company", "data", "results"),
    "companyId": ("id", "company_id", "company.id", "company", "_id"),
    "companyName": ("name", "company_name", "company.name"),
    "users": ("allowed_users", "defaults.allowed_users", "settings.allowed_users", "company.allowed_users"),
    "features": ("features", "defaults.features", "settings.features", "company.features"),
    "excludedFeatures": ("exclude_features", "defaults.exclude_features", "settings.exclude_features"),
    "members": ("users", "members", "data", "results"),
    "domains": ("domains", "settings.domains", "login.domains"),
    "addresses": (
        "whitelist",
        "whitelist_entries",
        "entries",
        "emails",
        "settings.whitelist",
        "login.whitelist",
    ),
    "memberCalls": ("users.get_all_ex", "users.get_all"),
}
"""The default names; `memberCalls` are the calls that may list another company's users."""


def pick(value: Any, names: tuple[str, ...]) -> Any:
    """The first of the dotted `names` that leads to something other than null; None where none does."""
    for name in names:
        found = value
        for part in name.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        if found is not None:
            return found
    return None


def pick_text(value: Any, names: tuple[str, ...]) -> str | None:
    """Like `pick`, for a text or a number that stands for one; None for anything else."""
    for name in names:
        found = pick(value, (name,))
        if isinstance(found, (str, int)) and not isinstance(found, bool) and str(found):
            return str(found)
    return None


def rows(value: Any, names: tuple[str, ...]) -> list[Any] | None:
    """The list of objects in an answer: the answer itself, or under one of `names`; else None."""
    for found in [value, *(pick(value, (name,)) for name in names)]:
        if isinstance(found, list):
            return [row for row in found if isinstance(row, dict)]
    return None


def texts(value: Any) -> list[str] | None:
    """A sorted list of texts, from a list of texts or from the keys of an object of switches; else None."""
    if isinstance(value, dict):
        value = [key for key, switch in value.items() if switch]
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return None
    return sorted(set(value))


def addresses(value: Any) -> dict[str, bool | None] | None:
    """Whitelisted addresses in lower case → admin or not (None: not shown); None where nothing is listed."""
    if not isinstance(value, list):
        return None
    found: dict[str, bool | None] = {}
    for item in value:
        email = item if isinstance(item, str) else pick_text(item, ("email", "address", "name"))
        flag = pick(item, ("is_admin", "admin"))
        if email:
            found[email.lower()] = flag if isinstance(flag, bool) else None
    return found


def fields(value: Any) -> str:
    """The names of an answer's fields, for a message: never its values."""
    if isinstance(value, dict):
        return ", ".join(sorted(map(str, value))) or "none"
    return f"none, it is of the type {type(value).__name__}"
