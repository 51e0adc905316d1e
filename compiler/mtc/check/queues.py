"""Queues: each tells its tasks apart, asks for what can be had, and is seen by its tenant's limit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import ceil, floor

from mtc.check.findings import Finding, repeated, rule, shared
from mtc.model.blueprint import Agent, Blueprint, Queue, Tenant
from mtc.model.clearml import GPU_MODELS, REQUIRED_RESOURCES_LABEL
from mtc.model.source import Data, Route

LONGEST_LABEL = 63


def same_label(b: Blueprint) -> Iterator[Finding]:
    """Two queues of a tenant whose tasks carry one label.

    The agent labels a task's pod with its queue's name, lower-cased, all but letters and digits made `-` and
    cut at 63: whoever selects or counts pods by `clearml-agent-queue-name` cannot tell the two apart.

    Fails:
        tenantDefaults:
          queues:
            gpu_a100: {gpus: 1}
            gpu-a100: {gpus: 2}

    Passes:
        tenantDefaults:
          queues:
            gpu-a100: {gpus: 1}
            gpu-a100-pair: {gpus: 2}
    """
    for tenants in shared(b, "queues"):
        route = (*tenants[0].route, "queues")
        for first, again in repeated((_label(queue), queue) for queue in tenants[0].queues):
            yield Finding(
                (*route, again.name),
                f"the queues `{first.name}` and `{again.name}` share the label `{_label(again)}`",
                "rename one: names must differ in more than case and punctuation, within 63 characters",
                related=(((*route, first.name), "the other"),),
                tenants=tenants,
                on_key=True,
            )


def asked_twice(b: Blueprint) -> Iterator[Finding]:
    """A queue that asks for a part of a GPU and for a GPU beside it.

    Its tasks get both, or wait until a node has both free.

    Fails:
        tenantDefaults:
          queues: {half: {migProfile: 3g.20gb, resources: {limits: {nvidia.com/gpu: "1"}}}}

    Passes:
        tenantDefaults:
          queues: {half: {migProfile: 3g.20gb, resources: {limits: {memory: 16Gi}}}}
    """
    for queue, route, tenants in queues(b):
        ways = {"gpuFraction": queue.gpu_fraction, "migProfile": queue.mig_profile, "gpus": queue.gpus}
        way = next((way for way, value in ways.items() if value is not None), None)
        for place, name, _ in _amounts(queue):
            if way is not None and name.startswith("nvidia.com/"):
                yield Finding(
                    (*route, *place, name),
                    f"queue `{queue.name}` asks for `{name}` beside its `{way}`",
                    f"take one of the two out; `{way}` makes the resource by itself",
                    related=(((*route, way), "the other"),),
                    tenants=tenants,
                    on_key=True,
                )


def fractional_resource(b: Blueprint) -> Iterator[Finding]:
    """An extended resource in fractions.

    Kubernetes takes whole numbers alone for resources such as `nvidia.com/gpu`: it refuses the pod, unless
    an admission webhook rewrites it before. The guide pairs `clear.ml/fraction-1`, which belongs to the
    fractional GPU injector, with MIG profiles, which need none.

    Fails:
        tenantDefaults: {queues: {half: {resources: {limits: {nvidia.com/gpu: "0.5"}}}}}

    Passes:
        tenantDefaults: {queues: {one: {resources: {limits: {nvidia.com/gpu: "1"}}}}}
    """
    parts = [(queue, route) for queue, route, _ in queues(b) if queue.gpu_fraction not in (None, 1)]
    if b.gpu.fraction_resource is not None and parts:
        queue, route = parts[0]
        yield Finding(
            ("spec", "gpu", "fractionResource"),
            f"`{b.gpu.fraction_resource}` is asked for in fractions, which Kubernetes refuses "
            "unless a webhook rewrites the pod",
            "take it out: the MIG profile is what a fraction gets",
            related=(((*route, "gpuFraction"), f"{queue.gpu_fraction:g} for `{queue.name}`"),),
        )
    for queue, route, tenants in queues(b):
        for place, name, amount in _amounts(queue):
            if "/" in name and not _whole(amount):
                yield Finding(
                    (*route, *place, name),
                    f"queue `{queue.name}` asks for {amount} of `{name}`, which comes in whole numbers",
                    "ask for a whole number, or for a part of a GPU with `gpuFraction` or `migProfile`",
                    tenants=tenants,
                )


def not_counted(b: Blueprint) -> Iterator[Finding]:
    """A queue that a tenant's limit does not see.

    With `monitoredResources` by label, the agent adds up a label of the running tasks. Tasks of a queue
    without the label are not in the sum: the limit does not hold for them.

    Fails:
        tenantDefaults:
          agent: {monitoredResources: {max: 3, field: metadata|labels|required-resources}}
          queues: {default: {maxPods: 4}}

    Passes:
        tenantDefaults:
          agent: {monitoredResources: {max: 3, field: metadata|labels|required-resources}}
          queues: {default: {maxPods: 4, share: 0.5}}
    """
    for tenants in shared(b, "agent", "queues"):
        tenant = tenants[0]
        wanted = [label for label in _counted(tenant.agent) if label not in _base_labels(tenant.agent)]
        for queue in tenant.queues:
            lacking = [label for label in wanted if label not in _labels(queue)]
            if lacking:
                share = "share" if lacking[0] == REQUIRED_RESOURCES_LABEL else f"labels: {{{lacking[0]}: …}}"
                yield Finding(
                    (*tenant.route, "queues", queue.name),
                    f"tasks of queue `{queue.name}` have no label `{lacking[0]}`, "
                    "which `monitoredResources` counts",
                    f"say how much a task counts: `{share}`",
                    related=(((*tenant.route, "agent", "monitoredResources"), "counts it"),),
                    tenants=tenants,
                    on_key=True,
                )


def over_geometry(b: Blueprint) -> Iterator[Finding]:
    """A limit in fractions that lets more tasks run than the cards hold.

    `monitoredResources.max` adds up the labels of running tasks; a card is cut by geometry. Three `2g.10gb`
    fill an A100-40GB, though each is called a quarter: four quarters count as one GPU and need two.

    Fails:
        gpu: {model: A100-40GB}
        tenantDefaults:
          agent: {monitoredResources: {max: 1, field: metadata|labels|required-resources}}
          queues: {quarter: {gpuFraction: 0.25}}

    Passes:
        gpu: {model: A100-40GB}
        tenantDefaults:
          agent: {monitoredResources: {max: 1, field: metadata|labels|required-resources}}
          queues: {quarter: {gpuFraction: 0.25, maxPods: 3}}
    """
    model = GPU_MODELS.get(b.gpu.model or "")
    for tenants in shared(b, "agent", "queues"):
        tenant, limit = tenants[0], _limit(tenants[0].agent)
        for queue in tenant.queues if model is not None and limit is not None else ():
            profile = model.fractions.get(queue.gpu_fraction or 0) if model is not None else None
            if profile is None or queue.gpu_fraction is None or limit is None:
                continue
            tasks = floor(limit / queue.gpu_fraction + 1e-9)
            tasks = min(tasks, queue.max_pods or tasks)
            cards = ceil(tasks / profile.per_card)
            if cards > ceil(limit):
                fitting = floor(limit) * profile.per_card
                way_out = f"write `maxPods: {fitting}`, or " if fitting else ""
                yield Finding(
                    (*tenant.route, "queues", queue.name, "gpuFraction"),
                    f"{tasks} tasks of queue `{queue.name}` count as {tasks * queue.gpu_fraction:g} GPUs "
                    f"and need {cards}: a card holds {profile.per_card} of `{profile.name}`",
                    f"{way_out}plan for {cards} cards",
                    related=(((*tenant.route, "agent", "monitoredResources", "max"), "the limit"),),
                    tenants=tenants,
                )


def queues(b: Blueprint) -> Iterator[tuple[Queue, Route, tuple[Tenant, ...]]]:
    """Each distinct queue, where it is, and who has it."""
    for tenants in shared(b, "queues"):
        for queue in tenants[0].queues:
            yield queue, (*tenants[0].route, "queues", queue.name), tenants


def _label(queue: Queue) -> str:
    return re.sub(r"\W|_", "-", queue.name.lower())[:LONGEST_LABEL]


def _amounts(queue: Queue) -> Iterator[tuple[Route, str, Data]]:
    """(where, resource, amount) of every limit and request that the author wrote."""
    overrides = queue.template_overrides.get("resources")
    parts: tuple[tuple[Route, object], ...] = (
        (("resources",), queue.resources),
        (("templateOverrides", "resources"), overrides),
    )
    for where, resources in parts:
        for kind in ("limits", "requests"):
            amounts = resources.get(kind) if isinstance(resources, Mapping) else None
            for name, amount in amounts.items() if isinstance(amounts, dict) else ():
                yield (*where, kind), name, amount


def _whole(amount: Data) -> bool:
    return str(amount).isdigit() or (isinstance(amount, str) and not amount.replace(".", "").isdigit())


def _counted(agent: Agent) -> list[str]:
    """The labels that the agent counts tasks by."""
    monitored = agent.monitored_resources
    fields = (monitored.min_field, monitored.max_field) if monitored else ()
    labels = [field.split("|", 2)[2] for field in fields if field and field.startswith("metadata|labels|")]
    return list(dict.fromkeys(labels))


def _limit(agent: Agent) -> float | None:
    """`monitoredResources.max`, where it counts fractions by their label."""
    monitored = agent.monitored_resources
    if monitored is None or REQUIRED_RESOURCES_LABEL not in _counted(agent):
        return None
    return float(monitored.max) if isinstance(monitored.max, (int, float)) else None


def _labels(queue: Queue) -> set[str]:
    overrides = queue.template_overrides.get("labels")
    made = queue.gpu_fraction is not None or queue.share is not None
    return {
        *queue.labels,
        *(overrides if isinstance(overrides, dict) else ()),
        *((REQUIRED_RESOURCES_LABEL,) if made else ()),
    }


def _base_labels(agent: Agent) -> Mapping[str, Data]:
    """Labels that the agent's values give to every task."""
    found: Data = dict(agent.values)
    for step in ("agentk8sglue", "basePodTemplate", "labels"):
        found = found.get(step) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


RULES = (
    rule("queues/same-label", same_label),
    rule("queues/asked-twice", asked_twice, "warning"),
    rule("queues/fractional-resource", fractional_resource, "warning"),
    rule("queues/not-counted", not_counted),
    rule("queues/over-geometry", over_geometry, "warning"),
)
