"""What a made blueprint is to have, chosen by a seed before anything is written."""

from __future__ import annotations

from random import Random
from typing import Any, TypeVar

T = TypeVar("T")
Map = dict[str, Any]
WARTS = (
    "hosts/outside-domain", "features/inert", "features/superseded", "features/not-enabled",
    "features/granted-to-nobody", "features/not-assignable", "features/floor", "groups/duplicate-name",
    "supervisor/other-company", "ports/max-pods-ignored", "ports/stream-address-missing",
    "supervisor/other-company", "ports/max-pods-ignored", "ports/streams-ignored", "sso/default-company",
    "sso/outside-domains", "sso/other-tenants-domain", "sso/no-provider", "queues/asked-twice",
    "queues/fractional-resource", "queues/over-geometry", "gpu/no-operator", "charts/unused-repository",
    "charts/unpinned", "bootstrap/unpinned-image", "charts/bitnami-image", "charts/flavor", "charts/open-source", "secrets/looks-secret",
    "secrets/default-identity", "secrets/namespaced-store", "network/host-bits", "network/ipv4-only",
    "network/allow-reaches-platform", "isolation/host-network-ingress", "isolation/open-egress",
    "isolation/shared-redis", "quota/no-default", "flux/short-interval",
    "flux/waiting-tenants", "flux/kubernetes-too-old", "applications/no-apps-queue",
    "applications/admin-not-internal", "allow/unused",
)  # fmt: skip


class Choices:
    """The choices of one blueprint. `expected` are the codes that it must give, `files` what it names."""

    def __init__(self, seed: int) -> None:
        self.r = Random(seed)
        self.warts = set(self.r.sample(WARTS, self.r.choice((0, 0, 1, 1, 2, 3, 5))))
        self.expected: set[str] = set()
        self.files: dict[str, bytes] = {}
        count = self.r.choice((0, 1, 1, 2, 3, 4))
        if self.warts & {"sso/default-company", "isolation/shared-redis", "sso/other-tenants-domain"}:
            count = max(count, 2)
        if "flux/waiting-tenants" in self.warts:
            count = 5
        self.names = [f"{self.r.choice(('acme', 'globex', 'initech'))}-{index}" for index in range(count)]
        self.names = self.names or (["solo"] if self.warts else [])
        self.dual_stack = self.r.random() < 0.2 or "network/ipv4-only" in self.warts
        self.lockdown = self.r.random() < 0.2
        self.git = not self.lockdown and self.r.random() < 0.5
        self.version = self.r.choice((None, "3.21.6-1443", "3.26.0-1600"))
        self.per_tenant_apps = bool(
            self.warts & {"applications/no-apps-queue", "applications/admin-not-internal"}
        )
        self.per_tenant_apps = self.per_tenant_apps or self.r.random() < 0.15
        self.dynamic_mig = self.r.random() < 0.6 or "gpu/no-operator" in self.warts
        self.login = bool(self.names) and self.r.random() < 0.6
        self.router = self.r.random() < 0.5
        self.shards = ["shard1", "shard2"] if self.r.random() < 0.3 else []

    def wart(self, code: str) -> bool:
        """True where this wart was chosen; it is then expected."""
        if code in self.warts:
            self.expected.add(code)
        return code in self.warts

    def maybe(self, value: Map) -> Map:
        """Each of the fields, or not."""
        return {key: item for key, item in value.items() if self.r.random() < 0.5}

    def pick(self, items: tuple[T, ...]) -> T:
        """One of the items."""
        return self.r.choice(items)

    def chart(self, name: str, repository: str = "charts") -> Map:
        """A pinned chart."""
        return {
            "repository": repository,
            "name": name,
            "version": self.pick(("1.2.3", "v24.9.2", "7.11.0-rc.1")),
        }
