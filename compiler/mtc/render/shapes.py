"""Every tenant's documents: drawn from a stencil where several tenants have one shape, else built.

A stencil is used only after it gave the very texts that building gives, for the first tenant of its shape and
for one with the oddest words: whatever sorts, shortens or folds words shows there, and such a shape is built.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from mtc.encodings import holds_substitution
from mtc.model.document import Document, Drawn
from mtc.model.files import Batch, Files
from mtc.model.plan import Plan, TenantPlan
from mtc.model.record import Record, changed
from mtc.render import access, bootstrap, flux, namespaces, policies, releases, secrets
from mtc.render.jobs import input_digest
from mtc.render.objects import written
from mtc.render.standin import MARK, are_plain, describe, mark, odd_words, shape_of, stand_in
from mtc.render.stencil import Phrase, Stencil
from mtc.render.tenants import AgentValues, gateway_values, redis_values

# Below this many tenants of a shape, cutting a stencil costs more than it saves.
ENOUGH = 4
FLUX = "flux"


class _Cut(Record, frozen=True):
    """A stencil, the names of the files in the tenant's folder, and the wish in one of them, whose digest is
    the word after the tenant's own."""

    stencil: Stencil
    names: tuple[str, ...]
    wish: Phrase

    def of(self, tenant: TenantPlan, words: tuple[str, ...]) -> Drawing:
        return Drawing(self.stencil, (*words, input_digest(self.wish(words))), tenant, self.names)


class Drawing(Record, frozen=True):
    """One tenant's documents, as good as made; the paths are those that building them gives.

    `names` are the files' in the tenant's folder; one more is the tenant's in Flux's own.
    """

    stencil: Stencil
    words: tuple[str, ...]
    tenant: TenantPlan
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.tenant.name

    def documents(self) -> list[Drawn]:
        return list(self.stencil.draw(self.words, self.tenant.spec.index, self.tenant.name))

    def paths(self) -> list[str]:
        return self.stencil.paths(self.words)

    def batches(self) -> list[Batch]:
        """The files of the tenant's folder, and its file in Flux's."""
        words = self.words
        return [Batch(print_.paths(words), partial(print_, words)) for print_ in self.stencil.prints]


class _Shape(Record):
    """How many tenants have one shape, and their stencil: tried at the first of them, None if it failed."""

    count: int = 0
    tried: bool = False
    cut: _Cut | None = None


def beside(plan: Plan, name: str) -> Plan:
    """The plan with a tenant and a few others: the first two of each shape, for all that are like them.

    The plan itself where it has no tenant of the name.
    """
    seen: dict[tuple[object, ...], _Shape] = {}
    chosen: list[TenantPlan] = []
    for tenant in plan.tenants:
        shape = seen.setdefault(shape_of(tenant), _Shape())  # asked once: a shape takes long to hash
        shape.count += 1
        if tenant.name == name or shape.count <= 2:
            chosen.append(tenant)
    known = any(tenant.name == name for tenant in chosen)
    return changed(plan, tenants=tuple(chosen)) if known else plan


class Tenants:
    """The documents of a plan's tenants; `comment` is the first line of every file."""

    def __init__(self, plan: Plan, comment: str) -> None:
        self._plan, self._comment = plan, comment
        self._agents = AgentValues(plan)

    def drawn(
        self, tenants: Sequence[TenantPlan]
    ) -> Iterator[tuple[TenantPlan, Drawing | Iterable[Document]]]:
        """(tenant, its documents without its extras: its folder's, and last its Flux Kustomization).

        Paths are complete, and no two are one.
        """
        shapes: dict[tuple[object, ...], _Shape] = {}
        described: list[tuple[_Shape, tuple[str, ...]]] = []
        for tenant in tenants:
            key, words = describe(tenant)
            shape = shapes.setdefault(key, _Shape())
            shape.count += 1
            described.append((shape, words))
        for tenant, (shape, words) in zip(tenants, described, strict=True):
            cut = self._cut(shape, words, tenant) if shape.count >= ENOUGH and are_plain(words) else None
            yield tenant, self._built(tenant) if cut is None else cut.of(tenant, words)

    def _built(self, tenant: TenantPlan) -> Iterator[Document]:
        for document in self._own(tenant):
            yield document.moved(f"{folder_of(tenant)}/{document.path}")
        last = flux.tenant_kustomization(self._plan, tenant)
        yield last.moved(f"{FLUX}/{last.path}")

    def _own(self, tenant: TenantPlan) -> Iterator[Document]:
        plan, spec = self._plan, tenant.spec
        yield namespaces.namespace_document(plan, tenant.namespace, "namespace.yaml")
        yield from access.tenant_access(plan, tenant)
        yield from policies.tenant_policies(plan, tenant)
        yield from namespaces.quota_documents(tenant)
        yield from secrets.secret_documents(plan, tenant.secrets, keep=spec.protect)
        yield from bootstrap.tenant_bootstrap(plan, tenant)
        values = {
            "redis": lambda: redis_values(plan.blueprint.redis.values),
            "agent": lambda: self._agents.of(tenant),
            "gateway": lambda: gateway_values(plan, tenant),
        }
        for component, release in tenant.installed.items():
            yield releases.helm_release(f"{component}.helmrelease.yaml", plan, release, values[component]())

    def _cut(self, shape: _Shape, words: tuple[str, ...], tenant: TenantPlan) -> _Cut | None:
        if not shape.tried:
            cut = self._made(len(words), tenant)
            odd = odd_words(len(words))
            proven = self._proven(cut, words, tenant) and self._proven(cut, odd, stand_in(tenant, odd))
            shape.tried, shape.cut = True, cut if proven else None
        return shape.cut

    def _made(self, count: int, tenant: TenantPlan) -> _Cut:
        double = stand_in(tenant, map(mark, range(count)))
        wish = bootstrap.wish_text(double)
        computed = {input_digest(wish): mark(count)}
        *own, last = self._built(double)
        names = tuple([document.path.removeprefix(f"{folder_of(double)}/") for document in own])
        return _Cut(Stencil((own, (last,)), self._comment, computed), names, Phrase(wish))

    def _proven(self, cut: _Cut, words: tuple[str, ...], tenant: TenantPlan) -> bool:
        """Whether the stencil gives this tenant what building it gives, and no text of its own has marks."""
        built = [written(document, document.path, self._comment) for document in self._built(tenant)]
        drawing = cut.of(tenant, words)
        drawn, texts = drawing.documents(), Files({}, drawing.batches())
        own = [f"{folder_of(tenant)}/{name}" for name in cut.names]
        if drawing.paths() != [*own, f"{FLUX}/{flux.tenant_file(tenant)}"]:
            return False
        return len(built) == len(drawn) == len(texts) and all(
            text.encode() == texts.get(original.path)
            and (original.path, original.origin, original.body) == (copy.path, copy.origin, copy.body)
            and (original.kind, original.key) == (copy.kind, copy.key)
            and not holds_substitution(text)
            and MARK[:-1] not in text
            for (original, text), copy in zip(built, drawn, strict=True)
        )


def folder_of(tenant: TenantPlan) -> str:
    """The tenant's folder in the tree."""
    return f"tenants/{tenant.name}"
