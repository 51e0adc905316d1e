"""plan/gpu: what a task of a queue asks for, and how much of the tenant's share it counts."""

from __future__ import annotations

from typing import Any

import pytest

from mtc.model.clearml import GPU_MODELS
from mtc.plan.gpu import share_text
from plan.planning import plan_of


def queue(queue: dict[str, Any], **gpu: Any) -> tuple[dict[str, str], dict[str, Any]]:
    (planned,) = (
        plan_of(tenants=[{"name": "acme", "queues": {"train": queue}}], gpu={"model": "A100-40GB", **gpu})
        .tenants[0]
        .queues
    )
    return dict(planned.labels), dict(planned.resources)


@pytest.mark.parametrize(
    ("asked", "label", "limits"),
    [
        ({"gpuFraction": 0.5}, "0.5", {"nvidia.com/mig-3g.20gb": 1}),
        ({"gpuFraction": 1}, "1", {"nvidia.com/mig-7g.40gb": 1}),
        ({"gpuFraction": 0.125}, "0.125", {"nvidia.com/mig-1g.5gb": 1}),
        ({"migProfile": "2g.10gb"}, "0.25", {"nvidia.com/mig-2g.10gb": 1}),
        ({"gpus": 2}, "2", {"nvidia.com/gpu": 2}),
    ],
)
def test_ways_to_ask_for_a_gpu(asked: dict[str, Any], label: str, limits: dict[str, int]) -> None:
    labels, resources = queue(asked)
    assert labels == {"required-resources": label}
    assert {key: value for key, value in resources["limits"].items() if "nvidia" in key} == limits


def test_a_share_counts_without_a_gpu() -> None:
    assert queue({"share": 0.5}) == ({"required-resources": "0.5"}, {})


def test_the_authors_labels_and_limits_stand_beside_ours() -> None:
    asked = {
        "gpus": 1,
        "labels": {"a": "b"},
        "resources": {"requests": {"cpu": 2}, "limits": {"memory": "8Gi"}},
    }
    labels, resources = queue(asked)
    assert labels == {"required-resources": "1", "a": "b"}
    assert resources == {"requests": {"cpu": "2"}, "limits": {"nvidia.com/gpu": 1, "memory": "8Gi"}}


@pytest.mark.parametrize(
    ("share", "text"),
    [(1, "1"), (2.0, "2"), (0.1234567, "0.1234567"), (1e6, "1000000"), (123456.25, "123456.25"), (1e-7, "1e-07")],
)
def test_a_share_loses_no_digit(share: float, text: str) -> None:
    assert share_text(share) == text
    assert float(text) == share


def test_shares_of_every_model_are_short_decimals() -> None:
    shares = {share for model in GPU_MODELS.values() for share in model.fractions}
    assert {share: share_text(share) for share in shares} == {
        1.0: "1",
        0.5: "0.5",
        0.25: "0.25",
        0.125: "0.125",
    }
