"""GPUs: the model can be cut as queues ask for, and something cuts it."""

from __future__ import annotations

from collections.abc import Iterator

from mtc.check.findings import Finding, listed, rule
from mtc.check.mig import MIG_PROFILES
from mtc.check.queues import queues
from mtc.model.blueprint import Blueprint, Queue, Tenant
from mtc.model.clearml import GPU_MODELS
from mtc.model.source import Route
from mtc.model.spelling import nearest

MODEL: Route = ("spec", "gpu", "model")


def no_model(b: Blueprint) -> Iterator[Finding]:
    """A fraction of a GPU whose model nobody named.

    The model decides which MIG profile a fraction is; without it there is no resource to ask for.

    Fails:
        tenantDefaults: {queues: {half: {gpuFraction: 0.5}}}

    Passes:
        tenantDefaults: {queues: {half: {migProfile: 3g.20gb}}}
    """
    for queue, route, tenants in _fractions(b):
        if b.gpu.model is None:
            yield Finding(
                (*route, "gpuFraction"),
                f"queue `{queue.name}` asks for a fraction of a GPU whose model is not known",
                f"write `spec.gpu.model`: {listed(GPU_MODELS, 'or')}",
                tenants=tenants,
            )


def unknown_model(b: Blueprint) -> Iterator[Finding]:
    """A fraction of a GPU that cannot be cut, or that this compiler does not know.

    MIG exists on some models alone; a pod that asks for a profile elsewhere waits forever.

    Fails:
        gpu: {model: A100}
        tenantDefaults: {queues: {half: {gpuFraction: 0.5}}}

    Passes:
        gpu: {model: A100-80GB}
        tenantDefaults: {queues: {half: {gpuFraction: 0.5}}}
    """
    model = b.gpu.model
    if model is None or model in GPU_MODELS:
        return
    for queue, route, _ in _fractions(b):
        guess = nearest(model, GPU_MODELS)
        yield Finding(
            MODEL,
            f"`{model}` is not a GPU model whose fractions are known",
            f"did you mean `{guess}`? Known are {listed(GPU_MODELS)}"
            if guess
            else f"write {listed(GPU_MODELS, 'or')}, or ask for whole cards with `gpus`",
            related=(((*route, "gpuFraction"), f"`{queue.name}` asks for a fraction"),),
        )
        return


def no_profile(b: Blueprint) -> Iterator[Finding]:
    """A fraction that the model has no MIG profile for.

    A card can be cut in few ways; a pod that asks for another one waits forever.

    Fails:
        gpu: {model: A30-24GB}
        tenantDefaults: {queues: {eighth: {gpuFraction: 0.125}}}

    Passes:
        gpu: {model: A30-24GB}
        tenantDefaults: {queues: {half: {gpuFraction: 0.5}}}
    """
    model = GPU_MODELS.get(b.gpu.model or "")
    for queue, route, tenants in _fractions(b):
        if model is not None and queue.gpu_fraction not in model.fractions:
            yield Finding(
                (*route, "gpuFraction"),
                f"queue `{queue.name}` asks for {queue.gpu_fraction:g} of a card, "
                f"which `{model.name}` cannot be cut into",
                f"write {listed((f'{part:g}' for part in model.fractions), 'or')}, "
                "or name a profile with `migProfile`",
                related=((MODEL, "the model"),),
                tenants=tenants,
            )


def unknown_profile(b: Blueprint) -> Iterator[Finding]:
    """A MIG profile that the model does not have.

    The device plugin never offers the resource, and a pod that asks for it waits forever.

    Fails:
        gpu: {model: A100-40GB}
        tenantDefaults: {queues: {half: {migProfile: 3g.40gb}}}

    Passes:
        gpu: {model: A100-80GB}
        tenantDefaults: {queues: {half: {migProfile: 3g.40gb}}}
    """
    profiles = MIG_PROFILES.get(b.gpu.model or "")
    for queue, route, tenants in queues(b):
        profile = queue.mig_profile
        if profiles is not None and profile is not None and profile not in profiles:
            yield Finding(
                (*route, "migProfile"),
                f"`{b.gpu.model}` has no MIG profile `{profile}`",
                f"write {listed(profiles, 'or')}",
                related=((MODEL, "the model"),),
                tenants=tenants,
            )


def no_dynamic_mig(b: Blueprint) -> Iterator[Finding]:
    """Fractions, and nothing that cuts the cards.

    The dynamic MIG operator cuts a card when a task asks for a part of it. Without it the resource exists
    on no node, unless somebody cut the cards by hand; `migProfile` is for those.

    Fails:
        gpu: {model: A100-40GB, dynamicMig: {enabled: false}}
        tenantDefaults: {queues: {half: {gpuFraction: 0.5}}}

    Passes:
        gpu: {model: A100-40GB}
        tenantDefaults: {queues: {half: {gpuFraction: 0.5}}}
    """
    for queue, route, tenants in _fractions(b):
        model = GPU_MODELS.get(b.gpu.model or "")
        profile = model.fractions.get(queue.gpu_fraction or 0) if model else None
        if not b.gpu.dynamic_mig.enabled:
            by_hand = f"`migProfile: {profile.name}`" if profile else "`migProfile`"
            yield Finding(
                (*route, "gpuFraction"),
                f"queue `{queue.name}` asks for a fraction of a GPU, and nothing cuts the cards",
                f"enable `spec.gpu.dynamicMig`, or write {by_hand} where the cards are cut by hand",
                tenants=tenants,
            )


def mig_strategy(b: Blueprint) -> Iterator[Finding]:
    """A GPU operator whose values take the cards away from the dynamic MIG operator.

    Two managers would cut the same cards, or the device plugin would not offer the parts.

    Fails:
        gpu: {operator: {values: {mig: {strategy: single}}}}

    Passes:
        gpu: {operator: {values: {mig: {strategy: mixed}}}}
    """
    if not (b.gpu.operator.enabled and b.gpu.dynamic_mig.enabled):
        return
    for part, field, right in (("mig", "strategy", "mixed"), ("migManager", "enabled", False)):
        found = b.gpu.operator.values.get(part)
        if isinstance(found, dict) and found.get(field, right) != right:
            shown = right if isinstance(right, str) else "false"
            yield Finding(
                ("spec", "gpu", "operator", "values", part, field),
                f"dynamic MIG needs `{part}.{field}: {shown}` in the GPU operator",
                "take it out: the compiler sets it",
                related=((("spec", "gpu", "dynamicMig"), "dynamic MIG"),),
            )


def no_operator(b: Blueprint) -> Iterator[Finding]:
    """Dynamic MIG without the GPU operator.

    It works with NVIDIA's GPU operator, set up with `migManager.enabled: false` and `mig.strategy: mixed`;
    if somebody else installs that, silence this with how.

    Fails:
        gpu: {operator: {enabled: false}, dynamicMig: {enabled: true}}

    Passes:
        gpu: {operator: {enabled: true}, dynamicMig: {enabled: true}}
    """
    if b.gpu.dynamic_mig.enabled and not b.gpu.operator.enabled:
        yield Finding(
            ("spec", "gpu", "dynamicMig"),
            "dynamic MIG works with the GPU operator, which the blueprint does not install",
            "enable `spec.gpu.operator`, or see that the one you have runs with "
            "`migManager.enabled: false` and `mig.strategy: mixed`",
        )


def _fractions(b: Blueprint) -> Iterator[tuple[Queue, Route, tuple[Tenant, ...]]]:
    return (found for found in queues(b) if found[0].gpu_fraction is not None)


RULES = (
    rule("gpu/no-model", no_model),
    rule("gpu/unknown-model", unknown_model),
    rule("gpu/no-profile", no_profile),
    rule("gpu/unknown-profile", unknown_profile),
    rule("gpu/no-dynamic-mig", no_dynamic_mig),
    rule("gpu/mig-strategy", mig_strategy),
    rule("gpu/no-operator", no_operator, "warning"),
)
