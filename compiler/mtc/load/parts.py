"""What platform and tenants have in common: charts, ports, environments, host names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from mtc.model import blueprint as model

Map: TypeAlias = "Mapping[str, Any]"  # data that the contract accepted, defaults filled in


def ports(data: Map) -> model.Ports:
    return model.Ports(data["first"], data["last"])


def chart(data: Map | None) -> model.Chart | None:
    """None where the author names none, or a part of one for what is not enabled."""
    return whole_chart(data) if data is not None and {"repository", "name"} <= data.keys() else None


def whole_chart(data: Map) -> model.Chart:
    return model.Chart(data["repository"], data["name"], data.get("version"))


def env(data: Map) -> dict[str, model.EnvValue]:
    """Text as it is; {secret, key} as a reference."""
    return {
        name: value if isinstance(value, str) else model.SecretKey(value["secret"], value["key"])
        for name, value in data.items()
    }


def host(written: str, domain: str) -> str:
    """A value without a dot goes in front of the domain."""
    return written if "." in written else f"{written}.{domain}"
