"""Data loss: what is deleted, or uninstalled and begun anew, when the change is applied."""

from __future__ import annotations

from collections.abc import Iterator

from mtc.diff.delta import Comparison
from mtc.diff.facts import name, word
from mtc.diff.objects import Object
from mtc.diff.releases import component
from mtc.diff.tenancy import protected
from mtc.model.review import Risk
from mtc.model.rule import RiskRule

_VOLUMES = ("PersistentVolumeClaim", "StatefulSet", "PersistentVolume")
# Fields that the API server never lets change; a StatefulSet's few others may (apps validation, 1.33).
_FIXED: dict[str, tuple[tuple[str, ...], ...]] = {
    "PersistentVolumeClaim": (
        ("spec", "accessModes"),
        ("spec", "selector"),
        ("spec", "storageClassName"),
        ("spec", "volumeMode"),
        ("spec", "volumeName"),
    ),
    "StatefulSet": (
        ("spec", "selector"),
        ("spec", "serviceName"),
        ("spec", "volumeClaimTemplates"),
        ("spec", "podManagementPolicy"),
    ),
}
STATELESS = ("agent", "gateway")  # keep nothing on disk that the server does not have
FORCE = "kustomize.toolkit.fluxcd.io/force"


def _risk(code: str, tenant: str | None, message: str, files: tuple[str, ...], reach: str = "") -> Risk:
    return Risk("data-loss", f"data-loss/{code}", tenant, message, reach=reach, files=files)


def tenant_removed(comparison: Comparison) -> Iterator[Risk]:
    """A tenant that is not protected is taken out, and its namespace goes with it.

    Flux prunes the namespace, and Kubernetes deletes everything in it: tasks, volumes, credentials. With
    `protect: true` the walls and the data would stay.

    Before:
        tenants: [{name: acme}, {name: globex, protect: false}]

    After:
        tenants: [{name: acme}]
    """
    for pair in comparison.of_kind("Namespace"):
        old = pair.base
        if old is not None and pair.head is None and old.tenant and not protected(old):
            message = f"namespace {name(old.name)} is deleted with all that is in it"
            yield _risk("tenant-removed", old.tenant, message, (old.file,))


def namespace_removed(comparison: Comparison) -> Iterator[Risk]:
    """A namespace of the platform is taken out without protection.

    As with a tenant's, everything in it is deleted, volumes included. The compiler's own namespaces carry the
    mark that keeps them; one that an extra manifest brings may not.

    Before: an extra manifest is the Namespace `tools`, without `kustomize.toolkit.fluxcd.io/prune: disabled`.
    After: the manifest is gone.
    """
    for pair in comparison.of_kind("Namespace"):
        old = pair.base
        if old is not None and pair.head is None and not old.tenant and not protected(old):
            message = f"namespace {name(old.name)} is deleted with all that is in it"
            yield _risk("namespace-removed", None, message, (old.file,))


def volume_removed(comparison: Comparison) -> Iterator[Risk]:
    """A volume, or what claims volumes, is taken out without protection.

    A PersistentVolumeClaim that is deleted takes its data along under the usual reclaim policy; a StatefulSet
    may be set to delete its claims.

    Before: an extra manifest is a PersistentVolumeClaim.
    After: the manifest is gone.
    """
    for pair in comparison.of_kind(*_VOLUMES):
        old = pair.base
        if old is not None and pair.head is None and not protected(old):
            message = f"{old.kind} {name(_where(old))} is deleted"
            yield _risk("volume-removed", old.tenant, message, (old.file,))


def unprotected(comparison: Comparison) -> Iterator[Risk]:
    """Something that Flux was to leave alone is no longer marked so.

    Nothing happens yet. But the next change that takes it out deletes it, and that one looks harmless.

    Before:
        tenants: [{name: acme, protect: true}]

    After:
        tenants: [{name: acme, protect: false}]
    """
    for pair in comparison.of_kind("Namespace", *_VOLUMES):
        if pair.both is None:
            continue
        old, new = pair.both
        if protected(old) and not protected(new):
            message = f"{new.kind} {name(_where(new))} loses its protection"
            yield _risk("unprotected", new.tenant, message, (new.file,))


def reinstalled(comparison: Comparison) -> Iterator[Risk]:
    """A release is uninstalled and installed anew.

    Helm knows a release by its name, its target namespace, where its records are and its chart's name. Flux
    uninstalls the old one when one of them changes, and what the chart kept in volumes goes with it. The same
    happens when another HelmRelease takes over a release's name: the old one's uninstallation removes it.

    Before:
        server: {namespace: clearml}

    After:
        server: {namespace: ml}
    """
    for pair in comparison.of_kind("HelmRelease"):
        if pair.both is None:
            continue
        old, new = pair.both
        fields = [
            field
            for field in ("releaseName", "targetNamespace", "storageNamespace")
            if old.get("spec", field) != new.get("spec", field)
        ]
        if fields:
            moved = ", ".join(
                f"{field} {word(old.get('spec', field))} → {word(new.get('spec', field))}" for field in fields
            )
            message = f"{name(component(new))} is uninstalled and installed anew: {moved}"
            yield _risk("reinstalled", new.tenant, message, (new.file,), _dependants(comparison, new))
    for change in comparison.of("chart"):
        if change.before and change.after:
            message = (
                f"{name(change.key.item)} is uninstalled and installed anew: "
                f"chart {word(change.before)} → {word(change.after)}"
            )
            yield _risk("reinstalled", change.key.tenant, message, (change.file,))
    yield from _taken_over(comparison)


def _taken_over(comparison: Comparison) -> Iterator[Risk]:
    gone = {
        _installed(pair.base): pair.base
        for pair in comparison.of_kind("HelmRelease")
        if pair.base is not None and pair.head is None
    }
    for pair in comparison.of_kind("HelmRelease"):
        new = pair.head
        old = gone.get(_installed(new)) if new is not None and pair.base is None else None
        if new is not None and old is not None and old.namespace == new.namespace:
            message = f"{name(new.name)} takes over the release of {name(old.name)}, which is uninstalled"
            yield _risk("reinstalled", new.tenant, message, (new.file,))


def _installed(item: Object) -> str:
    return repr((item.get("spec", "storageNamespace"), item.get("spec", "releaseName")))


def release_removed(comparison: Comparison) -> Iterator[Risk]:
    """A release that keeps data is uninstalled.

    The server, Redis, billing and whatever else runs databases: the chart's volumes go with the release,
    unless the chart keeps them. Agents and gateways keep nothing; see disruption/uninstalled.

    Before:
        redis: {enabled: true, chart: {repository: charts, name: redis, version: 17.8.3}}

    After:
        redis: {enabled: false}
    """
    moved = {_installed(pair.head) for pair in comparison.of_kind("HelmRelease") if pair.head is not None}
    for pair in comparison.of_kind("HelmRelease"):
        old = pair.base
        if old is None or pair.head is not None or _installed(old) in moved or component(old) in STATELESS:
            continue
        message = f"{name(component(old))} is uninstalled, with the volumes that its chart does not keep"
        yield _risk("release-removed", old.tenant, message, (old.file,), _dependants(comparison, old))


def blueprint_renamed(comparison: Comparison) -> Iterator[Risk]:
    """The blueprint's name changes, and with it the names of Flux' own objects.

    Flux deletes the Kustomizations of the old name and, with those, the objects that they applied, while the
    new ones apply the same objects: which of the two wins, nobody knows. Generated ids of groups change too.

    Before:
        metadata: {name: one}

    After:
        metadata: {name: other}
    """
    for change in comparison.of("blueprint"):
        if change.how == "changed":
            message = (
                f"the blueprint {word(change.before)} becomes {word(change.after)}: "
                "every Flux Kustomization is deleted with what it applied, and made anew"
            )
            yield _risk("blueprint-renamed", None, message, (change.file,), _everyone(comparison))


def control_moved(comparison: Comparison) -> Iterator[Risk]:
    """The control namespace changes: every release is taken over by an object in another namespace.

    The HelmReleases of the old namespace are deleted, which uninstalls everything, the server included. The
    credentials that the bootstrap Jobs made stay behind as well.

    Before:
        flux: {controlNamespace: tenancy-system}

    After:
        flux: {controlNamespace: mtc-control}
    """
    gone = {
        (pair.base.name, _installed(pair.base)): pair.base
        for pair in comparison.of_kind("HelmRelease")
        if pair.base is not None and pair.head is None
    }
    moved = [
        (old, pair.head)
        for pair in comparison.of_kind("HelmRelease")
        if pair.head is not None
        and pair.base is None
        and (old := gone.get((pair.head.name, _installed(pair.head)))) is not None
    ]
    if moved:
        old, new = moved[0]
        what = "1 release is" if len(moved) == 1 else f"{len(moved)} releases are"
        message = (
            f"{what} uninstalled and installed anew, because HelmReleases move from namespace "
            f"{name(old.namespace)} to {name(new.namespace)}"
        )
        files = tuple(pair[1].file for pair in moved)
        yield _risk("control-moved", None, message, files, _everyone(comparison))


def immutable_field(comparison: Comparison) -> Iterator[Risk]:
    """A field of a volume changes that Kubernetes never changes.

    The API refuses it, and Flux stops applying the whole folder, until somebody deletes the object and its
    data with it. With `kustomize.toolkit.fluxcd.io/force: enabled` Flux deletes it by itself.

    Before: an extra manifest is a PersistentVolumeClaim with `storageClassName: slow`.
    After: it has `storageClassName: fast`.
    """
    for pair in comparison.of_kind(*_FIXED):
        if pair.both is None:
            continue
        old, new = pair.both
        fields = [path for path in _FIXED[new.kind] if old.get(*path) != new.get(*path)]
        if fields:
            named = ", ".join(name(".".join(path)) for path in fields)
            ends = "Flux deletes it" if new.annotation(FORCE) == "enabled" else "it has to be deleted first"
            message = f"{new.kind} {name(_where(new))} cannot change {named}: {ends}"
            yield _risk("immutable-field", new.tenant, message, (new.file,))


def _where(item: Object) -> str:
    return f"{item.namespace}/{item.name}" if item.namespace else item.name


def _dependants(comparison: Comparison, item: Object) -> str:
    """Which releases wait for this one; all tenants', for the server."""
    return _everyone(comparison) if item.tenant is None and item.name in ("clearml", "redis") else ""


def _everyone(comparison: Comparison) -> str:
    count = comparison.population
    return f"{count} tenant{'' if count == 1 else 's'}" if count else ""


RULES: tuple[RiskRule[Comparison], ...] = (
    RiskRule("data-loss/tenant-removed", tenant_removed),
    RiskRule("data-loss/namespace-removed", namespace_removed),
    RiskRule("data-loss/volume-removed", volume_removed),
    RiskRule("data-loss/unprotected", unprotected),
    RiskRule("data-loss/reinstalled", reinstalled),
    RiskRule("data-loss/release-removed", release_removed),
    RiskRule("data-loss/blueprint-renamed", blueprint_renamed),
    RiskRule("data-loss/control-moved", control_moved),
    RiskRule("data-loss/immutable-field", immutable_field),
)
