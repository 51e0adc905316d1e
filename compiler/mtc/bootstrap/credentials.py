"""The tenant's one pair of credentials: minted, handed over, checked; our older ones revoked.

The API shows a secret once, and every mint adds a pair. So each pair of ours bears a label, the pair and the
document that hands it over are saved in one write, and whatever bears the label and is not the saved pair is
stale: minted by a run that died, or rotated out. Pairs with another label, or none, are not ours to touch.
A run whose state lies in a file (a person without the cluster) has a label of its own, so that it can never
revoke what the cluster uses; the next run in the cluster clears that pair away, unless it was handed over.
"""

from __future__ import annotations

import json
from typing import Any

from mtc.bootstrap.answers import pick_text, rows
from mtc.bootstrap.clearml import Pair, Refused, impersonate
from mtc.bootstrap.faults import Retryable
from mtc.bootstrap.run import Run
from mtc.bootstrap.wish import Wish

ASIDE = "/file"


def converge(run: Run) -> str:
    """See that the saved pair is the admin's, works, is as new as `rotate` asks, and is handed over."""
    state, pair = run.state, run.state.pair
    if pair is None:
        return _mint(run, "the Secret held none")
    run.api.hide(pair)
    if not _works(run, pair):
        if pair == state.fresh:
            raise Retryable("the pair that was minted a moment ago does not work yet")
        return _mint(run, "the saved pair is not the admin's or is revoked")
    if run.wish.admin.rotate > state.rotate:
        return _mint(run, f"rotate went from {state.rotate} to {run.wish.admin.rotate}")
    if state.values == handover(run.wish, pair):
        return ""
    state.values = handover(run.wish, pair)
    state.save()
    return "values.yaml written anew"


def revoke(run: Run) -> str:
    """Revoke the pairs that bear our label and are not the saved one."""
    headers = impersonate(run.admin_id)
    table = rows(run.api.call("auth.get_credentials", {}, headers), ("credentials",)) or []
    held = run.state.pair.access_key if run.state.pair else None
    labels = {pick_text(row, ("access_key",)): pick_text(row, ("label",)) for row in table}
    if held in labels and labels[held] is None:
        run.log.line(
            "revocation", "note", "this server keeps no labels: pairs lost by a killed run stay valid"
        )
    stale = [key for key, text in labels.items() if key and text in _ours(run) and key != held]
    for key in stale:
        run.state.hold()
        try:
            run.api.change("auth.revoke_credentials", {"access_key": key}, headers)
        except Refused as refusal:
            if refusal.code != 400:
                raise
    return f"stale pairs revoked: {', '.join(key[:4] + '…' for key in stale)}" if stale else ""


def label(run: Run) -> str:
    """The mark of this tenant's pairs. Those of a state in a file have their own."""
    return f"mtc/{run.wish.tenant}{ASIDE if run.aside else ''}"


def _ours(run: Run) -> set[str]:
    """The marks that this run may revoke: in a file's name none that the cluster may be using."""
    return {label(run), f"mtc/{run.wish.tenant}{ASIDE}"}


def handover(wish: Wish, pair: Pair) -> str:
    """The Helm values that carry the pair at the wish's paths, as JSON, which is YAML."""
    document: dict[str, Any] = {}
    places = [(path, pair.access_key) for path in wish.access_key_paths]
    places += [(path, pair.secret_key) for path in wish.secret_key_paths]
    for (*parents, last), value in places:
        place = document
        for part in parents:
            place = place.setdefault(part, {})
        place[last] = value
    return json.dumps(document, sort_keys=True) + "\n"


def _works(run: Run, pair: Pair) -> bool:
    try:
        user = run.api.call("users.get_current_user", pair=pair)
    except Refused as refusal:
        if refusal.code != 401:
            raise
        return False
    return pick_text(user, ("user.id",)) in (None, run.admin_id)


def _mint(run: Run, why: str) -> str:
    answer = run.api.change("auth.create_credentials", {"label": label(run)}, impersonate(run.admin_id))
    if run.api.dry:
        return why
    access = pick_text(answer, ("credentials.access_key", "access_key"))
    secret = pick_text(answer, ("credentials.secret_key", "secret_key"))
    if not access or not secret:
        raise Retryable("auth.create_credentials gave no pair")
    pair = Pair(access, secret)
    run.api.hide(pair)
    run.state.pair, run.state.values, run.state.fresh = pair, handover(run.wish, pair), pair
    run.state.rotate = max(run.wish.admin.rotate, run.state.rotate)
    run.state.save()
    return f"minted {access[:4]}… and handed over, because {why}"
