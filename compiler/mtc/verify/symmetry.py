"""Tenants that the proof of isolation may take for one another: two of each kind stand for all of them.

A pair of endpoints is judged by the policies and labels of their own namespaces. Where tenants have the same
documents but for names that are theirs alone, exchanging two of them changes nothing but these names: what
holds between the first two, and between one and the platform, holds for all. That is looked up tenant by
tenant: every text that the proof reads has to be such a name, equal in the same places, and in nobody else's
documents. Who is not like the others, or is named elsewhere, is proved as well; where two share a name, all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from mtc.model.document import Document, Form, Hole, Sheet, Stencil, Words
from mtc.model.plan import Plan
from mtc.model.record import Record, changed
from mtc.reach.releases import TENANT_LABEL
from mtc.reach.topology import ELSEWHERE, JOB_LABEL
from mtc.reach.world import NAME_LABEL
from mtc.verify.flows import allows_of, likeness

# (API group, kind) of objects that open, close and start nothing; most of a tree is that.
MUTE: Final = frozenset(
    (
        *(("", kind) for kind in ("ConfigMap", "LimitRange", "ResourceQuota", "Secret", "ServiceAccount")),
        *(("rbac.authorization.k8s.io", kind) for kind in ("Role", "RoleBinding")),
        ("external-secrets.io", "ExternalSecret"),
        ("policy", "PodDisruptionBudget"),
        ("kustomize.toolkit.fluxcd.io", "Kustomization"),
    )
)
_NAMESPACE: Final = ("", "Namespace")
_POLICY: Final = ("networking.k8s.io", "NetworkPolicy")
_RELEASE: Final = ("helm.toolkit.fluxcd.io", "HelmRelease")
_JOB: Final = ("batch", "Job")
_NAME, _PLACE = ("metadata", "name"), ("metadata", "namespace")
_TARGET: Final = ("spec", "targetNamespace")
_POD_LABELS: Final = ("spec", "template", "metadata", "labels")
# Of which the proof reads a name, and nothing but its being the same as another, or not.
_NAMES: Final = {
    _NAMESPACE: (_NAME, ("metadata", "labels", TENANT_LABEL), ("metadata", "labels", NAME_LABEL)),
    _POLICY: (_NAME, _PLACE),
    _RELEASE: (_PLACE, _TARGET),
    _JOB: (_PLACE, (*_POD_LABELS, TENANT_LABEL)),
}
# What it does not read, besides annotations: what begins so, but for what begins as in _READ.
_UNREAD: Final = {
    _NAMESPACE: (),
    _POLICY: (("metadata", "labels"),),
    _RELEASE: (("metadata", "labels"), ("spec",)),
    _JOB: (_NAME, ("metadata", "labels"), ("spec",)),
}
_READ: Final = {
    _NAMESPACE: (),
    _POLICY: (),
    _RELEASE: (
        *(("spec", field) for field in ("releaseName", "chart", "chartRef")),
        *(("spec", "values", field) for field in ("nameOverride", "fullnameOverride")),
    ),
    _JOB: (_POD_LABELS,),
}


class _Names(Record, frozen=True):
    """The texts of a stencil that the proof reads: names, and the names of releases, whose end it reads."""

    names: Callable[[Words], Sequence[str]]
    releases: Callable[[Words], Sequence[str]]


def two_of_each(parts: Sequence[Document | Sheet], plan: Plan) -> tuple[list[Document], Plan] | None:
    """Documents and plan of as few tenants as prove what all would; None where each has to be proved.

    The documents are those that a proof reads, in their order.
    """
    sheets = [part for part in parts if not isinstance(part, Document)]
    stencils = {id(sheet.stencil): sheet.stencil for sheet in sheets}
    known = {number: _names(stencil) for number, stencil in stencils.items()}
    tenants = {tenant.name: tenant for tenant in plan.tenants}
    if len(sheets) <= 2 * len(stencils) or None in known.values() or len(tenants) < len(plan.tenants):
        return None
    named = _named(parts, stencils.values(), plan)
    theirs: set[str] = set()
    seen = Counter[tuple[object, ...]]()
    spare: set[str] = set()
    for sheet in sheets:
        read, tenant = known[id(sheet.stencil)], tenants.get(sheet.name)
        if read is None or tenant is None:
            return None
        found = [*read.names(sheet.words), tenant.namespace.name]
        own = set(found)
        if not own.isdisjoint(theirs):
            return None
        theirs |= own
        if not own.isdisjoint(named):
            continue  # who is named elsewhere is proved for itself, and stands for nobody
        ends = [name.rpartition("-")[2] for name in read.releases(sheet.words)]
        kind = (id(sheet.stencil), likeness(tenant), tuple(map(found.index, found)), tuple(ends))
        seen[kind] += 1
        if seen[kind] > 2:
            spare.add(sheet.name)
    kept = [document for part in parts for document in _kept(part, spare) if document.kind not in MUTE]
    return kept, changed(plan, tenants=tuple([each for each in plan.tenants if each.name not in spare]))


def _kept(part: Document | Sheet, spare: set[str]) -> Sequence[Document]:
    if isinstance(part, Document):
        return (part,)
    return () if part.name in spare else part.documents()


def _names(stencil: Stencil) -> _Names | None:
    """None where the proof reads more than names out of some tenant's text."""
    names: dict[str, Hole] = {}
    releases: dict[str, Hole] = {}
    for form in stencil.forms:
        if form.kind in MUTE:
            continue
        if form.holes is None or form.kind not in _NAMES or not _is_told(form):
            return None
        for hole in form.holes:
            if hole.route in _NAMES[form.kind]:
                names[hole.text] = hole
            elif form.kind == _RELEASE and hole.route == _NAME:
                releases[hole.text] = hole
            elif not _is_unread(form.kind, hole):
                return None
    return _Names(stencil.together(list(names.values())), stencil.together(list(releases.values())))


def _is_told(form: Form) -> bool:
    """Whether what pods are called, and a release's objects, is the same for all: else a name is read."""
    if form.kind == _RELEASE:
        return bool(_at(form, "spec", "releaseName") and _at(form, "metadata", "labels", TENANT_LABEL))
    return form.kind != _JOB or bool(_at(form, *_POD_LABELS, JOB_LABEL))


def _at(form: Form, *steps: str) -> str:
    """The text there; "" where there is none."""
    node: Any = form.outline
    for step in steps:
        node = node.get(step) if isinstance(node, Mapping) else None
    return node if isinstance(node, str) else ""


def _is_unread(kind: tuple[str, str], hole: Hole) -> bool:
    def begins(routes: Iterable[tuple[str, ...]]) -> bool:
        return any(hole.route[: len(route)] == route for route in routes)

    return begins((("metadata", "annotations"), *_UNREAD[kind])) and not begins(_READ[kind])


def _named(
    parts: Iterable[Document | Sheet], stencils: Iterable[Stencil], plan: Plan
) -> set[str]:
    """Every text that may be the name of something which is not one tenant's alone."""
    cluster, control = plan.blueprint.cluster, plan.control
    found = {"", "default", ELSEWHERE, control, cluster.ingress_controller.namespace, cluster.dns.namespace}
    found.update(each.name for each in plan.namespaces)
    releases = (plan.server.release, plan.redis, plan.billing, plan.gpu_operator, plan.dynamic_mig)
    found.update(release.namespace for release in releases if release is not None)
    for labels in (cluster.ingress_controller.pod_labels, cluster.dns.pod_labels):
        found.update(labels.values())
    for allow in allows_of(plan):
        found.add(allow.namespace or "")
        found.update(allow.pod_labels.values(), allow.component_labels.values())
    for part in parts:
        if isinstance(part, Document) and part.kind not in MUTE:
            found.update(_texts(part.body))
    for stencil in stencils:
        for form in stencil.forms:
            if form.kind not in MUTE:
                found.update(_texts(form.outline))
    return found


def _texts(node: Any) -> Iterator[str]:
    """Every text in a body, keys and values."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for key, value in node.items():
            yield key
            yield from _texts(value)
    elif isinstance(node, (list, tuple)):
        for item in node:
            yield from _texts(item)
