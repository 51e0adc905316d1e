"""A review as JSON, for programs: schema/review.schema.json."""

from __future__ import annotations

import json
from typing import Any

from mtc.model.review import Change, Edit, Review
from mtc.report.visible import encodable

VERSION = 1


def render_document(review: Review) -> str:
    """The review as JSON, every line and every object on its own, ending in a line feed."""
    return encodable(json.dumps(review_data(review), indent=2, ensure_ascii=False)) + "\n"


def review_data(review: Review) -> dict[str, Any]:
    """The review as plain data."""
    return {
        "version": VERSION,
        "base": review.base,
        "head": review.head,
        "notes": list(review.notes),
        "tenants": list(review.tenants),
        "intent": [
            {"code": each.code, "tenant": each.tenant, "message": each.message} for each in review.intents
        ],
        "risks": [
            {
                "class": each.risk_class,
                "code": each.code,
                "tenant": each.tenant,
                "message": each.message,
                "affects": each.reach,
                "files": list(each.files),
            }
            for each in review.risks
        ],
        "objects": [_change(each) for each in review.changes],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "namespace": change.namespace,
        "name": change.name,
        "change": change.change,
        "tenant": change.tenant,
        "file": change.file,
        "routine": change.routine,
        "paths": [_edit(each) for each in change.edits],
    }


def _edit(edit: Edit) -> dict[str, Any]:
    found: dict[str, Any] = {"path": edit.path, "change": edit.kind}
    if edit.hidden:
        found["hidden"] = True
    if edit.before is not None:
        found["before"] = edit.before
    if edit.after is not None:
        found["after"] = edit.after
    if edit.lines:
        found["lines"] = list(edit.lines)
    if edit.cause:
        found["cause"] = edit.cause
    return found
