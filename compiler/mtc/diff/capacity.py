"""Capacity: how much a tenant may use."""

from __future__ import annotations

from collections.abc import Iterator

from mtc.diff.delta import Comparison, FactChange
from mtc.diff.facts import name, word
from mtc.model.review import Risk
from mtc.model.rule import RiskRule

_SHARE = "required-resources"
_GPU = ("nvidia.com/", "clear.ml/fraction", "amd.com/gpu", "gpu.intel.com/")


def _risk(code: str, change: FactChange, what: str) -> Risk:
    before = word(change.before) if change.before is not None else "no limit"
    after = word(change.after) if change.after is not None else "no limit"
    message = f"{what}: {before} → {after}"
    return Risk("capacity", f"capacity/{code}", change.key.tenant, message, files=(change.file,))


def _kept(comparison: Comparison, noun: str) -> Iterator[FactChange]:
    """The facts of tenants that are there on both sides, and of queues that are."""
    for change in comparison.of(noun):
        tenant = change.key.tenant
        if not comparison.added(tenant) and not comparison.removed(tenant):
            facts = [fact for fact in (change.base, change.head) if fact is not None]
            parts = [key for fact in facts for key in fact.parts_of]
            if all((key in comparison.before) == (key in comparison.after) for key in parts):
                yield change


def quota(comparison: Comparison) -> Iterator[Risk]:
    """A tenant's quota, or what its pods get that ask for nothing, is otherwise.

    More than the cluster has lets one tenant starve the others; less than is in use keeps new pods from
    starting, while those that run go on.

    Before:
        tenants: [{name: acme, quota: {pods: 10}, limitRange: [{type: Container, default: {cpu: 1}}]}]

    After:
        tenants: [{name: acme, quota: {pods: 20}, limitRange: [{type: Container, default: {cpu: 1}}]}]
    """
    for change in _kept(comparison, "quota"):
        yield _risk("quota", change, f"quota {name(change.key.item)}")
    for change in _kept(comparison, "limit"):
        yield _risk("quota", change, f"limit range {name(change.key.item)}")


def max_pods(comparison: Comparison) -> Iterator[Risk]:
    """A queue runs more or fewer tasks at once.

    Nothing stops the tasks that run; with fewer, waiting ones wait longer.

    Before:
        tenants: [{name: acme, queues: {cpu: {maxPods: 2}}}]

    After:
        tenants: [{name: acme, queues: {cpu: {maxPods: 4}}}]
    """
    for change in _kept(comparison, "queue-setting"):
        queue, _, field = change.key.item.partition(" ")
        if field == "maxPods":
            yield _risk("max-pods", change, f"queue {name(queue)}: tasks at once")


def gpu_share(comparison: Comparison) -> Iterator[Risk]:
    """A queue's tasks get another share of a GPU, or the tenant another number of them.

    Tasks that need what is no longer given fail for want of memory; what is given now, others lack.

    Before:
        tenants: [{name: acme, queues: {half: {share: 0.5}}}]

    After:
        tenants: [{name: acme, queues: {half: {share: 1}}}]
    """
    for change in _kept(comparison, "queue-setting"):
        queue, _, field = change.key.item.partition(" ")
        if field.endswith(_SHARE) or any(part in field for part in _GPU):
            yield _risk("gpu-share", change, f"queue {name(queue)}: {name(field.rpartition('limits.')[2])}")
    for change in _kept(comparison, "value"):
        if change.key.item.endswith("monitoredResources.maxResources"):
            yield _risk("gpu-share", change, "GPUs of all queues together")


def users(comparison: Comparison) -> Iterator[Risk]:
    """A tenant may have more or fewer users.

    No published call of the API lifts a limit that was once set; see the bootstrap Job's log.

    Before:
        tenants: [{name: acme, limits: {users: 10}}]

    After:
        tenants: [{name: acme, limits: {users: 25}}]
    """
    for change in _kept(comparison, "user-limit"):
        yield _risk("users", change, "users")


RULES: tuple[RiskRule[Comparison], ...] = (
    RiskRule("capacity/quota", quota),
    RiskRule("capacity/max-pods", max_pods),
    RiskRule("capacity/gpu-share", gpu_share),
    RiskRule("capacity/users", users),
)
