"""Features: names that ClearML knows, and grants that reach somebody."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtc.check.findings import Finding, listed, rule, shared
from mtc.model.blueprint import Blueprint, Tenant
from mtc.model.clearml import FEATURES
from mtc.model.record import Record
from mtc.model.source import Route
from mtc.model.spelling import nearest

# Off in a company until somebody enables them: the guide's feature table and its examples of enabling
# (user_management_advanced, sso_management, resource_policy), the billing page (custom_events). All others
# a new company has, as the guide's example of excluding them shows.
OPT_IN = frozenset(("user_management_advanced", "sso_management", "resource_policy", "custom_events"))
COMPANY_ONLY = "custom_events"  # what a company reports to its owner; no user works with it


class Use(Record, frozen=True):
    """A feature that somebody wrote. `kind`: server, group, enable, exclude or ui."""

    name: str
    kind: str
    route: Route
    tenants: tuple[Tenant, ...] = ()


def unknown(b: Blueprint) -> Iterator[Finding]:
    """A feature that ClearML does not have.

    The server takes any name without a word, and nothing is enabled, or excluded, by it.

    Fails:
        server: {groups: {users: {features: [aplications]}}}

    Passes:
        server: {groups: {users: {features: [applications]}}}
    """
    for use in _uses(b):
        if use.name not in FEATURES:
            guess = nearest(use.name, FEATURES)
            way_out = f"did you mean `{guess}`?" if guess else f"known are {', '.join(FEATURES)}"
            yield Finding(use.route, f"ClearML has no feature `{use.name}`", way_out, tenants=use.tenants)


def inert(b: Blueprint) -> Iterator[Finding]:
    """A feature that has no effect any more.

    Everyone may work with experiments and queues, whether a group or a tenant has `experiments` and
    `queues` or not: who leaves them out to keep somebody away keeps nobody away.

    Fails:
        server: {groups: {users: {features: [experiments]}}}

    Passes:
        server: {groups: {users: {features: [pipelines]}}}
    """
    for use in _uses(b):
        if use.name in FEATURES and FEATURES[use.name].inert:
            message = f"the feature `{use.name}` has no effect: every user has it"
            yield Finding(use.route, message, "take it out", tenants=use.tenants)


def server_too_old(b: Blueprint) -> Iterator[Finding]:
    """A feature that the server is too old for.

    An older server ignores the name. Before 3.25 the web UI's pages are shown and hidden by role, with
    `server.uiFeatures`.

    Fails:
        server:
          images: {apiserver: 3.21.6-1443}
          groups: {users: {features: [show_datasets]}}

    Passes:
        server:
          images: {apiserver: 3.25.0-1500}
          groups: {users: {features: [show_datasets]}}
    """
    version = _server_version(b)
    for use in _uses(b):
        since = FEATURES[use.name].since if use.name in FEATURES else None
        if version is not None and since is not None and version < since and use.kind != "ui":
            yield Finding(
                use.route,
                f"the feature `{use.name}` needs server {_dots(since)}, and this one is {_dots(version)}",
                f"take server {_dots(since)} or newer, or hide the page with "
                f"`server.uiFeatures.<role>.{use.name}: false`",
                related=((("spec", "server", "images", "apiserver"), "the server's version"),),
                tenants=use.tenants,
            )


def superseded(b: Blueprint) -> Iterator[Finding]:
    """A page that is shown or hidden by role on a server that does it by group.

    From server 3.25 on the group features `show_datasets` and `show_orchestration` decide; the setting by
    role is no longer documented, and what it hid would be seen.

    Fails:
        server:
          images: {apiserver: 3.25.0-1500}
          uiFeatures: {user: {show_datasets: false}}

    Passes:
        server:
          images: {apiserver: 3.21.6-1443}
          uiFeatures: {user: {show_datasets: false}}
    """
    version = _server_version(b)
    for use in _uses(b):
        since = FEATURES[use.name].since if use.name in FEATURES else None
        if version is not None and since is not None and version >= since and use.kind == "ui":
            yield Finding(
                use.route,
                f"from server {_dots(since)} on, `{use.name}` is a feature of groups, not of roles",
                f"take it out, and grant `{use.name}` to the groups that may see the page",
                related=((("spec", "server", "images", "apiserver"), "the server's version"),),
                on_key=True,
            )


def enabled_and_excluded(b: Blueprint) -> Iterator[Finding]:
    """A feature that a tenant is given and denied.

    Which of the two lists the server lets win is not documented.

    Fails:
        tenants:
          - {name: acme, features: {enable: [pipelines], exclude: [reports, pipelines]}}

    Passes:
        tenants:
          - {name: acme, features: {enable: [pipelines], exclude: [reports]}}
    """
    for tenants in shared(b, "features"):
        features, route = tenants[0].features, (*tenants[0].route, "features")
        for index, name in enumerate(features.exclude):
            if name in features.enable:
                place = (*route, "enable", features.enable.index(name))
                yield Finding(
                    (*route, "exclude", index),
                    f"`{name}` is enabled and excluded for the same tenant",
                    "take it out of one of the two lists",
                    related=((place, "enabled here"),),
                    tenants=tenants,
                )


def not_enabled(b: Blueprint) -> Iterator[Finding]:
    """A group's feature that neither the server nor any tenant has.

    A group can pass on what its members' company has, no more. Most features a company has from the start;
    `user_management_advanced`, `sso_management`, `resource_policy` and `custom_events` must be enabled.

    Fails:
        server: {groups: {admins: {features: [sso_management]}}}

    Passes:
        server:
          features: [sso_management]
          groups: {admins: {features: [sso_management]}}
    """
    enabled = {use.name for use in _uses(b) if use.kind in ("server", "enable")}
    for use in _uses(b):
        if use.kind == "group" and use.name in OPT_IN and use.name not in enabled:
            yield Finding(
                use.route,
                f"the group `{use.route[3]}` has `{use.name}`, which neither the server nor a tenant enables",
                f"enable it for all: `server.features: [{use.name}]`, or in a tenant's `features.enable`",
            )


def granted_to_nobody(b: Blueprint) -> Iterator[Finding]:
    """A feature that is enabled, and that no group passes on.

    What users may do is the union of their groups' lists. Once `users` and `admins` both have one, a feature
    that stands in none is nobody's, however many tenants enable it.

    Fails:
        server:
          features: [reports]
          groups: {users: {features: [applications]}, admins: {features: [app_management]}}

    Passes:
        server:
          features: [reports]
          groups: {users: {features: [applications]}, admins: {features: [reports]}}
    """
    groups = {group.key: group for group in b.server.groups}
    if "users" not in groups or "admins" not in groups:
        return
    granted = {name for group in b.server.groups for name in group.features}
    for use in _uses(b):
        grantable = use.name in FEATURES and not FEATURES[use.name].inert and use.name != COMPANY_ONLY
        if use.kind in ("server", "enable") and grantable and use.name not in granted:
            yield Finding(
                use.route,
                f"`{use.name}` is enabled, and no group has it",
                f"add `{use.name}` to the groups that may use it, such as `server.groups.users.features`",
                related=((("spec", "server", "groups"), "none of these"),),
                tenants=use.tenants,
            )


def not_assignable(b: Blueprint) -> Iterator[Finding]:
    """`user_management` for a group that nobody can be put into.

    It works only in a group that is `assignable`: an administrator must be able to add members in the UI.

    Fails:
        server: {groups: {leads: {features: [user_management]}}}

    Passes:
        server: {groups: {leads: {features: [user_management], assignable: true}}}
    """
    for group in b.server.groups:
        if group.custom and not group.assignable and "user_management" in group.features:
            route: Route = ("spec", "server", "groups", group.key)
            yield Finding(
                (*route, "features", group.features.index("user_management")),
                f"`user_management` has no effect in the group `{group.key}`, which is not assignable",
                "write `assignable: true`, or take the feature out",
                related=(((*route, "assignable"), "not assignable"),),
            )


def floor(b: Blueprint) -> Iterator[Finding]:
    """A group that gives its members nothing, because every user has it all.

    `users` is everybody's group and features add up, so its list is a floor, not a limit: a group with less
    takes nothing away.

    Fails:
        server:
          groups:
            users: {features: [applications, pipelines, reports]}
            readers: {features: [reports]}

    Passes:
        server:
          groups:
            users: {features: [reports]}
            builders: {features: [reports, pipelines]}
    """
    everyone = next((set(group.features) for group in b.server.groups if group.key == "users"), set())
    for group in b.server.groups:
        if group.custom and group.features and everyone.issuperset(group.features):
            has = listed(group.features)
            yield Finding(
                ("spec", "server", "groups", group.key, "features"),
                f"the group `{group.key}` adds nothing: every user has {has} through `users`",
                f"take out of `users` what only `{group.key}` may have; a group cannot take anything away",
                related=((("spec", "server", "groups", "users", "features"), "everybody's"),),
                on_key=True,
            )


def _uses(b: Blueprint) -> Iterator[Use]:
    server: Route = ("spec", "server")
    for index, name in enumerate(b.server.features):
        yield Use(name, "server", (*server, "features", index))
    for group in b.server.groups:
        for index, name in enumerate(group.features):
            yield Use(name, "group", (*server, "groups", group.key, "features", index))
    for role, pages in b.server.ui_features.items():
        for name in pages:
            yield Use(name, "ui", (*server, "uiFeatures", role, name))
    for tenants in shared(b, "features"):
        features, route = tenants[0].features, (*tenants[0].route, "features")
        for index, name in enumerate(features.enable):
            yield Use(name, "enable", (*route, "enable", index), tenants)
        for index, name in enumerate(features.exclude):
            yield Use(name, "exclude", (*route, "exclude", index), tenants)


def _server_version(b: Blueprint) -> tuple[int, int] | None:
    """The server's version by its image's tag (`3.21.6-1443`); None where the tag does not say."""
    match = re.match(r"v?(\d+)\.(\d+)\.", b.server.images.apiserver or "")
    return (int(match[1]), int(match[2])) if match else None


def _dots(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


RULES = (
    rule("features/unknown", unknown),
    rule("features/inert", inert, "warning"),
    rule("features/server-too-old", server_too_old),
    rule("features/superseded", superseded, "warning"),
    rule("features/enabled-and-excluded", enabled_and_excluded),
    rule("features/not-enabled", not_enabled, "warning"),
    rule("features/granted-to-nobody", granted_to_nobody, "warning"),
    rule("features/not-assignable", not_assignable, "warning"),
    rule("features/floor", floor, "warning"),
)
