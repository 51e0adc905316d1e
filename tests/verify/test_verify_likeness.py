"""One tenant of each likeness is read; who is like none, or is bound by an extra manifest, is read as well."""

from __future__ import annotations

from dataclasses import fields

import pytest
from rendered import generated

from mtc.model.document import Document, Tree
from mtc.model.plan import Plan
from mtc.model.record import changed
from mtc.render import render_plan
from mtc.verify.access import access_diagnostics
from mtc.verify.likeness import to_read
from plan.planning import plan_of

EXTRA = b"apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: mine, namespace: clearml}\n"


def tenants_read(plan: Plan) -> set[str | None]:
    return {each.tenant for each in to_read(render_plan(plan).documents, plan) if each.tenant is not None}


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
    assert "t0200" in {each.tenant for each in to_read(tree.documents, other)}
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
    names = [each.name for each in fields(Document)]
    documents = (Document(**{name: getattr(each, name) for name in names}) for each in tree.documents)
    read = Tree(lambda: tree.files, lambda: documents)
    assert list(access_diagnostics(tree, plan)) == list(access_diagnostics(read, plan))
