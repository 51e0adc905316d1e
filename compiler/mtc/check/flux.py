"""Flux: what it is told can be done, and does not stop the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtc.check.findings import Finding, listed, rule
from mtc.model.blueprint import Blueprint
from mtc.model.source import Route
from mtc.model.spelling import nearest

FLUX: Route = ("spec", "flux")
UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
SHORTEST_INTERVAL = 60  # seconds, the least that Flux' documentation calls sensible
WORKERS = 4  # kustomize-controller's default --concurrent
OLDEST_KUBERNETES = {"2.9": 33}  # Flux' installation page; older releases of Flux are no longer documented


def cycle(b: Blueprint) -> Iterator[Finding]:
    """A platform that waits for itself.

    Flux cannot order a circle of dependencies: nothing of it is ever applied, and every other Kustomization
    of the same source misses new commits too.

    Fails:
        metadata: {name: prod}
        flux: {dependsOn: [prod-tenant-acme]}

    Passes:
        metadata: {name: prod}
        flux: {dependsOn: [cluster-operators]}
    """
    ours = {f"{b.name}-platform", *(f"{b.name}-tenant-{tenant.name}" for tenant in b.tenants)}
    for index, name in enumerate(b.flux.depends_on):
        if name in ours:
            yield Finding(
                (*FLUX, "dependsOn", index),
                f"`{name}` waits for the platform, and the platform would wait for it",
                "take it out: tenants wait for the platform anyway",
            )


def unknown_shard(b: Blueprint) -> Iterator[Finding]:
    """A tenant on a shard that no controller serves.

    Flux never touches what carries an unknown shard's label, and says nothing.

    Fails:
        flux: {shards: [shard1, shard2]}
        tenants:
          - {name: acme, shard: shard3}

    Passes:
        flux: {shards: [shard1, shard2]}
        tenants:
          - {name: acme, shard: shard2}
    """
    for tenant in b.tenants:
        if tenant.shard is not None and tenant.shard not in b.flux.shards:
            guess = nearest(tenant.shard, b.flux.shards)
            known = (
                f"write {listed(b.flux.shards, 'or')}" if b.flux.shards else "list it in `spec.flux.shards`"
            )
            yield Finding(
                (*tenant.route, "shard"),
                f"no controller serves the shard `{tenant.shard}`",
                f"did you mean `{guess}`?" if guess else known,
                related=(((*FLUX, "shards"), "served"),),
                tenants=(tenant,),
            )


def lockdown_without_account(b: Blueprint) -> Iterator[Finding]:
    """Lockdown, and releases that say nobody they run as.

    Under lockdown a release without a ServiceAccount runs as `default` of its namespace, which may do
    nothing: every tenant's agent is Forbidden.

    Fails:
        flux: {lockdown: true, impersonate: false}

    Passes:
        flux: {lockdown: true, impersonate: true}
    """
    if b.flux.lockdown and not b.flux.impersonate:
        yield Finding(
            (*FLUX, "impersonate"),
            "under lockdown, tenants' releases without a ServiceAccount may do nothing",
            "write `impersonate: true`",
            related=(((*FLUX, "lockdown"), "lockdown"),),
        )


def short_interval(b: Blueprint) -> Iterator[Finding]:
    """An interval under a minute.

    Every commit is applied at once anyway; the interval is for drift. At each, Flux builds and compares
    every tenant's tree.

    Fails:
        flux: {interval: 30s}

    Passes:
        flux: {interval: 30m}
    """
    seconds = sum(
        float(number) * UNITS[unit] for number, unit in re.findall(r"([\d.]+)(ms|s|m|h)", b.flux.interval)
    )
    if seconds < SHORTEST_INTERVAL:
        yield Finding(
            (*FLUX, "interval"),
            f"every {b.flux.interval}, Flux would build every tenant's tree again",
            "commits do not wait for it: write 30m or more",
        )


def waiting_tenants(b: Blueprint) -> Iterator[Finding]:
    """Tenants that hold up one another.

    With `healthChecks`, a tenant that does not come up holds one of the controller's workers until the
    timeout, again and again; there are four of them by default.

    Fails:
        flux: {healthChecks: true}
        tenants: [{name: one}, {name: two}, {name: three}, {name: four}, {name: five}]

    Passes:
        flux: {healthChecks: true}
        tenants: [{name: one}, {name: two}, {name: three}]
    """
    if b.flux.health_checks and len(b.tenants) > WORKERS:
        yield Finding(
            (*FLUX, "healthChecks"),
            f"{WORKERS} tenants that do not come up would hold up all {len(b.tenants):,}",
            "take it out and watch the HelmReleases, or silence this if the controller has more workers",
        )


def kubernetes_too_old(b: Blueprint) -> Iterator[Finding]:
    """A Kubernetes that the Flux version does not support.

    `flux check` refuses it, and nobody tests the two together.

    Fails:
        cluster: {kubernetesVersion: "1.31"}
        flux: {version: "2.9"}

    Passes:
        cluster: {kubernetesVersion: "1.33"}
        flux: {version: "2.9"}
    """
    oldest = OLDEST_KUBERNETES.get(b.flux.version)
    minor = int(b.cluster.kubernetes_version.split(".")[1])
    if oldest is not None and minor < oldest:
        yield Finding(
            ("spec", "cluster", "kubernetesVersion"),
            f"Flux {b.flux.version} supports Kubernetes 1.{oldest} and newer",
            f"upgrade Kubernetes to 1.{oldest}, or say which older Flux you run in `spec.flux.version`",
            related=(((*FLUX, "version"), "Flux"),),
        )


RULES = (
    rule("flux/cycle", cycle),
    rule("flux/unknown-shard", unknown_shard),
    rule("flux/lockdown-without-account", lockdown_without_account),
    rule("flux/short-interval", short_interval, "warning"),
    rule("flux/waiting-tenants", waiting_tenants, "warning"),
    rule("flux/kubernetes-too-old", kubernetes_too_old, "warning"),
)
