"""Broken copies of the guide's blueprint: sessions, logins, queues, GPUs."""

from __future__ import annotations

from broken import Broken

COPIES: tuple[Broken, ...] = (
    Broken(
        "sessions that lead nowhere",
        (
            ("        externalIP: 203.0.113.10\n", "        externalIP: 0.0.0.0\n"),
            (
                "        startingPort: 31010\n",
                "        startingPort: 31010\n        portMode: true  # acme\n",
            ),
            (
                "        host: acme-router ",
                "        streamPorts: {first: 31500, last: 31510}\n        host: acme-router ",
            ),
        ),
        (
            ("ports/external-ip-unusable", "externalIP: 0.0.0.0"),
            ("ports/external-ip-missing", "portMode: true  # acme"),
            ("ports/streams-ignored", "streamPorts: {first: 31500, last: 31510}"),
        ),
    ),
    Broken(
        "limits that port mode ignores",
        (
            (
                "        externalIP: 203.0.113.10\n",
                "        externalIP: 203.0.113.10\n      queues:\n        default:\n          maxPods: 4\n"
                "        notebooks:\n          share: 0.5\n          maxPods: 3\n",
            ),
        ),
        (
            ("ports/max-pods-ignored", "          maxPods: 4"),
            ("ports/max-pods-ignored", "          maxPods: 3"),
        ),
    ),
    Broken(
        "everyone in one tenant",
        (
            ("domains: [acme.example]", "domains: [acme.example, gmail.com]"),
            ("domains: [globex.example]", "domains: [globex.example, acme.example]"),
            (
                "    supervisor:\n",
                "      google:\n        clientId: google-client\n"
                "        defaultCompany: d1bd92a3b039400cbafc60a7a5b1e52b  # all\n    supervisor:\n",
            ),
        ),
        (
            ("sso/public-domain", "domains: [acme.example, gmail.com]"),
            ("sso/duplicate-domain", "domains: [globex.example, acme.example]"),
            ("sso/default-company", "# all"),
        ),
    ),
    Broken(
        "addresses astray",
        (
            ("email: admin@acme.example", "email: admin@acme.exmaple"),
            (
                "domains: [acme.example]\n",
                "domains: [acme.example]\n        emails: [guest@partner.example]  # acme\n",
            ),
            (
                "domains: [globex.example]\n",
                "domains: [globex.example]\n        adminEmails: [Guest@partner.example, bob@acme.example]\n",
            ),
        ),
        (
            ("sso/outside-domains", "email: admin@acme.exmaple"),
            ("sso/outside-domains", "adminEmails: [Guest@partner.example"),
            ("sso/duplicate-address", "adminEmails: [Guest@partner.example"),
            ("sso/other-tenants-domain", "adminEmails: [Guest@partner.example"),
        ),
    ),
    Broken(
        "no login at all",
        (
            (
                "    sso:\n      auth0:\n        clientId: 0oa1b2c3d4\n        baseUrl: https://example.eu.auth0.com\n"
                "        authorizeUrl: https://example.eu.auth0.com/authorize\n"
                "        accessTokenUrl: https://example.eu.auth0.com/oauth/token\n"
                "        audience: https://example.eu.auth0.com/api/v2/\n",
                "",
            ),
            ("email: supervisor@example.com", "email: admin@globex.example  # root"),
        ),
        (
            ("sso/no-provider", "email: admin@acme.example}\n      login:"),
            ("names/duplicate-email", "name: Globex Admin"),
        ),
    ),
    Broken(
        "queues that look alike",
        (
            (
                "      gpu-fraction-1_00:\n        gpuFraction: 1\n",
                "      GPU fraction 0.50:\n        migProfile: 3g.20gb\n"
                '        labels: {required-resources: "0.5"}\n        resources: {limits: {nvidia.com/gpu: 1}}\n'
                "      gpu-fraction-1_00:\n        gpuFraction: 1\n",
            ),
            ("        share: 0.5  ", "        gpus: 1  "),
        ),
        (
            ("queues/same-label", "gpu-fraction-0_50:"),
            ("queues/asked-twice", "limits: {nvidia.com/gpu: 1}"),
            ("queues/not-counted", "      default:"),
        ),
    ),
    Broken(
        "fractions of an unknown card",
        (
            ("    model: A100-40GB  ", "    model: A100-40  "),
            (
                "      default:\n",
                "      extra:\n        share: 1\n        resources: {limits: {nvidia.com/gpu: 0.5}}\n      default:\n",
            ),
        ),
        (
            ("gpu/unknown-model", "model: A100-40 "),
            ("queues/fractional-resource", "limits: {nvidia.com/gpu: 0.5}"),
        ),
        gone=(("queues/over-geometry", "gpuFraction: 0.25"),),
    ),
    Broken(
        "no card at all",
        (
            (
                "    model: A100-40GB                 # the MIG profiles of this model give the fractions their resources\n",
                "",
            ),
            ("    dynamicMig:\n      enabled: true\n", "    dynamicMig:\n      enabled: false\n"),
        ),
        (
            ("gpu/no-model", "gpuFraction: 1\n"),
            ("gpu/no-model", "gpuFraction: 0.5\n"),
            ("gpu/no-model", "gpuFraction: 0.25\n"),
            ("gpu/no-dynamic-mig", "gpuFraction: 1\n"),
            ("gpu/no-dynamic-mig", "gpuFraction: 0.5\n"),
            ("gpu/no-dynamic-mig", "gpuFraction: 0.25\n"),
        ),
        gone=(("queues/over-geometry", "gpuFraction: 0.25"),),
    ),
    Broken(
        "a smaller card",
        (
            ("    model: A100-40GB  ", "    model: A30-24GB  "),
            ("gpuFraction: 0.25\n", "gpuFraction: 0.125\n"),
            (
                "      default:\n",
                '      mig:\n        migProfile: 2g.10gb\n        labels: {required-resources: "0.3"}\n      default:\n',
            ),
        ),
        (
            ("gpu/no-profile", "gpuFraction: 0.125"),
            ("gpu/unknown-profile", "migProfile: 2g.10gb"),
        ),
        gone=(("queues/over-geometry", "gpuFraction: 0.25"),),
    ),
    Broken(
        "two managers of one card",
        (
            (
                "      chart: {repository: nvidia, name: gpu-operator, version: v24.9.2}\n",
                "      chart: {repository: nvidia, name: gpu-operator, version: v24.9.2}\n"
                "      values: {migManager: {enabled: true}, mig: {strategy: single}}\n",
            ),
            ("        max: 3\n", "        max: 1\n"),
        ),
        (
            ("gpu/mig-strategy", "values: {migManager: {enabled: true}, mig: {strategy: single}}"),
            ("gpu/mig-strategy", "values: {migManager: {enabled: true}, mig: {strategy: single}}"),
        ),
    ),
    Broken(
        "an operator from nowhere",
        (
            ("  gpu:\n    operator:\n      enabled: true\n", "  gpu:\n    operator:\n      enabled: false\n"),
            (
                "    nvidia:\n      url: https://nvidia.github.io/gpu-operator\n",
                "    nvidia:\n      url: https://nvidia.github.io/gpu-operator\n"
                "    mirror:\n      url: https://mirror.example.com\n",
            ),
        ),
        (
            ("gpu/no-operator", "    dynamicMig:"),
            ("charts/unused-repository", "    mirror:"),
        ),
    ),
)
