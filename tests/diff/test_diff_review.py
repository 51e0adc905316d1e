"""Laws of the comparison: nothing from nothing, a mirror, what is routine, and faults that are no deletions."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from seeded import ROOT, Seeded, corpus, sides

from mtc.diff import compare
from mtc.diff.objects import Tree
from mtc.model.review import Review
from mtc.report.reviews import REVIEW_FORMATS, render_review
from nodes import places

OUT = ROOT / "out"
SCHEMA = json.loads((ROOT / "schema" / "review.schema.json").read_text("utf-8"))
MIRRORED = {
    "added": "removed",
    "removed": "added",
    "changed": "changed",
    "formatting": "formatting",
    "opened": "closed",
    "closed": "opened",
}
BOTH_WAYS = {
    "tenant/added": "tenant/removed",
    "tenant/removed": "tenant/added",
    "tenant/suspended": "tenant/resumed",
    "tenant/resumed": "tenant/suspended",
}


def files() -> dict[str, bytes]:
    found = {path.relative_to(OUT).as_posix(): path.read_bytes() for path in OUT.rglob("*") if path.is_file()}
    return {path: data for path, data in found.items() if not path.startswith(".mtc/")}


def review(base: dict[str, bytes], head: dict[str, bytes]) -> Review:
    outcome = compare(Tree("base", base), Tree("head", head))
    assert outcome.value is not None, outcome.diagnostics
    return outcome.value


ODD = st.sampled_from([None, "", "x", "a/b:c", 0, -1, 0.5, True, [], {}, [None], [{}], {"a": []}, [[]]])


@settings(max_examples=100, deadline=None, phases=[Phase.explicit, Phase.generate])  # shrinking takes minutes
@given(st.data())
def test_objects_that_somebody_bent_by_hand_are_compared_all_the_same(data: st.DataObject) -> None:
    """Nothing of a tree has to be as the compiler wrote it: people edit it, and Flux would say so, not we."""
    straight = files()
    bent = dict(straight)
    objects = sorted(path for path in straight if path.endswith(".yaml"))
    for path in data.draw(st.lists(st.sampled_from(objects), min_size=1, max_size=3, unique=True)):
        body = yaml.safe_load(straight[path])
        for _ in range(data.draw(st.integers(1, 3))):
            container, key = data.draw(st.sampled_from(list(places(body))))
            if data.draw(st.booleans()):
                container[key] = deepcopy(data.draw(ODD))
            else:
                del container[key]
        bent[path] = yaml.safe_dump(body or {"kind": "None"}, sort_keys=False).encode()
    for base, head in ((straight, bent), (bent, straight), (bent, bent)):
        outcome = compare(Tree("base", base), Tree("head", head))
        if outcome.value is None:
            assert {fault.code for fault in outcome.diagnostics} == {"diff/duplicate"}
        else:
            for form in REVIEW_FORMATS:
                assert isinstance(render_review(outcome.value, form), str)


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Tree, Tree]]:
    return {entry.id: sides(entry, tmp_path_factory.mktemp("laws")) for entry in corpus()[::3]}


IDS = [entry.id for entry in corpus()[::3]]


@pytest.mark.parametrize("name", IDS)
def test_a_tree_does_not_differ_from_itself(name: str, pairs: dict[str, tuple[Tree, Tree]]) -> None:
    for tree in pairs[name]:
        found = review(dict(tree.files), dict(tree.files))
        assert found.empty
        assert (found.intents, found.risks, found.changes) == ((), (), ())


def codes(found: Review) -> list[tuple[str, str | None]]:
    """(code, tenant) of each line. Flows count once: they are told by the policies that open or close them, which
    are not as many on the way back."""
    lines = [(each.code, each.tenant) for each in found.intents if not each.code.startswith("tenant/renamed")]
    flows = {line for line in lines if line[0].startswith("flow/")}
    return sorted([*(line for line in lines if line not in flows), *flows], key=str)


def mirrored(code: str) -> str:
    noun, _, how = code.rpartition("/")
    return BOTH_WAYS.get(code) or f"{noun}/{MIRRORED.get(how, how)}"


@pytest.mark.parametrize("name", IDS)
def test_the_way_back_mirrors_the_way_there(name: str, pairs: dict[str, tuple[Tree, Tree]]) -> None:
    base, head = pairs[name]
    there, back = review(dict(base.files), dict(head.files)), review(dict(head.files), dict(base.files))
    assert [(MIRRORED[each.change], each.kind, each.namespace) for each in there.changes] == [
        (each.change, each.kind, each.namespace) for each in back.changes
    ]
    for one, other in zip(there.changes, back.changes, strict=True):
        assert sorted(edit.path for edit in one.edits) == sorted(edit.path for edit in other.edits)
    if "renamed" not in name:  # a rename is one line there and one line back, from the other name
        assert sorted(((mirrored(code), tenant) for code, tenant in codes(there)), key=str) == codes(back)


@pytest.mark.parametrize("name", IDS)
def test_json_keeps_its_schema(name: str, pairs: dict[str, tuple[Tree, Tree]]) -> None:
    base, head = pairs[name]
    written = json.loads(render_review(review(dict(base.files), dict(head.files)), "json"))
    jsonschema.Draft7Validator(SCHEMA).validate(written)


def test_the_schema_refuses_what_is_not_in_it() -> None:
    written = json.loads(render_review(review(files(), files()), "json"))
    jsonschema.Draft7Validator(SCHEMA).validate(written)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(SCHEMA).validate({**written, "more": 1})


AGENT = "tenants/globex/agent.helmrelease.yaml"
ROUTINE = {
    "a comment": (AGENT, "# guide: written", "# the guide: written"),
    "an annotation": (
        "tenants/acme/namespace.yaml",
        "  annotations:\n",
        "  annotations:\n    example.org/contact: somebody\n",
    ),
    "fields in another order": (
        AGENT,
        "  releaseName: clearml-agent\n  targetNamespace: globex\n",
        "  targetNamespace: globex\n  releaseName: clearml-agent\n",
    ),
    "entries in another order": (
        "tenants/globex/bootstrap.role.yaml",
        "      - get\n      - patch\n",
        "      - patch\n      - get\n",
    ),
    "variables in another order": (
        AGENT,
        '        - name: CLEARML_AGENT_REDIS_PORT\n          value: "6379"\n'
        '        - name: CLEARML_AGENT_REDIS_DB\n          value: "0"\n',
        '        - name: CLEARML_AGENT_REDIS_DB\n          value: "0"\n'
        '        - name: CLEARML_AGENT_REDIS_PORT\n          value: "6379"\n',
    ),
}


@pytest.mark.parametrize("what", ROUTINE)
def test_what_is_routine(what: str) -> None:
    path, old, new = ROUTINE[what]
    text = files()[path].decode()
    assert old in text
    found = review(files(), {**files(), path: text.replace(old, new, 1).encode()})
    assert (found.intents, found.risks) == ((), ())
    assert [change.routine for change in found.changes] == [True]


FAULTS = {
    "diff/empty-file": (AGENT, b""),
    "diff/empty-file of comments": (AGENT, b"# nothing\n"),
    "yaml/syntax": (AGENT, b"<<<<<<< HEAD\na: [\n"),
    "yaml/encoding": (AGENT, b"\xff\xfe\x00"),
    "yaml/duplicate-key": (AGENT, b"a: 1\na: 2\n"),
    "diff/no-object": (AGENT, b"- a\n"),
    "diff/missing-file": (AGENT, None),
}


@pytest.mark.parametrize("way", ["head", "base"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_on_one_side_is_a_fault_and_no_deletion(fault: str, way: str) -> None:
    path, data = FAULTS[fault]
    whole = files()
    broken = {key: value for key, value in whole.items() if key != path}
    if data is not None:
        broken[path] = data
    sides = (whole, broken) if way == "head" else (broken, whole)
    outcome = compare(Tree("base", sides[0]), Tree("head", sides[1]))
    assert outcome.value is None
    assert {found.code for found in outcome.diagnostics} == {fault.split(maxsplit=1)[0]}
    assert all(found.primary.span.file.startswith(f"{way}/") for found in outcome.diagnostics)


def test_two_objects_of_one_name_are_a_fault() -> None:
    whole = files()
    outcome = compare(
        Tree("base", whole), Tree("head", {**whole, "tenants/acme/again.yaml": whole[AGENT] + b"# x\n"})
    )
    # The copy is new, and the file that it copies is the same on both sides: so both are looked at.
    assert outcome.value is None
    assert [found.code for found in outcome.diagnostics] == ["diff/duplicate"]


def test_an_object_that_moves_to_another_file_is_the_same() -> None:
    whole = files()
    moved = {key: value for key, value in whole.items() if key != AGENT}
    moved["tenants/globex/z.yaml"] = whole[AGENT]
    moved["tenants/globex/kustomization.yaml"] = whole["tenants/globex/kustomization.yaml"].replace(
        b"agent.helmrelease.yaml", b"z.yaml"
    )
    found = review(whole, moved)
    assert (found.intents, found.risks) == ((), ())
    assert {(each.kind, each.change) for each in found.changes} == {
        ("HelmRelease", "formatting"),
        ("File", "changed"),
    }


def test_what_is_generated_is_told_with_its_cause(tmp_path: Path) -> None:
    entry = Seeded(
        id="x", blueprint="guide", intent=[], risks=[], set={"tenants/acme/features/enable": ["reports"]}
    )
    base, head = sides(entry, tmp_path)
    found = review(dict(base.files), dict(head.files))
    job = next(each for each in found.changes if each.kind == "Job")
    assert [edit.cause for edit in job.edits] == ["ConfigMap bootstrap-acme-input"]
    wish = next(each for each in found.changes if each.name == "bootstrap-acme-input")
    assert [(edit.path, edit.kind, edit.after) for edit in wish.edits] == [
        ("data[wish.json].features.enable", "added", "reports")
    ]
