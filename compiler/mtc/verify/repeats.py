"""Entries of a pod's lists that have one key between them, which a JSON Schema cannot say.

Flux applies on the server's side. There a list such as `env` is a map by its entries' names, and two entries
of one name are refused: "duplicate entries for key".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mtc.model.source import Data, Route
from mtc.verify.faults import Fault
from mtc.verify.wording import about, shown

# A list's field in a pod or container → the fields that are its key, with their defaults (the API's
# `x-kubernetes-list-map-keys`).
_POD: dict[str, tuple[tuple[str, Data], ...]] = {
    "containers": (("name", ""),),
    "hostAliases": (("ip", ""),),
    "imagePullSecrets": (("name", ""),),
    "initContainers": (("name", ""),),
    "resourceClaims": (("name", ""),),
    "schedulingGates": (("name", ""),),
    "topologySpreadConstraints": (("topologyKey", ""), ("whenUnsatisfiable", "")),
    "volumes": (("name", ""),),
}
_CONTAINER: dict[str, tuple[tuple[str, Data], ...]] = {
    "env": (("name", ""),),
    "ports": (("containerPort", 0), ("protocol", "TCP")),
    "volumeDevices": (("devicePath", ""),),
    "volumeMounts": (("mountPath", ""),),
}


def repeats(body: Mapping[str, Data]) -> Iterator[Fault]:
    """The second of two entries, for each pair in the pod of a Job whose shape is right."""
    job: Any = body
    route: Route = ("spec", "template", "spec")
    pod = job["spec"]["template"]["spec"]
    yield from _among(pod, _POD, route, body)
    for field in ("initContainers", "containers"):
        for index, container in enumerate(pod.get(field, ())):
            yield from _among(container, _CONTAINER, (*route, field, index), body)


def is_key(route: Route) -> bool:
    """True for the field that tells an entry of such a list from the others."""
    if len(route) < 3 or not isinstance(route[-2], int):
        return False
    keys = (_POD | _CONTAINER).get(str(route[-3]), ()) if isinstance(route[-3], str) else ()
    return any(name == route[-1] for name, _ in keys)


def _among(
    holder: Any, lists: Mapping[str, tuple[tuple[str, Data], ...]], route: Route, body: Mapping[str, Data]
) -> Iterator[Fault]:
    for field, keys in lists.items():
        entries = holder.get(field, ())
        if len(entries) < 2:
            continue
        found = [tuple([entry.get(name, default) for name, default in keys]) for entry in entries]
        if len(set(found)) == len(found):
            continue
        seen: set[tuple[Data, ...]] = set()
        for index, key in enumerate(found):
            if key in seen:
                yield _fault((*route, field, index), keys, key, body)
            seen.add(key)


def _fault(
    route: Route, keys: tuple[tuple[str, Data], ...], key: tuple[Data, ...], body: Mapping[str, Data]
) -> Fault:
    named = " and ".join(f"`{name}: {value}`" for (name, _), value in zip(keys, key, strict=True))
    message = f"`{shown(route)}` of {about(body)} has {named}, as an entry before it has"
    return Fault("tree/shape", (*route, keys[0][0]), message, "keep one of the two", rule="repeat")
