"""The author's extra manifests: Jinja2 templates over the plan's public names, made into objects.

A value never becomes template text: `{{ … }}` leaves a mark in the rendered YAML, the YAML is parsed, and
the marks are replaced in its scalars. So a name with a colon or a quote stays a name, `web-{{ tenant.name }}`
works, and a scalar that is one `{{ … }}` alone keeps its type. (The design put quoted scalars into the text;
`web-"acme"` would then be a valid and wrong name.) The owner of jinja2 in this room; templates run sandboxed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mtc.model.blueprint import Blueprint, Tenant
from mtc.model.diagnostic import Diagnostic, Label
from mtc.model.plan import ExtraPlan
from mtc.model.source import Data, Route
from mtc.yamlio.parse import parse_data

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

_MARK = re.compile("\ue000([0-9]+)\ue001")
_LIMIT = 1 << 20  # a manifest is not larger; what is, is a mistake or an attack


class Templates:
    """The author's templates, compiled once and rendered for the platform and each tenant."""

    def __init__(self, blueprint: Blueprint, faults: list[Diagnostic]) -> None:
        self._blueprint = blueprint
        self._faults = faults
        self._values: list[object] = []
        self._environment: ImmutableSandboxedEnvironment | None = None
        self._compiled: dict[str, Any] = {}

    def platform(self) -> tuple[ExtraPlan, ...]:
        """Objects of `spec.extras.platform`."""
        return tuple(self._all("platform", self._blueprint.extras.platform, None))

    def tenant(self, tenant: Tenant) -> tuple[ExtraPlan, ...]:
        """Objects of `spec.extras.tenant` for one tenant."""
        return tuple(self._all("tenant", self._blueprint.extras.tenant, tenant))

    def _all(self, kind: str, paths: tuple[str, ...], tenant: Tenant | None) -> Iterator[ExtraPlan]:
        for index, path in enumerate(paths):
            route: Route = ("spec", "extras", kind, index)
            for body in self._objects(path, route, tenant):
                name = _file_name(body)
                yield ExtraPlan(name, body, tenant.name if tenant else None, route)

    def _objects(self, path: str, route: Route, tenant: Tenant | None) -> Iterator[Mapping[str, Data]]:
        text = self._render(path, route, tenant)
        if text is None:
            return
        parsed = parse_data(text, path)
        if parsed.value is None:
            self._faults.extend(parsed.diagnostics)
            return
        for document in parsed.value:
            body = self._unmark(document)
            problem = _problem(body)
            if problem is not None or not isinstance(body, dict):
                self._faults.append(not_an_object(self._blueprint, route, path, problem or ""))
            else:
                yield body

    def _render(self, path: str, route: Route, tenant: Tenant | None) -> str | None:
        from jinja2 import TemplateError  # noqa: PLC0415 - twenty milliseconds that only extras pay

        file = self._blueprint.files.get(path)
        if file is None:
            return None
        self._values.clear()
        try:
            if path not in self._compiled:
                self._compiled[path] = self._engine().from_string(file.content.decode())
            out: list[str] = []
            size = 0
            for part in self._compiled[path].generate(self._names(tenant)):
                size += len(part)
                if size > _LIMIT:
                    raise OverflowError("the manifest is larger than one MiB")
                out.append(part)
            return "".join(out)
        except (TemplateError, ArithmeticError, TypeError, ValueError, MemoryError, RecursionError) as error:
            self._faults.append(template_failed(self._blueprint, route, path, error))
            return None

    def _engine(self) -> ImmutableSandboxedEnvironment:
        if self._environment is None:
            from jinja2 import StrictUndefined  # noqa: PLC0415
            from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

            self._environment = ImmutableSandboxedEnvironment(
                undefined=StrictUndefined, finalize=self._mark, keep_trailing_newline=True
            )
        return self._environment

    def _mark(self, value: object) -> str:
        from jinja2 import Undefined  # noqa: PLC0415

        if isinstance(value, Undefined):
            return str(value)  # raises, with the name that is missing
        self._values.append(value)
        return f"\ue000{len(self._values) - 1}\ue001"

    def _unmark(self, value: Data) -> Data:
        if isinstance(value, dict):
            return {str(self._unmark(key)): self._unmark(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._unmark(item) for item in value]
        return self._unmark_text(value, len(self._values)) if isinstance(value, str) else value

    def _unmark_text(self, text: str, below: int) -> Data:
        """A value may hold marks of its own, from a macro or a `{% set %}` block: always earlier ones."""
        whole = _MARK.fullmatch(text)
        if whole is None:
            return _MARK.sub(lambda match: str(self._unmark_text(match.group(), below)), text)
        index = int(whole.group(1))
        if index >= below:
            return text  # the author's own characters, no mark of ours
        value = _plain(self._values[index])
        return self._unmark_text(value, index) if isinstance(value, str) else value

    def _names(self, tenant: Tenant | None) -> dict[str, object]:
        b = self._blueprint
        names: dict[str, object] = {
            "blueprint": {"name": b.name, "domain": b.domain, "controlNamespace": b.flux.control_namespace},
            "hosts": {"api": b.hosts.api, "app": b.hosts.app, "files": b.hosts.files},
            "server": {"namespace": b.server.namespace},
        }
        if tenant is None:
            names["tenants"] = [_tenant_names(one) for one in b.tenants]
        else:
            names["tenant"] = _tenant_names(tenant)
        return names


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


def _plain(value: object) -> Data:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return str(value)


def _problem(body: Data) -> str | None:
    if not isinstance(body, dict):
        return "is not a map"
    for field in ("apiVersion", "kind"):
        if not isinstance(body.get(field), str) or not body[field]:
            return f"has no `{field}`"
    metadata = body.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str) or not metadata["name"]:
        return "has no `metadata.name`"
    if body["kind"] == "Secret" and ("data" in body or "stringData" in body):
        return "is a Secret in plain text"
    return None


def _file_name(body: Mapping[str, Data]) -> str:
    metadata = body["metadata"]
    name = str(metadata.get("name")) if isinstance(metadata, Mapping) else ""
    clean = re.sub(r"[^A-Za-z0-9.-]+", "-", f"{name}.{body['kind']}".lower()).strip("-.")
    return f"extra.{clean[:200]}.yaml"


def template_failed(blueprint: Blueprint, route: Route, path: str, error: Exception) -> Diagnostic:
    """An extra manifest's template cannot be rendered.

    It uses a name that templates do not have, or is no Jinja2.

    Fails: `{{ tenant.nmae }}` in a template of `spec.extras.tenant`.
    Passes: `{{ tenant.name }}`.
    """
    line = getattr(error, "lineno", None)
    where = f"{path}:{line}" if line else path
    reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
    return Diagnostic(
        "extras/template",
        f"the template `{where}` cannot be rendered: {reason}",
        Label(blueprint.value(*route)),
        "templates know `blueprint`, `hosts`, `server`, and `tenant` (or `tenants` for the platform)",
    )


def not_an_object(blueprint: Blueprint, route: Route, path: str, problem: str) -> Diagnostic:
    """An extra manifest is not a Kubernetes object that may stand in Git.

    kustomize refuses what has no kind or name, and fails the whole platform or tenant with it; a Secret in
    plain text would be everybody's who reads the repository.

    Fails: a document without `kind`, or a `Secret` with `data`.
    Passes: a whole object; secrets come from `spec.secrets`.
    """
    return Diagnostic(
        "extras/object",
        f"a document of `{path}` {problem}",
        Label(blueprint.value(*route)),
        "give each document apiVersion, kind and metadata.name, and no secret value",
    )
