"""The server of a made blueprint."""

from __future__ import annotations

from valid_choices import Choices, Map

DEFAULT_COMPANY = "d1bd92a3b039400cbafc60a7a5b1e52b"
ORDINARY = ("permissions", "applications", "app_management", "queue_management", "data_management", "config_vault",
            "pipelines", "reports", "resource_dashboard", "service_users", "model_serving", "show_projects")  # fmt: skip
LOGIN = {
    "auth0": ("baseUrl", "authorizeUrl", "accessTokenUrl", "audience"),
    "okta": ("baseUrl", "authorizeUrl", "accessTokenUrl"),
    "keycloak": ("baseUrl", "authorizeUrl", "accessTokenUrl"),
    "azure_ad": ("authorizeUrl", "accessTokenUrl"),
    "ad_oauth": ("authorizeUrl", "accessTokenUrl"),
    "cognito": ("authorizeUrl", "accessTokenUrl"),
    "google": (),
    "ping": ("authorizeUrl", "accessTokenUrl"),
}
GROUPS = {"enabled": True, "claim": "groups", "admins": ["ml-admins"], "prohibitUserSignupIfNotInGroup": True}
LOGIN_EXTRAS: dict[str, Map] = {
    "keycloak": {
        "logout": True,
        "claimName": "name",
        "adminRole": "",
        "getInfoFromAccessToken": True,
        "groups": GROUPS,
    },
    "cognito": {"identityProvider": "COGNITO", "displayName": "Cognito"},
    "ping": {
        "codeChallenge": True,
        "codeChallengeMethod": "S256",
        "debug": False,
        "groups": {**GROUPS, "caseSensitive": False},
    },
}


class ServerMaker(Choices):
    """The server: login, features, groups, configuration."""

    def server(self) -> Map:
        """server, its own charts' repository, and features."""
        chart = self.chart("clearml-enterprise")
        if self.wart("charts/open-source"):
            chart["name"] = "clearml"
        if self.wart("charts/unpinned"):
            chart["version"] = ">=7.0.0"
        server: Map = {
            "chart": chart,
            "companies": self.maybe({"uniqueNames": True, "maxRunningApplications": 3}),
        }
        server |= self.maybe({"namespace": "ml-server", "releaseName": "clearml-prod", "identity": "secret"})
        images = self.maybe({"webserver": "3.21.3-1657", "fileserver": "1.10"})
        server["images"] = images | ({"apiserver": self.version} if self.version else {})
        if self.wart("secrets/default-identity"):
            server["identity"] = "chart"
        if self.r.random() < 0.5 or "supervisor/other-company" in self.warts:
            server["supervisor"] = {"email": "root@example.com"} | self.maybe(
                {
                    "groups": ["users", "admins"],
                    "role": "system",
                    "allowLogin": False,
                    "company": DEFAULT_COMPANY,
                }
            )
            if self.wart("supervisor/other-company"):
                server["supervisor"]["company"] = "4f3c2b1a0d9e8f7a6b5c4d3e2f1a0b9c"
        server["applications"] = self.applications()
        server |= self.grants() | {"sso": self.sso()}
        config: Map = self.maybe(
            {
                "services.organization.allow_service_user_admins": True,
                "services.queues.hidden_tags": ["k8s-glue", "a"],
                "services.workers.default_worker_timeout_sec": 600,
                "services.mail.sender": "clearml@example.com",
            }
        )
        if self.wart("secrets/looks-secret"):
            config["services.mail.smtp_password"] = "sdkWoq23"
        env = self.maybe({"LOG_LEVEL": "debug", "MAIL_TOKEN": {"secret": "mail", "key": "token"}})
        values = self.maybe({"apiserver": {"replicaCount": 2, "nodeSelector": None}})
        return {"server": server | {"config": config, "env": env, "values": values}}

    def applications(self) -> Map:
        """server.applications."""
        package = {"url": "https://downloads.example.com/apps.zip", "sha256": "0f" * 32} | self.maybe(
            {"image": "python:3.12@sha256:" + "0f" * 32}
        )
        mode = "per_tenant" if self.per_tenant_apps else "global"
        return self.maybe({"package": package, "enabled": True}) | {"queueMode": mode}

    def grants(self) -> Map:
        """server.features, uiFeatures and groups."""
        enabled = self.r.sample(ORDINARY, self.r.randrange(3))
        groups: Map = {}
        built_in = self.r.random() < 0.4 or bool(
            self.warts & {"features/granted-to-nobody", "features/floor"}
        )
        users = ["applications", "reports"] if built_in else []
        if built_in:
            groups["users"] = {"features": users}
            groups["admins"] = {
                "features": sorted({*ORDINARY, "user_management", "user_management_advanced"})
            }
            enabled = [*enabled, "user_management_advanced"]
            if self.wart("features/granted-to-nobody"):
                enabled.append("show_dashboard")
        for index in range(self.r.randrange(3)):
            features = [
                self.pick(("pipelines", "data_management")),
                *self.r.sample(("applications", "reports"), 1),
            ]
            groups[f"makers_{index}"] = {"features": features} | self.maybe(
                {
                    "displayName": f"Makers {index}",
                    "assignable": True,
                    "id": f"{index:08d}-58f5-4a0e-9a0e-0d8f1b2c3d4e",
                }
            )
        if self.r.random() < 0.3:
            groups["queue_admins"] = {"features": ["queue_management"]}
        self.groups_with_warts(groups)
        pages: Map = {"user": {"show_datasets": False, "show_orchestration": True}}
        shows = self.r.random() < 0.4 and self.version != "3.26.0-1600"
        if "features/superseded" in self.warts and self.version == "3.26.0-1600":
            shows = self.wart("features/superseded")
        return {"features": enabled, "uiFeatures": pages if shows else {}, "groups": groups}

    def groups_with_warts(self, groups: Map) -> None:
        """Groups that give warnings."""
        if self.wart("features/inert"):
            groups["old"] = {"features": ["experiments", "pipelines"]}
        if self.wart("features/not-enabled"):
            groups["policy"] = {"features": ["resource_policy", "pipelines"]}
        if self.wart("features/not-assignable"):
            groups["hr"] = {"features": ["user_management", "pipelines"]}
        if self.wart("features/floor"):
            groups["readers"] = {"features": ["reports"]}
        if self.wart("groups/duplicate-name"):
            groups |= {"one": {"features": ["pipelines"], "displayName": "Same"}}
            groups |= {"two": {"features": ["pipelines"], "displayName": "Same"}}

    def sso(self) -> Map:
        """server.sso."""
        self.without_provider = self.login and self.wart("sso/no-provider")
        sso: Map = {}
        names = [] if self.without_provider else self.r.sample(sorted(LOGIN), self.r.randrange(1, 3))
        if "sso/default-company" in self.warts and not self.without_provider:
            names = sorted({*names, "google"})
        for name in names:
            sso[name] = {"clientId": "client-4711"} | {
                key: f"https://login.example.com/{key}" for key in LOGIN[name]
            }
            sso[name] |= self.maybe(LOGIN_EXTRAS.get(name, {}))
            if len(self.names) < 2 and name not in ("auth0", "okta") and self.r.random() < 0.5:
                sso[name]["defaultCompany"] = DEFAULT_COMPANY
        if "google" in sso and len(self.names) > 1 and self.wart("sso/default-company"):
            sso["google"]["defaultCompany"] = DEFAULT_COMPANY
        return sso
