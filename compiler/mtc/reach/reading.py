"""How to read what the NetworkPolicy specification leaves to the network plugin."""

from __future__ import annotations

from enum import Enum


class Reading(Enum):
    """Which of the behaviours that the specification permits a verdict takes for granted.

    MUST is a subset of BY_ADDRESS, and that of MAY: what every plugin lets through, the one of the
    Kubernetes tests lets through, and what that one lets through, some plugin does.
    """

    MAY = "may"
    """Whatever some plugin, some node or some unwritten label could let through: isolation is judged so."""

    MUST = "must"
    """Only what every plugin lets through, whatever is left open: reachability is judged so."""

    BY_ADDRESS = "by address"
    """What Kubernetes' own end-to-end tests expect: an ipBlock holds for a pod whose address it contains,
    and what is written (labels, container ports, addresses) is all there is."""

    @property
    def opposite(self) -> Reading:
        """For a condition that closes (a policy selects the pod) where this reading is for what opens."""
        return {Reading.MAY: Reading.MUST, Reading.MUST: Reading.MAY}.get(self, self)
