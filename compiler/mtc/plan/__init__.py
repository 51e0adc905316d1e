"""Blueprint → Plan: everything that must be decided is decided here, and nowhere later.

Owns names, node ports and the lock, group ids, charts' sources and the names they give their objects,
URLs, secrets, GPU resources, the author's extra manifests. Must not know what a document looks like:
render turns a plan into objects and decides nothing. In: a Blueprint and the Lock beside it. Out: a Plan
(with the next Lock), and diagnostics for what only planning can see.
"""

from mtc.model.rule import Page
from mtc.plan import extras, ports, sops
from mtc.plan.making import make_plan
from mtc.plan.ports import prune_lock, reallocate

__all__ = ["PAGES", "make_plan", "prune_lock", "reallocate"]

PAGES = (
    Page("ports/overlap", "error", ports.overlap),
    Page("ports/reserved", "error", ports.reserved_port),
    Page("ports/outside-range", "error", ports.outside_range),
    Page("ports/outside-pool", "error", ports.outside_pool),
    Page("ports/pool-outside-range", "error", ports.pool_outside_range),
    Page("ports/exhausted", "error", ports.exhausted),
    Page("lock/outgrown", "error", ports.outgrown),
    Page("lock/contradicts-pin", "error", ports.contradicts_pin),
    Page("secrets/sops-missing", "error", sops.missing),
    Page("secrets/sops-wrong", "error", sops.wrong_file),
    Page("extras/template", "error", extras.template_failed),
    Page("extras/object", "error", extras.not_an_object),
)
