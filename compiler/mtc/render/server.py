"""The server's Helm values: hosts, images, and its whole configuration as environment variables."""

from __future__ import annotations

from collections.abc import Iterator

from mtc import encodings
from mtc.model.blueprint import Blueprint, EnvValue, SecretKey
from mtc.model.plan import ConfigEntry, Plan, SecretRef
from mtc.model.source import Data
from mtc.render.objects import merged

SERVER_SECRET = "server"


def server_values(plan: Plan) -> dict[str, Data]:
    """Values of the clearml-enterprise chart (the guide's `Install ClearML Chart`)."""
    blueprint = plan.blueprint
    images = blueprint.server.images
    apiserver = _pod(blueprint, images.apiserver, blueprint.hosts.api)
    apiserver["extraEnvs"] = list(_environment(plan))
    applications: dict[str, Data] = {"enabled": blueprint.server.applications.enabled}
    if blueprint.server.applications.queue_mode is not None:
        applications["queueMode"] = blueprint.server.applications.queue_mode
    clearml: dict[str, Data] = {"cookieDomain": blueprint.domain}
    if plan.server.cookie is not None:
        clearml["cookieName"] = plan.server.cookie  # written out: the gateways have the same
    values: dict[str, Data] = {
        "clearml": clearml,
        "apiserver": apiserver,
        "fileserver": _pod(blueprint, images.fileserver, blueprint.hosts.files),
        "webserver": _pod(blueprint, images.webserver, blueprint.hosts.app),
        "clearmlApplications": applications,
    }
    return merged(values, blueprint.server.values)


def ingress(blueprint: Blueprint, host: str, certificate: str | None) -> dict[str, Data]:
    """An ingress as ClearML's charts take it; `certificate` is its TLS Secret, None the controller's own."""
    controller = blueprint.cluster.ingress_controller
    found: dict[str, Data] = {
        "enabled": True,
        "ingressClassName": controller.class_name,
        "hostName": host,
    }
    tls = blueprint.tls
    if certificate is not None:
        found["tlsSecretName"] = certificate
    if tls.secret_name is None and tls.cluster_issuer is not None:
        found["annotations"] = {"cert-manager.io/cluster-issuer": tls.cluster_issuer}
    return found


def environment_entry(name: str, value: EnvValue) -> dict[str, Data]:
    """A plain environment variable: text with its `$` kept, or a key of a Secret."""
    if isinstance(value, SecretKey):
        return _from_secret(name, value)
    return {"name": name, "value": encodings.plain_variable(value)}


def _pod(blueprint: Blueprint, tag: str | None, host: str) -> dict[str, Data]:
    found: dict[str, Data] = {"image": {"tag": tag}} if tag is not None else {}
    found["ingress"] = ingress(blueprint, host, blueprint.tls.certificate(host))
    found["service"] = {"type": "ClusterIP"}  # the chart's default takes node ports 30008, 30080, 30081
    return found


def _environment(plan: Plan) -> Iterator[dict[str, Data]]:
    for entry in plan.server.config:
        if isinstance(entry.value, SecretRef):
            key = entry.value.key
            yield _from_secret(_variable(key), SecretKey(SERVER_SECRET, key))
    for entry in plan.server.config:
        yield {"name": encodings.variable_name(entry.path), "value": _value(entry)}
    for name, value in plan.server.env.items():
        if isinstance(value, SecretKey) and name.startswith(encodings.PREFIXES):
            carrier = f"SECRET_{name}"  # the parser would take the bare secret apart
            yield _from_secret(carrier, value)
            yield {"name": name, "value": encodings.secret_reference(carrier)}
        else:
            yield environment_entry(name, value)


def _value(entry: ConfigEntry) -> str:
    if isinstance(entry.value, SecretRef):
        return encodings.secret_reference(_variable(entry.value.key))
    value = entry.value
    if isinstance(value, dict):
        raise TypeError("a configuration value is a scalar or a list")
    return encodings.config_variable(value)


def _variable(key: str) -> str:
    """The variable that carries a key of the Secret `server`, outside the server's own prefix."""
    return f"SECRET_{key.upper().replace('-', '_')}"


def _from_secret(name: str, value: SecretKey) -> dict[str, Data]:
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": value.secret, "key": value.key}}}
