"""The guide's values files as tables, field by field, typed from the guide with its placeholders filled in.

What the guide leaves to the reader is filled in as blueprints/guide.yaml does. Its YAML errors (doubled
backslashes, an entry indented too far, a colon inside a name) are not copied: they are no values.
"""

from __future__ import annotations

from typing import Any

# As the guide's apiserver receives them; a secret is written as the key of the Secret that holds it.
SERVER_VARIABLES = {
    "CLEARML__billing__enabled": "true",
    "CLEARML__HOSTS__KAFKA__BILLING__HOST": "[clearml-billing-kafka.clearml-billing:9092]",
    "CLEARML__HOSTS__REDIS__BILLING__HOST": "clearml-billing-redis-master.clearml-billing",
    "CLEARML__HOSTS__REDIS__BILLING__DB": "2",
    "CLEARML__SECURE__KAFKA__BILLING__security_protocol": "SASL_PLAINTEXT",
    "CLEARML__SECURE__KAFKA__BILLING__sasl_mechanism": "SCRAM-SHA-512",
    "CLEARML__SECURE__KAFKA__BILLING__sasl_plain_username": "billing",
    "CLEARML__SECURE__KAFKA__BILLING__sasl_plain_password": "secret-of-billing-kafka-password",
    "CLEARML__secure__login__sso__oauth_client__auth0__client_id": "0oa1b2c3d4",
    "CLEARML__secure__login__sso__oauth_client__auth0__client_secret": "secret-of-sso-auth0-client-secret",
    "CLEARML__services__login__sso__oauth_client__auth0__base_url": "https://example.eu.auth0.com",
    "CLEARML__services__login__sso__oauth_client__auth0__authorize_url": (
        "https://example.eu.auth0.com/authorize"
    ),
    "CLEARML__services__login__sso__oauth_client__auth0__access_token_url": (
        "https://example.eu.auth0.com/oauth/token"
    ),
    "CLEARML__services__login__sso__oauth_client__auth0__audience": "https://example.eu.auth0.com/api/v2/",
    "CLEARML__services__organization__features__user_management_advanced": "true",
    "CLEARML__services__auth__ui_features_per_role__user__show_datasets": "false",
    "CLEARML__services__auth__ui_features_per_role__user__show_orchestration": "false",
    "CLEARML__services__applications__max_running_apps_per_company": "3",
    "CLEARML__services__auth__default_groups__users__features": '["applications"]',
    "CLEARML__services__auth__default_groups__admins__features": (
        '["config_vault", "experiments", "queues", "show_projects", "resource_dashboard", "user_management",'
        ' "user_management_advanced", "app_management", "sso_management", "service_users", "resource_policy"]'
    ),
    "CLEARML__services__workers__resource_usages__supervisor_company": "d1bd92a3b039400cbafc60a7a5b1e52b",
    "CLEARML__secure__credentials__supervisor__role": "system",
    "CLEARML__secure__credentials__supervisor__allow_login": "true",
    "CLEARML__secure__credentials__supervisor__user_key": "secret-of-supervisor-key",
    "CLEARML__secure__credentials__supervisor__user_secret": "secret-of-supervisor-secret",
    "CLEARML__secure__credentials__supervisor__sec_groups": '["users", "admins", "queue_admins"]',
    "CLEARML__secure__credentials__supervisor__email": '"supervisor@example.com"',
    "CLEARML__apiserver__company__unique_names": "true",
    "CLEARML__services__auth__default_groups__my_group_name__id": "abcd-1234-abcd-1234",
    "CLEARML__services__auth__default_groups__my_group_name__name": "My Group Name",
    "CLEARML__services__auth__default_groups__my_group_name__features": (
        '["applications", "experiments", "queues", "pipelines", "reports", "show_dashboard","show_projects"]'
    ),
    "CLEARML__services__auth__default_groups__my_group_name__assignable": "false",
    "CLEARML__services__auth__default_groups__my_group_name__system": "false",
}

# Everything of the server's values file beside `apiserver.extraEnvs`.
SERVER: dict[str, Any] = {
    "imageCredentials": {"password": "<allegroaienterprise_DockerHub_TOKEN>"},
    "clearml": {"cookieDomain": "ml.example.com"},
    "apiserver": {
        "image": {"tag": "3.21.6-1443"},
        "ingress": {"enabled": True, "hostName": "api.ml.example.com"},
        "service": {"type": "ClusterIP"},
    },
    "fileserver": {
        "ingress": {"enabled": True, "hostName": "file.ml.example.com"},
        "service": {"type": "ClusterIP"},
    },
    "webserver": {
        "image": {"tag": "3.21.3-1657"},
        "ingress": {"enabled": True, "hostName": "app.ml.example.com"},
        "service": {"type": "ClusterIP"},
    },
    "clearmlApplications": {"enabled": True},
}

REDIS: dict[str, Any] = {"auth": {"password": "sdkWoq23"}}
BILLING: dict[str, Any] = {
    "imageCredentials": {
        "username": "dockerhubcustpocbillingaccess",
        "password": "<billing_DockerHub_TOKEN>",
    }
}
GPU_OPERATOR: dict[str, Any] = {"migManager": {"enabled": False}, "mig": {"strategy": "mixed"}}
DYNAMIC_MIG: dict[str, Any] = {"imageCredentials": {"password": "<allegroaienterprise_DockerHub_TOKEN>"}}


def _fraction_queue(share: str, profile: str) -> dict[str, Any]:
    return {
        "templateOverrides": {
            "labels": {"required-resources": share, "billing-monitored": "true"},
            "resources": {"limits": {f"nvidia.com/mig-{profile}": 1, "clear.ml/fraction-1": share}},
        },
        "queueSettings": {"maxPods": 10},
    }


def agent(namespace: str) -> dict[str, Any]:
    """The agent's values file for a tenant."""
    return {
        "imageCredentials": {"password": "<allegroaienterprise_DockerHub_TOKEN>"},
        "clearml": {"agentk8sglueKey": "-", "agentk8sglueSecret": "-"},
        "agentk8sglue": {
            "extraEnvs": {
                "CLEARML_K8S_SUPPORT_SUSPENSION": "1",
                "CLEARML_K8S_PORTS_MODE_ON_REQUEST_ONLY": "1",
                "CLEARML_AGENT_REDIS_HOST": "redis-master.redis-shared",
                "CLEARML_AGENT_REDIS_PORT": "6379",
                "CLEARML_AGENT_REDIS_DB": "0",
                "CLEARML_AGENT_REDIS_PASSWORD": "sdkWoq23",
            },
            "image": {"tag": "1.24-1.8.1rc99-159"},
            "monitoredResources": {
                "maxResources": 3,
                "minResourcesFieldName": "metadata|labels|required-resources",
                "maxResourcesFieldName": "metadata|labels|required-resources",
            },
            "apiServerUrlReference": "https://api.ml.example.com",
            "fileServerUrlReference": "https://file.ml.example.com",
            "webServerUrlReference": "https://app.ml.example.com",
            "defaultContainerImage": "python:3.9",
            "debugMode": True,
            "createQueues": True,
            "queues": {
                "default": {
                    "templateOverrides": {
                        "labels": {"required-resources": "0.5", "billing-monitored": "true"}
                    },
                    "queueSettings": {"maxPods": 10},
                },
                "gpu-fraction-1_00": _fraction_queue("1", "7g.40gb"),
                "gpu-fraction-0_50": _fraction_queue("0.5", "3g.20gb"),
                "gpu-fraction-0_25": _fraction_queue("0.25", "2g.10gb"),
            },
        },
        "sessions": {
            "portModeEnabled": False,
            "agentID": namespace,
            "externalIP": "0.0.0.0",
            "startingPort": 31010,
            "maxServices": 10,
        },
    }


def router(host: str) -> dict[str, Any]:
    """The gateway's values file for a tenant."""
    return {
        "imageCredentials": {"password": "<clearmlenterprise_DockerHub_TOKEN>"},
        "clearml": {
            "apiServerUrlReference": "<http://clearml-enterprise-apiserver.clearml:8008>",
            "apiserverKey": "<TENANT_KEY>",
            "apiserverSecret": "<TENANT_SECRET>",
        },
        "ingress": {"enabled": True, "hostName": host},
    }


# helm install: release, namespace, chart, version
INSTALLS = {
    "gpu-operator": ("gpu-operator", "gpu-operator", "gpu-operator", None),
    "cdmo": ("cdmo", "cdmo-operator", "clearml-dynamic-mig-operator", None),
    "clearml": ("clearml", "clearml", "clearml-enterprise", None),
    "redis": ("redis", "redis-shared", "redis", "17.8.3"),
    "clearml-billing": ("clearml-billing", "clearml-billing", "clearml-billing-1.0.0.tgz", None),
    "acme-agent": ("clearml-agent", "acme", "clearml-enterprise-agent", None),
    "globex-agent": ("clearml-agent", "globex", "clearml-enterprise-agent", None),
    "acme-gateway": ("clearml-ttr", "acme", "clearml-task-traffic-router", None),
    "globex-gateway": ("clearml-ttr", "globex", "clearml-task-traffic-router", None),
}

# helm repo add, as the guide writes the addresses
REPOSITORIES = {
    "allegroai-enterprise": (
        "<https://raw.githubusercontent.com/allegroai/clearml-enterprise-helm-charts/gh-pages>"
    ),
    "nvidia": "<https://nvidia.github.io/gpu-operator>",
    "bitnami": "<https://charts.bitnami.com/bitnami>",
}

# Secrets that would break a server whose variables are not quoted, expanded or typed with care.
NASTY = {
    "billing-kafka-password": "$$(HOME) ${PATH} #1, x: {y}=z",
    "sso-auth0-client-secret": "null",
    "supervisor-key": "0012e5",
    "supervisor-secret": "//'käse' `*`, [a]:\u2028; $(SECRET_X)$",
}
# What blueprints/guide.yaml means by its server part: the tree that the server merges over its defaults.
SERVER_CONFIGURATION: dict[str, Any] = {
    "apiserver": {"company": {"unique_names": True}},
    "billing": {"enabled": True},
    "hosts": {
        "kafka": {"billing": {"host": ["clearml-billing-kafka.clearml-billing:9092"]}},
        "redis": {"billing": {"host": "clearml-billing-redis-master.clearml-billing", "port": 6379, "db": 2}},
    },
    "secure": {
        "kafka": {
            "billing": {
                "security_protocol": "SASL_PLAINTEXT",
                "sasl_mechanism": "SCRAM-SHA-512",
                "sasl_plain_username": "billing",
                "sasl_plain_password": NASTY["billing-kafka-password"],
            }
        },
        "login": {
            "sso": {
                "oauth_client": {
                    "auth0": {"client_id": "0oa1b2c3d4", "client_secret": NASTY["sso-auth0-client-secret"]}
                }
            }
        },
        "credentials": {
            "supervisor": {
                "role": "system",
                "allow_login": True,
                "user_key": NASTY["supervisor-key"],
                "user_secret": NASTY["supervisor-secret"],
                "sec_groups": ["users", "admins", "queue_admins"],
                "email": "supervisor@example.com",
            }
        },
    },
    "services": {
        "applications": {"max_running_apps_per_company": 3},
        "login": {
            "sso": {
                "oauth_client": {
                    "auth0": {
                        "base_url": "https://example.eu.auth0.com",
                        "authorize_url": "https://example.eu.auth0.com/authorize",
                        "access_token_url": "https://example.eu.auth0.com/oauth/token",
                        "audience": "https://example.eu.auth0.com/api/v2/",
                    }
                }
            }
        },
        "organization": {"features": {"user_management_advanced": True}},
        "workers": {"resource_usages": {"supervisor_company": "d1bd92a3b039400cbafc60a7a5b1e52b"}},
        "auth": {
            "ui_features_per_role": {"user": {"show_datasets": False, "show_orchestration": False}},
            "default_groups": {
                "users": {"features": ["applications"]},
                "admins": {
                    "features": [
                        "config_vault",
                        "experiments",
                        "queues",
                        "show_projects",
                        "resource_dashboard",
                        "user_management",
                        "user_management_advanced",
                        "app_management",
                        "sso_management",
                        "service_users",
                        "resource_policy",
                    ]
                },
                "my_group_name": {
                    "id": "ac84c1f3-6d25-59d9-b7e3-a44ece52ecf5",
                    "name": "My Group Name",
                    "features": [
                        "applications",
                        "experiments",
                        "queues",
                        "pipelines",
                        "reports",
                        "show_dashboard",
                        "show_projects",
                    ],
                    "assignable": False,
                    "system": False,
                },
            },
        },
    },
}
