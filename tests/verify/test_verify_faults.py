"""verify/faults: a fault is said at the blueprint's line, once for what came from one line."""

from __future__ import annotations

from mtc.model.document import Document
from mtc.model.source import Data, Route
from mtc.verify.faults import Fault, in_blueprint
from mtc.verify.tree import verify_extras
from plan.planning import blueprint_of, plan_of

TENANTS = [{"name": "acme"}, {"name": "beta", "quota": {"requests.cpu": "4711"}}]
EXTRA = "extras/it.yaml"
POLICY = (
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
    "metadata: {name: it, namespace: '{{ tenant.namespace }}'}\nspec:\n  podSelectr: {}\n"
)


def quota(tenant: int, value: Data, code: str = "tree/shape") -> tuple[Document, Fault]:
    """A ResourceQuota of a tenant, and a fault of its value."""
    origin: Route = ("spec", "tenants", tenant)
    body: dict[str, Data] = {"kind": "ResourceQuota", "spec": {"hard": {"requests.cpu": value}}}
    document = Document(f"tenants/{tenant}/quota.yaml", body, origin)
    return document, Fault(code, ("spec", "hard", "requests.cpu"), f"is {value}", rule="pattern", value=value)


def test_a_fault_is_at_the_origin_or_at_the_author_s_own_value() -> None:
    blueprint = blueprint_of(tenants=TENANTS)
    documents, faults = zip(*(quota(1, value) for value in ("4711", "made up")), strict=True)
    first, second = (
        next(in_blueprint([(0, fault)], [document], blueprint))
        for document, fault in zip(documents, faults, strict=True)
    )
    lines = blueprint.source.lines
    assert "4711" in lines[first.primary.span.line - 1]
    assert "beta" in lines[second.primary.span.line - 1]
    assert first.primary.text == "makes `tenants/1/quota.yaml`"
    assert "bug in mtc" in first.help


def test_the_same_fault_from_one_line_is_said_once() -> None:
    blueprint = blueprint_of(tenants=TENANTS)
    made = [quota(0, f"made up {number}") for number in range(5)]
    documents = [Document(f"{number}.yaml", one.body, one.origin) for number, (one, _) in enumerate(made)]
    (said,) = in_blueprint(enumerate(fault for _, fault in made), documents, blueprint)
    assert said.message == "is made up 0"
    assert said.primary.text == "makes `0.yaml` and 4 more like it"
    both = in_blueprint(enumerate([made[0][1], quota(1, "x")[1]]), [made[0][0], quota(1, "x")[0]], blueprint)
    assert len(list(both)) == 2, "two lines, two diagnostics"


def test_a_fault_of_an_extra_names_the_template_and_its_line() -> None:
    plan = plan_of(
        {EXTRA: POLICY.encode()}, tenants=[{"name": "acme"}, {"name": "beta"}], extras={"tenant": [EXTRA]}
    )
    (said,) = verify_extras(plan)
    assert said.message == "NetworkPolicy `it` has no field `spec.podSelectr`"
    assert said.help == "did you mean `podSelector`?"
    assert "extras/it.yaml" in plan.blueprint.source.lines[said.primary.span.line - 1]
    assert said.primary.text == "makes `tenants/acme/extra.it.networkpolicy.yaml` and 1 more like it"
    (related,) = said.related
    assert (related.span.file, related.span.line, related.span.column) == (EXTRA, 5, 3)
