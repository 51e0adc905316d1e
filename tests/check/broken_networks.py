"""Broken copies of the guide's blueprint: secrets, networks, isolation, silence."""

from __future__ import annotations

from broken import ACME, LAST, THE_END, THIRD, Broken

COPIES: tuple[Broken, ...] = (
    Broken(
        "tokens in the open",
        (
            ("clientId: 0oa1b2c3d4", "clientId: ghp_000000000000000000000000000000000000"),
            (
                "# The guide names no chart versions",
                "# old: glpat-aaaaaaaaaaaaaaaaaaaa\n# The guide names no chart versions",
            ),
            (
                '        CLEARML_K8S_SUPPORT_SUSPENSION: "1"\n',
                '        CLEARML_K8S_SUPPORT_SUSPENSION: "1"\n        GIT_PASSWORD: jdhfKmsd1\n'
                "        PIP_INDEX: https://ci:hunter2@pypi.example.com/simple\n",
            ),
        ),
        (
            ("secrets/plaintext", "clientId: ghp_"),
            ("secrets/plaintext", "# old: glpat-"),
            ("secrets/looks-secret", "GIT_PASSWORD"),
            ("secrets/plaintext", "PIP_INDEX"),
        ),
    ),
    Broken(
        "secrets from nowhere",
        (
            ("        kind: ClusterSecretStore\n", "        kind: SecretStore\n"),
            ("  server:\n    chart:", "  server:\n    identity: chart\n    chart:"),
        ),
        (
            ("secrets/namespaced-store", "kind: SecretStore"),
            ("secrets/default-identity", "identity: chart"),
        ),
    ),
    Broken(
        "placeholders left",
        (
            ("clientId: 0oa1b2c3d4", "clientId: <SSO_CLIENT_ID>"),
            ("company: Acme Corporation", "company: <TENANT_NAME>"),
            ("imageUsername: dockerhubcustpocbillingaccess", "imageUsername: <billing_DockerHub_TOKEN>"),
        ),
        (
            ("placeholders/unfilled", "clientId: <SSO_CLIENT_ID>"),
            ("placeholders/unfilled", "company: <TENANT_NAME>"),
            ("placeholders/unfilled", "imageUsername: <billing_DockerHub_TOKEN>"),
        ),
    ),
    Broken(
        "networks that are none",
        (
            (
                '    kubernetesVersion: "1.33"\n',
                '    kubernetesVersion: "1.33"\n    podCidrs: [10.244.0.0/16, "fd00:10:244::/56"]\n'
                "    nodeCidrs: [192.0.2.7/24, 192.0.2.300/24]\n",
            ),
            (
                "      maxServices: 10\n",
                "      maxServices: 10\n      clientCidrs: [0.0.0.0/0]\n",
            ),
        ),
        (
            ("network/host-bits", "nodeCidrs: [192.0.2.7/24"),
            ("network/bad-cidr", "nodeCidrs: [192.0.2.7/24"),
            ("network/ipv4-only", "      clientCidrs: [0.0.0.0/0]"),
        ),
    ),
    Broken(
        "flows to the neighbours",
        (
            (
                '    kubernetesVersion: "1.33"\n',
                '    kubernetesVersion: "1.33"\n    podCidrs: [10.244.0.0/16]\n',
            ),
            (
                ACME,
                ACME + "      allow:\n        - {direction: out, peer: {namespace: globex}, reason: models}\n"
                "        - {direction: out, peer: {cidr: 10.0.0.0/8}, reason: the office}\n"
                "        - {direction: in, peer: {namespace: clearml}, reason: debugging}\n"
                "      labels: {mtc/tenant: globex}\n",
            ),
        ),
        (
            ("network/allow-reaches-tenant", "peer: {namespace: globex}"),
            ("network/allow-reaches-tenant", "peer: {cidr: 10.0.0.0/8}"),
            ("network/allow-reaches-platform", "peer: {namespace: clearml}"),
            ("network/reserved-label", "labels: {mtc/tenant: globex}"),
        ),
    ),
    Broken(
        "strict without knowing where",
        (
            ("    profile: standard\n", "    profile: strict\n"),
            ("      namespace: ingress-nginx\n", "      namespace: ingress-nginx\n      hostNetwork: true\n"),
        ),
        (
            ("isolation/needs-cidrs", "profile: strict"),
            ("isolation/needs-node-cidrs", "hostNetwork: true"),
        ),
        gone=(("isolation/open-egress", "profile: standard"),),
    ),
    Broken(
        "the guide to the letter",
        (
            ("    profile: standard\n", "    profile: guide\n"),
            (
                "    sessions:\n      portMode: false\n",
                "    quota: {requests.memory: 256Gi}\n    sessions:\n      portMode: false\n",
            ),
        ),
        (
            ("isolation/open-egress", "profile: guide"),
            ("quota/no-default", "quota: {requests.memory: 256Gi}"),
        ),
        gone=(("isolation/open-egress", "profile: standard"),),
    ),
    Broken(
        "applications at the tenants'",
        (
            (
                "    applications:\n      enabled: true\n",
                "    applications:\n      enabled: true\n      queueMode: per_tenant\n",
            ),
            (
                "name: Acme Admin, email: admin@acme.example}",
                "name: Acme Admin, email: admin@acme.example, internal: true}",
            ),
        ),
        (
            ("applications/no-apps-queue", "    agent:"),
            ("applications/admin-not-internal", "      admin: {name: Globex Admin"),
        ),
    ),
    Broken(
        "silence in the wrong place",
        (
            (
                "  name: guide\n",
                "  name: guide\n  annotations:\n    mtc/allow: |\n      names/duplicate-tenant: merging\n"
                "      isolation/open-egres: a firewall\n      isolation/shared-redis\n"
                "      features/inert: copied from the guide\n",
            ),
        ),
        (
            ("allow/error", "names/duplicate-tenant: merging"),
            ("allow/unknown", "isolation/open-egres: a firewall"),
            ("allow/no-reason", "isolation/shared-redis"),
        ),
        gone=(
            ("features/inert", "          - experiments"),
            ("features/inert", "          - queues"),
            ("features/inert", "features: [applications, experiments, queues,"),
            ("features/inert", "enable: [experiments]"),
        ),
    ),
    Broken(
        "five tenants that wait for one another",
        (
            ('    version: "2.9"\n', '    version: "2.9"\n    healthChecks: true\n'),
            (
                THE_END,
                THIRD.format(name="three", company="Three", email="a@three.example", host="three")
                + THIRD.format(name="four", company="Four", email="a@four.example", host="four").replace(
                    LAST, ""
                )
                + THIRD.format(name="five", company="Five", email="a@acme.example", host="four").replace(
                    LAST, ""
                ),
            ),
        ),
        (
            ("flux/waiting-tenants", "healthChecks: true"),
            ("sso/other-tenants-domain", "email: a@acme.example"),
            ("hosts/duplicate", "email: a@acme.example}\n      gateway:\n        host: four"),
        ),
    ),
)
