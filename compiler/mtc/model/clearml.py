"""What is known of ClearML, as tables. A new ClearML release is an edit here and nowhere else.

Sources: [G] the guide "Multi-Tenant Service on Kubernetes" (April 2025), [D] the current documentation,
[S] the open-source server, agent and charts as read. Enterprise code is private; what could only be
inferred is marked so.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal, TypeAlias

from mtc.model.record import Record


class Feature(Record, frozen=True):
    """A company or group feature. `since`: the first server that knows it; `inert`: it has no effect."""

    name: str
    since: tuple[int, int] | None = None
    inert: bool = False


# [G] "Available Features" and [D] custom_billing for the last one.
FEATURES: Mapping[str, Feature] = {
    feature.name: feature
    for feature in (
        Feature("user_management"),
        Feature("user_management_advanced"),
        Feature("permissions"),
        Feature("applications"),
        Feature("app_management"),
        Feature("experiments", inert=True),
        Feature("queues", inert=True),
        Feature("queue_management"),
        Feature("data_management"),
        Feature("config_vault"),
        Feature("pipelines"),
        Feature("reports"),
        Feature("resource_dashboard"),
        Feature("sso_management"),
        Feature("service_users"),
        Feature("resource_policy"),
        Feature("model_serving"),
        Feature("show_dashboard"),
        Feature("show_model_view"),
        Feature("show_projects"),
        Feature("show_orchestration", since=(3, 25)),
        Feature("show_datasets", since=(3, 25)),
        Feature("custom_events"),
    )
}

BUILT_IN_GROUPS = ("users", "admins", "queue_admins")

DEFAULT_COMPANY = "d1bd92a3b039400cbafc60a7a5b1e52b"  # [S] apiserver.default_company

ConfigType: TypeAlias = Literal["text", "boolean", "integer", "list"]


class SsoKey(Record, frozen=True):
    """One setting of a login provider: the language's name, where it goes, its type.

    `path` is relative to `oauth_client.<provider>`; `secure` picks secure.login.sso over
    services.login.sso.
    """

    name: str
    path: str
    secure: bool = False
    type: ConfigType = "text"
    required: bool = False


def _client(*extra: SsoKey) -> tuple[SsoKey, ...]:
    return (SsoKey("clientId", "client_id", secure=True, required=True), *extra)


_AUTHORIZE = SsoKey("authorizeUrl", "authorize_url", required=True)
_TOKEN = SsoKey("accessTokenUrl", "access_token_url", required=True)
_BASE = SsoKey("baseUrl", "base_url", required=True)
_DEFAULT_COMPANY = SsoKey("defaultCompany", "default_company", secure=True)
_GROUPS = (
    SsoKey("groups.enabled", "groups.enabled", type="boolean"),
    SsoKey("groups.claim", "groups.claim"),
    SsoKey("groups.admins", "groups.admins", type="list"),
    SsoKey(
        "groups.prohibitUserSignupIfNotInGroup",
        "groups.prohibit_user_signup_if_not_in_group",
        type="boolean",
    ),
)

# [G] for auth0, [D] extra_configs/sso for the others.
SSO_PROVIDERS: Mapping[str, tuple[SsoKey, ...]] = {
    "auth0": _client(_BASE, _AUTHORIZE, _TOKEN, SsoKey("audience", "audience", required=True)),
    "okta": _client(_BASE, _AUTHORIZE, _TOKEN),
    "keycloak": _client(
        _BASE,
        _AUTHORIZE,
        _TOKEN,
        SsoKey("logout", "idp_logout", type="boolean"),
        SsoKey("claimName", "claims.name"),
        SsoKey("adminRole", "admin_role"),
        SsoKey("getInfoFromAccessToken", "get_info_from_access_token", type="boolean"),
        *_GROUPS,
        _DEFAULT_COMPANY,
    ),
    "azure_ad": _client(_AUTHORIZE, _TOKEN, _DEFAULT_COMPANY),
    "ad_oauth": _client(_AUTHORIZE, _TOKEN, _DEFAULT_COMPANY),
    "cognito": _client(
        _AUTHORIZE,
        _TOKEN,
        SsoKey("identityProvider", "identity_provider"),
        SsoKey("displayName", "display_name"),
        _DEFAULT_COMPANY,
    ),
    "google": _client(_DEFAULT_COMPANY),
    "ping": _client(
        _AUTHORIZE,
        _TOKEN,
        SsoKey("codeChallenge", "code_challenge", type="boolean"),
        SsoKey("codeChallengeMethod", "code_challenge_method"),
        SsoKey("debug", "debug", type="boolean"),
        *_GROUPS,
        SsoKey("groups.caseSensitive", "groups.case_sensitive", type="boolean"),
        _DEFAULT_COMPANY,
    ),
}


class MigProfile(Record, frozen=True):
    """A MIG profile, how many of it one card holds, and its compute and memory slices."""

    name: str
    per_card: int
    compute: int
    memory: int


class GpuModel(Record, frozen=True):
    """A GPU model that can be partitioned: `fractions` maps a fraction of the card to its profile."""

    name: str
    fractions: Mapping[float, MigProfile]


def _seven(name: str, whole: str, half: str, quarter: str, eighth: str) -> GpuModel:
    # Seven compute and eight memory slices; three 2g fit a card although the label says a quarter each.
    return GpuModel(
        name,
        {
            1.0: MigProfile(whole, 1, 7, 8),
            0.5: MigProfile(half, 2, 3, 4),
            0.25: MigProfile(quarter, 3, 2, 2),
            0.125: MigProfile(eighth, 7, 1, 1),
        },
    )


# NVIDIA gpu-operator assets/state-mig-manager/0400_configmap.yaml.
GPU_MODELS: Mapping[str, GpuModel] = {
    model.name: model
    for model in (
        _seven("A100-40GB", "7g.40gb", "3g.20gb", "2g.10gb", "1g.5gb"),
        _seven("A100-80GB", "7g.80gb", "3g.40gb", "2g.20gb", "1g.10gb"),
        _seven("H100-80GB", "7g.80gb", "3g.40gb", "2g.20gb", "1g.10gb"),
        _seven("H100-94GB", "7g.94gb", "3g.47gb", "2g.24gb", "1g.12gb"),
        _seven("H100-96GB", "7g.96gb", "3g.48gb", "2g.24gb", "1g.12gb"),
        _seven("H200-141GB", "7g.141gb", "3g.71gb", "2g.35gb", "1g.18gb"),
        _seven("B200-180GB", "7g.180gb", "3g.90gb", "2g.45gb", "1g.23gb"),
        GpuModel(
            "A30-24GB",
            {
                1.0: MigProfile("4g.24gb", 1, 4, 4),
                0.5: MigProfile("2g.12gb", 2, 2, 2),
                0.25: MigProfile("1g.6gb", 4, 1, 1),
            },
        ),
    )
}

# Pod ports: a NetworkPolicy sees these, not the Services' [S].
API_PORT = 8008
WEB_PORTS = (80, 8080)  # [S] the open-source pod listens on 80, the OpenShift page of [D] routes to 8080
FILES_PORT = 8081
REDIS_PORT = 6379
SESSION_POD_PORT = 10022

# Node ports that charts take by default [S]: apiserver, webserver, fileserver.
CHART_NODE_PORTS = (30008, 30080, 30081)

COOKIE_NAME = "clearml-token-k8s"  # [S] `clearml.cookieName` of the server's chart: a browser's sign-in

# Labels of pods that agents start [S] agent glue.
TASK_LABELS: Mapping[str, str] = {"CLEARML": "agent"}
SESSION_LABEL = "ai.allegro.agent.serial"

REQUIRED_RESOURCES_LABEL = "required-resources"  # [G] what monitoredResources counts


class ChartPods(Record, frozen=True):
    """Pods that a chart makes: what the component is called here, and the labels on it.

    In a label's value, `{prefix}` is the name that the chart gives its objects (Helm's fullname), `{release}`
    the release's.
    """

    name: str
    labels: Mapping[str, str]


_NAME, _INSTANCE, _PART = (f"app.kubernetes.io/{key}" for key in ("name", "instance", "component"))


def _server_pods(component: str) -> ChartPods:
    return ChartPods(component, {_NAME: "{prefix}", _INSTANCE: "{prefix}-" + component})


def _bitnami_pods(component: str, chart: str, part: str) -> ChartPods:
    return ChartPods(component, {_NAME: chart, _INSTANCE: "{release}", _PART: part})


# Pods in which cert-manager answers HTTP-01 challenges, beside the ingress that wants the certificate
# (cert-manager pkg/issuer/acme/http: the label, and the port 8089).
SOLVER_LABELS: Mapping[str, str] = {"acme.cert-manager.io/http01-solver": "true"}
SOLVER_PORT = 8089
DNS_PORT = 53  # the node's own cache; the cluster's DNS pods may have another (facts/network-policy.md, U8)
_SOLVER = ChartPods("solver", SOLVER_LABELS)

# Inferred: the gateway's chart is private.
_GATEWAY = (ChartPods("gateway", {_NAME: "{prefix}", _INSTANCE: "{prefix}"}), _SOLVER)
# [S] _helpers.tpl and the sub-charts of clearml-helm-charts; bitnami/redis 17.8.3 for Redis. Charts of which
# nothing is known (billing, the GPU operators) are not here: their pods may carry any label.
CHART_PODS: Mapping[str, tuple[ChartPods, ...]] = {
    "clearml-enterprise": (
        *map(_server_pods, ("apiserver", "webserver", "fileserver", "apps")),
        _bitnami_pods("mongodb", "mongodb", "mongodb"),
        ChartPods("elasticsearch", {"app": "{release}-elastic-master", "release": "{release}"}),
        _bitnami_pods("redis", "redis", "master"),
        _SOLVER,
    ),
    "clearml-enterprise-agent": (ChartPods("agent", {_NAME: "{prefix}", _INSTANCE: "{prefix}"}),),
    "clearml-enterprise-app-gateway": _GATEWAY,
    "clearml-enterprise-task-traffic-router": _GATEWAY,
    "clearml-task-traffic-router": _GATEWAY,
    "redis": (
        _bitnami_pods("redis", "redis", "master"),
        _bitnami_pods("redis-replicas", "redis", "replica"),
    ),
}
# A release of a chart of another name (a mirror's) is known by its HelmRelease's name; a tenant's by its end.
RELEASE_CHARTS: Mapping[str, str] = {
    "clearml": "clearml-enterprise",
    "redis": "redis",
    "agent": "clearml-enterprise-agent",
    "gateway": "clearml-enterprise-app-gateway",
}


@cache
def fullname(release: str, chart: str) -> str:
    """What a chart prefixes its objects with: the release, if it contains the chart's name, else both.

    Helm's starter `_helpers.tpl`, which ClearML's and Bitnami's charts keep: cut at 63, no `-` at the end.
    """
    name = release if chart in release else f"{release}-{chart}"
    return name[:63].rstrip("-")
