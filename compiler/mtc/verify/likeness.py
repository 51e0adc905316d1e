"""Tenants whose rights differ from another tenant's by their own names alone: reading one is reading all.

Tenants of one form have the same roles, bindings, accounts and releases, with words filled in. Where every
word that counts is, of both tenants, the same name of its own (account, namespace, Secret), whatever is found
out about one holds for the other. Extra manifests may name any tenant: with one of them, all are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any, Final, TypeAlias

from mtc.model.document import Document, Drawn, Form, Hole
from mtc.model.plan import Plan, TenantPlan
from mtc.model.walls import RBAC_GROUP

ACCOUNT: Final = ("", "ServiceAccount")
RELEASE: Final = ("helm.toolkit.fluxcd.io", "HelmRelease")
ROLES: Final = ((RBAC_GROUP, "Role"), (RBAC_GROUP, "ClusterRole"))
BINDINGS: Final = ((RBAC_GROUP, "RoleBinding"), (RBAC_GROUP, "ClusterRoleBinding"))
_KINDS: Final = frozenset((ACCOUNT, RELEASE, *ROLES, *BINDINGS))
ACCOUNT_NAME: Final = ("spec", "serviceAccountName")

_Ties: TypeAlias = tuple[tuple[Callable[[tuple[str, ...]], str], int], ...]


def to_read(documents: Iterable[Document], plan: Plan) -> list[Document]:
    """Of the documents that say who may do what, those of one tenant of each likeness, and all others."""
    tenants = {tenant.name: tenant for tenant in plan.tenants}
    known: dict[tuple[Form, ...], _Ties | None] = {}
    some: list[Document] = []
    all_of_them = [each for each in documents if each.kind in _KINDS]
    if any(each.origin[:2] == ("spec", "extras") for each in all_of_them):
        return all_of_them
    for drawn, group in groupby(all_of_them, _words):
        those = list(group)
        if drawn:
            forms, words = _drawn(those)
            names = _names(tenants[str(those[0].tenant)])
            ties = known.get(forms)
            if ties is not None and all(make(words) == names[number] for make, number in ties):
                continue
            if forms not in known:
                known[forms] = _ties(forms, words, names)
        some += those
    return some


def _words(document: Document) -> int:
    """One number for neighbours that share their words; 0 for what was built."""
    return id(document.words) if isinstance(document, Drawn) else 0


def _drawn(documents: Sequence[Any]) -> tuple[tuple[Form, ...], tuple[str, ...]]:
    return tuple([each.form for each in documents]), documents[0].words


def _names(tenant: TenantPlan) -> tuple[str, ...]:
    return tenant.service_account, tenant.namespace.name, tenant.credentials


def _ties(forms: Iterable[Form], words: tuple[str, ...], names: tuple[str, ...]) -> _Ties | None:
    """Which of the tenant's names each text is; None where one is another's, or nobody's."""
    found: dict[str, tuple[Callable[[tuple[str, ...]], str], int]] = {}
    accounts: set[str] = set()
    holes: list[Hole] = []
    for form in forms:
        if form.holes is None or len(set(names)) < len(names):
            return None
        those = [hole for hole in form.holes if _counts(form.kind, hole)]
        holes += those
        if form.kind == ACCOUNT:
            accounts.update(hole.text for hole in those)
    for hole in holes:
        text = hole.make(words)
        if text in names:
            found[hole.text] = hole.make, names.index(text)
        elif hole.text not in accounts:  # an account that is made here is its tenant's, whatever its name
            return None
    return tuple(found.values())


def _counts(kind: tuple[str, str], hole: Hole) -> bool:
    """Whether a text has to do with rights."""
    if kind == RELEASE:
        return hole.route == ACCOUNT_NAME
    return hole.route[:2] not in (("metadata", "labels"), ("metadata", "annotations"))
