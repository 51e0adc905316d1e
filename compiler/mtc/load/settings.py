"""Every tenant's effective settings, and what is wrong with them once they are merged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mtc.load.completeness import excluded, missing, reversed_streams
from mtc.load.merging import overlay
from mtc.load.places import TENANTS, Places
from mtc.load.shapes import Contract
from mtc.load.wording import choices
from mtc.model.diagnostic import Diagnostic
from mtc.model.record import Record
from mtc.model.source import Data
from mtc.model.spelling import nearest, quoted


class Layers(Record, frozen=True):
    """What the author wrote at the three places; nulls in it remove what was inherited."""

    defaults: dict[str, Data]
    profiles: dict[str, dict[str, Data]]
    tenants: list[dict[str, Data]]


def split(spec: dict[str, Any]) -> tuple[dict[str, Any], Layers]:
    """The platform's part of `spec`, and the tenants' layers."""
    rest = {key: value for key, value in spec.items() if key not in ("tenantDefaults", "profiles", "tenants")}
    profiles = {name: profile or {} for name, profile in (spec.get("profiles") or {}).items()}
    return rest, Layers(spec.get("tenantDefaults") or {}, profiles, spec.get("tenants") or [])


def effective(layers: Layers, contract: Contract) -> list[dict[str, Any]]:
    """Each tenant with all it inherits; what it leaves alone is one object for all of them."""
    shape = contract.shape(contract.at("#/definitions/tenant"))
    common = overlay(shape.defaults, layers.defaults, shape)
    bases = {name: overlay(common, profile, shape) for name, profile in layers.profiles.items()}
    return [
        overlay(bases.get(str(tenant.get("profile")), common), tenant, shape) for tenant in layers.tenants
    ]


def faults(layers: Layers, merged: list[dict[str, Any]], places: Places) -> Iterator[Diagnostic]:
    """What only the merged settings show: profiles/unknown, schema/required, schema/choice, schema/range."""
    for index, tenant in enumerate(merged):
        profile = tenant.get("profile")
        if profile is not None and profile not in layers.profiles:
            yield _unknown_profile(profile, index, layers, places)
    yield from missing(merged, places)
    yield from excluded(merged, places)
    yield from reversed_streams(merged, places)


def _unknown_profile(name: str, index: int, layers: Layers, places: Places) -> Diagnostic:
    """profiles/unknown: a tenant with a profile that nobody wrote would get none of its settings."""
    tenant = (*TENANTS, index)
    guess = nearest(name, layers.profiles)
    way_out = f"did you mean `{guess}`?" if guess else f"add {quoted(name)} to `spec.profiles`"
    if layers.profiles and not guess:
        way_out = f"write {choices(layers.profiles, 'or')}, or {way_out}"
    message = f"{places.name(tenant)} has the profile {quoted(name)}, which `spec.profiles` lacks"
    return Diagnostic("profiles/unknown", message, places.value((*tenant, "profile")), way_out)
