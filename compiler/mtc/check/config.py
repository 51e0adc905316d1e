"""The server's configuration in `server.config` and `server.env`: it arrives, once, where it was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mtc.check.findings import Finding, dotted, rule, shared
from mtc.check.installs import at
from mtc.encodings import PREFIXES, plainly_read, variable_name, variable_path, variable_steps
from mtc.model.blueprint import Blueprint, Env
from mtc.model.clearml import SSO_PROVIDERS
from mtc.model.source import Route

SERVER: Route = ("spec", "server")
ELEMENT = re.compile(r"[a-z0-9_][a-z0-9_-]*\Z")  # `-` in front replaces a whole subtree

CREDENTIAL = re.compile(
    r"secure\.(?:(?:.+\.)?(?:user_key|user_secret|client_secret|sasl_plain_password|token_secret|password)\Z"
    r"|http\.session_secret\.)"
)


def unreadable_path(b: Blueprint) -> Iterator[Finding]:
    """A path that the server would read as another one.

    It comes to the server as a variable, `CLEARML__a__b`, which is lower-cased and split at every `__`; a
    character such as `+` or `@` in it stops the server at start, and of a variable in `server.env` that has
    nothing between two `__` it reads the rest.

    Fails:
        server: {config: {services.Tasks.watch_interval: 900}}

    Passes:
        server: {config: {services.tasks.watch_interval: 900}}
    """
    for path in b.server.config:
        if _arrives(path):
            continue
        lower = path.lower()
        way_out = (
            f"write `{lower}`" if _arrives(lower) else "use lower-case letters, digits, `-` and single `_`"
        )
        yield Finding(
            (*SERVER, "config", path),
            f"the server cannot be told the path `{path}`",
            way_out,
            on_key=True,
        )
    for name in b.server.env:
        if name.startswith(PREFIXES) and "" in variable_steps(name):
            read = variable_path(name)
            yield Finding(
                (*SERVER, "env", name),
                f"`{name}` has a hole in its path, which the server closes"
                if read
                else f"`{name}` names no setting, and the server does not start with it",
                f"write `{variable_name(read)}`" if read else "take it out",
                on_key=True,
            )


def unreadable_value(b: Blueprint) -> Iterator[Finding]:
    """A value that does not arrive as it was written.

    The server's parser drops empty texts from lists, and no variable can hold a zero character. A variable of
    `server.env` that configures the server goes to that parser as it stands: text with a `@`, `#` or blank
    stops the server, or is cut.

    Fails:
        server: {config: {services.login.email_filters.allowed: [example.com, ""]}}

    Passes:
        server: {config: {services.login.email_filters.allowed: [example.com]}}
    """
    for path, value in b.server.config.items():
        route = (*SERVER, "config", path)
        for index, item in enumerate(value if isinstance(value, list) else ()):
            if item == "":
                message = f"the server drops the empty text from the list `{path}`"
                yield Finding((*route, index), message, "take it out")
        if "\0" in str(value):
            yield Finding(route, f"`{path}` holds a zero character, which no variable can", "take it out")
    yield from _unread(b.server.env)
    yield from _zeros(b.server.env, (*SERVER, "env"))
    for tenants in shared(b, "agent.env"):
        yield from _zeros(tenants[0].agent.env, (*tenants[0].route, "agent", "env"))


def _unread(env: Env) -> Iterator[Finding]:
    for name, value in env.items():
        if not (name.startswith(PREFIXES) and isinstance(value, str)) or "\0" in value or plainly_read(value):
            continue
        route = (*SERVER, "env", name)
        message = f"the server's parser does not read the value of `{name}` as it stands"
        yield Finding(route, message, f"write it in `server.config`, as `{'.'.join(_read(route))}`")


def _zeros(env: Env, route: Route) -> Iterator[Finding]:
    for name, value in env.items():
        if isinstance(value, str) and "\0" in value:
            yield Finding(
                (*route, name), f"`{name}` holds a zero character, which no variable can", "take it out"
            )


def credential(b: Blueprint) -> Iterator[Finding]:
    """A credential of the server in its configuration.

    What stands here is in Git for everyone to read. The supervisor's pair, login providers' client secrets
    and billing's password come from the Secret `server`; the keys that sign tokens from `server-identity`.

    Fails:
        server: {config: {secure.credentials.supervisor.user_secret: hunter2}}

    Passes:
        server: {supervisor: {email: root@example.com}}
    """
    for path, route in _settings(b):
        value = b.server.env[str(route[-1])] if route[2] == "env" else b.server.config[str(route[-1])]
        if CREDENTIAL.match(path) and isinstance(value, str):
            yield Finding(
                route,
                f"`{path}` is a credential, and stands here for everyone to read",
                "take it out, and change it, since Git keeps it: `server` or `server-identity` brings it",
            )


def owned(b: Blueprint) -> Iterator[Finding]:
    """A setting that a field of the blueprint makes already.

    The server would have the variable twice: the last one wins, or the API server refuses the Deployment.

    Fails:
        server: {config: {apiserver.company.unique_names: false}}

    Passes:
        server: {companies: {uniqueNames: false}}
    """
    for name in b.server.env:
        if name.startswith("SECRET_"):
            yield Finding(
                (*SERVER, "env", name),
                f"`{name}` may be one of the variables that bring the server its secrets, `SECRET_…`",
                "give it another name",
                on_key=True,
            )
    made = _Settings()
    for path, field in _made(b):
        made.add(path, field)
    for path, route in _settings(b):
        already = made.clash(path)
        if already is None or CREDENTIAL.match(path):  # that is config/credential
            continue
        field = made.routes[already]
        what = f"is made by `{dotted(field)}` already"
        if already != path:
            what = f"and `{already}`, which `{dotted(field)}` makes, cannot both be: one lies in the other"
        way_out = f"take it out, and write what you mean in `{dotted(field)}`"
        yield Finding(route, f"`{path}` {what}", way_out, related=((field, "makes it"),))


def twice(b: Blueprint) -> Iterator[Finding]:
    """One setting under two names.

    Paths lose their case on the way, and `server.env` can say the same as `server.config`: the server keeps
    the one whose variable sorts last. So it does where one setting lies in another.

    Fails:
        server:
          config: {services.tasks.watch_interval: 900}
          env: {CLEARML__services__tasks__watch_interval: "600"}

    Passes:
        server:
          config: {services.tasks.watch_interval: 900}
          env: {LOG_LEVEL: debug}
    """
    known = _Settings()
    for path, again in _settings(b):
        other = known.clash(path)
        if other is not None:
            both = f"`{path}` and `{other}` cannot both be: one lies in the other"
            yield Finding(
                again,
                f"`{path}` is set twice" if other == path else both,
                "take one of the two out",
                related=((known.routes[other], "here too" if other == path else "the other"),),
            )
        known.add(path, again)


class _Settings:
    """Settings' paths, and where each was first made."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self._inside: dict[str, str] = {}  # what others lie in → the first of them

    def add(self, path: str, route: Route) -> None:
        self.routes.setdefault(path, route)
        for outer in _outer(path):
            self._inside.setdefault(outer, path)

    def clash(self, path: str) -> str | None:
        """The one that is this, or that it lies in, or that lies in it."""
        known = (outer for outer in (path, *_outer(path)) if outer in self.routes)
        return next(known, self._inside.get(path))


def _outer(path: str) -> Iterator[str]:
    """`a.b.c` → `a.b`, `a`."""
    while "." in path:
        path = path.rpartition(".")[0]
        yield path


def _arrives(path: str) -> bool:
    steps = tuple(path.split("."))
    return variable_path(variable_name(steps)) == steps and all(ELEMENT.match(step) for step in steps)


def credential_setting(route: Route, name: str) -> bool:
    """True for a setting of the server that config/credential judges."""
    return route[:2] == SERVER and CREDENTIAL.match(".".join(_read((*route, name)))) is not None


def _settings(b: Blueprint) -> Iterator[tuple[str, Route]]:
    """(path as the server reads it, where) of everything in `config` and `env`."""
    for field, names in (("config", b.server.config), ("env", b.server.env)):
        for name in names:
            route = (*SERVER, field, name)
            if field == "config" or name.startswith(PREFIXES):
                yield ".".join(_read(route)), route


def _read(route: Route) -> tuple[str, ...]:
    name = str(route[-1])
    return variable_path(name if route[-2] == "env" else variable_name(name.split(".")))


def _made(b: Blueprint) -> Iterator[tuple[str, Route]]:
    """(path, the field that makes it) of every setting that the blueprint's fields make."""
    server = b.server
    yield "apiserver.company.unique_names", (*SERVER, "companies", "uniqueNames")
    if server.max_running_applications is not None:
        route = (*SERVER, "companies", "maxRunningApplications")
        yield "services.applications.max_running_apps_per_company", route
    yield from _grants(b)
    if server.supervisor is not None:
        for name in ("role", "allow_login", "user_key", "user_secret", "sec_groups", "email"):
            yield f"secure.credentials.supervisor.{name}", (*SERVER, "supervisor")
        if server.supervisor.company is not None:
            yield "services.workers.resource_usages.supervisor_company", (*SERVER, "supervisor", "company")
    for provider in server.sso:
        yield from _sso(provider.name, provider.settings)
    if b.billing.enabled:
        yield from _billing()


def _grants(b: Blueprint) -> Iterator[tuple[str, Route]]:
    for feature in b.server.features:
        yield f"services.organization.features.{feature}", (*SERVER, "features")
    for role, pages in b.server.ui_features.items():
        for page in pages:
            yield f"services.auth.ui_features_per_role.{role}.{page}", (*SERVER, "uiFeatures", role)
    for group in b.server.groups:
        for name in ("features", *(("id", "name", "assignable", "system") if group.custom else ())):
            yield f"services.auth.default_groups.{group.key}.{name}", (*SERVER, "groups", group.key)


def _sso(name: str, settings: Mapping[str, object]) -> Iterator[tuple[str, Route]]:
    route = (*SERVER, "sso", name)
    yield f"secure.login.sso.oauth_client.{name}.client_secret", route
    for key in SSO_PROVIDERS[name]:
        path = tuple(key.name.split("."))
        if at(settings, path)[0]:
            root = "secure" if key.secure else "services"
            yield f"{root}.login.sso.oauth_client.{name}.{key.path}", (*route, *path)


def _billing() -> Iterator[tuple[str, Route]]:
    billing: Route = ("spec", "billing")
    yield "billing.enabled", (*billing, "enabled")
    yield "hosts.kafka.billing.host", (*billing, "kafka", "host")
    for name in ("host", "port", "db"):
        yield f"hosts.redis.billing.{name}", (*billing, "redis", name)
    for name in ("security_protocol", "sasl_mechanism", "sasl_plain_username", "sasl_plain_password"):
        yield f"secure.kafka.billing.{name}", (*billing, "kafka")


RULES = (
    rule("config/unreadable-path", unreadable_path),
    rule("config/unreadable-value", unreadable_value),
    rule("config/credential", credential),
    rule("config/owned", owned),
    rule("config/twice", twice),
)
