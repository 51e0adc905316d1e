"""Names of objects, as the charts and Flux will compute them."""

from __future__ import annotations

from mtc.model.blueprint import Blueprint
from mtc.model.clearml import fullname

CREDENTIALS_SUFFIX = "credentials"


def platform_kustomization(blueprint: str) -> str:
    """The Flux Kustomization of the platform."""
    return f"{blueprint}-platform"


def tenant_kustomization(blueprint: str, tenant: str) -> str:
    """The Flux Kustomization of one tenant."""
    return f"{blueprint}-tenant-{tenant}"


def tenant_service_account(tenant: str) -> str:
    """Whom a tenant's releases run as, in the control namespace."""
    return f"tenant-{tenant}"


def tenant_credentials(tenant: str) -> str:
    """The Secret in the control namespace that the bootstrap Job fills and the releases read."""
    return f"tenant-{tenant}-{CREDENTIALS_SUFFIX}"


def api_service(blueprint: Blueprint) -> str:
    """The API's Service: `<fullname>-apiserver`, in the server's namespace."""
    server = blueprint.server
    return f"{fullname(server.release_name, server.chart.name)}-apiserver"
