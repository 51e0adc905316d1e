"""Facts of everything else: where charts come from, Flux' own objects, Secrets, Jobs, other manifests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mtc.diff.decoding import decoded
from mtc.diff.facts import Fact, Key, leaves
from mtc.diff.objects import FILE, Object, Tree

# Fields that say when Flux looks, not what it makes.
TIMING = ("interval", "retryInterval", "timeout", "maxHistory")
_UNTOLD = (*TIMING, "suspend", "dependsOn", "healthChecks", "wait")


def repository(item: Object, _tree: Tree) -> Iterator[Fact]:
    """Where charts come from. One in a registry is named by its version as well, which the release tells."""
    tag = item.get("spec", "ref", "tag")
    plain = item.name.removesuffix("-" + tag.replace(".", "-")) if isinstance(tag, str) else item.name
    yield Fact(Key("repository", item.tenant, plain), item.get("spec", "url"))


def kustomization(item: Object, _tree: Tree) -> Iterator[Fact]:
    """What Flux applies, and as whom."""
    whole = (Key("tenant", item.tenant, ""),)
    yield Fact(Key("flux-suspended", item.tenant, ""), item.get("spec", "suspend"), parts_of=whole)
    for path, value in leaves(decoded(item.map("spec"))):
        if path and path[0] not in _UNTOLD:
            yield Fact(Key("flux", item.tenant, ".".join(path)), value, parts_of=whole)


def secret(item: Object, _tree: Tree) -> Iterator[Fact]:
    """A Secret that somebody provides, by reference or encrypted. What it holds is compared, never told."""
    whole = (Key("tenant", item.tenant, ""),)
    key = Key("secret", item.tenant, f"{item.namespace}/{item.name}")
    content = {name: child for name, child in item.body.items() if name not in ("metadata", "apiVersion")}
    yield Fact(key, repr(_settled(content)), parts_of=whole)


def job(item: Object, _tree: Tree) -> Iterator[Fact]:
    """A Job: its image. That it runs again is a risk, and said there."""
    here = Key("manifest", item.tenant, f"Job {item.namespace}/{item.name}")
    whole = (Key("tenant", item.tenant, ""), here)
    for number, container in enumerate(item.list("spec", "template", "spec", "containers")):
        image = container.get("image") if isinstance(container, dict) else None
        suffix = f" {number}" if number else ""
        yield Fact(Key("image", item.tenant, f"{item.name}{suffix}"), image, parts_of=whole)
    rest: dict[str, Any] = {
        ".".join(path): value
        for path, value in leaves(decoded(item.body))
        if "image" not in path[-1:] and path[:1] != ("metadata",) and not _generated(path)
    }
    yield Fact(here, _settled(rest), parts_of=whole[:1])


def manifest(item: Object, _tree: Tree) -> Iterator[Fact]:
    """Any other object: that it is there, and what it says but for its annotations."""
    if item.kind == FILE:
        return
    tenant = item.tenant
    rest = {
        ".".join(path): _settled(value)
        for path, value in leaves(decoded(item.body))
        if path[:2] != ("metadata", "annotations")
    }
    where = f"{item.namespace}/{item.name}" if item.namespace else item.name
    if item.kind == "ConfigMap" and rest.get("immutable") is True:
        return  # named by its content: what uses it is told
    key = Key("manifest", tenant, f"{item.kind} {where}")
    yield Fact(key, rest, parts_of=(Key("tenant", tenant, ""),))


def _generated(path: tuple[str, ...]) -> bool:
    """Places of a Job that hold digests and names made from digests."""
    return path[-1] in ("mtc/input",) or path[-2:] == ("configMap", "name")


def _settled(value: Any) -> Any:
    """The value with lists of plain things in one order."""
    if isinstance(value, dict):
        return {key: _settled(child) for key, child in sorted(value.items())}
    if isinstance(value, list):
        return sorted((_settled(child) for child in value), key=repr)
    return value


READERS = {
    "HelmRepository": repository,
    "OCIRepository": repository,
    "GitRepository": repository,
    "Bucket": repository,
    "Kustomization": kustomization,
    "ExternalSecret": secret,
    "Secret": secret,
    "Job": job,
}
