"""Cross-tenant groups: each one is itself, and those that are referred to exist."""

from __future__ import annotations

from collections.abc import Iterator

from mtc.check.findings import Finding, listed, repeated, rule
from mtc.model.blueprint import Blueprint
from mtc.model.clearml import BUILT_IN_GROUPS
from mtc.model.source import Route
from mtc.model.spelling import nearest

GROUPS: Route = ("spec", "server", "groups")


def duplicate_id(b: Blueprint) -> Iterator[Finding]:
    """Two groups of one id.

    The id is the group: whoever is put into one of them is in both, and the later one's name and features
    are what the server keeps.

    Fails:
        server:
          groups:
            leads: {features: [reports], id: 6f1c0b6e-58f5-4a0e-9a0e-0d8f1b2c3d4e}
            makers: {features: [pipelines], id: 6f1c0b6e-58f5-4a0e-9a0e-0d8f1b2c3d4e}

    Passes:
        server:
          groups:
            leads: {features: [reports], id: 6f1c0b6e-58f5-4a0e-9a0e-0d8f1b2c3d4e}
            makers: {features: [pipelines]}
    """
    pinned = ((group.id, group.key) for group in b.server.groups if group.id is not None)
    for first, again in repeated(pinned):
        yield Finding(
            (*GROUPS, again, "id"),
            f"the groups `{first}` and `{again}` have one id",
            "take the id out of one of them: it then gets one of its own, which never changes",
            related=(((*GROUPS, first, "id"), f"`{first}` has it"),),
        )


def duplicate_name(b: Blueprint) -> Iterator[Finding]:
    """Two groups that look alike.

    Whoever assigns users in the web UI sees display names alone, and cannot tell the two apart.

    Fails:
        server:
          groups:
            leads: {features: [reports], displayName: Team leads}
            team-leads: {features: [pipelines], displayName: Team leads}

    Passes:
        server:
          groups:
            leads: {features: [reports], displayName: Team leads}
            team-leads: {features: [pipelines], displayName: Team leads (pipelines)}
    """
    for first, again in repeated((group.display_name, group) for group in b.server.groups):
        yield Finding(
            (*GROUPS, again.key, "displayName"),
            f"the groups `{first.key}` and `{again.key}` are both shown as `{again.display_name}`",
            "give each a display name of its own",
            related=(((*GROUPS, first.key), "the other"),),
        )


def unknown(b: Blueprint) -> Iterator[Finding]:
    """A supervisor in a group that does not exist.

    The server takes the name and the supervisor lacks what the group was to bring.

    Fails:
        server: {supervisor: {email: ops@example.com, groups: [users, admin]}}

    Passes:
        server: {supervisor: {email: ops@example.com, groups: [users, admins]}}
    """
    known = dict.fromkeys((*BUILT_IN_GROUPS, *(group.key for group in b.server.groups)))
    for index, name in enumerate(b.server.supervisor.groups if b.server.supervisor else ()):
        if name not in known:
            guess = nearest(name, known)
            yield Finding(
                ("spec", "server", "supervisor", "groups", index),
                f"the supervisor is in the group `{name}`, which does not exist",
                f"did you mean `{guess}`?" if guess else f"write {listed(known, 'or')}",
            )


RULES = (
    rule("groups/duplicate-id", duplicate_id),
    rule("groups/duplicate-name", duplicate_name, "warning"),
    rule("groups/unknown", unknown),
)
