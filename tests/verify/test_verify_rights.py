"""Who may do what, as it is read from the tree: drawn documents and built ones alike."""

from __future__ import annotations

import pytest
from rendered import generated

from mtc.model.document import Document, Drawn, Tree
from mtc.render import render_plan
from mtc.verify.rights import read
from plan.planning import plan_of


def built(tree: Tree) -> Tree:
    """The same documents, none of them drawn into a form."""
    names = ("path", "body", "origin", "tenant", "secret_bearing")
    documents = (Document(**{name: getattr(each, name) for name in names}) for each in tree.documents)
    return Tree(lambda: tree.files, lambda: documents)


def test_every_binding_gives_its_account_its_role_in_its_place() -> None:
    plan = plan_of(tenants=[{"name": "acme"}, {"name": "globex"}])
    found = {
        (each.holder.part, each.holder.text.rpartition(" ")[2], each.namespace, each.role_kind, each.role_name)
        for each in read(render_plan(plan).documents, plan).grants()
    }
    assert found == {
        (part, f"`{name}`", place, kind, role)
        for name in ("acme", "globex")
        for part, place, kind, role in (
            ("releases", name, "ClusterRole", f"{plan.name}-tenant-releases"),
            ("bootstrap", "tenancy-system", "Role", f"bootstrap-{name}"),
        )
    }
    assert all(each.rules for each in read(render_plan(plan).documents, plan).grants())


def test_every_release_of_a_tenant_has_its_account() -> None:
    plan = plan_of(tenants=[{"name": f"t{number}"} for number in range(9)])
    tree = render_plan(plan)
    assert any(isinstance(each, Drawn) for each in tree.documents)
    found = read(tree.documents, plan).releases
    assert {(each.tenant, account) for each, account in found} == {(f"t{n}", f"tenant-t{n}") for n in range(9)}


@pytest.mark.parametrize("seed", range(20))
def test_drawn_documents_are_read_as_built_ones(seed: int) -> None:
    made = generated(seed)
    if made is None:
        return
    plan, tree = made
    one, other = read(tree.documents, plan), read(built(tree).documents, plan)
    assert [account for _, account in one.releases] == [account for _, account in other.releases]
    assert [(each.holder, each.namespace, each.rules) for each in one.grants()] == [
        (each.holder, each.namespace, each.rules) for each in other.grants()
    ]
    assert list(one.roles) == list(other.roles)
