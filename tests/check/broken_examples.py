"""Copies of an example blueprint, broken on purpose: what was changed, and every fault that must be found.

A fault is its code and (a piece of) the line that it must be shown at, which stands once in the changed file.
`gone` are what the example itself gives, with a piece of its line, and the change takes away. A copy of
another example says so with `base`.
"""

from __future__ import annotations

from broken import Broken
from broken_charts import COPIES as CHARTS
from broken_current import COPIES as CURRENT
from broken_names import COPIES as NAMES
from broken_networks import COPIES as NETWORKS
from broken_queues import COPIES as QUEUES

BROKEN: tuple[Broken, ...] = (*NAMES, *QUEUES, *CHARTS, *NETWORKS, *CURRENT)
