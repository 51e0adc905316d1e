"""plan/names: names as Helm's starter computes them, and ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtc.plan.names import (
    api_service,
    fullname,
    platform_kustomization,
    tenant_credentials,
    tenant_kustomization,
    tenant_service_account,
)
from plan.planning import blueprint_of


@pytest.mark.parametrize(
    ("release", "chart", "name"),
    [
        ("clearml", "clearml-enterprise", "clearml-clearml-enterprise"),
        ("clearml-enterprise", "clearml-enterprise", "clearml-enterprise"),
        ("my-redis-1", "redis", "my-redis-1"),
        ("redis", "redis", "redis"),
        ("r" * 40, "c" * 40, "r" * 40 + "-" + "c" * 22),
        ("r" * 62, "chart", "r" * 62),
        ("r" * 70 + "chart", "chart", "r" * 63),
    ],
)
def test_the_prefix_of_a_charts_objects(release: str, chart: str, name: str) -> None:
    assert fullname(release, chart) == name


@given(
    st.from_regex(r"[a-z][a-z0-9-]{0,60}", fullmatch=True),
    st.from_regex(r"[a-z][a-z0-9-]{0,60}", fullmatch=True),
)
def test_a_prefix_is_a_label(release: str, chart: str) -> None:
    name = fullname(release, chart)
    assert 0 < len(name) <= 63
    assert not name.endswith("-")
    assert release.startswith(name) or name.startswith(release.rstrip("-"))


def test_our_own_names() -> None:
    assert platform_kustomization("prod") == "prod-platform"
    assert tenant_kustomization("prod", "acme") == "prod-tenant-acme"
    assert tenant_service_account("acme") == "tenant-acme"
    assert tenant_credentials("acme") == "tenant-acme-credentials"


def test_the_api_service_follows_the_release() -> None:
    chart = {"repository": "charts", "name": "clearml-enterprise", "version": "7.11.0"}
    assert api_service(blueprint_of()) == "clearml-clearml-enterprise-apiserver"
    named = blueprint_of(server={"chart": chart, "releaseName": "clearml-enterprise"})
    assert api_service(named) == "clearml-enterprise-apiserver"
