"""Queues: what a task of each one asks Kubernetes for, and how much of the tenant's share it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mtc.model.blueprint import Gpu, Queue
from mtc.model.clearml import GPU_MODELS, REQUIRED_RESOURCES_LABEL
from mtc.model.plan import QueuePlan
from mtc.model.source import Data

_WHOLE_GPU = "nvidia.com/gpu"
_MIG_RESOURCE = "nvidia.com/mig-"


def plan_queues(gpu: Gpu, queues: Sequence[Queue]) -> tuple[QueuePlan, ...]:
    """Each queue's labels and resources. What the GPU model lacks, check has refused."""
    return tuple(_queue(gpu, queue) for queue in queues)


def _queue(gpu: Gpu, queue: Queue) -> QueuePlan:
    limits: dict[str, Data] = {}
    labels: dict[str, str] = {}
    fraction = queue.gpu_fraction
    if fraction is not None:
        profile = GPU_MODELS[gpu.model or ""].fractions[fraction].name
        limits[_MIG_RESOURCE + profile] = 1
        if gpu.fraction_resource is not None:
            limits[gpu.fraction_resource] = share_text(fraction)
        labels[REQUIRED_RESOURCES_LABEL] = share_text(fraction)
    elif queue.mig_profile is not None:
        limits[_MIG_RESOURCE + queue.mig_profile] = 1
        known = _fraction_of(gpu, queue.mig_profile)
        if known is not None:
            labels[REQUIRED_RESOURCES_LABEL] = share_text(known)
    elif queue.gpus is not None:
        limits[_WHOLE_GPU] = queue.gpus
        labels[REQUIRED_RESOURCES_LABEL] = str(queue.gpus)
    elif queue.share is not None:
        labels[REQUIRED_RESOURCES_LABEL] = share_text(queue.share)
    labels.update(queue.labels)
    return QueuePlan(queue.name, labels, _resources(limits, queue.resources))


def share_text(share: float) -> str:
    """`1.0` → `1`, `0.5` → `0.5`: a label's value is text, as the guide writes it, with no digit lost."""
    return repr(float(share)).removesuffix(".0")


def _fraction_of(gpu: Gpu, profile: str) -> float | None:
    model = GPU_MODELS.get(gpu.model or "")
    if model is None:
        return None
    return next((share for share, known in model.fractions.items() if known.name == profile), None)


def _resources(limits: Mapping[str, Data], author: Mapping[str, Data]) -> dict[str, Data]:
    if not limits:
        return dict(author)
    given = author.get("limits")
    merged = {**limits, **(given if isinstance(given, dict) else {})}
    return {**author, "limits": merged}
