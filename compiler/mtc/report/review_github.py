"""A review as GitHub Actions' annotations: one for each risk, at the file to look at."""

from __future__ import annotations

from mtc.model.review import Review
from mtc.report.github import command
from mtc.report.review_groups import headline, intents, listed, risks

LEVELS = {"data-loss": "error", "isolation": "error", "privilege": "warning", "disruption": "warning"}
NAMES = 20


def render_annotations(review: Review, prefix: str = "") -> str:
    """Workflow commands, a line each; `prefix` is put before files, which are the tree's."""
    if review.empty:
        return ""
    lines = []
    for each in risks(review.risks):
        reach = f" (affects {each.reach})" if each.reach else ""
        text = f"{listed(each.tenants, NAMES)}: {each.message}{reach}"
        where = {"file": f"{prefix}{each.files[0]}"} if each.files else {}
        lines.append(command(LEVELS.get(each.risk_class, "notice"), {**where, "title": each.code}, [text]))
    said = [f"{listed(each.tenants, NAMES)}: {each.message}" for each in intents(review.intents)]
    more = [f"and {len(said) - NAMES} more; see `mtc diff`"] if len(said) > NAMES else []
    lines.append(command("notice", {"title": "mtc diff"}, [headline(review), *said[:NAMES], *more]))
    return "".join(f"{line}\n" for line in lines)
