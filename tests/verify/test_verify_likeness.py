"""One tenant of each likeness is read; who is like none, or is bound by an extra manifest, is read as well."""

from __future__ import annotations

import pytest
from rendered import generated
from rights_mutants import mutants
from sheets import drawings, loose, redrawn

from mtc.model.plan import Plan
from mtc.model.record import changed
from mtc.render import render_plan
from mtc.verify.access import access_diagnostics
from mtc.verify.likeness import to_read
from plan.planning import plan_of

EXTRA = b"apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: mine, namespace: clearml}\n"


def tenants_read(plan: Plan) -> set[str | None]:
    return {each.tenant for each in to_read(render_plan(plan).parts, plan) if each.tenant is not None}


def plan_of_many(count: int = 300, **spec: object) -> Plan:
    return plan_of(tenants=[{"name": f"t{number:04}"} for number in range(count)], **spec)


def test_of_many_tenants_few_are_read() -> None:
    assert 1 <= len(tenants_read(plan_of_many())) <= 3


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
        for what, mutant in mutants(dict(form.outline), "tenant-t0001"):
            broken = redrawn(tree, lambda body, old=form.outline, new=mutant: new if body is old else body)
            found = list(access_diagnostics(broken, plan))
            assert found == list(access_diagnostics(loose(broken), plan)), what
            refused += bool(found)
    assert refused > 40
