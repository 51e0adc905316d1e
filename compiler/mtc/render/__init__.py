"""Plan → Documents → Tree: every Kubernetes object, built as data by small typed functions.

Owns what the objects look like, the order of fields, the files' names. Decides nothing (plan does), proves
nothing (verify does), and cannot fail on a blueprint's account: what could is found before. No manifest is
assembled as text, so nothing can be injected; values pass `mtc.encodings`. In: a Plan. Out: a Tree.
"""

from mtc.render.bootstrap import wish_text
from mtc.render.rendering import lock_text, render_objects, render_plan, render_tenant, with_runbook
from mtc.render.secrets import secret_manifest, secrets_manifests
from mtc.render.shapes import beside

__all__ = [
    "beside",
    "lock_text",
    "render_objects",
    "render_plan",
    "render_tenant",
    "secret_manifest",
    "secrets_manifests",
    "wish_text",
    "with_runbook",
]
