"""What gets past a tenant's walls, by Kubernetes' matching of rules."""

from __future__ import annotations

import pytest

from mtc.model.walls import WALLS, Wall, opened


@pytest.mark.parametrize("wall", WALLS, ids=lambda wall: f"{wall.resource}-{sorted(wall.verbs)[0]}")
def test_every_wall_is_opened_by_each_verb_and_each_wildcard(wall: Wall) -> None:
    for verb in wall.verbs:
        assert opened([wall.group], [wall.resource], [verb]) == wall.way
        assert opened([wall.group], [wall.resource], ["get", verb]) == wall.way
        assert opened(["*"], [wall.resource], [verb])
        assert opened([wall.group], ["*"], [verb])
    assert opened([wall.group], [wall.resource], ["*"]) == wall.way
    assert opened([wall.group], [wall.resource], ["get", "list", "watch"]) == ""
    assert opened(["apps"], [wall.resource], list(wall.verbs)) == ""


def test_flux_is_any_of_its_groups_and_any_of_its_kinds_where_the_group_is_a_wildcard() -> None:
    for group in ("helm.toolkit.fluxcd.io", "kustomize.toolkit.fluxcd.io", "toolkit.fluxcd.io"):
        assert opened([group], ["anything"], ["create"]) == "make objects that Flux acts on"
        assert opened([group], ["*"], ["get", "list"]) == ""
    assert opened(["*"], ["helmreleases"], ["patch"]) == "make objects that Flux acts on"
    assert opened(["*"], ["deployments"], ["patch"]) == ""
    assert opened(["nottoolkit.fluxcd.io"], ["helmreleases"], ["create"]) == ""


def test_what_the_charts_make_opens_nothing() -> None:
    every = ["get", "list", "watch", "create", "update", "patch", "delete"]
    for group, kinds in (("", ["pods", "secrets"]), ("rbac.authorization.k8s.io", ["roles", "rolebindings"])):
        assert opened([group], kinds, every) == ""
    assert opened((), (), ["get"]) == ""
