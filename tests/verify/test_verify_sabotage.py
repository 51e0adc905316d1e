"""Each policy of each example, made worse in every way of `mutants`: the proof notices, or nothing changed."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from mutants import mutants

from mtc.model.plan import Plan
from mtc.model.record import changed
from mtc.pipeline import compile_blueprint
from mtc.reach import Matrix, Reading, Topology, flow_changes
from mtc.reach.ranges import Ranges
from mtc.verify.isolation import Proof, prove

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ("guide", "current", "many", "minimal")
SEEN = ("Namespace", "NetworkPolicy", "HelmRelease", "OCIRepository", "Job")
ROW = re.compile(r"^\| `blueprints/(\w+)\.yaml` \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", re.M)
Body = dict[str, Any]


def example(name: str) -> tuple[list[Body], Plan]:
    compiled = compile_blueprint(ROOT / "blueprints" / f"{name}.yaml")
    assert compiled.tree is not None
    assert compiled.plan is not None
    bodies = [dict(document.body) for document in compiled.tree.documents]
    return [body for body in bodies if body["kind"] in SEEN], compiled.plan


def findings(proof: Proof) -> set[tuple[object, ...]]:
    opened = {("opened", str(flow.source), str(flow.target), flow.ports) for flow in proof.forbidden}
    closed = {
        ("closed", str(flow.source), str(flow.target), flow.ports, flow.hidden) for flow in proof.denied
    }
    return opened | closed | {("unguarded", name) for name in proof.unguarded}


def surely(tree: Topology) -> dict[tuple[str, str], Ranges]:
    crossings = Matrix(tree.world, Reading.MUST).crossings()
    return {(str(one), str(other)): each.ports for each in crossings for one, other in each.pairs()}


def is_equivalent(before: Proof, after: Proof) -> bool:
    """What may pass is the same for every class of endpoints, and what must pass still does."""
    old, new = before.topology, after.topology
    if flow_changes(old, new):
        return False
    kept, now = surely(old), surely(new)
    return all(pair in now and now[pair].covers(ports) for pair, ports in kept.items())


def sabotaged(name: str) -> Counter[str]:
    bodies, plan = example(name)
    sound = prove(bodies, plan)
    known = findings(sound)
    counts: Counter[str] = Counter()
    for number, body in enumerate(bodies):
        if body["kind"] != "NetworkPolicy":
            continue
        counts["policies"] += 1
        for what, mutant in mutants(body):
            counts["mutants"] += 1
            broken = [*bodies[:number], *([mutant] if mutant else []), *bodies[number + 1 :]]
            proof = prove(broken, plan)
            if findings(proof) - known:
                counts["refused"] += 1
            elif is_equivalent(sound, proof):
                counts["equivalent"] += 1
            else:
                counts["survivors"] += 1
                print(f"survives in {name}: {what}: {mutant or body}")
    return counts


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_mutant_is_refused_or_equivalent(name: str) -> None:
    counts = sabotaged(name)
    columns = ("policies", "mutants", "refused", "equivalent", "survivors")
    print(f"{name}: " + ", ".join(f"{counts[column]} {column}" for column in columns))
    assert counts["survivors"] == 0
    assert counts["mutants"] == counts["refused"] + counts["equivalent"]
    assert counts["refused"] > 4 * counts["policies"]
    written = {row[0]: tuple(map(int, row[1:])) for row in ROW.findall(page())}
    assert written[name] == tuple(counts[column] for column in columns)


def page() -> str:
    return (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_the_page_counts_every_example() -> None:
    assert sorted(row[0] for row in ROW.findall(page())) == sorted(EXAMPLES)


def test_a_namespace_without_its_labels_is_noticed() -> None:
    """The labels of a tenant's Namespace hold the wall as much as its policies do."""
    bodies, plan = example("guide")
    for key in ("mtc/tenant", "mtc/blueprint", "pod-security.kubernetes.io/enforce"):
        broken = []
        for body in bodies:
            if body["kind"] == "Namespace" and body["metadata"]["name"] == "acme":
                labels = {name: text for name, text in body["metadata"]["labels"].items() if name != key}
                body = {**body, "metadata": {**body["metadata"], "labels": labels}}  # noqa: PLW2901
            broken.append(body)
        assert not prove(broken, plan).holds, key


def test_a_proof_of_another_plan_fails() -> None:
    """A plan without a tenant takes the tenant's namespace for a stranger's: nobody may reach in or be reached."""
    bodies, plan = example("current")
    fewer = changed(plan, tenants=plan.tenants[:1])
    assert prove(bodies, plan).holds
    assert not prove(bodies, fewer).holds
