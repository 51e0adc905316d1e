"""Secrets: none is in the blueprint, and every one that the tree needs is really one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from math import log2

from mtc.check.config import credential_setting
from mtc.check.findings import Finding, dotted, rule, shared
from mtc.check.installs import installs, walk
from mtc.check.owned import CREDENTIALS
from mtc.check.text import scan
from mtc.model.blueprint import Blueprint, Tenant
from mtc.model.diagnostic import Diagnostic, Label
from mtc.model.rule import Rule
from mtc.model.source import Route
from mtc.model.tokens import REFERENCE_NAME, SECRET_NAME, TOKENS

WORDS = re.compile(r"[A-Za-z]+(?:[-._/][A-Za-z]+)*\Z")
SHORTEST, LEAST_ENTROPY = 8, 2.75  # characters; bits a character, which the guide's own `sdkWoq23` exceeds


def plaintext(b: Blueprint) -> Iterator[Diagnostic]:
    """A token or key that everyone who reads the repository can use.

    Its shape says what it is, in a value or in a comment. It must be revoked, not only taken out: Git keeps
    it.

    Fails:
        tenantDefaults: {agent: {env: {GIT_AUTH: "glpat-exampleexampleexample"}}}

    Passes:
        tenantDefaults: {agent: {env: {GIT_AUTH: {secret: git, key: token}}}}
    """
    for what, marker, pattern in TOKENS:
        for span in scan(b.source, marker, pattern):
            yield Diagnostic(
                "secrets/plaintext",
                f"{what} stands here for everyone to read",
                Label(span),
                "revoke it, since Git keeps it; then refer to a Secret: `{secret: …, key: …}`",
            )


def looks_secret(b: Blueprint) -> Iterator[Finding]:
    """Text that is a secret by its name and by its look.

    A blueprint is in Git, and so is the tree that is made of it.

    Fails:
        tenantDefaults: {agent: {env: {GIT_PASSWORD: jdhfKmsd1}}}

    Passes:
        tenantDefaults: {agent: {env: {GIT_PASSWORD: {secret: git, key: password}}}}
    """
    for name, text, route, tenants in _texts(b):
        named = SECRET_NAME.search(name) and not REFERENCE_NAME.search(name)
        if named and _random(text):
            yield Finding(
                route,
                f"what `{name}` holds looks like a secret",
                "refer to a Secret instead, where the place takes `{secret: …, key: …}`, "
                "or silence this with the reason why it is none",
                tenants=tenants,
            )


def default_identity(b: Blueprint) -> Iterator[Finding]:
    """A server that keeps the keys its chart was published with.

    Charts have fixed defaults for the server's own keys and for the secret that signs its tokens. Whoever
    knows them, which is everyone, signs a token for any user of any tenant.

    Fails:
        server: {identity: chart}

    Passes:
        server: {identity: secret}
    """
    if b.server.identity == "chart":
        yield Finding(
            ("spec", "server", "identity"),
            "the server keeps the keys that its chart was published with: anyone can sign its tokens",
            "write `identity: secret`, or silence this once you know that your chart makes its own",
        )


def namespaced_store(b: Blueprint) -> Iterator[Finding]:
    """A SecretStore, which exists in one namespace, for Secrets in many.

    An ExternalSecret finds a `SecretStore` in its own namespace alone. The tree needs Secrets in the control
    namespace, the server's, Redis' and the tenants'.

    Fails:
        secrets:
          provider: external-secrets
          externalSecrets: {store: {kind: SecretStore, name: vault}, keyPrefix: clearml}

    Passes:
        secrets:
          provider: external-secrets
          externalSecrets: {store: {kind: ClusterSecretStore, name: vault}, keyPrefix: clearml}
    """
    external = b.secrets.external_secrets
    if b.secrets.provider == "external-secrets" and external and external.store_kind == "SecretStore":
        yield Finding(
            ("spec", "secrets", "externalSecrets", "store", "kind"),
            f"the SecretStore `{external.store_name}` would have to exist in every namespace with a Secret",
            "take a ClusterSecretStore, or silence this where something makes one in each namespace",
        )


def _texts(b: Blueprint) -> Iterator[tuple[str, str, Route, tuple[Tenant, ...]]]:
    """(name, text, where, whose) of every text in the places that take any name."""
    for install in installs(b):
        owned = {row.path for row in CREDENTIALS if row.part == install.part}  # values/credential's
        for path, value in walk(install.values):
            if dotted(path) not in owned:
                yield from _named(path, value, install.route, install.tenants)
    for texts, route, owners in _maps(b):
        for name, value in texts.items():
            if isinstance(value, str) and not credential_setting(route, name):  # config/credential's
                yield name.rpartition(".")[2], value, (*route, name), owners


def _maps(b: Blueprint) -> Iterator[tuple[Mapping[str, object], Route, tuple[Tenant, ...]]]:
    yield b.server.config, ("spec", "server", "config"), ()
    yield b.server.env, ("spec", "server", "env"), ()
    yield b.annotations, ("metadata", "annotations"), ()
    for tenants in shared(b, "agent.env"):
        yield tenants[0].agent.env, (*tenants[0].route, "agent", "env"), tuple(tenants)
    for tenants in shared(b, "queues"):
        for queue in tenants[0].queues:
            yield queue.env, (*tenants[0].route, "queues", queue.name, "env"), tuple(tenants)
    for tenants in shared(b, "annotations"):
        yield tenants[0].annotations, (*tenants[0].route, "annotations"), tuple(tenants)


def _named(
    path: Route, value: object, route: Route, tenants: tuple[Tenant, ...]
) -> Iterator[tuple[str, str, Route, tuple[Tenant, ...]]]:
    """A text under its key, and the `{name, value}` of a container's variable."""
    if isinstance(value, str):
        yield str(path[-1]), value, (*route, *path), tenants
    elif isinstance(value, dict) and isinstance(value.get("value"), str):
        yield str(value.get("name")), str(value["value"]), (*route, *path, "value"), tenants


def _random(text: str) -> bool:
    """Long enough, of more than words, and of many different characters."""
    if len(text) < SHORTEST or WORDS.match(text) or any(char.isspace() for char in text):
        return False
    if text.startswith(("$(", "{{", "/", "http://", "https://")):
        return False
    counts = Counter(text)
    entropy = -sum(count / len(text) * log2(count / len(text)) for count in counts.values())
    return entropy >= LEAST_ENTROPY


RULES: tuple[Rule[Blueprint], ...] = (
    Rule("secrets/plaintext", "error", plaintext),
    rule("secrets/looks-secret", looks_secret, "warning"),
    rule("secrets/default-identity", default_identity, "warning"),
    rule("secrets/namespaced-store", namespaced_store, "warning"),
)
