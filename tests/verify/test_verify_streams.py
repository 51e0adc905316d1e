"""Stream ports made alike change nothing of what the proof finds, and hide no port that is not the tenant's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mutants import mutants

from mtc.model.plan import Plan
from mtc.pipeline import compile_blueprint
from mtc.verify.isolation import prove
from mtc.verify.streams import alike

ROOT = Path(__file__).resolve().parents[2]
Body = dict[str, Any]


def current() -> tuple[list[Body], Plan]:
    compiled = compile_blueprint(ROOT / "blueprints" / "current.yaml")
    assert compiled.tree is not None
    assert compiled.plan is not None
    return [dict(document.body) for document in compiled.tree.documents], compiled.plan


def holds(bodies: list[Body], plan: Plan) -> bool:
    same = alike(bodies, plan)
    return prove(same.documents, same.plan).holds


def streams_of(body: Body) -> bool:
    return body["kind"] == "NetworkPolicy" and body["metadata"]["name"] == "allow-streams"


def test_tenants_that_differ_in_their_ports_alone_become_one_kind() -> None:
    bodies, plan = current()
    same = alike(bodies, plan)
    before, after = prove(bodies, plan), prove(same.documents, same.plan)
    assert before.holds
    assert after.holds
    assert (len(before.expected.kinds), len(after.expected.kinds)) == (2, 1)
    rules = [body["spec"]["ingress"][0]["ports"] for body in same.documents if streams_of(dict(body))]
    assert rules[0] is rules[1]


def test_the_verdict_on_each_mutant_of_a_streams_policy_is_the_same() -> None:
    bodies, plan = current()
    seen = set()
    for number, body in enumerate(bodies):
        if streams_of(body):
            for _, mutant in mutants(body):
                broken = [*bodies[:number], *([mutant] if mutant else []), *bodies[number + 1 :]]
                verdict = holds(broken, plan)
                assert verdict == prove(broken, plan).holds
                seen.add(verdict)
    assert seen == {True, False}


def test_another_tenants_ports_are_not_hidden() -> None:
    bodies, plan = current()
    acme, globex = [body for body in bodies if streams_of(body)]
    stolen = {**acme, "spec": {**acme["spec"], "ingress": globex["spec"]["ingress"]}}
    assert not holds([stolen if body is acme else body for body in bodies], plan)


def test_the_stand_in_is_no_port_that_a_rule_speaks_of() -> None:
    bodies, plan = current()
    first = alike(bodies, plan).stand_in
    other = next(body for body in bodies if streams_of(body))
    rule = {"from": [{"podSelector": {}}], "ports": [{"port": 1, "endPort": 300}, {"port": "http"}, {}]}
    extra = {**other, "metadata": {**other["metadata"], "name": "mine"}, "spec": {"podSelector": {}, "ingress": [rule]}}
    second = alike([*bodies, extra], plan).stand_in
    assert first.spans[0] == (1, 1)
    assert second.spans[0] == (301, 301)
    rule["ports"] = [{"port": 1, "endPort": 65535}]
    assert not alike([*bodies, extra], plan).stand_in


def test_nothing_is_replaced_where_no_two_tenants_have_streams() -> None:
    compiled = compile_blueprint(ROOT / "blueprints" / "minimal.yaml")
    assert compiled.tree is not None
    assert compiled.plan is not None
    bodies = [document.body for document in compiled.tree.documents]
    same = alike(bodies, compiled.plan)
    assert same.plan is compiled.plan
    assert same.documents == bodies
    assert not same.stand_in
