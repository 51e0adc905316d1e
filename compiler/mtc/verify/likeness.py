"""Tenants whose rights differ from another tenant's by their own names alone: reading two is reading all.

Tenants of one form have the same roles, bindings, accounts and releases, with words filled in. Where every
word that counts is, of both tenants, the same name of its own (account, namespace, Secret), whatever is found
out about one holds for the other. Extra manifests may name any tenant: with one of them, all are read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from mtc.model.document import Document, Form, Hole, Sheet, Stencil, Words
from mtc.model.plan import Plan, TenantPlan
from mtc.model.record import Record
from mtc.model.walls import RBAC_GROUP

ACCOUNT: Final = ("", "ServiceAccount")
RELEASE: Final = ("helm.toolkit.fluxcd.io", "HelmRelease")
ROLES: Final = ((RBAC_GROUP, "Role"), (RBAC_GROUP, "ClusterRole"))
BINDINGS: Final = ((RBAC_GROUP, "RoleBinding"), (RBAC_GROUP, "ClusterRoleBinding"))
_KINDS: Final = frozenset((ACCOUNT, RELEASE, *ROLES, *BINDINGS))
ACCOUNT_NAME: Final = ("spec", "serviceAccountName")

_Fill: TypeAlias = Callable[[Words], Sequence[str]]


class _Ties(Record, frozen=True):
    """The texts that count: `fill` makes those that have to be the tenant's own names, of these `numbers`;
    `others` what it calls accounts beside them, which may be nobody's name."""

    fill: _Fill
    numbers: tuple[int, ...]
    others: _Fill


def to_read(parts: Sequence[Document | Sheet], plan: Plan) -> list[Document]:
    """Of the documents that say who may do what, those of two tenants of each likeness, and all others.

    Two, since a text that is no word may be the name of one: it is then wrong for the other.
    """
    names = {tenant.name: _names(tenant) for tenant in plan.tenants}
    everybodys = {name for those in names.values() for name in those}
    known: dict[int, _Ties | None] = {}  # by the identity of stencils, which the sheets keep alive
    seen = Counter[int]()
    some: list[Document] = []
    built = [part for part in parts if isinstance(part, Document) and part.kind in _KINDS]
    alone = any(each.origin[:2] == ("spec", "extras") for each in built)
    for part in parts:
        if isinstance(part, Document):
            continue
        number = id(part.stencil)
        if number not in known:
            known[number] = _ties(part.stencil, part.words, names[part.name])
        seen[number] += 1
        tied = _is_tied(known[number], part.words, names[part.name], everybodys)
        if alone or seen[number] <= 2 or not tied:
            some += [document for document in part.documents() if document.kind in _KINDS]
    return built + some


def _is_tied(ties: _Ties | None, words: Words, names: tuple[str, ...], everybodys: set[str]) -> bool:
    if ties is None or list(ties.fill(words)) != [names[number] for number in ties.numbers]:
        return False
    return everybodys.isdisjoint(ties.others(words))


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
    others = stencil.together([hole for hole in holes if hole.text not in found])
    return _Ties(fill, tuple([number for _, number in found.values()]), others)


def _matters(form: Form) -> bool:
    return form.kind in _KINDS


def _counts(kind: tuple[str, str], hole: Hole) -> bool:
    """Whether a text has to do with rights."""
    if kind == RELEASE:
        return hole.route == ACCOUNT_NAME
    return hole.route[:2] not in (("metadata", "labels"), ("metadata", "annotations"))
