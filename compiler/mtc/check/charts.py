"""Charts: each from a declared repository, at a pinned version, and what it is taken for."""

from __future__ import annotations

from collections.abc import Iterator

from mtc.check.findings import Finding, listed, rule, shared
from mtc.model.blueprint import EXACT_VERSION, Blueprint, Chart, Tenant
from mtc.model.record import Record
from mtc.model.source import Route
from mtc.model.spelling import nearest

REPOSITORIES: Route = ("spec", "repositories")
OPEN_SOURCE = {"server": "clearml", "agent": "clearml-agent"}  # github.com/clearml/clearml-helm-charts
BITNAMI = ("charts.bitnami.com/bitnami", "bitnamicharts")


class Use(Record, frozen=True):
    """A chart that somebody wrote. `installed`: the part that it belongs to is enabled."""

    part: str
    chart: Chart
    route: Route
    installed: bool
    tenants: tuple[Tenant, ...] = ()


def unknown_repository(b: Blueprint) -> Iterator[Finding]:
    """A chart from a repository that is not declared.

    Flux could not say where to take it from.

    Fails:
        repositories: {charts: {url: "https://charts.example.com"}}
        server: {chart: {repository: chart, name: clearml-enterprise, version: 7.11.0}}

    Passes:
        repositories: {charts: {url: "https://charts.example.com"}}
        server: {chart: {repository: charts, name: clearml-enterprise, version: 7.11.0}}
    """
    for use in _uses(b):
        name = use.chart.repository
        if use.installed and name not in b.repositories:
            guess = nearest(name, b.repositories)
            known = f"write {listed(b.repositories, 'or')}, or " if b.repositories else ""
            yield Finding(
                (*use.route, "repository"),
                f"the chart `{use.chart.name}` comes from `{name}`, which `spec.repositories` lacks",
                f"did you mean `{guess}`?" if guess else f"{known}add `{name}` to `spec.repositories`",
                tenants=use.tenants,
            )


def unused_repository(b: Blueprint) -> Iterator[Finding]:
    """A repository that no chart comes from.

    It is left over, or a chart names another one by mistake.

    Fails:
        repositories:
          charts: {url: "https://charts.example.com"}
          mirror: {url: "https://mirror.example.com"}

    Passes:
        repositories:
          charts: {url: "https://charts.example.com"}
    """
    used = {use.chart.repository for use in _uses(b)}
    for name in b.repositories:
        if name not in used:
            yield Finding(
                (*REPOSITORIES, name),
                f"no chart comes from the repository `{name}`",
                "take it out",
                on_key=True,
            )


def unpinned(b: Blueprint) -> Iterator[Finding]:
    """A chart whose version moves by itself.

    Flux then installs the newest one as soon as it is published, for all tenants, without a commit that
    anybody reviewed.

    Fails:
        server: {chart: {repository: charts, name: clearml-enterprise, version: ">=7.0.0"}}

    Passes:
        server: {chart: {repository: charts, name: clearml-enterprise, version: 7.11.0}}
    """
    for use in _uses(b):
        version, repository = use.chart.version, b.repositories.get(use.chart.repository)
        in_git = repository is not None and repository.git is not None  # there, the folder is the version
        if use.installed and not in_git and not (version and EXACT_VERSION.match(version)):
            what = f"is not pinned: `{version}` is a range" if version else "has no version"
            yield Finding(
                (*use.route, "version") if version else use.route,
                f"the chart `{use.chart.name}` {what}",
                "write the version that you tested: `version: …`",
                tenants=use.tenants,
            )


def bitnami_image(b: Blueprint) -> Iterator[Finding]:
    """Bitnami's Redis with images that can no longer be pulled.

    Bitnami took its versioned images off Docker Hub; they lie in `bitnamilegacy` now, without updates. The
    chart still names the old place.

    Fails:
        repositories: {bitnami: {url: "https://charts.bitnami.com/bitnami"}}
        redis: {enabled: true, chart: {repository: bitnami, name: redis, version: 17.8.3}}

    Passes:
        repositories: {bitnami: {url: "https://charts.bitnami.com/bitnami"}}
        redis:
          enabled: true
          chart: {repository: bitnami, name: redis, version: 17.8.3}
          values: {image: {repository: bitnamilegacy/redis}}
    """
    chart, image = b.redis.chart, b.redis.values.get("image")
    repository = b.repositories.get(chart.repository) if chart else None
    if not (
        b.redis.enabled and repository and repository.url and any(at in repository.url for at in BITNAMI)
    ):
        return
    named = image if isinstance(image, dict) else {}
    if str(named.get("repository") or "bitnami/").startswith("bitnami/") and not named.get("registry"):
        yield Finding(
            ("spec", "redis", "chart", "repository"),
            "Bitnami's Redis images can no longer be pulled from Docker Hub",
            "in `redis.values`, write `image.repository: bitnamilegacy/redis` or a mirror of your own",
            related=(((*REPOSITORIES, chart.repository if chart else "", "url"), "Bitnami's charts"),),
        )


def git_under_lockdown(b: Blueprint) -> Iterator[Finding]:
    """A chart from Git under multi-tenancy lockdown.

    Its source lies in Flux' namespace, its HelmRelease in the control namespace; controllers that run with
    `--no-cross-namespace-refs` refuse that for good (AccessDenied).

    Fails:
        flux: {lockdown: true}
        repositories: {vendor: {git: vendor/charts}}
        billing: {enabled: true, chart: {repository: vendor, name: clearml-billing}}

    Passes:
        flux: {lockdown: true}
        repositories: {vendor: {url: "oci://registry.example.com/charts"}}
        billing: {enabled: true, chart: {repository: vendor, name: clearml-billing, version: 1.1.0}}
    """
    for use in _from_git(b):
        if b.flux.lockdown:
            yield Finding(
                (*REPOSITORIES, use.chart.repository, "git"),
                "under lockdown, no chart can come from Git: its source lies in Flux' namespace",
                "push the chart to a registry, and write `url: oci://…`",
                related=((("spec", "flux", "lockdown"), "lockdown"), (use.route, "comes from it")),
            )


def git_in_oci(b: Blueprint) -> Iterator[Finding]:
    """A chart from Git where the tree comes from a registry.

    Flux takes charts from a GitRepository or Bucket, and not from an OCIRepository that holds a tree.

    Fails:
        flux: {source: {kind: OCIRepository, name: tree}}
        repositories: {vendor: {git: vendor/charts}}
        billing: {enabled: true, chart: {repository: vendor, name: clearml-billing}}

    Passes:
        flux: {source: {kind: GitRepository, name: tree}}
        repositories: {vendor: {git: vendor/charts}}
        billing: {enabled: true, chart: {repository: vendor, name: clearml-billing}}
    """
    for use in _from_git(b):
        if b.flux.source.kind == "OCIRepository":
            yield Finding(
                (*REPOSITORIES, use.chart.repository, "git"),
                "Flux takes no chart out of an OCIRepository that holds a tree",
                "push the chart to the registry too, and write `url: oci://…`",
                related=(
                    (("spec", "flux", "source", "kind"), "the tree's source"),
                    (use.route, "comes from it"),
                ),
            )


def flavor(b: Blueprint) -> Iterator[Finding]:
    """A gateway's flavor that is not its chart's.

    The two charts take credentials, addresses and ports under different names, and each ignores the
    other's: the gateway would come up without credentials.

    Fails:
        tenantDefaults:
          gateway:
            enabled: true
            chart: {repository: charts, name: clearml-enterprise-app-gateway, version: 2.0.0}
        tenants:
          - {name: acme, gateway: {host: acme}}

    Passes:
        tenantDefaults:
          gateway:
            enabled: true
            flavor: app-gateway
            chart: {repository: charts, name: clearml-enterprise-app-gateway, version: 2.0.0}
        tenants:
          - {name: acme, gateway: {host: acme}}
    """
    named = {"app-gateway": "app-gateway", "traffic-router": "task-traffic-router"}
    for tenants in shared(b, "gateway"):
        gateway, route = tenants[0].gateway, (*tenants[0].route, "gateway")
        chart = gateway.chart.name if gateway.enabled and gateway.chart else ""
        for part, right in named.items():
            if part in chart and gateway.flavor != right:
                yield Finding(
                    (*route, "chart", "name"),
                    f"the gateway's chart is `{chart}`, and its flavor `{gateway.flavor}`",
                    f"write `flavor: {right}`",
                    related=(((*route, "flavor"), "the flavor"),),
                    tenants=tenants,
                )


def open_source(b: Blueprint) -> Iterator[Finding]:
    """A chart of open-source ClearML.

    Its server has no tenants: it answers `system.create_company` with 404, and ignores groups, features and
    SSO. Its agent ignores queues' own settings. If a mirror gave the Enterprise chart that name, silence it
    with a reason.

    Fails:
        server: {chart: {repository: charts, name: clearml, version: 7.14.4}}

    Passes:
        server: {chart: {repository: charts, name: clearml-enterprise, version: 7.11.0}}
    """
    for use in _uses(b):
        if OPEN_SOURCE.get(use.part) == use.chart.name:
            yield Finding(
                (*use.route, "name"),
                f"`{use.chart.name}` is the chart of open-source ClearML, which has no tenants",
                f"take the Enterprise chart: `{use.chart.name.replace('clearml', 'clearml-enterprise')}`",
                tenants=use.tenants,
            )


def _uses(b: Blueprint) -> Iterator[Use]:
    platform: tuple[tuple[str, Chart | None, Route, bool], ...] = (
        ("server", b.server.chart, ("server",), True),
        ("redis", b.redis.chart, ("redis",), b.redis.enabled),
        ("billing", b.billing.chart, ("billing",), b.billing.enabled),
        ("operator", b.gpu.operator.chart, ("gpu", "operator"), b.gpu.operator.enabled),
        ("dynamicMig", b.gpu.dynamic_mig.chart, ("gpu", "dynamicMig"), b.gpu.dynamic_mig.enabled),
    )
    for part, chart, route, installed in platform:
        if chart is not None:
            yield Use(part, chart, ("spec", *route, "chart"), installed)
    for tenants in shared(b, "agent.chart"):
        yield Use(
            "agent", tenants[0].agent.chart, (*tenants[0].route, "agent", "chart"), True, tuple(tenants)
        )
    for tenants in shared(b, "gateway.chart", "gateway.enabled"):
        gateway, route = tenants[0].gateway, (*tenants[0].route, "gateway", "chart")
        if gateway.chart is not None:
            yield Use("gateway", gateway.chart, route, gateway.enabled, tenants)


def _from_git(b: Blueprint) -> Iterator[Use]:
    """The first installed chart of each repository that lies in Git."""
    seen: set[str] = set()
    for use in _uses(b):
        repository = b.repositories.get(use.chart.repository)
        if use.installed and repository and repository.git is not None and use.chart.repository not in seen:
            seen.add(use.chart.repository)
            yield use


RULES = (
    rule("charts/unknown-repository", unknown_repository),
    rule("charts/unused-repository", unused_repository, "warning"),
    rule("charts/unpinned", unpinned, "warning"),
    rule("charts/bitnami-image", bitnami_image, "warning"),
    rule("charts/git-under-lockdown", git_under_lockdown),
    rule("charts/git-in-oci", git_in_oci),
    rule("charts/flavor", flavor, "warning"),
    rule("charts/open-source", open_source, "warning"),
)
