"""verify/identities: two objects that would be one are found, with both places."""

from __future__ import annotations

from mtc.model.diagnostic import Diagnostic
from mtc.render import render_plan
from mtc.verify import verify_tree
from plan.planning import plan_of

EXTRA = "extras/it.yaml"


def found(text: str, kind: str = "tenant", names: tuple[str, ...] = ("acme",)) -> tuple[Diagnostic, ...]:
    tenants = [{"name": name} for name in names]
    plan = plan_of({EXTRA: text.encode()}, tenants=tenants, extras={kind: [EXTRA]})
    diagnostics = verify_tree(render_plan(plan), plan)
    return tuple(one for one in diagnostics if one.code == "names/identity")


def policy(
    name: str, namespace: str = "'{{ tenant.namespace }}'", group: str = "networking.k8s.io/v1"
) -> str:
    return f"apiVersion: {group}\nkind: NetworkPolicy\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec: {{podSelector: {{}}}}\n"


def taken() -> tuple[str, str]:
    """Name and namespace of a NetworkPolicy that the compiler makes for the tenant."""
    documents = render_plan(plan_of()).of_kind("NetworkPolicy")
    one = next(document for document in documents if document.tenant == "acme")
    return one.identity.name, one.identity.namespace


def test_a_tree_without_extras_has_none() -> None:
    plan = plan_of(tenants=[{"name": "acme"}, {"name": "beta"}])
    assert verify_tree(render_plan(plan), plan) == ()


def test_an_extra_that_is_one_of_ours() -> None:
    name, namespace = taken()
    (fault,) = found(policy(name))
    assert fault.code == "names/identity"
    assert fault.message == f"two objects are NetworkPolicy `{name}` in namespace `{namespace}`"
    assert fault.primary.text.startswith("makes `tenants/acme/extra.")
    assert fault.related[0].text.startswith("makes `tenants/acme/")
    assert fault.primary.span.line != fault.related[0].span.line
    assert fault.severity == "error"


def test_another_name_namespace_or_group_is_another_object() -> None:
    name, _ = taken()
    assert found(policy(f"{name}-2")) == ()
    assert found(policy(name, "elsewhere")) == ()
    assert found(policy(name, group="example.com/v1")) == ()


def test_the_version_of_a_group_makes_no_other_object() -> None:
    name, _ = taken()
    assert [fault.code for fault in found(policy(name, group="networking.k8s.io/v1beta1"))] == [
        "names/identity"
    ]


def test_a_platform_extra_against_a_tenants_object() -> None:
    name, namespace = taken()
    (fault,) = found(policy(name, namespace), "platform")
    assert {fault.primary.text.split("/")[0], fault.related[0].text.split("/")[0]} == {
        "makes `platform",
        "makes `tenants",
    }


def test_one_cluster_wide_extra_for_two_tenants() -> None:
    text = "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: high}\nvalue: 1\n"
    assert found(text) == ()
    (fault,) = found(text, names=("acme", "beta"))
    assert fault.message == "two objects are PriorityClass `high`"
