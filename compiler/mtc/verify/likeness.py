"""Tenants whose rights differ from another tenant's by their own names alone: reading one is reading all.

Tenants of one form have the same roles, bindings, accounts and releases, with words filled in. Where every
word that counts is, of both tenants, the same name of its own (account, namespace, Secret), whatever is found
out about one holds for the other. Extra manifests may name any tenant: with one of them, all are read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from mtc.model.document import Document, Form, Hole, Sheet, Stencil, Words
from mtc.model.plan import Plan, TenantPlan
from mtc.model.walls import RBAC_GROUP

ACCOUNT: Final = ("", "ServiceAccount")
RELEASE: Final = ("helm.toolkit.fluxcd.io", "HelmRelease")
ROLES: Final = ((RBAC_GROUP, "Role"), (RBAC_GROUP, "ClusterRole"))
BINDINGS: Final = ((RBAC_GROUP, "RoleBinding"), (RBAC_GROUP, "ClusterRoleBinding"))
_KINDS: Final = frozenset((ACCOUNT, RELEASE, *ROLES, *BINDINGS))
ACCOUNT_NAME: Final = ("spec", "serviceAccountName")

# What makes the texts that count, and which of the tenant's names each has to be.
_Ties: TypeAlias = tuple[Callable[[Words], Sequence[str]], tuple[int, ...]]


def to_read(parts: Sequence[Document | Sheet], plan: Plan) -> list[Document]:
    """Of the documents that say who may do what, those of one tenant of each likeness, and all others."""
    tenants = {tenant.name: tenant for tenant in plan.tenants}
    known: dict[int, _Ties | None] = {}  # by the identity of stencils, which the sheets keep alive
    some: list[Document] = []
    built = [part for part in parts if isinstance(part, Document) and part.kind in _KINDS]
    alone = any(each.origin[:2] == ("spec", "extras") for each in built)
    for part in parts:
        if isinstance(part, Document):
            continue
        names = _names(tenants[part.name])
        ties = known.get(id(part.stencil))
        if alone or ties is None or list(ties[0](part.words)) != [names[number] for number in ties[1]]:
            some += [document for document in part.documents() if document.kind in _KINDS]
        if id(part.stencil) not in known:
            known[id(part.stencil)] = _ties(part.stencil, part.words, names)
    return built + some


def _names(tenant: TenantPlan) -> tuple[str, ...]:
    return tenant.service_account, tenant.namespace.name, tenant.credentials


def _ties(stencil: Stencil, words: Words, names: tuple[str, ...]) -> _Ties | None:
    """Which of the tenant's names each text is; None where one is another's, or nobody's."""
    found: dict[str, tuple[Hole, int]] = {}
    accounts: set[str] = set()
    holes: list[Hole] = []
    for form in filter(_matters, stencil.forms):
        if form.holes is None or len(set(names)) < len(names):
            return None
        those = [hole for hole in form.holes if _counts(form.kind, hole)]
        holes += those
        if form.kind == ACCOUNT:
            accounts.update(hole.text for hole in those)
    for hole in holes:
        text = hole.make(words)
        if text in names:
            found[hole.text] = hole, names.index(text)
        elif hole.text not in accounts:  # an account that is made here is its tenant's, whatever its name
            return None
    fill = stencil.together([hole for hole, _ in found.values()])
    return fill, tuple([number for _, number in found.values()])


def _matters(form: Form) -> bool:
    return form.kind in _KINDS


def _counts(kind: tuple[str, str], hole: Hole) -> bool:
    """Whether a text has to do with rights."""
    if kind == RELEASE:
        return hole.route == ACCOUNT_NAME
    return hole.route[:2] not in (("metadata", "labels"), ("metadata", "annotations"))
