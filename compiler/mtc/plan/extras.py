"""The author's extra manifests: Jinja2 templates over the plan's public names, made into objects.

The templates run in a process of their own (`confinement`, `manifests`); here is what they may know, and what
became of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from mtc.model.blueprint import Blueprint, Tenant
from mtc.model.diagnostic import Diagnostic, Label
from mtc.model.plan import ExtraPlan
from mtc.model.record import Record
from mtc.model.source import Data, Route, Span


class _Manifest(Record, frozen=True):
    """One to make: the template, where the blueprint names it, and for which tenant."""

    path: str
    route: Route
    tenant: str | None


class Templates:
    """The author's templates, rendered for the platform and each tenant, all in one go when first asked."""

    def __init__(self, blueprint: Blueprint, faults: list[Diagnostic]) -> None:
        self._blueprint = blueprint
        self._faults = faults

    def platform(self) -> tuple[ExtraPlan, ...]:
        """Objects of `spec.extras.platform`."""
        return tuple(self._made.get(None, ()))

    def tenant(self, tenant: Tenant) -> tuple[ExtraPlan, ...]:
        """Objects of `spec.extras.tenant` for one tenant."""
        return tuple(self._made.get(tenant.name, ()))

    @cached_property
    def _made(self) -> dict[str | None, list[ExtraPlan]]:
        b = self._blueprint
        texts = self._texts()
        wanted = self._wanted("platform", b.extras.platform, None, texts)
        wanted += [m for t in b.tenants for m in self._wanted("tenant", b.extras.tenant, t.name, texts)]
        made: dict[str | None, list[ExtraPlan]] = {}
        if not wanted:
            return made
        from mtc.plan.confinement import manifests  # noqa: PLC0415 - few blueprints have extras

        lines, why = manifests(
            {
                "files": texts,
                "shared": _shared_names(b),
                "tenants": [_tenant_names(tenant) for tenant in b.tenants],
                "platform": [path for path in b.extras.platform if path in texts],
                "tenant": [path for path in b.extras.tenant if path in texts],
            }
        )
        for manifest, line in zip(wanted, lines, strict=False):
            self._judge(manifest, line)
            bodies = (
                ExtraPlan(_file_name(body), body, manifest.tenant, manifest.route) for body in line["bodies"]
            )
            made.setdefault(manifest.tenant, []).extend(bodies)
        if why is not None:
            stopped = wanted[min(len(lines), len(wanted) - 1)]
            self._faults.append(template_failed(b, stopped.route, stopped.path, None, why))
        return made

    def _texts(self) -> dict[str, str]:
        """The templates by path; one that is no text is a fault."""
        found = {}
        for kind in ("platform", "tenant"):
            for index, path in enumerate(getattr(self._blueprint.extras, kind)):
                file = self._blueprint.files.get(path)
                if file is None or path in found:
                    continue
                try:
                    found[path] = file.content.decode()
                except UnicodeDecodeError as error:
                    route: Route = ("spec", "extras", kind, index)
                    self._faults.append(template_failed(self._blueprint, route, path, None, str(error)))
        return found

    def _wanted(
        self, kind: str, paths: tuple[str, ...], tenant: str | None, texts: Mapping[str, str]
    ) -> list[_Manifest]:
        return [
            _Manifest(path, ("spec", "extras", kind, index), tenant)
            for index, path in enumerate(paths)
            if path in texts
        ]

    def _judge(self, manifest: _Manifest, line: Mapping[str, Any]) -> None:
        """The faults of one manifest."""
        b, route, path = self._blueprint, manifest.route, manifest.path
        if line.get("failed") is not None:
            self._faults.append(template_failed(b, route, path, *line["failed"]))
        self._faults += [not_an_object(b, route, path, problem) for problem in line["problems"]]
        self._faults += [_diagnostic(fault) for fault in line["diagnostics"]]


def _diagnostic(fault: Mapping[str, Any]) -> Diagnostic:
    """A fault of YAML's reader, as the other process told it."""
    related = tuple(_label(label) for label in fault["related"])
    return Diagnostic(
        fault["code"], fault["message"], _label(fault["primary"]), fault["help"], fault["severity"], related
    )


def _label(label: Mapping[str, Any]) -> Label:
    return Label(Span(**label["span"]), label["text"])


def _shared_names(b: Blueprint) -> dict[str, object]:
    return {
        "blueprint": {"name": b.name, "domain": b.domain, "controlNamespace": b.flux.control_namespace},
        "hosts": {"api": b.hosts.api, "app": b.hosts.app, "files": b.hosts.files},
        "server": {"namespace": b.server.namespace},
    }


def _tenant_names(tenant: Tenant) -> dict[str, object]:
    return {
        "name": tenant.name,
        "namespace": tenant.namespace,
        "company": tenant.company,
        "profile": tenant.profile or "",
        "host": tenant.gateway.host or "",
        "adminEmail": tenant.admin.email,
        "queues": [queue.name for queue in tenant.queues],
        "suspended": tenant.suspended,
    }


def _file_name(body: Mapping[str, Data]) -> str:
    metadata = body["metadata"]
    name = str(metadata.get("name")) if isinstance(metadata, Mapping) else ""
    clean = re.sub(r"[^A-Za-z0-9.-]+", "-", f"{name}.{body['kind']}".lower()).strip("-.")
    return f"extra.{clean[:200]}.yaml"


def template_failed(
    blueprint: Blueprint, route: Route, path: str, line: int | None, reason: str
) -> Diagnostic:
    """An extra manifest's template cannot be rendered.

    It uses a name that templates do not have, or is no Jinja2.

    Fails: `{{ tenant.nmae }}` in a template of `spec.extras.tenant`.
    Passes: `{{ tenant.name }}`.
    """
    where = f"{path}:{line}" if line else path
    return Diagnostic(
        "extras/template",
        f"the template `{where}` cannot be rendered: {reason}",
        Label(blueprint.value(*route)),
        "templates know `blueprint`, `hosts`, `server`, and `tenant` (or `tenants` for the platform)",
    )


def not_an_object(blueprint: Blueprint, route: Route, path: str, problem: str) -> Diagnostic:
    """An extra manifest is not a Kubernetes object that may stand in Git.

    kustomize refuses what has no kind or name, and fails the whole platform or tenant with it; a Secret in
    plain text would be everybody's who reads the repository; and of the objects in a `List`, which kustomize
    takes apart, nothing would be proved.

    Fails: a document without `kind`, a `Secret` with `data`, or a `List`.
    Passes: a whole object; secrets come from `spec.secrets`.
    """
    return Diagnostic(
        "extras/object",
        f"a document of `{path}` {problem}",
        Label(blueprint.value(*route)),
        "give each document apiVersion, kind and metadata.name, and no secret value",
    )
