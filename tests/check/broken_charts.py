"""Broken copies of the guide's blueprint: charts, Flux, values, configuration."""

from __future__ import annotations

from broken import ACME, GLOBEX, Broken

COPIES: tuple[Broken, ...] = (
    Broken(
        "charts from anywhere",
        (
            (
                "name: clearml-enterprise-agent, version: 4.2.0",
                'name: clearml-enterprise-agent, version: "4.x"',
            ),
            (
                "repository: bitnami, name: redis, version: 17.8.3",
                "repository: bitnamy, name: redis, version: 17.8.3",
            ),
            ("      version: 7.11.0\n", ""),
        ),
        (
            ("charts/unpinned", 'version: "4.x"'),
            ("charts/unknown-repository", "repository: bitnamy"),
            ("charts/unused-repository", "    bitnami:"),
            ("charts/unpinned", "  server:\n    chart:"),
        ),
    ),
    Broken(
        "open source and old images",
        (
            ("      name: clearml-enterprise\n", "      name: clearml\n"),
            ("      image: {repository: bitnamilegacy/redis} ", "      image: {repository: bitnami/redis} "),
            ("flavor: task-traffic-router", "flavor: app-gateway"),
        ),
        (
            ("charts/open-source", "      name: clearml\n"),
            ("charts/bitnami-image", "chart: {repository: bitnami, name: redis"),
            ("charts/flavor", "name: clearml-task-traffic-router"),
        ),
    ),
    Broken(
        "lockdown with charts from Git",
        (('    version: "2.9"\n', '    version: "2.9"\n    lockdown: true\n    impersonate: false\n'),),
        (
            ("charts/git-under-lockdown", "git: ./vendor/charts"),
            ("flux/lockdown-without-account", "impersonate: false"),
        ),
    ),
    Broken(
        "a tree from a registry",
        (
            (
                '    version: "2.9"\n',
                '    version: "2.9"\n    source: {kind: OCIRepository, name: tree}\n    interval: 20s\n'
                "    dependsOn: [guide-tenant-globex]\n",
            ),
            ('kubernetesVersion: "1.33"', 'kubernetesVersion: "1.31"'),
        ),
        (
            ("charts/git-in-oci", "git: ./vendor/charts"),
            ("flux/short-interval", "interval: 20s"),
            ("flux/cycle", "dependsOn: [guide-tenant-globex]"),
            ("flux/kubernetes-too-old", 'kubernetesVersion: "1.31"'),
        ),
    ),
    Broken(
        "shards that nobody serves",
        (
            ('    version: "2.9"\n', '    version: "2.9"\n    shards: [shard1, shard2]\n'),
            (ACME, ACME + "      shard: shard-1\n"),
            (GLOBEX, GLOBEX + "      shard: third\n"),
        ),
        (
            ("flux/unknown-shard", "shard: shard-1"),
            ("flux/unknown-shard", "shard: third"),
        ),
    ),
    Broken(
        "credentials in values",
        (
            (
                "    images:\n      apiserver",
                "    values:\n      imageCredentials:\n        password: hunter2\n      clearml:\n"
                "        cookieDomain: example.com\n    images:\n      apiserver",
            ),
            (
                "      image: 1.24-1.8.1rc99-159\n",
                '      image: 1.24-1.8.1rc99-159\n      values:\n        clearml: {agentk8sglueKey: "-"}\n',
            ),
            (
                "      image: {repository: bitnamilegacy/redis} ",
                "      auth: {enabled: false, password: sdkWoq23}\n      image: {repository: bitnamilegacy/redis} ",
            ),
        ),
        (
            ("values/credential", "        password: hunter2"),
            ("values/url", "cookieDomain: example.com"),
            ("values/credential", "agentk8sglueKey"),
            ("values/credential", "auth: {enabled: false"),
            ("values/credential", "auth: {enabled: false"),
        ),
    ),
    Broken(
        "values behind the compiler's back",
        (
            (
                "    images:\n      apiserver",
                '    values:\n      apiserver:\n        extraEnvs: [{name: DEBUG, value: "1"}]\n'
                "        service: {type: NodePort}\n      mongodb: {networkPolicy: {enabled: true}}\n"
                "    images:\n      apiserver",
            ),
            (
                "      image: 1.24-1.8.1rc99-159\n",
                "      image: 1.24-1.8.1rc99-159\n      values:\n        sessions: {startingPort: 30000}\n"
                "        agentk8sglue:\n          serviceAccountClusterAccess: true\n",
            ),
        ),
        (
            ("values/variables", "extraEnvs: ["),
            ("values/port", "service: {type: NodePort}"),
            ("values/policy", "mongodb: {networkPolicy"),
            ("values/port", "sessions: {startingPort: 30000}"),
            ("values/cluster-access", "serviceAccountClusterAccess: true"),
        ),
    ),
    Broken(
        "pods out of their box",
        (
            (
                "        share: 0.5  ",
                "        templateOverrides:\n          hostNetwork: true\n"
                "          volumes: [{name: x, hostPath: {path: /}}]\n        share: 0.5  ",
            ),
            ("  redis:\n    enabled: true\n", "  redis:\n    enabled: true\n    releaseName: cache\n"),
            (
                "      image: 1.24-1.8.1rc99-159\n",
                '      image: 1.24-1.8.1rc99-159\n      rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]\n',
            ),
        ),
        (
            ("values/host", "hostNetwork: true"),
            ("values/host", "hostPath"),
            ("access/walls", "rules: ["),
        ),
    ),
    Broken(
        "variables twice",
        (
            (
                '        CLEARML_K8S_SUPPORT_SUSPENSION: "1"\n',
                '        CLEARML_K8S_SUPPORT_SUSPENSION: "1"\n        CLEARML_AGENT_REDIS_PASSWORD: sdkWoq23\n'
                "        CLEARML_WEB_HOST: https://app.example.com\n",
            ),
            (
                "    images:\n      apiserver",
                "    config:\n      apiserver.company.unique_names: false\n      services.Tasks.interval: 3\n"
                '    env:\n      CLEARML__services__tasks__interval: "4"\n    images:\n      apiserver',
            ),
        ),
        (
            ("values/agent-variable", "CLEARML_AGENT_REDIS_PASSWORD"),
            ("secrets/looks-secret", "CLEARML_AGENT_REDIS_PASSWORD"),
            ("values/agent-variable", "CLEARML_WEB_HOST"),
            ("config/owned", "apiserver.company.unique_names"),
            ("config/unreadable-path", "services.Tasks.interval"),
            ("config/twice", "CLEARML__services__tasks__interval"),
        ),
    ),
    Broken(
        "configuration that does not arrive",
        (
            (
                "    images:\n      apiserver",
                "    config:\n      services.a__b: 1\n      services.mail.to+cc: ops\n"
                '      services.login.email_filters.allowed: ["", example.com]\n'
                "      secure.credentials.supervisor.role: root\n    images:\n      apiserver",
            ),
        ),
        (
            ("config/unreadable-path", "services.a__b"),
            ("config/unreadable-path", "services.mail.to+cc"),
            ("config/unreadable-value", "email_filters"),
            ("config/owned", "secure.credentials.supervisor.role"),
        ),
    ),
)
