"""Helm values of the platform's other charts: billing, NVIDIA's operator, ClearML's dynamic MIG operator."""

from __future__ import annotations

from mtc.model.plan import Plan, Release
from mtc.model.source import Data
from mtc.render.objects import merged
from mtc.render.server import server_values
from mtc.render.tenants import redis_values


def platform_values(plan: Plan, release: Release) -> dict[str, Data]:
    """The values of one of the platform's releases."""
    blueprint = plan.blueprint
    if release is plan.server.release:
        return server_values(plan)
    if release is plan.redis:
        return redis_values(blueprint.redis.values)
    if release is plan.billing:
        user = blueprint.billing.image_username
        ours: dict[str, Data] = {"imageCredentials": {"username": user}} if user is not None else {}
        return merged(ours, blueprint.billing.values)
    if release is plan.gpu_operator:
        operator: dict[str, Data] = {"migManager": {"enabled": False}, "mig": {"strategy": "mixed"}}
        return merged(operator, blueprint.gpu.operator.values)
    return dict(blueprint.gpu.dynamic_mig.values)
