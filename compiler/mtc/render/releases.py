"""HelmReleases and the sources of their charts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mtc.model.blueprint import EXACT_VERSION, Blueprint
from mtc.model.document import Document
from mtc.model.plan import HelmRepositoryPlan, OciRepositoryPlan, Plan, Release
from mtc.model.source import Data
from mtc.render.objects import SHARD_LABEL, document, metadata

SOURCE_API = "source.toolkit.fluxcd.io/v1"
HISTORY = 5
# A chart layer, copied as it is: what Flux's documentation asks of an OCIRepository for a HelmRelease.
_CHART_LAYER: dict[str, Data] = {
    "mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
    "operation": "copy",
}


def helm_release(path: str, plan: Plan, release: Release, values: Mapping[str, Data]) -> Document:
    """A HelmRelease in the control namespace. It retries for ever and never uninstalls between tries."""
    flux = plan.blueprint.flux
    labels = {SHARD_LABEL: release.shard} if release.shard is not None else {}
    spec: dict[str, Data] = {
        "interval": flux.interval,
        "timeout": release.timeout,
        **_chart(flux.interval, release),
        "releaseName": release.release_name,
        "targetNamespace": release.namespace,
        "storageNamespace": release.namespace,
    }
    if release.service_account is not None:
        spec["serviceAccountName"] = release.service_account
    if release.depends_on:
        spec["dependsOn"] = [{"name": name} for name in release.depends_on]
    strategy: dict[str, Data] = {"name": "RetryOnFailure", "retryInterval": flux.retry_interval}
    action: dict[str, Data] = {"strategy": strategy}
    if release.replaces_crds:
        action = {"crds": "CreateReplace", **action}
    spec["maxHistory"] = HISTORY
    spec["install"] = dict(action)
    spec["upgrade"] = dict(action)
    spec["driftDetection"] = {"mode": "enabled"}
    if release.values_from:
        spec["valuesFrom"] = [
            {"kind": "Secret", "name": name, "valuesKey": "values.yaml"} for name in release.values_from
        ]
    if values:
        spec["values"] = dict(values)
    meta = metadata(release.name, plan.control, tenant=release.tenant, labels=labels)
    return document(
        path,
        "helm.toolkit.fluxcd.io/v2",
        "HelmRelease",
        meta,
        {"spec": spec},
        origin=release.origin,
        tenant=release.tenant,
    )


def _chart(interval: str, release: Release) -> dict[str, Data]:
    source = release.source
    if source.kind == "OCIRepository":
        return {"chartRef": {"kind": source.kind, "name": source.name}}
    reference: dict[str, Data] = {"kind": source.kind, "name": source.name}
    chart: dict[str, Data] = {"chart": source.chart}
    if source.version:
        chart["version"] = source.version
    chart["sourceRef"] = reference
    if source.namespace is not None:
        reference["namespace"] = source.namespace
        # By the version in Chart.yaml: `Revision` would upgrade the release at every commit.
        chart["reconcileStrategy"] = "ChartVersion"
    chart["interval"] = interval
    return {"chart": {"spec": chart}}


def source_documents(plan: Plan) -> Iterator[Document]:
    """HelmRepositories and OCIRepositories, in the control namespace."""
    for repository in plan.repositories:
        yield _helm_repository(plan.blueprint, repository)
    for chart in plan.charts:
        yield _oci_repository(plan.blueprint, chart)


def _helm_repository(blueprint: Blueprint, repository: HelmRepositoryPlan) -> Document:
    spec: dict[str, Data] = {"interval": blueprint.flux.interval, "url": repository.url}
    if repository.secret is not None:
        spec["secretRef"] = {"name": repository.secret}
    return document(
        f"{repository.name}.helmrepository.yaml",
        SOURCE_API,
        "HelmRepository",
        metadata(repository.name, blueprint.flux.control_namespace),
        {"spec": spec},
        origin=repository.origin,
    )


def _oci_repository(blueprint: Blueprint, chart: OciRepositoryPlan) -> Document:
    spec: dict[str, Data] = {"interval": blueprint.flux.interval, "url": chart.url}
    # A registry has no `+` in its tags: Helm writes it as `_` (helm.sh/docs/topics/registries).
    exact = EXACT_VERSION.match(chart.version)
    spec["ref"] = {"tag": chart.version.replace("+", "_")} if exact else {"semver": chart.version or "*"}
    spec["layerSelector"] = dict(_CHART_LAYER)
    if chart.secret is not None:
        spec["secretRef"] = {"name": chart.secret}
    return document(
        f"{chart.name}.ocirepository.yaml",
        SOURCE_API,
        "OCIRepository",
        metadata(chart.name, blueprint.flux.control_namespace),
        {"spec": spec},
        origin=chart.origin,
    )
