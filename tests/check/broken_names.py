"""Broken copies of the guide's blueprint: names, namespaces, features, groups."""

from __future__ import annotations

from broken import ACME, GLOBEX, THE_END, THIRD, Broken

COPIES: tuple[Broken, ...] = (
    Broken(
        "two tenants are one",
        (
            (GLOBEX, "    - name: acme\n      company: Acme Corporation\n"),
            ("email: admin@globex.example", "email: admin@acme.example"),
            ("host: globex-router", "host: acme-router  # again"),
        ),
        (
            ("names/duplicate-tenant", "    - name: acme"),
            ("names/duplicate-company", "company: Acme Corporation"),
            ("names/duplicate-email", "name: Globex Admin"),
            ("hosts/duplicate", "# again"),
            ("sso/other-tenants-domain", "name: Globex Admin"),
        ),
    ),
    Broken(
        "tenants where others live",
        (
            (ACME, ACME + "      namespace: tenancy-system\n"),
            (GLOBEX, GLOBEX + "      namespace: redis-shared\n"),
            (THE_END, THIRD.format(name="kube-ml", company="Kube", email="third@kube.example", host="kube")),
        ),
        (
            ("namespaces/reserved", "namespace: tenancy-system"),
            ("namespaces/reserved", "namespace: redis-shared"),
            ("namespaces/reserved", "- name: kube-ml"),
        ),
    ),
    Broken(
        "one namespace for three",
        (
            (ACME, ACME + "      namespace: customers  # acme\n"),
            (GLOBEX, GLOBEX + "      namespace: customers  # globex\n"),
            (
                THE_END,
                THIRD.format(name="customers", company="Customers", email="third@c.example", host="third"),
            ),
        ),
        (
            ("namespaces/duplicate", "# globex"),
            ("namespaces/duplicate", "- name: customers"),
        ),
    ),
    Broken(
        "names too short and too long",
        (
            ("  name: guide\n", "  name: guide-of-the-whole-production\n"),
            (ACME, "    - name: department-of-applied-linguistics\n      company: Acme Corporation\n"),
            (
                "  server:\n    chart:",
                "  server:\n    releaseName: clearml-production-server-of-europe\n    chart:",
            ),
        ),
        (
            ("names/too-long", "- name: department-of-applied-linguistics"),
            ("names/too-long", "releaseName: clearml-production-server-of-europe"),
        ),
    ),
    Broken(
        "the platform in its own way",
        (
            ("  server:\n    chart:", "  server:\n    namespace: redis-shared\n    chart:"),
            ('    version: "2.9"\n', '    version: "2.9"\n    controlNamespace: flux-system\n'),
            ("  billing:\n    enabled: true\n", "  billing:\n    enabled: true\n    namespace: default\n"),
        ),
        (
            ("namespaces/platform", "controlNamespace: flux-system"),
            ("namespaces/platform", "  redis:"),
            ("namespaces/platform", "namespace: default"),
        ),
    ),
    Broken(
        "hosts that no cookie reaches",
        (
            ("    files: file  ", "    files: files.example.org  "),
            ("host: acme-router", "host: router.acme.example"),
            ("host: globex-router", "host: app"),
        ),
        (
            ("hosts/outside-domain", "files: files.example.org"),
            ("hosts/outside-domain", "host: router.acme.example"),
            ("hosts/duplicate", "host: app"),
        ),
    ),
    Broken(
        "features misspelt",
        (
            ("features: [user_management_advanced]", "features: [user_managment_advanced]"),
            ("          - config_vault\n", "          - config_vaults\n"),
            ("exclude: [app_management, applications", "exclude: [app_managment, applications"),
            ("        show_datasets: false", "        show_dataset: false"),
        ),
        (
            ("features/unknown", "features: [user_managment_advanced]"),
            ("features/unknown", "- config_vaults"),
            ("features/unknown", "exclude: [app_managment"),
            ("features/unknown", "show_dataset: false"),
            ("features/not-enabled", "- user_management_advanced"),
        ),
    ),
    Broken(
        "features that the server is too old for",
        (
            ("          - show_projects\n", "          - show_projects\n          - show_datasets\n"),
            ("enable: [experiments]", "enable: [show_orchestration]"),
            ("features: [applications, experiments,", "features: [user_management, experiments,"),
        ),
        (
            ("features/server-too-old", "          - show_datasets"),
            ("features/server-too-old", "enable: [show_orchestration]"),
            ("features/granted-to-nobody", "enable: [show_orchestration]"),
            ("features/not-assignable", "features: [user_management, experiments,"),
            ("features/inert", "features: [user_management, experiments,"),
            ("features/inert", "features: [user_management, experiments,"),
        ),
        gone=(
            ("features/inert", "enable: [experiments]"),
            ("features/inert", "features: [applications, experiments, queues,"),
        ),
    ),
    Broken(
        "a newer server",
        (("apiserver: 3.21.6-1443", "apiserver: 3.26.0-1600"),),
        (
            ("features/superseded", "show_datasets: false"),
            ("features/superseded", "show_orchestration: false"),
        ),
    ),
    Broken(
        "features to and fro",
        (
            ("enable: [experiments]", "enable: [pipelines, custom_events]"),
            ("exclude: [app_management, applications,", "exclude: [pipelines, app_management,"),
            ("features: [applications]\n", "features: [applications, pipelines, reports]\n"),
            (
                "      my_group_name:\n",
                "      readers:\n        features: [reports, applications]  # readers\n      my_group_name:\n",
            ),
        ),
        (
            ("features/enabled-and-excluded", "exclude: [pipelines, app_management,"),
            ("features/floor", "# readers"),
        ),
        gone=(("features/inert", "enable: [experiments]"),),
    ),
    Broken(
        "groups mixed up",
        (
            (
                "      my_group_name:\n",
                "      leads:\n        features: [reports]\n        displayName: My Group Name\n"
                "        id: 6f1c0b6e-58f5-4a0e-9a0e-0d8f1b2c3d4e  # leads\n      my_group_name:\n"
                "        id: 6f1c0b6e-58f5-4a0e-9a0e-0d8f1b2c3d4e  # mine\n",
            ),
            ("groups: [users, admins, queue_admins]", "groups: [users, admin, queue_admins]"),
            ("company: d1bd92a3b039400cbafc60a7a5b1e52b", "company: 4f3c2b1a0d9e8f7a6b5c4d3e2f1a0b9c"),
        ),
        (
            ("groups/duplicate-id", "# mine"),
            ("groups/duplicate-name", "# mine\n        displayName: My Group Name"),
            ("groups/unknown", "groups: [users, admin, queue_admins]"),
            ("supervisor/other-company", "company: 4f3c2b1a0d9e8f7a6b5c4d3e2f1a0b9c"),
        ),
    ),
)
