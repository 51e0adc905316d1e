"""Facts of Helm releases: what is installed, from which chart, and the values that it is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mtc.diff.decoding import decoded
from mtc.diff.facts import Fact, Key, leaves, name
from mtc.diff.objects import Object, Tree, below
from mtc.diff.server import config_fact, is_config

AGENT, SERVER = "agent", "clearml"
_ENVIRONMENTS = ("extraEnvs", "env")
PLUMBING = "SECRET_"  # variables that only bring a Secret's value to a setting
_INSTALLED = ("releaseName", "targetNamespace", "storageNamespace", "serviceAccountName", "suspend")


class Chart(NamedTuple):
    """What a release installs: chart, version ("" not pinned), where it comes from."""

    name: str
    version: str
    source: str


def component(item: Object) -> str:
    """A release's name without its tenant's: `acme-agent` is `agent`."""
    return item.name.removeprefix(f"{item.tenant}-") if item.tenant else item.name


def chart_of(item: Object, tree: Tree) -> Chart:
    """The chart of a HelmRelease; one in a registry stands in an OCIRepository beside it."""
    spec = item.map("spec", "chart", "spec")
    if spec:
        source = item.get("spec", "chart", "spec", "sourceRef", "name")
        return Chart(str(spec.get("chart", "")), str(spec.get("version", "")), str(source or ""))
    wanted = item.get("spec", "chartRef", "name")
    for each in tree.of_kind("OCIRepository"):
        if each.name == wanted and each.namespace in (
            item.namespace,
            item.get("spec", "chartRef", "namespace"),
        ):
            source, _, chart = str(each.get("spec", "url") or "").rpartition("/")
            return Chart(chart, str(each.get("spec", "ref", "tag") or ""), source)
    return Chart(str(wanted or ""), "", "")


def release(item: Object, tree: Tree) -> Iterator[Fact]:
    """A HelmRelease, its chart, its installation, its values."""
    tenant, part = item.tenant, component(item)
    whole = Key("release", tenant, part)
    parts_of = (whole, Key("tenant", tenant, ""))
    yield Fact(whole, True, parts_of=parts_of[1:])
    chart = chart_of(item, tree)
    yield Fact(Key("chart", tenant, part), chart.name, parts_of=parts_of)
    yield Fact(Key("chart-version", tenant, part), chart.version, parts_of=parts_of)
    for field in _INSTALLED:
        yield Fact(Key("installation", tenant, f"{part} {field}"), item.get("spec", field), parts_of=parts_of)
    values = decoded(item.map("spec", "values"))
    for fact in _values(tenant, part, values):
        yield fact._replace(parts_of=(*parts_of, *fact.parts_of))


def _values(tenant: str | None, part: str, values: Mapping[str, Any]) -> Iterator[Fact]:
    rest = dict(values)
    if part == AGENT:
        glue = rest.get("agentk8sglue")
        if isinstance(glue, dict):
            yield from _queues(tenant, glue.get("queues"))
            rest["agentk8sglue"] = {key: child for key, child in glue.items() if key != "queues"}
        yield from _sessions(tenant, rest.pop("sessions", None))
    streams = below(rest, "streamSession", "portRange")
    if isinstance(streams, dict) and {"start", "end"} <= set(streams):
        del rest["streamSession"]
        yield Fact(Key("stream-ports", tenant, ""), f"{streams['start']}-{streams['end']}")
    for path, value in leaves(rest, stop=_ENVIRONMENTS):
        if path[-1:] and path[-1] in _ENVIRONMENTS and isinstance(value, dict):
            yield from _environment(tenant, part, value)
        else:
            yield _value(tenant, part, path, value)


def _environment(tenant: str | None, part: str, variables: Mapping[str, Any]) -> Iterator[Fact]:
    for variable, given in variables.items():
        value, reference = given, below(given, "valueFrom", "secretKeyRef")
        if isinstance(reference, dict):
            if variable.startswith(PLUMBING):
                continue  # what it is for is told: the setting that refers to it
            value = f"the Secret {reference.get('name')}, key {reference.get('key')}"
        if is_config(variable):
            yield config_fact(tenant, variable, value)
        else:
            yield Fact(Key("env", tenant, f"{part} {variable}"), value)


def _value(tenant: str | None, part: str, path: tuple[str, ...], value: Any) -> Fact:
    if path[-1:] == ("hostName",):
        return Fact(Key("host", tenant, part if part != SERVER else path[0]), value)
    return Fact(Key("value", tenant, f"{part} {'.'.join(path)}"), value)


def _queues(tenant: str | None, queues: Any) -> Iterator[Fact]:
    for queue, settings in queues.items() if isinstance(queues, dict) else ():
        for path, value in leaves(settings):
            if value == {}:
                continue
            field = ".".join(path[1:] if path[:1] in (("templateOverrides",), ("queueSettings",)) else path)
            yield Fact(
                Key("queue-setting", tenant, f"{queue} {field}"),
                value,
                parts_of=(Key("queue", tenant, queue),),
            )


def _sessions(tenant: str | None, sessions: Any) -> Iterator[Fact]:
    """Sessions over SSH: an interval of node ports, of which the chart leaves the first unused."""
    given = sessions if isinstance(sessions, dict) else {}
    if given.get("portModeEnabled") is True:
        first, services = given.get("startingPort"), given.get("maxServices")
        if isinstance(first, int) and isinstance(services, int):
            address = given.get("externalIP")
            at = f" at {name(address)}" if isinstance(address, str) else ""
            ports = Key("session-ports", tenant, "")
            yield Fact(ports, f"{first}-{first + services}", at)
            yield Fact(Key("session-address", tenant, ""), address, parts_of=(ports,))
    handled = {"portModeEnabled", "startingPort", "maxServices", "externalIP", "agentID", "service"}
    for path, value in leaves({key: child for key, child in given.items() if key not in handled}):
        if path:
            yield Fact(Key("value", tenant, f"{AGENT} sessions.{'.'.join(path)}"), value)


READERS = {"HelmRelease": release}
