"""`render_plan`: the tree, folder by folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from mtc.model.document import Document, Drawn, Tree
from mtc.model.lock import Lease, Lock
from mtc.model.plan import ExtraPlan, Plan, SopsFile
from mtc.model.source import Data
from mtc.render import access, applications, flux, jobs, namespaces, policies, releases, secrets
from mtc.render.objects import written
from mtc.render.platform import platform_values
from mtc.render.runbook import runbook
from mtc.render.shapes import Tenants
from mtc.yamlio.emit import emit

_COMPONENT_FILES = {
    "clearml": "server",
    "redis": "redis",
    "clearml-billing": "billing",
    "gpu-operator": "gpu-operator",
    "cdmo": "dynamic-mig",
}

_ADVICE = "Change the blueprint and render again; edits here are refused."


def render_plan(plan: Plan) -> Tree:
    """The whole tree of a plan. Cannot fail on a blueprint's account: what could was found before."""
    return with_runbook(render_objects(plan), lambda: runbook(plan))


def render_objects(plan: Plan) -> Tree:
    """The tree without its runbook: all that a proof looks at."""
    comment = f"{plan.name}: written by mtc. {_ADVICE}"
    writer = _Writer(comment)
    writer.folder("platform", _platform(plan), plan.sops)
    flux_documents = [flux.platform_kustomization(plan)]
    for tenant, documents in Tenants(plan, comment).documents():
        *own, last = documents
        writer.folder(f"tenants/{tenant.name}", [*own, *map(_extra, tenant.extras)], tenant.sops)
        flux_documents.append(last)
    writer.folder("flux", flux_documents, ())
    writer.index("", ("flux",))
    return Tree(dict(sorted(writer.contents.items())), tuple(writer.documents))


def with_runbook(tree: Tree, text: Callable[[], str]) -> Tree:
    """The tree with the runbook, its README.md, which sorts before every other file; its text comes last."""
    files = tree.files
    return Tree({"README.md": text().encode(), **files}, tree.documents)


class _Writer:
    """Collects documents as files, each folder with the kustomization.yaml that lists them."""

    def __init__(self, comment: str) -> None:
        self.contents: dict[str, bytes | Drawn] = {}
        self.documents: list[Document] = []
        self._comment = comment
        self._indexes: dict[tuple[str, ...], bytes] = {}

    def folder(self, folder: str, documents: Iterable[Document], sops: Iterable[SopsFile]) -> None:
        names: list[str] = []
        for document in documents:
            path = self._free_path(folder, document.path)
            if isinstance(document, Drawn):
                document.moved(path)
                self.contents[path] = document
                self.documents.append(document)
            else:
                placed, text = written(document, path, self._comment)
                self.contents[path] = text.encode()
                self.documents.append(placed)
            names.append(path[len(folder) + 1 :])
        for file in sops:
            self.contents[f"{folder}/{file.path}"] = file.content
            names.append(file.path)
        self.index(folder, tuple(names))

    def index(self, folder: str, names: tuple[str, ...]) -> None:
        if names not in self._indexes:
            body: dict[str, Data] = {
                "apiVersion": "kustomize.config.k8s.io/v1beta1",
                "kind": "Kustomization",
                "resources": list(names),
            }
            self._indexes[names] = emit(body, comment=self._comment).encode()
        path = f"{folder}/kustomization.yaml" if folder else "kustomization.yaml"
        self.contents[path] = self._indexes[names]

    def _free_path(self, folder: str, name: str) -> str:
        """The file's path, or the next one free: two of the author's extras may share kind and name."""
        path, stem, count = f"{folder}/{name}", name.removesuffix(".yaml"), 1
        while path in self.contents:
            count += 1
            path = f"{folder}/{stem}-{count}.yaml"
        return path


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
