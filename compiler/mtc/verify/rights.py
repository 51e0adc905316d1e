"""Who may do what, read from the rendered roles, bindings and accounts alone.

A binding gives each of its subjects the rules of its role, in its own namespace or, where it is a
ClusterRoleBinding, in all. Groups count as the accounts in them: `system:serviceaccounts:NAMESPACE` is every
account of a namespace, `system:authenticated` is everybody (Kubernetes, RBAC: "Referring to subjects").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mtc.model.document import Document, Drawn, Form, Hole
from mtc.model.plan import Plan, TenantPlan
from mtc.model.record import Record, field
from mtc.verify.likeness import ACCOUNT, ACCOUNT_NAME, BINDINGS, RELEASE, ROLES

_USER, _GROUP, _EVERYBODY = "system:serviceaccount:", "system:serviceaccounts:", "system:serviceaccounts"

Rules = Sequence[Mapping[str, Any]]


class Holder(NamedTuple):
    """Whose rights they are: `part` is releases, pods or bootstrap of `tenant`; everyone, platform or other.

    `home` is the one namespace in which there may be rights, "" where there is none.
    """

    part: str
    tenant: TenantPlan | None
    home: str
    text: str


class Grant(NamedTuple):
    """What one binding gives to one subject, in `namespace` ("" is everywhere).

    `rules` is None where the role is none of the tree's, or is put together by the cluster from others.
    """

    holder: Holder
    namespace: str
    binding: Document
    role: Document | None
    role_kind: str
    role_name: str
    rules: Rules | None


class Rights(Record):
    """The parts of a tree that say who may do what."""

    plan: Plan
    roles: dict[tuple[str, str], Document] = field(default_factory=dict)
    bindings: list[Document] = field(default_factory=list)
    releases: list[tuple[Document, str]] = field(default_factory=list)
    _of_tenant: dict[tuple[str, str], Holder] = field(default_factory=dict)
    _pods: dict[str, Holder] = field(default_factory=dict)

    def grants(self) -> Iterator[Grant]:
        """Everything that the bindings give, in the tree's order."""
        for binding in self.bindings:
            body: Any = binding.body
            namespace = str(body["metadata"].get("namespace", "")) if body["kind"] == "RoleBinding" else ""
            kind, name = body["roleRef"]["kind"], body["roleRef"]["name"]
            role = self.roles.get((namespace if kind == "Role" else "", name))
            for subject in body.get("subjects") or ():
                holder = self._holder(subject, namespace)
                yield Grant(holder, namespace, binding, role, kind, name, rules_of(role))

    def _holder(self, subject: Any, namespace: str) -> Holder:
        """Whose account a subject is."""
        kind, name = subject["kind"], subject["name"]
        text = f"{kind} `{name}`"
        if kind == "ServiceAccount":
            return self._account(str(subject.get("namespace") or namespace), name)
        if kind == "User" and name.startswith(_USER):
            return self._account(*name.removeprefix(_USER).partition(":")[::2])
        if kind == "Group" and name.startswith(_GROUP):
            return self._account(name.removeprefix(_GROUP), "")
        if kind == "Group" and name in (_EVERYBODY, "system:authenticated"):
            return Holder("everyone", None, "", f"every account of the cluster (`{name}`)")
        return Holder("other", None, "", text)

    def _account(self, namespace: str, name: str) -> Holder:
        if found := self._of_tenant.get((namespace, name)) or self._pods.get(namespace):
            return found
        if namespace == self.plan.control and not name:
            return Holder("everyone", None, "", f"every account in `{namespace}`, each tenant's with them")
        return Holder("other", None, "", f"ServiceAccount `{namespace}/{name}`")


def read(documents: Iterable[Document], plan: Plan) -> Rights:
    """The rights in a tree's documents, whose objects have the shape that their kinds allow."""
    found, names = Rights(plan), _AccountNames()
    for tenant in plan.tenants:
        space = tenant.namespace.name
        releases = Holder("releases", tenant, space, f"the releases of tenant `{tenant.name}`")
        found._of_tenant[plan.control, tenant.service_account] = releases
        found._pods[space] = Holder("pods", tenant, space, f"the pods of tenant `{tenant.name}`")
    by_name = {tenant.name: tenant for tenant in plan.tenants}
    for document in documents:
        kind = document.kind
        if kind in BINDINGS:
            found.bindings.append(document)
        elif kind in ROLES:
            _, _, namespace, name = document.identity
            found.roles[namespace if kind[1] == "Role" else "", name] = document
        elif document.tenant is None or is_authors(document):
            if kind == ACCOUNT and not is_authors(document):
                _, _, namespace, name = document.identity
                found._of_tenant[namespace, name] = Holder("platform", None, "", f"`{namespace}/{name}`")
        elif kind == ACCOUNT:
            _, _, namespace, name = document.identity
            who = by_name[document.tenant]
            text = f"the bootstrap Job of tenant `{who.name}`"
            found._of_tenant.setdefault((namespace, name), Holder("bootstrap", who, plan.control, text))
        elif kind == RELEASE:
            found.releases.append((document, names.of(document)))
    return found


def rules_of(role: Document | None) -> Rules | None:
    """A role's rules, if they are all that there is to it."""
    if role is None or role.body.get("aggregationRule"):
        return None
    rules: Any = role.body.get("rules")
    return rules or ()


def is_authors(document: Document) -> bool:
    """Whether the author of the blueprint wrote the object: an extra manifest."""
    return document.origin[:2] == ("spec", "extras")


class _AccountNames:
    """The accounts that releases run as, without making their bodies, which are most of a tree."""

    def __init__(self) -> None:
        self._known: dict[Form, Hole | None] = {}

    def of(self, release: Document) -> str:
        """`spec.serviceAccountName`, "" where there is none."""
        if not isinstance(release, Drawn):
            return _account_name(release.body)
        if release.form not in self._known:
            holes = (hole for hole in release.form.holes or () if hole.route == ACCOUNT_NAME)
            self._known[release.form] = next(holes, None)
        found = self._known[release.form]
        return found.make(release.words) if found is not None else _account_name(release.body)


def _account_name(release: Any) -> str:
    return str(release["spec"].get("serviceAccountName", ""))
