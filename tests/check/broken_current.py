"""Broken copies of the current blueprint."""

from __future__ import annotations

from broken import Broken

COPIES: tuple[Broken, ...] = (
    Broken(
        "current: streams in the old gateway",
        (
            ("      flavor: app-gateway\n", "      flavor: task-traffic-router\n"),
            ("        host: globex\n", "        host: acme  # taken\n"),
        ),
        (
            ("ports/streams-ignored", "        streamPorts: {first: 31100, last: 31109}"),
            ("ports/streams-ignored", "        streamPorts: {first: 31110, last: 31119}"),
            ("charts/flavor", "name: clearml-enterprise-app-gateway"),
            ("hosts/duplicate", "# taken"),
        ),
        base="current",
    ),
    Broken(
        "current: applications that nobody runs",
        (
            ("      appsQueue: true\n", ""),
            ("email: service@globex.example, internal: true}", "email: service@globex.example}"),
        ),
        (
            ("applications/no-apps-queue", "    agent:"),
            ("applications/admin-not-internal", "admin: {name: Globex Service"),
        ),
        base="current",
    ),
    Broken(
        "current: a strict wall with doors",
        (
            ("    serviceCidrs: [10.96.0.0/12]\n", "    serviceCidrs: [10.96.0.1/12]\n"),
            ("    apiServerCidrs: [192.0.2.10/32]  #", "    #"),
            (
                "      domains: [globex.example]\n",
                "      domains: [globex.example]\n      allow:\n"
                "        - {direction: in, peer: {namespace: acme}, reason: models}\n"
                "        - {direction: out, peer: {cidr: 0.0.0.0/0}, reason: everything}\n",
            ),
        ),
        (
            ("network/host-bits", "serviceCidrs: [10.96.0.1/12]"),
            ("isolation/needs-cidrs", "profile: strict"),
            ("network/allow-reaches-tenant", "peer: {namespace: acme}"),
            ("network/allow-reaches-tenant", "peer: {cidr: 0.0.0.0/0}"),
        ),
        base="current",
    ),
    Broken(
        "current: a Redis in the agent's place",
        (
            ("    mode: per-tenant  ", "    releaseName: clearml-agent\n    mode: per-tenant  "),
            (
                "      image: {repository: bitnamilegacy/redis} ",
                "      networkPolicy: {enabled: true}\n      # image ",
            ),
            ("        gpuFraction: 0.5  ", "        gpuFraction: 0.4  "),
        ),
        (
            ("names/duplicate-release", "releaseName: clearml-agent"),
            ("charts/bitnami-image", "chart: {repository: bitnami, name: redis"),
            ("values/policy", "networkPolicy: {enabled: true}"),
            ("gpu/no-profile", "gpuFraction: 0.4"),
        ),
        base="current",
    ),
    Broken(
        "current: features that reach nobody",
        (
            (
                "enable: [applications, app_management, config_vault, resource_policy]",
                "enable: [reports, model_servin]",
            ),
            (
                "      features: [applications, show_dashboard, show_projects, show_datasets]",
                "      features: [queues]",
            ),
            ("      allowLogin: false\n", "      allowLogin: false\n      groups: [users, administrators]\n"),
        ),
        (
            ("features/granted-to-nobody", "enable: [reports, model_servin]"),
            ("features/unknown", "enable: [reports, model_servin]"),
            ("features/inert", "features: [queues]"),
            ("groups/unknown", "groups: [users, administrators]"),
            ("features/not-enabled", "features: [resource_policy, show_orchestration]"),
        ),
        base="current",
    ),
    Broken(
        "current: a lock on the door, the key beside it",
        (
            ("  isolation:\n", "  flux: {lockdown: true, impersonate: false}\n\n  isolation:\n"),
            (
                "      services.organization.allow_service_user_admins: true\n",
                "      secure.auth.token_secret: hunter2\n",
            ),
            ("clientId: clearml\n", "clientId: <CLIENT_ID>\n"),
        ),
        (
            ("flux/lockdown-without-account", "flux: {lockdown: true, impersonate: false}"),
            ("config/credential", "secure.auth.token_secret: hunter2"),
            ("placeholders/unfilled", "clientId: <CLIENT_ID>"),
        ),
        base="current",
    ),
)
