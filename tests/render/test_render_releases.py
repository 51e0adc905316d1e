"""HelmReleases and their sources, where they differ from the guide's."""

from __future__ import annotations

from typing import Any

import pytest
from runbook_plans import CHART, plan_of

from mtc.render import render_plan

GIT = {"charts": {"git": "./vendor/charts"}}
OCI = {"charts": {"url": "oci://registry.example.com/charts", "authenticated": True}}


def spec(name: str, **parts: Any) -> Any:
    """The spec of a HelmRelease of a tree with one tenant."""
    tree = render_plan(plan_of({"name": "acme"}, **parts))
    (found,) = (one for one in tree.of_kind("HelmRelease") if one.identity.name == name)
    return found.body["spec"]


def test_a_chart_from_git_is_upgraded_when_its_version_changes_and_not_at_every_commit() -> None:
    assert spec("clearml", repositories=GIT)["chart"]["spec"] == {
        "chart": "./vendor/charts/some-chart",
        "sourceRef": {"kind": "GitRepository", "name": "flux-system", "namespace": "flux-system"},
        "reconcileStrategy": "ChartVersion",
        "interval": "1h",
    }


def test_a_chart_from_a_registry_is_one_source_for_all_its_releases() -> None:
    tree = render_plan(plan_of({"name": "acme"}, {"name": "globex"}, repositories=OCI))
    (source,) = tree.of_kind("OCIRepository")
    assert source.body["spec"] == {
        "interval": "1h",
        "url": f"oci://registry.example.com/charts/{CHART['name']}",
        "ref": {"tag": "1.0.0"},
        "layerSelector": {
            "mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
            "operation": "copy",
        },
        "secretRef": {"name": "repository-charts"},
    }
    references = [release.body["spec"] for release in tree.of_kind("HelmRelease")]
    found = {str(one["chartRef"]) for one in references if isinstance(one, dict)}
    assert found == {str({"kind": "OCIRepository", "name": source.identity.name})}


@pytest.mark.parametrize(
    ("version", "ref"),
    [
        ("1.2.3", {"tag": "1.2.3"}),
        ("1.2.3+build.4", {"tag": "1.2.3_build.4"}),  # a registry has no `+` in its tags
        ("^7", {"semver": "^7"}),
        (">=7.0.0 <8.0.0", {"semver": ">=7.0.0 <8.0.0"}),
        (None, {"semver": "*"}),
    ],
)
def test_a_range_is_no_tag(version: str | None, ref: dict[str, str]) -> None:
    server = {"chart": {**CHART, "version": version}}
    tree = render_plan(plan_of({"name": "acme"}, repositories=OCI, server=server))
    refs = [source.body["spec"]["ref"] for source in tree.of_kind("OCIRepository")]  # type: ignore[call-overload, index]
    assert ref in refs


def test_releases_try_again_for_ever_and_put_back_what_somebody_changed() -> None:
    found = spec("acme-agent")
    retry = {"strategy": {"name": "RetryOnFailure", "retryInterval": "2m"}}
    assert (found["install"], found["upgrade"]) == (retry, retry)
    assert found["driftDetection"] == {"mode": "enabled"}
    assert (found["targetNamespace"], found["storageNamespace"]) == ("acme", "acme")
    assert found["serviceAccountName"] == "tenant-acme"
    assert all("targetPath" not in one for one in found["valuesFrom"])
