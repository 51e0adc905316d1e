"""The tree's README: what a person does around the files, in the order in which it has to be done.

Goes in: a plan. Comes out: Markdown, as long as the tenants are many: one row a tenant where a table needs one,
nothing else. `told` holds the facts, the other modules a chapter or two each. The text is Python, since every
render makes it, and loading a language of templates takes ten times as long.
"""

from __future__ import annotations

from collections.abc import Iterator

from mtc.model.markdown import plain
from mtc.model.plan import Plan
from mtc.render.runbook.flux import flux, waiting
from mtc.render.runbook.maintenance import failing_jobs, rotation
from mtc.render.runbook.manual_steps import manual_steps
from mtc.render.runbook.prerequisites import enforcement, prerequisites
from mtc.render.runbook.secrets import secrets
from mtc.render.runbook.tenants import life_and_death, node_ports
from mtc.render.runbook.told import Told, told_of


def runbook(plan: Plan) -> str:
    """out/README.md: prerequisites, Flux, manual steps, secrets, and what to do when."""
    told = told_of(plan)
    chapters = (_contents, prerequisites, enforcement, manual_steps, secrets, flux, waiting, node_ports)
    rest = (life_and_death, failing_jobs, rotation)
    return "".join(text for chapter in (*chapters, *rest) for text in chapter(told))


def _contents(told: Told) -> Iterator[str]:
    """What the folder is, and the table of contents."""
    plan = told.plan
    yield f"""\
<!-- Written by mtc from the blueprint {plan.name}. Do not edit: change the blueprint and render again. -->
# {plain(plan.name)}: a ClearML deployment for {len(plan.tenants)} tenant{"" if len(plan.tenants) == 1 else "s"}

This folder is the whole deployment, rendered. `mtc render` wrote it from one blueprint, and Flux applies it.
Nobody edits files here: a change goes into the blueprint, then `mtc render`, then a commit.

- `flux/`: the Flux Kustomizations, `{told.platform}` and one for each tenant.
- `platform/`: the control namespace `{plan.control}`, the chart sources, and what all tenants share.
- `tenants/<tenant>/`: everything of one tenant.
- `.mtc/inventory.json`: the list of the files that mtc owns here. It leaves all other files alone.

In the commands below, `BLUEPRINT` stands for the path of the blueprint, and `TENANT` and other words in capital
letters for a name that you fill in.

- [Prerequisites](#prerequisites)
- [Manual steps](#manual-steps)
- [Secrets to provide](#secrets-to-provide)
- [Point Flux at this tree](#point-flux-at-this-tree)
"""
    if told.ports:
        yield """\
- [Node ports](#node-ports)
"""
    yield """\
- [Life and death of a tenant](#life-and-death-of-a-tenant)
- [When a bootstrap Job fails](#when-a-bootstrap-job-fails)
- [Rotation](#rotation)

"""
