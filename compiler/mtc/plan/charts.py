"""Where charts come from: the Flux sources that the tree needs, and the one that each chart points to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

from mtc.model.blueprint import Blueprint, Chart
from mtc.model.plan import ChartSource, HelmRepositoryPlan, OciRepositoryPlan
from mtc.model.source import Route

REPOSITORY_SECRET = "repository-"
_NUMBERS = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+\Z")


def chart_source(blueprint: Blueprint, chart: Chart) -> ChartSource:
    """The source of a chart. A repository that is not declared is check's to refuse before us."""
    repository = blueprint.repositories[chart.repository]
    version = chart.version or ""
    if repository.git is not None:
        flux = blueprint.flux
        folder = f"{repository.git.rstrip('/')}/{chart.name}"
        if flux.source.kind == "Bucket":
            return ChartSource("Bucket", flux.source.name, flux.namespace, folder, "")
        return ChartSource("GitRepository", flux.source.name, flux.namespace, folder, "")
    if (repository.url or "").startswith("oci://"):
        return ChartSource("OCIRepository", oci_name(chart), None, chart.name, version)
    return ChartSource("HelmRepository", chart.repository, None, chart.name, version)


def oci_name(chart: Chart) -> str:
    """A name for one chart at one version: readable, with a hash where it was changed or cut, or where
    another chart's parts could make the same name."""
    wanted = f"{chart.repository}-{chart.name}-{chart.version or 'latest'}"
    clean = "".join(char if char.isascii() and char.isalnum() else "-" for char in wanted.lower()).strip("-")
    # Read backwards it has one meaning: a version of three numbers, and a repository up to the first `-`.
    sure = "-" not in chart.repository and "." not in chart.name and _NUMBERS.match(chart.version or "0.0.0")
    if sure and len(clean) <= 63 and clean == wanted.replace(".", "-"):
        return clean
    parts = "\n".join((chart.repository, chart.name, chart.version or ""))
    return f"{clean[:54].rstrip('-')}-{sha256(parts.encode()).hexdigest()[:8]}"


def repository_secret(repository: str) -> str:
    """The Secret with a repository's credentials."""
    return f"{REPOSITORY_SECRET}{repository}"


def sources(
    blueprint: Blueprint, charts: Iterable[tuple[Chart, Route]]
) -> tuple[tuple[HelmRepositoryPlan, ...], tuple[OciRepositoryPlan, ...]]:
    """HelmRepositories and OCIRepositories of the charts that are installed, sorted by name."""
    helm: dict[str, HelmRepositoryPlan] = {}
    oci: dict[str, OciRepositoryPlan] = {}
    for chart, route in charts:
        repository = blueprint.repositories[chart.repository]
        if repository.url is None:
            continue
        secret = repository_secret(chart.repository) if repository.authenticated else None
        if repository.url.startswith("oci://"):
            url = f"{repository.url.rstrip('/')}/{chart.name}"
            name = oci_name(chart)
            oci.setdefault(name, OciRepositoryPlan(name, url, chart.version or "", secret, route))
        else:
            origin: Route = ("spec", "repositories", chart.repository)
            helm.setdefault(
                chart.repository, HelmRepositoryPlan(chart.repository, repository.url, secret, origin)
            )
    return tuple(helm[name] for name in sorted(helm)), tuple(oci[name] for name in sorted(oci))
