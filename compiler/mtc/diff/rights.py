"""Facts of rights: what roles allow, and who is bound to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mtc.diff.facts import Fact, Key, name
from mtc.diff.objects import Object, Tree


def permissions(role: Object) -> set[tuple[str, str, str, str]]:
    """(verb, group, resource, resource name) of everything that a role allows; "" is every name."""
    found: set[tuple[str, str, str, str]] = set()
    for rule in role.list("rules"):
        if not isinstance(rule, dict):
            continue
        names = _texts(rule, "resourceNames") or [""]
        groups = _texts(rule, "apiGroups")
        kinds = [(group, each) for group in groups for each in _texts(rule, "resources")]
        kinds += [("", url) for url in _texts(rule, "nonResourceURLs")]
        found |= {
            (verb, group, each, only)
            for verb in _texts(rule, "verbs")
            for group, each in kinds
            for only in names
        }
    return found


def role(item: Object, _tree: Tree) -> Iterator[Fact]:
    """A role: one fact a resource, its verbs the value."""
    whole = (Key("tenant", item.tenant, ""),)
    verbs: dict[tuple[str, str, str], list[str]] = {}
    for verb, group, resource, only in sorted(permissions(item)):
        verbs.setdefault((group, resource, only), []).append(verb)
    for (group, resource, only), given in verbs.items():
        kind = name(f"{resource}.{group}" if group else resource) + (f" named {name(only)}" if only else "")
        key = Key("permission", item.tenant, f"{item.name} {kind}")
        yield Fact(key, tuple(given), parts_of=whole)


def binding(item: Object, _tree: Tree) -> Iterator[Fact]:
    """A binding: one fact a subject, the role the value."""
    whole = (Key("tenant", item.tenant, ""),)
    reference = f"{item.get('roleRef', 'kind')} {name(str(item.get('roleRef', 'name')))}"
    for subject in item.list("subjects"):
        given = subject if isinstance(subject, dict) else {}
        key = Key("binding", item.tenant, f"{item.name} {given.get('name')}")
        yield Fact(key, reference, name(str(given.get("name"))), parts_of=whole)


def _texts(rule: dict[str, Any], key: str) -> list[str]:
    found = rule.get(key)
    return [str(each) for each in found] if isinstance(found, list) else []


READERS = {"Role": role, "ClusterRole": role, "RoleBinding": binding, "ClusterRoleBinding": binding}
