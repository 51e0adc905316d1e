"""Which pods a HelmRelease makes, as far as its document and the tables of ClearML's charts tell.

Labels follow the release's name, the chart's, and `nameOverride` and `fullnameOverride` of its values:
an override that moves the pods away from the policies that are meant for them is seen.
"""

from __future__ import annotations

from collections.abc import Mapping

from mtc.model.clearml import CHART_PODS, RELEASE_CHARTS, SESSION_LABEL, TASK_LABELS, fullname
from mtc.reach.fields import Document, is_mapping
from mtc.reach.selectors import Labels
from mtc.reach.world import Workload

TENANT_LABEL = "mtc/tenant"
OTHERS = "others"
TASKS = "tasks"
SESSIONS = "sessions"
NOT_WRITTEN = "(another)"
"""A value that no label can have: the pod may have the label, but none of the values that are asked for."""

_AGENT = RELEASE_CHARTS["agent"]
# Whoever writes a task, and whatever it starts, may put any label on its pods.
_TASK_PODS = (
    Workload(TASKS, Labels.of(TASK_LABELS, more=True)),
    Workload(SESSIONS, Labels.of({**TASK_LABELS, SESSION_LABEL: "pod-1"}, more=True)),
)
ANY_POD = Workload(OTHERS, Labels(more=True))


class ReleasePods:
    """The pods of HelmReleases. Releases that differ in their namespace alone share their workloads."""

    def __init__(self, oci: Mapping[str, str]) -> None:
        """`oci`: the chart's name by the OCIRepository's."""
        self._oci = oci
        self._known: dict[tuple[str, ...], tuple[Workload, ...]] = {}

    def of(self, release: Document) -> tuple[str, tuple[Workload, ...]]:
        """(namespace, workloads) of a HelmRelease document; the namespace "" where it names none."""
        metadata, spec = _mapping(release, "metadata"), _mapping(release, "spec")
        name, namespace = _text(metadata, "name"), _text(metadata, "namespace")
        chart = self._chart(spec)
        target = _text(spec, "targetNamespace") or namespace
        values = _mapping(spec, "values")
        overrides = _text(values, "nameOverride"), _text(values, "fullnameOverride")
        helm_name = _text(spec, "releaseName") or f"{target}-{name}"
        tenant = TENANT_LABEL in _mapping(metadata, "labels")
        role = name.rpartition("-")[2] if tenant else name
        key = (chart, role, helm_name, *overrides)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = _workloads(chart, role, helm_name, *overrides)
        return target, found

    def _chart(self, spec: Document) -> str:
        reference = _mapping(spec, "chartRef")
        if reference:
            return self._oci.get(_text(reference, "name"), "")
        return _text(_mapping(_mapping(spec, "chart"), "spec"), "chart").rstrip("/").rpartition("/")[2]


def _workloads(chart: str, role: str, release: str, name: str, full: str) -> tuple[Workload, ...]:
    prefix = full or fullname(release, name or chart)
    table = chart if chart in CHART_PODS else RELEASE_CHARTS.get(role, "")
    pods: list[Workload] = []
    asked: dict[str, str] = {}
    for pod in CHART_PODS.get(table, ()):
        labels = {key: text.format(prefix=prefix, release=release) for key, text in pod.labels.items()}
        pods.append(Workload(pod.name, Labels.of(labels)))
        asked |= dict.fromkeys(labels, NOT_WRITTEN)
    if table == _AGENT:
        return (*pods, *_TASK_PODS)
    return (*pods, Workload(OTHERS, Labels.of(asked, more=True)))


def _mapping(value: Document, key: str) -> Document:
    found = value.get(key)
    return found if is_mapping(found) else {}


def _text(value: Document, key: str) -> str:
    found = value.get(key)
    return found if isinstance(found, str) else ""
