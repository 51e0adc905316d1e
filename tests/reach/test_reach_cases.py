"""Case files: the public ones all pass, with both evaluators, and the command says what does not."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mtc.reach import ReachError
from mtc.reach.cases import case_of, check_case, read_case
from reach import naive

CASES = Path(__file__).parents[3] / "shared" / "cases" / "network-policy"
FILES = sorted(CASES.glob("*.json"))
NEEDS_CASES = pytest.mark.skipif(not FILES, reason=f"the public case files are not there: {CASES}")

GOOD = {
    "namespaces": [{"name": "x", "labels": {}}],
    "pods": [
        {"namespace": "x", "name": "a", "labels": {}, "ports": [{"name": None, "port": 80, "protocol": "TCP"}]},
        {"namespace": "x", "name": "b", "labels": {}, "ports": [], "ip": "10.0.0.1", "hostNetwork": False},
    ],
    "policies": [
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": "p", "namespace": "x"},
            "spec": {"podSelector": {}, "ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}]},
        }
    ],
    "expected": [
        {"from": "x/b", "to": "x/a", "port": 80, "protocol": "TCP", "allowed": True},
        {"from": "ip:192.0.2.1", "to": "x/a", "port": 80, "protocol": "TCP", "allowed": False},
    ],
}


def wrong():
    expected = [{**each, "allowed": not each["allowed"]} for each in GOOD["expected"]]
    return {**GOOD, "expected": expected}


@NEEDS_CASES
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_public_case(path):
    case = read_case(path)
    assert case.expected
    assert [found.why for found in check_case(case)] == []


def naive_world(document):
    pods = [
        {
            "ns": pod["namespace"],
            "name": pod["name"],
            "labels": pod["labels"],
            "ports": [(port["name"], port["port"], port["protocol"]) for port in pod["ports"]],
            "host": pod.get("hostNetwork", False),
            "ip": pod.get("ip"),
        }
        for pod in document["pods"]
    ]
    ends = {f"{pod['ns']}/{pod['name']}": pod for pod in pods}
    spaces = {each["name"]: each["labels"] for each in document["namespaces"]}
    return {"namespaces": spaces, "policies": document["policies"], "pod_block": [], "node_block": []}, ends


@NEEDS_CASES
def test_the_naive_evaluator_passes_the_public_cases_too():
    """So that what the laws compare with is itself measured."""
    count = 0
    for path in FILES:
        document = json.loads(path.read_text(encoding="utf-8"))
        world, ends = naive_world(document)
        for each in document["expected"]:
            source, target = (
                ends.get(name) or {"outside": [name.removeprefix("ip:")], "nodes": False}
                for name in (each["from"], each["to"])
            )
            got = naive.allowed(world, source, target, each["port"], each["protocol"], "by address")
            assert got == each["allowed"], (path.name, each)
            count += 1
    print(f"{len(FILES)} files, {count} verdicts")


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "mtc.reach", *map(str, arguments)], capture_output=True, text=True, check=False
    )


def saved(folder, name, document):
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


def test_the_command_agrees(tmp_path):
    done = run(saved(tmp_path, "good.json", GOOD), saved(tmp_path, "again.json", GOOD))
    assert (done.returncode, done.stdout, done.stderr) == (0, "2 files, 4 verdicts, 0 disagree\n", "")


def test_the_command_prints_each_disagreement_and_why(tmp_path):
    path = saved(tmp_path, "wrong.json", wrong())
    done = run(path)
    assert done.returncode == 1
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        f"{path}: x/b -> x/a TCP 80: expected denied, got allowed",
        "    x/b to x/a, TCP 80: allowed, with pods known by their addresses.",
        "    Egress of x/b is open: no policy of type Egress selects it.",
        "    Ingress of x/a is allowed by x/p, ingress[0].",
        f"{path}: ip:192.0.2.1 -> x/a TCP 80: expected allowed, got denied",
        "    ip:192.0.2.1 to x/a, TCP 80: denied, with pods known by their addresses.",
        "    Egress of ip:192.0.2.1 is open: no policy selects what lies outside the cluster.",
        "    Ingress of x/a is closed by x/p, and no rule opens it here:",
        "    - x/p, ingress[0]: ip:192.0.2.1 is not among addresses 10.0.0.0/8.",
        "1 files, 2 verdicts, 2 disagree",
    ]


def test_an_unreadable_file_is_one_line_and_the_others_are_still_checked(tmp_path):
    missing = tmp_path / "missing.json"
    done = run(missing, saved(tmp_path, "broken.json", "{"), tmp_path, saved(tmp_path, "wrong.json", wrong()))
    assert done.returncode == 2
    assert done.stdout.endswith("1 files, 2 verdicts, 2 disagree\n")
    lines = done.stderr.splitlines()
    assert lines[0] == f"{missing}: No such file or directory"
    assert lines[1].startswith(f"{tmp_path / 'broken.json'}: is no JSON: ")
    assert lines[2] == f"{tmp_path}: Is a directory"
    assert len(lines) == 3


def test_without_a_file_it_says_how_it_is_used():
    done = run()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "usage: python -m mtc.reach CASE.json...\n"


def changed(**fields):
    return {**GOOD, **fields}


def pod(**fields):
    return changed(pods=[{**GOOD["pods"][0], **fields}])


def expectation(**fields):
    return changed(expected=[{**GOOD["expected"][0], **fields}])


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ([], "a case must be a JSON object"),
        (changed(pods={}), "pods must be a list, not a mapping"),
        (changed(pods=["a"]), r"pods\[0\] must be a mapping"),
        (pod(hostNetwork="yes"), r"pods\[0\].hostNetwork must be true or false"),
        (pod(ip="10.0.0"), "'10.0.0' is no IP address"),
        (pod(ip=10), r"pods\[0\].ip must be a string"),
        (pod(labels=[]), r"pods\[0\].labels must be a mapping"),
        (pod(colour="red"), r"pods\[0\] has an unknown field 'colour'"),
        (pod(ports=[{"name": "web"}]), r"pods\[0\].ports\[0\].port must be a whole number"),
        (pod(ports=[{"name": 3, "port": 80}]), "name and protocol must be strings"),
        (pod(ports=[{"name": "web", "port": 0}]), "0 to 0 are no ports"),
        (changed(namespaces=["x"]), r"namespaces\[0\] must be a mapping"),
        (changed(namespaces=[{"labels": {}}]), "a Namespace: metadata.name must be a string"),
        (changed(pods=GOOD["pods"] * 2), "pod x/a is there twice"),
        (changed(policies=[3]), "document 0 must be a mapping"),
        (changed(policies=[{**GOOD["policies"][0], "spec": {"ingres": []}}]), "unknown field 'ingres'"),
        (
            changed(policies=[{"apiVersion": "cilium.io/v2", "kind": "CiliumNetworkPolicy", "metadata": {"name": "c"}}]),
            "a policy that this evaluator does not know: CiliumNetworkPolicy c",
        ),
        ({key: value for key, value in GOOD.items() if key != "expected"}, "a case must have `expected`"),
        (changed(expected=[{}]), r"expected\[0\].allowed must be true or false"),
        (expectation(port="80"), r"expected\[0\].port must be a whole number"),
        (expectation(port=0), "0 to 0 are no ports"),
        (expectation(protocol="ICMP"), "'ICMP' is no protocol"),
        (expectation(to="x/nobody"), "there is no pod x/nobody"),
        (expectation(to="ip:nowhere"), "'nowhere' is no IP address"),
    ],
)
def test_what_is_no_case_is_refused(document, fault):
    with pytest.raises(ReachError, match=fault):
        check_case(case_of(document))


def test_a_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "case.json"
    path.write_bytes(b"\xff\xfe{}")
    with pytest.raises(ReachError, match="is no JSON"):
        read_case(path)
    path.write_text("[" * 200_000, encoding="utf-8")
    with pytest.raises(ReachError, match="is no JSON"):
        read_case(path)
