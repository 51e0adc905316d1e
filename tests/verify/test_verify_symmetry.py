"""verify/symmetry: what a few tenants prove is what all of them prove, whatever a builder or a plan got wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutants import mutants
from rendered import generated
from sheets import Body, drawings, loose, redrawn, reworded

from mtc.model.document import Document, Tree
from mtc.model.plan import Plan
from mtc.model.record import changed
from mtc.render import render_objects
from mtc.render.standin import MARKS, mark
from mtc.verify.isolation import prove
from mtc.verify.network import network_diagnostics
from mtc.verify.streams import alike
from mtc.verify.symmetry import MUTE, two_of_each
from plan.planning import BILLING, CHART, REDIS, plan_of

COUNT = 6
CLUSTER = {"podCidrs": ["10.244.0.0/16"], "serviceCidrs": ["10.96.0.0/12"], "apiServerCidrs": ["192.0.2.10/32"]}
GATEWAY = {"enabled": True, "chart": {**CHART, "name": "router"}}


def plan_of_many(count: int = COUNT, **spec: Any) -> Plan:
    tenants = [{"name": f"t{n}", "gateway": {**GATEWAY, "host": f"t{n}-apps"}} for n in range(count)]
    return plan_of(tenants=tenants, **spec)


def holds(tree: Tree, plan: Plan) -> bool:
    """Proved tenant by tenant."""
    same = alike((each.body for each in tree.documents if each.kind not in MUTE), plan)
    return prove(same.documents, same.plan).holds


def few_hold(tree: Tree, plan: Plan) -> bool | None:
    """Proved by a few tenants; None where nobody may stand for another."""
    some = two_of_each(tree.parts, plan)
    if some is None:
        return None
    same = alike((each.body for each in some[0]), some[1])
    return prove(same.documents, same.plan).holds


PLANS = {
    "standard": plan_of_many(),
    "strict": plan_of_many(isolation={"profile": "strict"}, cluster=CLUSTER),
    "redis": plan_of_many(redis={"enabled": True, "mode": "per-tenant", "chart": REDIS}),
}
TREES = {name: render_objects(plan) for name, plan in PLANS.items()}


@pytest.mark.parametrize("name", PLANS)
def test_two_of_many_are_enough(name: str) -> None:
    tree, plan = TREES[name], PLANS[name]
    some = two_of_each(tree.parts, plan)
    assert some is not None
    assert [tenant.name for tenant in some[1].tenants] == ["t0", "t1"]
    assert {each.tenant for each in some[0]} == {None, "t0", "t1"}
    assert holds(tree, plan)
    assert few_hold(tree, plan)


def test_each_kind_of_tenant_has_two() -> None:
    sessions = {"portMode": True, "externalIP": "203.0.113.9"}
    tenants: list[dict[str, Any]] = [{"name": f"t{n:02}", "suspended": n % 3 == 0} for n in range(18)]
    tenants += [{"name": f"p{n}", "sessions": {**sessions, "startingPort": 31000 + 100 * n}} for n in range(3)]
    plan = plan_of(tenants=tenants)
    some = two_of_each(render_objects(plan).parts, plan)
    assert some is not None
    assert [tenant.name for tenant in some[1].tenants] == ["t00", "t01", "t02", "t03", "p0", "p1", "p2"]


@pytest.mark.parametrize("seed", range(40))
def test_generated_blueprints(seed: int) -> None:
    made = generated(seed)
    if made is None:
        return
    plan, tree = made
    assert few_hold(tree, plan) in (None, holds(tree, plan))
    assert list(network_diagnostics(tree, plan)) == list(network_diagnostics(loose(tree), plan))


@pytest.mark.parametrize("name", PLANS)
def test_every_mutant_of_a_policy_that_all_tenants_have(name: str) -> None:
    """A fault of the builder is in every tenant: two show it, or nobody does."""
    tree, plan = TREES[name], PLANS[name]
    counts: Counter[bool] = Counter()
    policies = [form.outline for form in drawings(tree)[0].stencil.forms if form.kind[1] == "NetworkPolicy"]
    for policy in policies:
        for _, mutant in mutants(policy):
            broken = redrawn(tree, lambda body, old=policy, new=mutant: new if body is old else body)
            expected = holds(broken, plan)
            assert few_hold(broken, plan) is expected
            counts[expected] += 1
    assert counts[False] > 4 * len(policies)


@pytest.mark.parametrize("name", PLANS)
def test_what_is_said_does_not_depend_on_it(name: str) -> None:
    tree, plan = TREES[name], PLANS[name]
    policy = next(form.outline for form in drawings(tree)[0].stencil.forms if form.kind[1] == "NetworkPolicy")
    broken = redrawn(tree, lambda body: None if body is policy else body)
    said = list(network_diagnostics(broken, plan))
    assert said
    assert said == list(network_diagnostics(loose(broken), plan))


def swapped(outline: Any, number: int, text: str) -> Iterator[Body]:
    """The body with another text in the place of its hole of this number, if it has one."""
    copy, seen = deepcopy(outline), 0
    pending: list[Any] = [copy]
    while pending:
        node = pending.pop()
        for key, value in list(node.items() if isinstance(node, dict) else enumerate(node)):
            if isinstance(value, (dict, list)):
                pending.append(value)
            elif isinstance(value, str) and MARKS.search(value):
                if seen == number:
                    node[key] = text
                    yield copy
                seen += 1


NAMES = st.sampled_from(
    ["t0", "t1", "t3", "t5", "default", "tenancy-system", "clearml", "ingress-nginx", "kube-system", "agent", "*", "new"]
)
WORDS = len(drawings(TREES["standard"])[0].words)


@settings(max_examples=150, deadline=None)
@given(
    form=st.integers(0, 30),
    hole=st.integers(0, 8),
    text=NAMES | st.builds(mark, st.integers(0, WORDS - 1)) | st.builds("{}-{}".format, NAMES, NAMES),
    only=st.sampled_from([None, "t0", "t1", "t4"]),
    name=st.sampled_from(sorted(PLANS)),
)
def test_another_name_in_a_place(form: int, hole: int, text: str, only: str | None, name: str) -> None:
    """A builder that puts a stranger's name, a constant or another of the tenant's words where one belongs."""
    tree, plan = TREES[name], PLANS[name]
    read = [each.outline for each in drawings(tree)[0].stencil.forms if each.kind not in MUTE]
    old = read[form % len(read)]
    new = next(swapped(old, hole, text), old)
    assert_same(redrawn(tree, lambda body: new if body is old else body, only), plan)


@settings(max_examples=150, deadline=None)
@given(
    tenants=st.lists(st.sampled_from(["t0", "t1", "t2", "t4", "t5"]), min_size=1, max_size=3, unique=True),
    numbers=st.lists(st.integers(0, WORDS - 1), min_size=1, max_size=WORDS, unique=True),
    text=NAMES,
    own=st.booleans(),
)
def test_other_words(tenants: list[str], numbers: list[int], text: str, own: bool) -> None:
    """Tenants with a word that is another's, the platform's, or not the one that its plan has."""
    tree, plan = TREES["standard"], PLANS["standard"]

    def words(drawing: Any) -> tuple[str, ...]:
        if drawing.name not in tenants:
            return drawing.words
        new = f"{drawing.name}-{text}" if own else text
        return tuple(new if number in numbers else word for number, word in enumerate(drawing.words))

    assert_same(reworded(tree, words), plan)


def spec(**fields: Any) -> Callable[[Plan], Plan]:
    def change(plan: Plan) -> Plan:
        tenant = plan.tenants[3]
        other = changed(tenant, spec=changed(tenant.spec, **fields))
        return changed(plan, tenants=(*plan.tenants[:3], other, *plan.tenants[4:]))

    return change


def namespace(name: str) -> Callable[[Plan], Plan]:
    def change(plan: Plan) -> Plan:
        tenant = plan.tenants[3]
        other = changed(tenant, namespace=changed(tenant.namespace, name=name))
        return changed(plan, tenants=(*plan.tenants[:3], other, *plan.tenants[4:]))

    return change


@pytest.mark.parametrize(
    "change",
    [spec(suspended=True), namespace("another"), namespace("t1"), lambda plan: changed(plan, tenants=plan.tenants[1:])],
    ids=["suspended", "another namespace", "another's namespace", "a tenant less"],
)
def test_a_plan_that_means_something_else(change: Callable[[Plan], Plan]) -> None:
    """The documents are right, and the plan is about another tree: some tenant is not like the others then."""
    assert_same(TREES["strict"], change(PLANS["strict"]))
    assert not holds(TREES["strict"], change(PLANS["strict"]))


CONSTANTS = {
    "a tenant's namespace": "t1",
    "where what has no namespace is": "default",
    "the platform's": "clearml",
    "the control namespace": "tenancy-system",
    "the controller's": "ingress-nginx",
    "the resolver's": "kube-system",
    "a label of the controller": "controller",
    "a label of the resolver": "kube-dns",
    "the end of a flow": "monitoring",
    "a label of it": "prometheus",
    "a label of one's own pods": "special",
    "a name in every tenant": "default-deny-ingress",
}
FLOW = {
    "direction": "in", "reason": "a test", "ports": [{"port": 9090}],
    "peer": {"namespace": "monitoring", "podLabels": {"app": "prometheus"}}, "to": {"podLabels": {"app": "special"}},
}  # fmt: skip


def proved(tree_parts: Any, plan: Plan) -> set[str | None] | None:
    """The tenants that are proved; None where nobody may stand for another."""
    some = two_of_each(tree_parts, plan)
    return None if some is None else {each.tenant for each in some[0]} - {None}


@pytest.mark.parametrize("name", CONSTANTS.values(), ids=CONSTANTS)
def test_who_has_a_name_that_is_elsewhere_stands_for_nobody(name: str) -> None:
    """However it came to be called so: plan and documents agree here, and no document of the platform is seen."""
    controller = {"namespace": "ingress-nginx", "podLabels": {"app": "controller"}}
    plan = plan_of_many(tenantDefaults={"allow": [FLOW]}, cluster={"ingressController": controller})
    assert proved(drawings(render_objects(plan)), plan) == {"t0", "t1"}
    other = namespace(name)(plan)
    expected = None if name == "t1" else {"t0", "t1", "t3"}
    assert proved(drawings(render_objects(other)), other) == expected


def test_whom_the_platform_names_is_proved() -> None:
    tree, plan = TREES["standard"], PLANS["standard"]
    body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x", "labels": {"for": "t4"}}}
    document = Document("platform/x.yaml", body, ("spec",))
    assert proved([*tree.parts, document], plan) == {"t0", "t1", "t4"}
    mute = Document("platform/x.yaml", {**body, "apiVersion": "v1", "kind": "ConfigMap"}, ("spec",))
    assert proved([*tree.parts, mute], plan) == {"t0", "t1"}


READ = {
    "a label of its namespace": ("Namespace", ("metadata", "labels", "mtc/blueprint")),
    "whom a policy selects": ("NetworkPolicy", ("spec", "podSelector", "matchLabels", "app")),
    "what a release is called": ("HelmRelease", ("spec", "releaseName")),
    "its chart": ("HelmRelease", ("spec", "chartRef", "name")),
    "what its pods are called": ("HelmRelease", ("spec", "values", "fullnameOverride")),
    "a label of a Job's pod": ("Job", ("spec", "template", "metadata", "labels", "mtc/job")),
}


@pytest.mark.parametrize(("kind", "route"), READ.values(), ids=READ)
def test_nobody_is_like_a_tenant_with_other_texts_of_its_own(kind: str, route: tuple[str, ...]) -> None:
    tree, plan = TREES["standard"], PLANS["standard"]
    assert two_of_each(redrawn(tree, lambda body: put(body, kind, route, "constant")).parts, plan) is not None
    assert two_of_each(redrawn(tree, lambda body: put(body, kind, route, f"x-{mark(2)}")).parts, plan) is None


@pytest.mark.parametrize("text", [None, ""])
@pytest.mark.parametrize(
    ("kind", "route"),
    [
        ("HelmRelease", ("spec", "releaseName")),
        ("HelmRelease", ("metadata", "labels", "mtc/tenant")),
        ("Job", ("spec", "template", "metadata", "labels", "mtc/job")),
        ("Job", ("spec", "template", "metadata")),
    ],
)
def test_nobody_is_alike_whose_pods_are_called_by_their_own_names(
    kind: str, route: tuple[str, ...], text: str | None
) -> None:
    tree, plan = TREES["standard"], PLANS["standard"]
    assert two_of_each(redrawn(tree, lambda body: put(body, kind, route, text)).parts, plan) is None


def test_a_release_of_the_plan_in_a_tenants_namespace() -> None:
    """Nothing of the tree says so: the plan is wrong, and means flows that there are not."""
    billing = {"billing": BILLING}
    plan = plan_of_many(**billing)
    tree = render_objects(plan)
    assert holds(tree, plan)
    other = changed(plan, billing=changed(plan.billing, namespace="t4"))
    assert_same(tree, other)
    assert not holds(tree, other)


def test_two_tenants_of_one_name_in_the_plan() -> None:
    tree, plan = TREES["standard"], PLANS["standard"]
    ghost = changed(plan.tenants[4], namespace=changed(plan.tenants[4].namespace, name="ghost"))
    assert two_of_each(tree.parts, changed(plan, tenants=(*plan.tenants, ghost))) is None


def test_documents_are_proved_in_their_order() -> None:
    """Which networks are told apart hangs on it."""
    tree, plan = TREES["strict"], PLANS["strict"]
    parts = [*drawings(tree), *(part for part in tree.parts if isinstance(part, Document))]
    some = two_of_each(parts, plan)
    assert some is not None
    tenants = [each.tenant for each in some[0]]
    assert tenants.index("t1") < tenants.index(None)


def put(body: Any, kind: str, route: tuple[str, ...], text: str | None) -> Body:
    """The body of this kind with a text at a route, or without what is there."""
    if body["kind"] != kind:
        return body  # type: ignore[no-any-return]
    copy = deepcopy(body)
    node = copy
    for step in route[:-1]:
        node = node.setdefault(step, {})
    if text is None:
        del node[route[-1]]
    else:
        node[route[-1]] = text
    return copy  # type: ignore[no-any-return]


def test_a_release_that_ends_otherwise_is_another_kind() -> None:
    """A release's part is what its name ends with, where its chart does not tell."""
    tree, plan = TREES["standard"], PLANS["standard"]

    def words(drawing: Any) -> tuple[str, ...]:
        swap = {"t3-agent": "t3-gateway", "t3-gateway": "t3-agent"}
        return tuple(swap.get(word, word) for word in drawing.words)

    some = two_of_each(reworded(tree, words).parts, plan)
    assert some is not None
    assert [tenant.name for tenant in some[1].tenants] == ["t0", "t1", "t3"]


def test_a_sheet_without_a_tenant() -> None:
    tree, plan = TREES["standard"], PLANS["standard"]
    assert two_of_each(tree.parts, changed(plan, tenants=plan.tenants[1:])) is None


def assert_same(tree: Tree, plan: Plan) -> None:
    """Where some stand for all, the proof of these is the proof of all."""
    try:
        expected = holds(tree, plan)
    except ValueError:  # a tree that nobody can read
        expected = False
    try:
        found = few_hold(tree, plan)
    except ValueError:
        found = False
    assert found in (None, expected)
