"""Facts of the ClearML server's configuration: groups, features, login providers, and the rest by path."""

from __future__ import annotations

from typing import Any

from mtc.diff.facts import Fact, Key

_TOPS = ("services", "secure", "apiserver", "hosts", "billing", "logging", "storage")
_GROUPS = ("services", "auth", "default_groups")
_ROLES = ("services", "auth", "ui_features_per_role")
_FEATURES = ("services", "organization", "features")
_LOGIN = ("login", "sso", "oauth_client")
# A name is not known by these alone; the provider's key and secret always come from a Secret.
_GROUP_WORDS = {"name": "name", "assignable": "assignable", "id": "id", "system": "system"}


def is_config(name: str) -> bool:
    """True for a decoded variable of ClearML's: a path in the server's configuration."""
    return "." in name and name.partition(".")[0] in _TOPS


def config_fact(tenant: str | None, path: str, value: Any) -> Fact:
    """What one setting of the server says."""
    keys = tuple(path.split("."))
    if keys[:3] == _GROUPS and len(keys) == 5:
        return _group(tenant, keys[3], keys[4], value)
    if keys[:3] == _ROLES and len(keys) == 5:
        return Fact(Key("ui-feature", tenant, f"{keys[3]} {keys[4]}"), value)
    if keys[:3] == _FEATURES and len(keys) == 4:
        return Fact(Key("server-feature", tenant, keys[3]), value)
    if keys[1:4] == _LOGIN and len(keys) > 5:
        whole = Key("login-provider", tenant, keys[4])
        return Fact(Key("login-setting", tenant, f"{keys[4]} {'.'.join(keys[5:])}"), value, parts_of=(whole,))
    return Fact(Key("config", tenant, path), value)


def _group(tenant: str | None, group: str, field: str, value: Any) -> Fact:
    whole = Key("group", tenant, group)
    if field == "features":
        return Fact(Key("group-features", tenant, group), value, parts_of=(whole,))
    return Fact(
        Key("group-setting", tenant, f"{group} {_GROUP_WORDS.get(field, field)}"), value, parts_of=(whole,)
    )
