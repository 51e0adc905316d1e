"""One tenant of each likeness is read; who is like none, or is bound by an extra manifest, is read as well."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from rendered import generated
from rights_mutants import mutants
from sheets import drawings, loose, redrawn, reworded

from mtc.model.plan import Plan
from mtc.model.record import changed
from mtc.render import render_plan
from mtc.render.shapes import Drawing
from mtc.render.standin import mark
from mtc.verify.access import access_diagnostics
from mtc.verify.likeness import to_read
from plan.planning import plan_of

EXTRA = b"apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: mine, namespace: clearml}\n"


def tenants_read(plan: Plan) -> set[str | None]:
    return {each.tenant for each in to_read(render_plan(plan).parts, plan) if each.tenant is not None}


def plan_of_many(count: int = 300, **spec: object) -> Plan:
    return plan_of(tenants=[{"name": f"t{number:04}"} for number in range(count)], **spec)


def test_of_many_tenants_few_are_read() -> None:
    assert tenants_read(plan_of_many()) == {"t0000", "t0001"}


@pytest.mark.parametrize("field", ["service_account", "credentials"])
def test_who_has_another_name_than_was_rendered_is_read_and_refused(field: str) -> None:
    plan = plan_of_many()
    tree = render_plan(plan)
    odd = changed(plan.tenants[200], **{field: "another"})
    other = changed(plan, tenants=(*plan.tenants[:200], odd, *plan.tenants[201:]))
    assert "t0200" in {each.tenant for each in to_read(tree.parts, other)}
    found = list(access_diagnostics(tree, other))
    assert found
    assert all("t0200" in each.message or "another" in each.message for each in found)


def test_with_an_extra_account_all_are_read() -> None:
    files = {"extras/it.yaml": EXTRA}
    plan = plan_of(files, tenants=[{"name": f"t{n:02}"} for n in range(30)], extras={"platform": ["extras/it.yaml"]})
    assert len(tenants_read(plan)) == 30


@pytest.mark.parametrize("seed", range(20))
def test_reading_some_says_what_reading_all_says(seed: int) -> None:
    made = generated(seed)
    if made is None:
        return
    plan, tree = made
    assert list(access_diagnostics(tree, plan)) == list(access_diagnostics(loose(tree), plan))


def test_a_fault_of_the_builder_is_said_of_all() -> None:
    """Each role, binding and release that all tenants have, made worse in every way of `rights_mutants`."""
    plan = plan_of_many(6)
    tree = render_plan(plan)
    (stencil,) = {id(each.stencil): each.stencil for each in drawings(tree)}.values()
    refused = 0
    for form in stencil.forms:
        made = [each for name in ("t0000", "t0001", "t0003") for each in mutants(dict(form.outline), f"tenant-{name}")]
        for what, mutant in made:
            broken = redrawn(tree, lambda body, old=form.outline, new=mutant: new if body is old else body)
            found = list(access_diagnostics(broken, plan))
            assert found == list(access_diagnostics(loose(broken), plan)), what
            refused += bool(found)
    assert refused > 100


@pytest.mark.parametrize("name", ["t0000", "t0001", "t0003"])
def test_a_text_that_is_some_tenants_name_is_wrong_for_the_others(name: str) -> None:
    """The first tenant's too, whose documents are right then."""
    plan = plan_of_many(6)
    tree = render_plan(plan)
    tenant = next(each for each in plan.tenants if each.name == name)
    group = {"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": f"system:serviceaccounts:{name}"}

    def release(body: Any) -> Any:
        if body["kind"] != "HelmRelease":
            return body
        return {**body, "spec": {**body["spec"], "serviceAccountName": tenant.service_account}}

    def role(body: Any) -> Any:
        if body["kind"] != "Role":
            return body
        return {**body, "rules": [{**body["rules"][0], "resourceNames": [tenant.credentials]}]}

    def binding(body: Any) -> Any:
        return {**body, "subjects": [*body["subjects"], group]} if body["kind"] == "RoleBinding" else body

    for change in (release, role, binding):
        broken = redrawn(tree, change)
        found = list(access_diagnostics(broken, plan))
        assert found
        assert found == list(access_diagnostics(loose(broken), plan))


@pytest.mark.parametrize("other", ["tenant-t0001", "tenant-t0004"])
def test_an_account_that_is_made_may_not_be_a_tenants(other: str) -> None:
    """A Job's account is nobody's name, and may be called anything but a tenant's own."""
    plan = plan_of_many(6, flux={"impersonate": False, "source": {"kind": "GitRepository", "name": "tree"}})
    tree = render_plan(plan)
    account = mark(len(drawings(tree)[0].words))
    marked = redrawn(tree, lambda body: json.loads(re.sub(r"bootstrap-mtc0w\d+z(?=\")", account, json.dumps(body))))

    def words(drawing: Drawing) -> tuple[str, ...]:
        return (*drawing.words, other if drawing.name == "t0004" else f"boot-{drawing.name}")

    broken = reworded(marked, words)
    found = list(access_diagnostics(broken, plan))
    assert found
    assert found == list(access_diagnostics(loose(broken), plan))
