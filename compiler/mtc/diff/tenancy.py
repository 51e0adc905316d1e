"""Facts of tenants: their namespaces, what the bootstrap Job is asked to make of them, their quotas."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mtc.diff.facts import Fact, Key, leaves, name, word
from mtc.diff.objects import TENANT_LABEL, Object, Tree
from mtc.diff.platform import manifest

PRUNE = "kustomize.toolkit.fluxcd.io/prune"
POD_SECURITY = "pod-security.kubernetes.io/enforce"
BLUEPRINT_LABEL = "mtc/blueprint"
COMPONENT_LABEL = "mtc/component"
_OURS = (BLUEPRINT_LABEL, COMPONENT_LABEL, TENANT_LABEL, POD_SECURITY, "app.kubernetes.io/managed-by")
WISH = "wish.json"
_DIGITS = 40  # a longer quantity is nobody's, and Python reads none of over 4,300


def protected(item: Object) -> bool:
    """True where Flux leaves the object alone when it is taken out of the tree."""
    return item.annotation(PRUNE) == "disabled"


def namespace(item: Object, _tree: Tree) -> Iterator[Fact]:
    """A namespace; a tenant's is the tenant, and the blueprint's name is on every one."""
    tenant = item.tenant
    whole = Key("tenant", tenant, "") if tenant else Key("namespace", None, item.name)
    labels = item.map("metadata", "labels")
    yield Fact(whole, item.name, item.name)
    about = Key("protection", tenant, "" if tenant else item.name)
    yield Fact(about, protected(item), parts_of=(whole,))
    level = labels.get(POD_SECURITY)
    yield Fact(Key("pod-security", tenant, "" if tenant else item.name), level, parts_of=(whole,))
    for label, value in labels.items():
        if label not in _OURS:
            yield Fact(Key("label", tenant, label), value, parts_of=(whole,))
    if labels.get(COMPONENT_LABEL) == "control":
        yield Fact(Key("control", None, ""), item.name)
    if BLUEPRINT_LABEL in labels:
        yield Fact(Key("blueprint", None, ""), labels[BLUEPRINT_LABEL])


def config_map(item: Object, tree: Tree) -> Iterator[Fact]:
    """A tenant's wish; what others keep in ConfigMaps is a manifest."""
    wish = read_wish(item)
    if wish is None or item.tenant is None:
        yield from manifest(item, tree)
        return
    tenant = item.tenant
    whole = (Key("tenant", tenant, ""),)

    def fact(noun: str, key: str, value: Any) -> Fact:
        return Fact(Key(noun, tenant, key), value, parts_of=whole)

    company, admin = _map(wish, "company"), _map(wish, "admin")
    yield fact("company", "", company.get("name"))
    yield fact("company-id", "", company.get("id"))
    yield fact("user-limit", "", _map(wish, "limits").get("users"))
    features, login = _map(wish, "features"), _map(wish, "login")
    for noun, of, part in (
        ("feature", features, "enable"),
        ("exclusion", features, "exclude"),
        ("login-domain", login, "domains"),
        ("login-address", login, "emails"),
        ("login-admin", login, "adminEmails"),
        ("queue", wish, "queues"),
    ):
        for entry in _list(of, part):
            yield fact(noun, entry, True)
    for noun, part in (("admin", "email"), ("admin-name", "name"), ("admin-internal", "internal")):
        yield fact(noun, "", admin.get(part))
    yield fact("admin-id", "", admin.get("id"))
    yield fact("rotation", "", admin.get("rotate"))


def read_wish(item: Object) -> Mapping[str, Any] | None:
    """What a bootstrap Job is asked for; None where the ConfigMap is no wish."""
    text = item.map("data").get(WISH)
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def quota(item: Object, _tree: Tree) -> Iterator[Fact]:
    whole = (Key("tenant", item.tenant, ""),)
    for resource, amount in item.map("spec", "hard").items():
        yield Fact(Key("quota", item.tenant, str(resource)), _amount(amount), parts_of=whole)


def limit_range(item: Object, _tree: Tree) -> Iterator[Fact]:
    whole = (Key("tenant", item.tenant, ""),)
    for number, limit in enumerate(item.list("spec", "limits")):
        kind = limit.get("type", number) if isinstance(limit, dict) else number
        for path, value in leaves(limit):
            if path != ("type",):
                key = Key("limit", item.tenant, ".".join((str(kind), *path)))
                yield Fact(key, _amount(value), parts_of=whole)


def _amount(value: Any) -> Any:
    """A quantity: one without a unit is a number, whether it is written as one or as a text."""
    known = isinstance(value, str) and len(value) <= _DIGITS and value.isascii() and value.isdigit()
    return int(value) if known else value


def describe(facts: Mapping[Key, Fact], tenant: str, place: str) -> str:
    """A new tenant in half a line."""
    company = facts.get(Key("company", tenant, ""))
    said = f"company {word(company.value)}, " if company else ""
    return f"{said}namespace {name(place)}"


def _map(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def _list(value: Mapping[str, Any], key: str) -> list[str]:
    found = value.get(key)
    return [str(entry) for entry in found] if isinstance(found, list) else []


READERS = {"Namespace": namespace, "ConfigMap": config_map, "ResourceQuota": quota, "LimitRange": limit_range}
