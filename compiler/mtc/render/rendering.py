"""`render_plan`: the tree, folder by folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mtc.model.document import Document, Tree
from mtc.model.files import Files
from mtc.model.lock import Lease, Lock
from mtc.model.plan import ExtraPlan, Plan, SopsFile, TenantPlan
from mtc.model.source import Data
from mtc.render import access, applications, flux, jobs, namespaces, policies, releases, secrets
from mtc.render.objects import written
from mtc.render.platform import platform_values
from mtc.render.shapes import FLUX, Drawing, Tenants, folder_of
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
    return with_runbook(render_objects(plan), plan)


def render_objects(plan: Plan) -> Tree:
    """The tree without its runbook: all that a proof looks at."""
    shelf = _Shelf(plan)
    platform = [shelf.put(document.moved(f"platform/{document.path}")) for document in _platform(plan)]
    shelf.index("platform", _names(platform, "platform"), plan.sops)
    main = flux.platform_kustomization(plan)
    listed = [main.path]
    shelf.put(main.moved(f"{FLUX}/{main.path}"))
    listed += shelf.tenants(plan.tenants)
    shelf.index(FLUX, listed)
    shelf.index("", [FLUX])
    return shelf.tree()


def render_tenant(plan: Plan, name: str) -> Tree:
    """The part of the tree that is one tenant's: its folder, and its file in Flux's."""
    shelf = _Shelf(plan)
    shelf.tenants([tenant for tenant in plan.tenants if tenant.name == name])
    return shelf.tree()


def with_runbook(tree: Tree, plan: Plan) -> Tree:
    """The tree with its plan's runbook, README.md."""
    from mtc.render.runbook import runbook  # noqa: PLC0415 - not for one tenant, nor for a proof

    files = tree.files.and_one("README.md", runbook(plan).encode())
    return Tree(lambda: files, lambda: tree.documents, tree.parts)


class _Shelf:
    """Collects what the tree will hold; what is drawn stays undrawn until it is asked for."""

    def __init__(self, plan: Plan) -> None:
        self._plan, self._comment = plan, f"{plan.name}: written by mtc. {_ADVICE}"
        self._items: list[Document | Drawing] = []
        self._files: dict[str, bytes] = {}
        self._paths: set[str] = set()
        self._indexes: dict[tuple[str, ...], bytes] = {}

    def tree(self) -> Tree:
        """What was collected."""
        return Tree(self._all_files, self._all_documents, self._items)

    def tenants(self, tenants: Sequence[TenantPlan]) -> list[str]:
        """These tenants' folders; returns their files in Flux's."""
        for tenant, drawn in Tenants(self._plan, self._comment).drawn(tenants):
            folder = folder_of(tenant)
            if isinstance(drawn, Drawing):
                self.draw(drawn, alone=not tenant.extras)
                names = list(drawn.names)
            else:
                *own, _ = map(self.put, drawn)
                names = _names(own, folder)
            names += _names([self.put(_extra(extra, folder)) for extra in tenant.extras], folder)
            self.index(folder, names, tenant.sops)
        return [flux.tenant_file(tenant) for tenant in tenants]

    def put(self, document: Document) -> str:
        """A built document, as a file; returns its path."""
        placed, text = written(document, self._free_path(document.path), self._comment)
        self._items.append(placed)
        self._paths.add(placed.path)
        self._files[placed.path] = text.encode()
        return placed.path

    def draw(self, drawing: Drawing, *, alone: bool) -> None:
        """A tenant that will be drawn; `alone` if nothing else will come into its folder."""
        self._items.append(drawing)
        if not alone:
            self._paths.update(drawing.paths())

    def index(self, folder: str, names: list[str], sops: Iterable[SopsFile] = ()) -> None:
        """The folder's encrypted files, and the kustomization.yaml that lists them after these names."""
        above = f"{folder}/" if folder else ""
        for file in sops:
            self._files[f"{above}{file.path}"] = file.content
            names.append(file.path)
        self._files[f"{above}kustomization.yaml"] = self._index(tuple(names))

    def _all_files(self) -> Files:
        """Tree.files, those of Flux's folder first."""
        batches = [item.batches() for item in self._items if isinstance(item, Drawing)]
        return Files(self._files, [last for *_, last in batches] + [own for own, _ in batches])

    def _all_documents(self) -> Iterator[Document]:
        """Tree.documents: Flux's own are the last."""
        last: list[Document] = []
        for item in self._items:
            for document in item.documents() if isinstance(item, Drawing) else (item,):
                if document.path.startswith(f"{FLUX}/"):
                    last.append(document)
                else:
                    yield document
        yield from last

    def _index(self, names: tuple[str, ...]) -> bytes:
        if names not in self._indexes:
            body: dict[str, Data] = {
                "apiVersion": "kustomize.config.k8s.io/v1beta1",
                "kind": "Kustomization",
                "resources": list(names),
            }
            self._indexes[names] = emit(body, comment=self._comment).encode()
        return self._indexes[names]

    def _free_path(self, wanted: str) -> str:
        """The path, or the next one free: two of the author's extras may share kind and name."""
        path, stem, count = wanted, wanted.removesuffix(".yaml"), 1
        while path in self._paths:
            count += 1
            path = f"{stem}-{count}.yaml"
        return path


def _names(paths: Iterable[str], folder: str) -> list[str]:
    """What files in a folder are called there."""
    return [path.removeprefix(f"{folder}/") for path in paths]


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
    yield from (Document(extra.path, extra.body, extra.origin) for extra in plan.extras)


def _extra(extra: ExtraPlan, folder: str) -> Document:
    return Document(f"{folder}/{extra.path}", extra.body, extra.origin, extra.tenant)


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
