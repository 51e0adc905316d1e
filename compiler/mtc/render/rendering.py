"""`render_plan`: the tree, folder by folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from mtc.encodings import holds_substitution
from mtc.model.document import Document, Tree
from mtc.model.lock import Lease, Lock
from mtc.model.plan import ExtraPlan, Plan, SopsFile, TenantPlan
from mtc.model.source import Data
from mtc.render import access, applications, bootstrap, flux, jobs, namespaces, policies, releases, secrets
from mtc.render.objects import shielded
from mtc.render.platform import platform_values
from mtc.render.runbook import runbook
from mtc.render.tenants import AgentValues, gateway_values, redis_values
from mtc.yamlio.emit import emit

_COMPONENT_FILES = {
    "clearml": "server",
    "redis": "redis",
    "clearml-billing": "billing",
    "gpu-operator": "gpu-operator",
    "cdmo": "dynamic-mig",
}


def render_plan(plan: Plan) -> Tree:
    """The whole tree of a plan. Cannot fail on a blueprint's account: what could was found before."""
    comment = f"{plan.name}: written by mtc. Change the blueprint and render again; edits here are refused."
    writer = _Writer(comment)
    writer.folder("platform", _platform(plan), plan.sops)
    flux_documents = [flux.platform_kustomization(plan)]
    agents = AgentValues(plan)
    for tenant in plan.tenants:
        writer.folder(f"tenants/{tenant.name}", _tenant(plan, tenant, agents), tenant.sops)
        flux_documents.append(flux.tenant_kustomization(plan, tenant))
    writer.folder("flux", flux_documents, ())
    writer.index("", ["flux"])
    writer.files["README.md"] = runbook(plan).encode()
    return Tree(dict(sorted(writer.files.items())), tuple(writer.documents))


class _Writer:
    """Collects documents as files, each folder with the kustomization.yaml that lists them."""

    def __init__(self, comment: str) -> None:
        self.files: dict[str, bytes] = {}
        self.documents: list[Document] = []
        self._comment = comment

    def folder(self, folder: str, documents: Iterable[Document], sops: Iterable[SopsFile]) -> None:
        names: list[str] = []
        for document in documents:
            name = self._free_name(folder, document.path)
            placed = replace(document, path=f"{folder}/{name}")
            text = emit(placed.body, comment=self._comment)
            if holds_substitution(text):  # on the text: one search for a whole object
                placed = replace(placed, body=shielded(placed.body))
                text = emit(placed.body, comment=self._comment)
            self.files[placed.path] = text.encode()
            self.documents.append(placed)
            names.append(name)
        for file in sops:
            self.files[f"{folder}/{file.path}"] = file.content
            names.append(file.path)
        self.index(folder, names)

    def index(self, folder: str, names: Iterable[str]) -> None:
        body: dict[str, Data] = {
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "resources": list(names),
        }
        path = f"{folder}/kustomization.yaml" if folder else "kustomization.yaml"
        self.files[path] = emit(body, comment=self._comment).encode()

    def _free_name(self, folder: str, name: str) -> str:
        """The name, or the next one free: two of the author's extras may share kind and name."""
        stem, count = name.removesuffix(".yaml"), 1
        while f"{folder}/{name}" in self.files:
            count += 1
            name = f"{stem}-{count}.yaml"
        return name


def _platform(plan: Plan) -> Iterator[Document]:
    for namespace in plan.namespaces:
        yield namespaces.namespace_document(plan, namespace, f"{namespace.name}.namespace.yaml")
    yield from access.platform_access(plan)
    yield from policies.platform_policies(plan)
    yield from releases.source_documents(plan)
    yield from secrets.secret_documents(plan, plan.secrets, keep=True)
    for release in plan.platform_releases:
        path = f"{_COMPONENT_FILES[release.name]}.helmrelease.yaml"
        yield releases.helm_release(path, plan, release, platform_values(plan, release))
    yield jobs.program_document(plan)
    yield from applications.application_documents(plan)
    yield from (_extra(extra) for extra in plan.extras)


def _tenant(plan: Plan, tenant: TenantPlan, agents: AgentValues) -> Iterator[Document]:
    spec = tenant.spec
    yield namespaces.namespace_document(plan, tenant.namespace, "namespace.yaml")
    yield from access.tenant_access(plan, tenant)
    yield from policies.tenant_policies(plan, tenant)
    yield from namespaces.quota_documents(tenant)
    yield from secrets.secret_documents(plan, tenant.secrets, keep=spec.protect)
    yield from bootstrap.tenant_bootstrap(plan, tenant)
    values = {
        "redis": lambda: redis_values(plan.blueprint.redis.values),
        "agent": lambda: agents.of(tenant),
        "gateway": lambda: gateway_values(plan, tenant),
    }
    for release in tenant.releases:
        component = release.name.rpartition("-")[2]
        yield releases.helm_release(f"{component}.helmrelease.yaml", plan, release, values[component]())
    yield from (_extra(extra) for extra in tenant.extras)


def _extra(extra: ExtraPlan) -> Document:
    return Document(extra.path, extra.body, extra.origin, extra.tenant)


def lock_text(lock: Lock) -> str:
    """The lock file; empty sections are left out, tenants are sorted so that branches merge."""
    body: dict[str, Data] = {}
    for section, leases in (("ports", lock.ports), ("released", lock.released)):
        if leases:
            body[section] = {name: _lease(leases[name]) for name in sorted(leases)}
    comment = "Node ports that were handed out. Written by mtc; commit it with the blueprint."
    return emit(body, comment=comment)


def _lease(lease: Lease) -> Data:
    return {"startingPort": lease.starting_port, "maxServices": lease.max_services}
