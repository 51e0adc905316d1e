"""RBAC beside the network: no account of a tenant may move the tenant's walls, whatever binds it to what.

Every binding of the tree is judged, with the rules of its role. Verdicts on rules are kept: a thousand
tenants are bound to one ClusterRole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from mtc.model.diagnostic import Diagnostic, Label
from mtc.model.document import Document, Tree
from mtc.model.plan import Plan
from mtc.model.record import changed
from mtc.model.source import Route
from mtc.model.walls import opened
from mtc.verify import trespasses
from mtc.verify.likeness import to_read
from mtc.verify.rights import Grant, Rights, Rules, is_authors, read

_BUILT_IN: Final = ("cluster-admin", "admin", "edit")  # flux-edit is aggregated to the last two
_READING: Final = frozenset(("get", "list", "watch"))
_OF_THE_CLUSTER: Final = frozenset(
    (
        *("csidrivers", "csinodes", "customresourcedefinitions", "ingressclasses", "namespaces", "nodes"),
        *("persistentvolumes", "priorityclasses", "runtimeclasses", "storageclasses"),
    )
)
_OF_A_SECRET: Final = frozenset(("get", "patch", "update"))
_FIELDS: Final = (
    ("apiGroups", "API group"),
    ("resources", "resource"),
    ("verbs", "verb"),
    ("nonResourceURLs", "URL"),
)
_RULES: Final = ("agent", "rules")
_RULE: Final = re.compile(r"`rules\[\d+\]`")


def access_diagnostics(tree: Tree, plan: Plan) -> Iterator[Diagnostic]:
    """Everything that speaks against what docs/security.md promises of rights."""
    some = to_read(tree.parts, plan)
    found = _judged(some, plan)
    # What is said of one tenant has to be said of all that are like it.
    yield from _merged(_judged(tree.documents, plan) if found else found)


def _judged(documents: Iterable[Document], plan: Plan) -> list[Diagnostic]:
    rights, judge = read(documents, plan), _Judge(plan)
    found = [*judge.grants(rights)]
    found += judge.releases(rights.releases)
    found += judge.roles(rights.roles.values())
    return found


class _Judge:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._verdicts: dict[int, tuple[tuple[int, str], ...]] = {}
        self._said: set[int] = set()

    def grants(self, rights: Rights) -> Iterator[Diagnostic]:
        for grant in rights.grants():
            part = grant.holder.part
            if part == "bootstrap":
                yield from self._bootstrap(grant)
            elif part in ("releases", "pods", "everyone"):
                yield from self._tenant(grant)
            elif not is_authors(grant.binding):
                if part == "other":
                    yield trespasses.stranger(self._label(grant.binding), grant)
            elif grant.role is None and grant.role_name in _BUILT_IN and grant.role_kind == "ClusterRole":
                yield trespasses.wide_binding(
                    self._label(grant.binding),
                    grant,
                    f"gives {grant.holder.text} the role `{grant.role_name}`",
                )

    def releases(self, releases: Iterable[tuple[Document, str]]) -> Iterator[Diagnostic]:
        """Each tenant's releases run as its own account, where releases have accounts at all."""
        flux = self._plan.blueprint.flux
        if not (flux.impersonate or flux.lockdown):
            return
        own = {tenant.name: tenant.service_account for tenant in self._plan.tenants}
        for document, account in releases:
            if account != own[str(document.tenant)]:
                yield trespasses.release_account(self._label(document), document, account)

    def roles(self, roles: Iterable[Document]) -> Iterator[Diagnostic]:
        """What is too wide in roles that somebody wrote, where nothing worse was said of them."""
        for role in roles:
            if id(role) in self._said or not (is_authors(role) or role.origin[-2:] == _RULES):
                continue
            body: Any = role.body
            for index, rule in enumerate(body.get("rules") or ()):
                if what := _wide(rule):
                    yield trespasses.wide_rule(self._rule_label(role, index), role, index, what)

    def _bootstrap(self, grant: Grant) -> Iterator[Diagnostic]:
        tenant = grant.holder.tenant
        assert tenant is not None
        if grant.namespace != grant.holder.home or grant.rules is None:
            yield self._trespass(trespasses.bootstrap_account, grant, _somewhere(grant))
            return
        for index, rule in enumerate(grant.rules):
            if not _is_of_one_secret(rule, tenant.credentials):
                yield self._trespass(trespasses.bootstrap_account, grant, _told(rule), index)

    def _tenant(self, grant: Grant) -> Iterator[Diagnostic]:
        inside, rules = grant.namespace == grant.holder.home != "", grant.rules
        built_in = grant.role is None and grant.role_kind == "ClusterRole"
        if inside and built_in and grant.role_name in _BUILT_IN:
            yield self._trespass(
                trespasses.tenant_account, grant, "change its walls, and make Flux's objects"
            )
        elif inside and rules is None:
            if not (built_in and grant.role_name == "view"):
                yield trespasses.wide_binding(
                    self._label(grant.binding), grant, "gives what the tree does not say"
                )
        elif inside:
            assert rules is not None
            for index, what in self._verdict(grant, rules):
                yield self._trespass(trespasses.tenant_account, grant, what, index)
        elif not grant.namespace and rules is not None and all(map(_reads_the_cluster, rules)):
            yield trespasses.wide_binding(
                self._label(grant.binding),
                grant,
                f"lets {grant.holder.text} read what is the whole cluster's",
            )
        else:
            yield self._trespass(trespasses.tenant_account, grant, _somewhere(grant))

    def _verdict(self, grant: Grant, rules: Rules) -> tuple[tuple[int, str], ...]:
        """(rule, what it opens) of rules in a tenant's own namespace. Our own rules have no wildcards."""
        key = id(rules)
        if key not in self._verdicts:
            ours = grant.role is not None and not is_authors(grant.role) and grant.role.origin[-2:] != _RULES
            found = [
                (index, _opened(rule) or (_use(rule) if ours else "")) for index, rule in enumerate(rules)
            ]
            self._verdicts[key] = tuple((index, what) for index, what in found if what)
        return self._verdicts[key]

    def _trespass(
        self, page: trespasses.Trespass, grant: Grant, what: str, index: int | None = None
    ) -> Diagnostic:
        """Said at the role if its author wrote it and it is a rule's fault, at the binding otherwise."""
        role, binding = grant.role, grant.binding
        if role is not None:
            self._said.add(id(role))
        first, other = binding, role
        if index is not None and role is not None and (is_authors(role) or not is_authors(binding)):
            first, other = role, binding
        label = self._rule_label(first, index) if first is role and index is not None else self._label(first)
        found = page(label, grant, what, index)
        related = (self._label(other),) if other is not None and is_authors(other) else ()
        return changed(found, related=tuple(each for each in related if each.span != label.span))

    def _rule_label(self, role: Document, index: int) -> Label:
        """Where a rule was written: in `agent.rules`, in `gateway.rules`, or in a manifest."""
        route: Route = role.origin
        if route[-2:] == _RULES:
            tenant = next(each for each in self._plan.tenants if each.name == role.tenant)
            mine = len(tenant.spec.agent.rules)
            part, index = ("agent", index) if index < mine else ("gateway", index - mine)
            route = (*route[:-2], part, "rules", index)
        return Label(self._plan.blueprint.value(*route), f"makes `{role.path}`")

    def _label(self, document: Document) -> Label:
        return Label(self._plan.blueprint.value(*document.origin), f"makes `{document.path}`")


def _opened(rule: Mapping[str, Any]) -> str:
    return opened(rule.get("apiGroups") or (), rule.get("resources") or (), rule["verbs"])


def _use(rule: Mapping[str, Any]) -> str:
    found = _wildcard(rule)
    return f"use {found}" if found else ""


def _wildcard(rule: Mapping[str, Any]) -> str:
    """The first field of a rule that names everything, in words."""
    found = (f"every {what} (`*` in `{key}`)" for key, what in _FIELDS if "*" in (rule.get(key) or ()))
    return next(found, "")


def _wide(rule: Mapping[str, Any]) -> str:
    """What a rule has that is more than anybody needs."""
    if found := _wildcard(rule):
        return found
    verbs = [verb for verb in ("escalate", "bind", "impersonate") if verb in rule["verbs"]]
    if verbs:
        return f"`{verbs[0]}`, which gives rights that no role names"
    if "secrets" in (rule.get("resources") or ()) and not rule.get("resourceNames"):
        return "every Secret where it is bound (no `resourceNames`)"
    return ""


def _is_of_one_secret(rule: Mapping[str, Any], name: str) -> bool:
    return (
        list(rule.get("apiGroups") or ()) == [""]
        and list(rule.get("resources") or ()) == ["secrets"]
        and list(rule.get("resourceNames") or ()) == [name]
        and _OF_A_SECRET.issuperset(rule["verbs"])
        and not rule.get("nonResourceURLs")
    )


def _reads_the_cluster(rule: Mapping[str, Any]) -> bool:
    """Objects that are in no namespace, and no more than a look at them."""
    kinds = {str(each).partition("/")[0] for each in rule.get("resources") or ()}
    return _READING.issuperset(rule["verbs"]) and _OF_THE_CLUSTER.issuperset(kinds)


def _told(rule: Mapping[str, Any]) -> str:
    verbs, kinds = _listed(rule["verbs"]), _listed(rule.get("resources") or rule.get("nonResourceURLs") or ())
    names = rule.get("resourceNames")
    return f"{verbs} {kinds}{f' named {_listed(names)}' if names else ''}"


def _listed(words: Sequence[str]) -> str:
    if not words:
        return "nothing"
    *first, last = [f"`{word}`" for word in words[:3]] + (
        [f"{len(words) - 3} more"] if len(words) > 3 else []
    )
    return f"{', '.join(first)} and {last}" if first else last


def _somewhere(grant: Grant) -> str:
    """What a grant outside its holder's home gives, and where."""
    where = f"in namespace `{grant.namespace}`" if grant.namespace else "in every namespace"
    if not grant.rules:
        return f"act {where}"
    more = f" and more ({len(grant.rules)} rules)" if len(grant.rules) > 1 else ""
    return f"{_told(grant.rules[0])}{more} {where}"


def _merged(found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Of diagnostics of one place that differ by the tenant alone, the first."""
    alike: dict[tuple[object, ...], list[Diagnostic]] = {}
    for each in found:
        # `makes PATH`: a file that is made for each tenant has one name in all their folders.
        key = (
            each.code,
            each.primary.span,
            each.primary.text.rpartition("/")[2],
            *_RULE.findall(each.message),
        )
        alike.setdefault(key, []).append(each)
    for first, *others in alike.values():
        more = f" (and {len(others):,} more like it)" if others else ""
        yield changed(first, message=first.message + more)
