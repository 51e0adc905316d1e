"""What is known about a tenant between runs, and the lease that lets one run at a time act on it.

Keys in the store: `state.json` (ids, what was last applied, the lease; no secret), `access-key`,
`secret-key`, and `values.yaml`, the document that the tenant's HelmReleases read. One write sets all or none.

Why two runs for one tenant end like one:
- A run writes its name into the lease by compare-and-swap before it changes anything, writes again at least
  every third of the lease's time, and takes the name out when it ends. Another run waits until the name is
  gone, or until it has itself watched the lease stand still for the lease's whole time: no clock is compared
  with another machine's.
- A run that was overtaken all the same (a paused node) fails its next compare-and-swap, reads the state anew
  and waits in its turn. Its one stray call is then like a call whose answer was lost: a second company, user
  or queue of the same name is refused by the API, and a pair that no state holds bears our label and is
  revoked by the next look, which is the overtaken run's own at the latest.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any

from mtc.bootstrap.clearml import Pair
from mtc.bootstrap.faults import LostLease, Permanent, Retryable
from mtc.bootstrap.store import Conflict, Store


class State:
    """The tenant's state in memory; `save` makes it last. `fresh`: the pair that this very run minted.

    `seconds`: how long a silent lease holds.
    """

    def __init__(self, store: Store, seconds: float, dry: bool = False, take_over: bool = False) -> None:
        self.company_id: str | None = None
        self.admin_id: str | None = None
        self.rotate = 0
        self.applied: dict[str, Any] = {}
        self.pair: Pair | None = None
        self.fresh: Pair | None = None
        self.values = ""
        self._store, self._seconds, self._dry, self._take_over = store, seconds, dry, take_over
        self._holder = f"{os.uname().nodename}-{os.urandom(4).hex()}"
        self._beat, self._renewed, self._dirty, self._version = 0, 0.0, False, ""
        self._watched: tuple[Any, float] = (None, 0.0)

    def take(self) -> None:
        """Read the state and take the lease; Retryable while another run has it. A dry run only reads."""
        data, self._version = self._store.read()
        lease = self._load(data)
        if self._dry:
            return
        if lease and lease["holder"] != self._holder and not self._take_over:
            now = time.monotonic()
            if self._watched[0] != lease:
                self._watched = (lease, now)
            left = self._watched[1] + lease["seconds"] - now
            if left > 0:
                pause = min(left, lease["seconds"] / 10)
                raise Retryable(f"the run {lease['holder']} is at work on this tenant", pause)
        try:
            self._write({"holder": self._holder, "seconds": self._seconds, "beat": self._beat})
        except Conflict:
            raise Retryable("another run took the lease first", 0) from None

    def hold(self) -> None:
        """Call before anything changes: saves what is not saved yet, and renews the lease when it is due."""
        if self._dirty or time.monotonic() - self._renewed > self._seconds / 3:
            self.save()

    def save(self) -> None:
        """Make the state last. Raises LostLease if another run has it, Retryable if the store is away."""
        self._dirty = True
        if not self._dry:
            self._beat += 1
            self._swap({"holder": self._holder, "seconds": self._seconds, "beat": self._beat})

    def release(self) -> None:
        """Save and give the lease back. Raises as `save` does."""
        if not self._dry:
            self._swap(None)

    def settled(self, topic: str, wanted: Any, seen: Any, lacking: object) -> bool:
        """Whether the API need not be told `wanted` again.

        seen: what the API shows (None: nothing). lacking: what it should show and does not. Settled means
        told before, nothing lacking, and the API showing what it showed after it was told; or, with no
        record, showing exactly what is wanted.
        """
        record = self.applied.get(topic)
        if record is None:
            if seen != wanted:
                return False
        elif record["wish"] != wanted or lacking or record["seen"] not in (None, seen):
            return False
        self.applied[topic] = {"wish": wanted, "seen": seen}
        return True

    def told(self, topic: str, wanted: Any) -> None:
        """Record that the API was told `wanted`, and save."""
        self.applied[topic] = {"wish": wanted, "seen": None}
        self.save()

    def _swap(self, lease: dict[str, Any] | None) -> None:
        """Write; where someone else wrote meanwhile, write again only if the lease is still ours."""
        for _ in range(5):
            try:
                return self._write(lease)
            except Conflict:
                data, version = self._store.read()
                found = _parse(data).get("lease")
                if not found or found["holder"] != self._holder:
                    raise LostLease from None
                self._version = version
        raise Retryable("the state is being rewritten all the time")

    def _write(self, lease: dict[str, Any] | None) -> None:
        document = {
            "companyId": self.company_id,
            "adminId": self.admin_id,
            "rotate": self.rotate,
            "applied": self.applied,
            "lease": lease,
        }
        data = {"state.json": json.dumps(document, sort_keys=True)}
        if self.pair and self.values:
            data.update(
                {
                    "access-key": self.pair.access_key,
                    "secret-key": self.pair.secret_key,
                    "values.yaml": self.values,
                }
            )
        self._version = self._store.write(data, self._version)
        self._dirty, self._renewed = False, time.monotonic()

    def _load(self, data: dict[str, str]) -> Any:
        document = _parse(data)
        # Ids that an overtaken run learned from the API stay true where the state has none.
        self.company_id = document.get("companyId") or self.company_id
        self.admin_id = document.get("adminId") or self.admin_id
        self.rotate, self.applied = document.get("rotate") or 0, document.get("applied") or {}
        whole = data.get("access-key") and data.get("secret-key")
        self.pair = Pair(data["access-key"], data["secret-key"]) if whole else None
        self.values, self._dirty = data.get("values.yaml", ""), False
        return document.get("lease")


def _parse(data: dict[str, str]) -> dict[str, Any]:
    try:
        document = json.loads(data.get("state.json") or "{}")
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise Permanent(
            "state.json in the tenant's Secret is damaged: remove that key, the run finds it out anew"
        )
    return document
