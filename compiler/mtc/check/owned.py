"""Helm values that the compiler sets, by chart: what an author writes elsewhere, or not at all.

Names of values: clearml-helm-charts (server, agent), the guide (gateway), bitnami/redis.
"""

from __future__ import annotations

from mtc.model.record import Record


class Owned(Record, frozen=True):
    """A value that the compiler sets: in which part, where, and what to write instead."""

    part: str
    path: str
    instead: str


IDENTITY = ("apiserver", "fileserver", "testUser", "readinessprobe")
CREDENTIALS = (
    *(
        Owned("server", f"clearml.{who}{what}", "the Secret `server-identity`")
        for who in IDENTITY
        for what in ("Key", "Secret")
    ),
    Owned("server", "clearml.secureAuthTokenSecret", "the Secret `server-identity`"),
    *(
        Owned("agent", f"clearml.{name}", "the bootstrap Job, which mints it")
        for name in ("agentk8sglueKey", "agentk8sglueSecret", "existingAgentk8sglueSecret")
    ),
    *(
        Owned("gateway", f"clearml.{name}", "the bootstrap Job, which mints it")
        for name in ("apiKey", "apiSecret", "apiserverKey", "apiserverSecret")
    ),
    Owned("redis", "auth.password", "the Secret `redis`"),
    Owned("redis", "auth.existingSecret", "the Secret `redis`"),
    *(
        Owned(part, "imageCredentials.password", "the Secret `image-credentials`")
        for part in ("server", "agent", "gateway", "dynamicMig")
    ),
    Owned("billing", "imageCredentials.password", "the Secret `billing-image-credentials`"),
)
URLS = (
    Owned("server", "clearml.cookieDomain", "`spec.domain`"),
    Owned("server", "apiserver.ingress.hostName", "`spec.hosts.api`"),
    Owned("server", "webserver.ingress.hostName", "`spec.hosts.app`"),
    Owned("server", "fileserver.ingress.hostName", "`spec.hosts.files`"),
    Owned("agent", "agentk8sglue.apiServerUrlReference", "`spec.hosts.api`"),
    Owned("agent", "agentk8sglue.webServerUrlReference", "`spec.hosts.app`"),
    Owned("agent", "agentk8sglue.fileServerUrlReference", "`spec.hosts.files`"),
    Owned("gateway", "clearml.apiServerUrlReference", "the API's Service inside the cluster"),
    Owned("gateway", "ingress.hostName", "`gateway.host`"),
)
PORTS = (
    Owned("agent", "sessions.portModeEnabled", "`sessions.portMode`"),
    Owned("agent", "sessions.startingPort", "`sessions.startingPort`"),
    Owned("agent", "sessions.maxServices", "`sessions.maxServices`"),
    Owned("agent", "sessions.externalIP", "`sessions.externalIP`"),
    Owned("gateway", "streamSession.portRange", "`gateway.streamPorts`"),
    Owned("gateway", "tcpSession.portRange", "`gateway.streamPorts`"),
)
VARIABLES = (
    Owned("server", "apiserver.extraEnvs", "`server.env` and `server.config`"),
    Owned("agent", "agentk8sglue.extraEnvs", "`agent.env`"),
)
AGENT_VARIABLES = {
    "CLEARML_API_HOST": "`spec.hosts.api`",
    "CLEARML_WEB_HOST": "`spec.hosts.app`",
    "CLEARML_FILES_HOST": "`spec.hosts.files`",
    "CLEARML_API_ACCESS_KEY": "the bootstrap Job, which mints it",
    "CLEARML_API_SECRET_KEY": "the bootstrap Job, which mints it",
}
REDIS_VARIABLES = tuple(f"CLEARML_AGENT_REDIS_{what}" for what in ("HOST", "PORT", "DB", "PASSWORD"))
