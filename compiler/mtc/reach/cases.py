"""Case files: a small world, and verdicts that it must give.

A case is a JSON object: `namespaces` [{name, labels}], `pods` [{namespace, name, labels, ports [{name, port,
protocol}], ip?, hostNetwork?}], `policies` [NetworkPolicy], `expected` [{from, to, port, protocol, allowed}];
`from` and `to` are `namespace/pod` or `ip:ADDRESS`. Other keys (source, license, notes...) are for people.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from mtc.model.record import Record
from mtc.reach.addresses import address
from mtc.reach.explain import explain
from mtc.reach.fields import Document, ReachError, fields, items, labels, text
from mtc.reach.ranges import Ranges
from mtc.reach.reading import Reading
from mtc.reach.selectors import Labels
from mtc.reach.verdict import allowed
from mtc.reach.voids import voids
from mtc.reach.world import Endpoint, NamedPort, Outside, Pod, Workload, World

_POD = ("namespace", "name", "labels", "ports", "ip", "hostNetwork", "workload")


class Expectation(Record, frozen=True):
    """One verdict that a case expects."""

    source: str
    target: str
    port: int
    protocol: str
    allowed: bool


class Case(Record, frozen=True):
    world: World
    expected: tuple[Expectation, ...]


class Disagreement(Record, frozen=True):
    """A verdict that is not the expected one; `why` explains ours, in several lines."""

    expected: Expectation
    got: bool
    why: str


def read_case(path: Path) -> Case:
    """The case in a file. ReachError, with a reason of one line, for whatever is no case."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise ReachError(fault.strerror or "cannot be read") from None
    except (ValueError, RecursionError) as fault:
        raise ReachError(f"is no JSON: {fault}") from None
    return case_of(document)


def case_of(document: object) -> Case:
    """The case that a parsed JSON document states. ReachError names the field at fault."""
    if not isinstance(document, dict):
        raise ReachError("a case must be a JSON object")
    policies = items(document.get("policies"), "policies")
    stray = voids(policies)
    if stray:
        raise ReachError(f"a policy that this evaluator does not know: {stray[0]}")
    pods = [_pod(entry, f"pods[{index}]") for index, entry in enumerate(items(document.get("pods"), "pods"))]
    world = World.of([*_namespaces(document), *policies], pods)
    if "expected" not in document:
        raise ReachError("a case must have `expected`")
    return Case(world, tuple(_expectations(document)))


def check_case(case: Case) -> tuple[Disagreement, ...]:
    """Each expected verdict that the evaluator does not share, in the case's order.

    Read by address, since that is how the cases were made: a pod with an `ip` is one that ipBlocks know.
    """
    found: list[Disagreement] = []
    for each in case.expected:
        source, target = _endpoint(case.world, each.source), _endpoint(case.world, each.target)
        got = allowed(case.world, source, target, each.port, each.protocol, Reading.BY_ADDRESS)
        if got != each.allowed:
            why = explain(case.world, source, target, each.port, each.protocol, Reading.BY_ADDRESS)
            found.append(Disagreement(each, got, why.text()))
    return tuple(found)


def _namespaces(document: Document) -> Iterator[object]:
    for index, entry in enumerate(items(document.get("namespaces"), "namespaces")):
        given = fields(entry, f"namespaces[{index}]", ("name", "labels"))
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": given}


def _pod(value: object, where: str) -> Pod:
    given = fields(value, where, _POD)
    named = enumerate(items(given.get("ports"), f"{where}.ports"))
    ports = [_port(entry, f"{where}.ports[{index}]") for index, entry in named]
    host, ip = given.get("hostNetwork", False), given.get("ip")
    if not isinstance(host, bool):
        raise ReachError(f"{where}.hostNetwork must be true or false")
    workload = Workload(
        name=text(given.get("name"), f"{where}.name"),
        labels=Labels.of(labels(given.get("labels"), f"{where}.labels")),
        ports=tuple(port for port in ports if port.name),
        host_network=host,
        addresses=Ranges() if ip is None else address(text(ip, f"{where}.ip")),
    )
    return Pod(text(given.get("namespace"), f"{where}.namespace"), workload)


def _port(value: object, where: str) -> NamedPort:
    given = fields(value, where, ("name", "port", "protocol"))
    name, protocol = given.get("name") or "", given.get("protocol") or "TCP"
    if not isinstance(name, str) or not isinstance(protocol, str):
        raise ReachError(f"{where}: name and protocol must be strings")
    return NamedPort(name, _number(given.get("port"), f"{where}.port"), protocol)


def _number(value: object, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ReachError(f"{where} must be a whole number")
    return value


def _expectations(document: Document) -> Iterator[Expectation]:
    for index, entry in enumerate(items(document["expected"], "expected")):
        where = f"expected[{index}]"
        given = fields(entry, where, ("from", "to", "port", "protocol", "allowed"))
        verdict = given.get("allowed")
        if not isinstance(verdict, bool):
            raise ReachError(f"{where}.allowed must be true or false")
        source, target = text(given.get("from"), f"{where}.from"), text(given.get("to"), f"{where}.to")
        port = _number(given.get("port"), f"{where}.port")
        yield Expectation(source, target, port, text(given.get("protocol"), f"{where}.protocol"), verdict)


def _endpoint(world: World, name: str) -> Endpoint:
    ip = name.removeprefix("ip:")
    return world.pod(name) if ip == name else Outside(name, address(ip))
