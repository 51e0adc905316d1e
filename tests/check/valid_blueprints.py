"""Whole blueprints made from a seed: valid, over the language's whole surface, with warnings on purpose.

Each warning is made by a *wart* that the maker chose and wrote into `expected`; what has no wart must be
silent. The maker knows the language, not the rules: nothing here calls the checks.
"""

from __future__ import annotations

from copy import deepcopy

from valid_choices import Map
from valid_platform import PlatformMaker
from valid_server import ServerMaker
from valid_tenants import TenantMaker


class Maker(PlatformMaker, ServerMaker, TenantMaker):
    """Makes one blueprint of its choices."""

    def blueprint(self) -> Map:
        """The whole blueprint."""
        spec: Map = {"domain": "ml.example.com"}
        for section in (
            self.platform,
            self.flux,
            self.secrets,
            self.server,
            self.charts,
            self.gpu,
            self.tenants,
        ):
            spec |= section()
        metadata: Map = {"name": f"prod-{self.r.randrange(100)}"}
        notes = self.maybe({"example.com/owner": "the platform team"})
        lines = []
        if self.expected and self.r.random() < 0.2:
            silenced = self.r.choice(sorted(self.expected))
            self.expected.remove(silenced)
            lines.append(f"{silenced}: it is so on purpose")
        if self.wart("allow/unused"):
            lines.append("features/floor: nobody has such a group any more")
            self.expected.discard("allow/unused") if "features/floor" in self.warts else None
        if lines:
            notes["mtc/allow"] = "\n".join(lines)
            self.expected -= {line.split(":")[0] for line in lines}
        return {
            "apiVersion": "mtc/v1alpha1",
            "kind": "Blueprint",
            "metadata": metadata | ({"annotations": notes} if notes else {}),
            "spec": spec,
        }


def made(seed: int) -> tuple[Map, set[str], dict[str, bytes]]:
    """(blueprint, codes that it must give, files that it names) of a seed."""
    maker = Maker(seed)
    blueprint = maker.blueprint()
    if maker.old_kubernetes:
        blueprint["spec"]["cluster"]["kubernetesVersion"] = "1.31"
    return deepcopy(blueprint), maker.expected, maker.files  # its parts are constants of the makers
