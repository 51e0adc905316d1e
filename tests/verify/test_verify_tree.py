"""verify/tree: everything together, whole and in order, for a tree and for extras alone."""

from __future__ import annotations

import pytest

from mtc.model.document import Document, Tree
from mtc.render import render_plan
from mtc.verify import verify_extras, verify_tree
from plan.planning import plan_of

EXTRA = "extras/it.yaml"
MONITOR = "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: it}\n"


def test_a_tree_of_the_compiler_s_own_has_no_fault() -> None:
    plan = plan_of(tenants=[{"name": "acme"}])
    assert verify_tree(render_plan(plan), plan) == ()
    assert verify_extras(plan) == ()


def test_a_fault_of_render_is_said_at_the_tenant() -> None:
    plan = plan_of(tenants=[{"name": "acme"}, {"name": "beta"}])
    tree = render_plan(plan)
    broken = next(document for document in tree.documents if document.path == "tenants/beta/namespace.yaml")
    body = {**broken.body, "metadata": {"name": "Beta"}}
    documents = [one for one in tree.documents if one is not broken]
    documents.append(Document(broken.path, body, broken.origin, broken.tenant))
    (said,) = verify_tree(Tree(lambda: tree.files, lambda: documents), plan)
    assert said.code == "tree/shape"
    assert said.message.startswith("`metadata.name` of Namespace `Beta` is `Beta`, and must be a DNS label")
    assert said.primary.text == "makes `tenants/beta/namespace.yaml`"
    assert "beta" in plan.blueprint.source.lines[said.primary.span.line - 1]


@pytest.mark.parametrize("kind", ["platform", "tenant"])
def test_extras_alone_are_judged_as_in_the_tree(kind: str) -> None:
    plan = plan_of({EXTRA: MONITOR.encode()}, tenants=[{"name": "acme"}], extras={kind: [EXTRA]})
    (said,) = verify_extras(plan)
    assert (said.code, said.severity) == ("tree/unchecked-kind", "warning")
    assert verify_tree(render_plan(plan), plan) == (said,)
