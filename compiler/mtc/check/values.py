"""Helm values: the way out for what the language lacks, but not round what the compiler must know."""

from __future__ import annotations

from collections.abc import Iterator

from mtc.check.findings import Finding, dotted, rule, shared
from mtc.check.installs import Install, at, installs, walk
from mtc.check.owned import AGENT_VARIABLES, CREDENTIALS, PORTS, REDIS_VARIABLES, URLS, VARIABLES, Owned
from mtc.model.blueprint import Blueprint
from mtc.model.source import Route

TENANT_PARTS = ("agent", "gateway", "task")
# Charts whose objects the tree refers to by name, and what names them instead.
NAMED_PARTS = {
    "server": ": `server.releaseName` names its objects",
    "redis": ": `redis.releaseName` names its objects",
    "agent": "",
    "gateway": "",
}
PRIVILEGED_PARTS = ("operator", "dynamicMig")  # drivers and device plugins work on the host by nature


def credential(b: Blueprint) -> Iterator[Finding]:
    """Values that bring a credential, or take one away from the compiler.

    What stands here is in Git for everyone to read; and the pair that the bootstrap Job mints, or the
    Secret that somebody provides, would be overridden by it.

    Fails:
        tenantDefaults: {agent: {values: {clearml: {agentk8sglueSecret: "-"}}}}

    Passes:
        tenantDefaults: {agent: {values: {agentk8sglue: {replicaCount: 1}}}}
    """
    yield from _owned(b, CREDENTIALS, "a credential that comes from elsewhere", "take it out: it comes from")
    for install in installs(b):
        there, value = at(install.values, ("auth", "enabled"))
        if install.part == "redis" and there and value is not True:
            yield Finding(
                (*install.route, "auth", "enabled"),
                "`auth.enabled` in `redis.values` takes Redis' password away",
                "take it out: the password comes from the Secret `redis`",
            )


def url(b: Blueprint) -> Iterator[Finding]:
    """Values that change an address the compiler computes.

    Certificates, cookies, network policies and the other charts are made for the addresses in the
    blueprint; a chart that is told another one is reached by nobody, or reaches nothing.

    Fails:
        server: {values: {apiserver: {ingress: {hostName: clearml-api.example.com}}}}

    Passes:
        hosts: {api: clearml-api}
        server: {values: {apiserver: {ingress: {annotations: {example.com/team: ml}}}}}
    """
    return _owned(b, URLS, "an address that the compiler computes", "write it in")


def port(b: Blueprint) -> Iterator[Finding]:
    """Values that take a node port.

    A node port belongs to the whole cluster. The compiler hands them out and keeps who has which; one that
    a chart's values take is not in its books, and the next tenant may be given it too.

    Fails:
        tenantDefaults: {agent: {values: {sessions: {startingPort: 31010}}}}

    Passes:
        tenants:
          - {name: acme, sessions: {startingPort: 31010}}
    """
    yield from _owned(b, PORTS, "what the compiler knows of session ports", "write it in")
    for install in installs(b):
        for path, value in walk(install.values):
            serving = path[-2:] == ("service", "type") and install.part in ("server", "redis", "billing")
            if path[-1] == "nodePort" and type(value) is int and value > 0 and not _reserved(b, value):
                trouble = "takes a node port that the compiler may hand out"
                yield _finding(install, path, trouble, f"list {value} in `spec.nodePorts.reserved`")
            elif serving and value in ("NodePort", "LoadBalancer"):
                trouble = "opens a Service to the outside of the cluster"
                way_out = "take it out: requests enter through the ingress controller"
                yield _finding(install, path, trouble, way_out)


def policy(b: Blueprint) -> Iterator[Finding]:
    """A chart's own NetworkPolicy.

    Policies add up: whatever a chart's policy allows is allowed, whatever the tree's policies were made to
    keep out.

    Fails:
        redis:
          enabled: true
          chart: {repository: charts, name: redis, version: 17.8.3}
          values: {networkPolicy: {enabled: true}}

    Passes:
        redis:
          enabled: true
          chart: {repository: charts, name: redis, version: 17.8.3}
          values: {networkPolicy: {enabled: false}}
    """
    for install in installs(b):
        for path, value in walk(install.values):
            if path[-1] in ("networkPolicy", "networkPolicies") and _on(value):
                trouble = "brings network policies of its own, which add to the tree's"
                yield _finding(install, path, trouble, "take it out, and ask for a flow with `allow`")


def name(b: Blueprint) -> Iterator[Finding]:
    """Values that rename a chart's objects.

    Network policies select pods, and other charts find Services, by the names that follow from release and
    chart. Under another name a policy selects nothing: what it kept out comes in.

    Fails:
        server: {values: {fullnameOverride: clearml}}

    Passes:
        server: {releaseName: clearml-enterprise}
    """
    for install in installs(b):
        for key in ("fullnameOverride", "nameOverride"):
            if install.part in NAMED_PARTS and install.values.get(key):
                trouble = "renames what policies and addresses find by its name"
                yield _finding(install, (key,), trouble, f"take it out{NAMED_PARTS[install.part]}")


def host(b: Blueprint) -> Iterator[Finding]:
    """Values that let a pod out of its box.

    A pod on the host's network is outside every network policy, a privileged one or one with a host path is
    on the node itself, and so beside every tenant's pods. Tenants' namespaces refuse such pods (pod security
    `baseline`): their tasks would never start.

    Fails:
        tenantDefaults: {queues: {default: {templateOverrides: {hostNetwork: true}}}}

    Passes:
        tenantDefaults: {queues: {default: {templateOverrides: {nodeSelector: {pool: gpu}}}}}
    """
    flags = ("hostNetwork", "hostPID", "hostIPC", "privileged")
    for install in installs(b):
        for path, value in walk(install.values) if install.part not in PRIVILEGED_PARTS else ():
            if (path[-1] in flags and value is True) or (path[-1] in ("hostPath", "hostPort") and _on(value)):
                yield _finding(install, path, "opens the host", "take it out: no pod may leave its namespace")


def cluster_access(b: Blueprint) -> Iterator[Finding]:
    """Values that give a tenant's pods rights in the whole cluster.

    Task pods run under the agent's ServiceAccount: what it may do, every user of the tenant may do, in every
    other tenant's namespace too. `agent.rules` gives more rights in the tenant's own.

    Fails:
        tenantDefaults: {agent: {values: {agentk8sglue: {serviceAccountClusterAccess: true}}}}

    Passes:
        tenantDefaults:
          agent: {rules: [{apiGroups: [""], resources: [pods/log], verbs: [get]}]}
    """
    keys = ("serviceAccountClusterAccess", "additionalClusterRoleBindings", "clusterRoleBindings")
    for install in installs(b):
        for path, value in walk(install.values) if install.part in TENANT_PARTS else ():
            if path[-1] in keys and _on(value):
                trouble = "gives a tenant's pods rights in the whole cluster"
                way_out = "take it out, and write what it needs in its own namespace in `rules`"
                yield _finding(install, path, trouble, way_out)


def variables(b: Blueprint) -> Iterator[Finding]:
    """A list of variables beside the compiler's own.

    Helm replaces lists: `extraEnvs` in values takes all of the compiler's variables away, which for the
    server is its whole configuration.

    Fails:
        server: {values: {apiserver: {extraEnvs: [{name: LOG_LEVEL, value: debug}]}}}

    Passes:
        server: {env: {LOG_LEVEL: debug}}
    """
    return _owned(b, VARIABLES, "the list that the compiler's variables are in", "write them in")


def agent_variable(b: Blueprint) -> Iterator[Finding]:
    """A variable that the agent already has.

    A container with a variable twice takes the last one, or the API server refuses the pod template; either
    way it is not the value that was meant.

    Fails:
        tenantDefaults: {agent: {env: {CLEARML_API_HOST: "https://api.example.com"}}}

    Passes:
        tenantDefaults: {agent: {env: {CLEARML_K8S_SUPPORT_SUSPENSION: "1"}}}
    """
    owned = AGENT_VARIABLES | (dict.fromkeys(REDIS_VARIABLES, "`spec.redis`") if b.redis.enabled else {})

    for tenants in shared(b, "agent.env"):
        for name in tenants[0].agent.env:
            if name in owned:
                yield Finding(
                    (*tenants[0].route, "agent", "env", name),
                    f"the agent has the variable `{name}` already",
                    f"take it out: it comes from {owned[name]}",
                    tenants=tenants,
                )


def _owned(b: Blueprint, rows: tuple[Owned, ...], what: str, way_out: str) -> Iterator[Finding]:
    by_part: dict[str, list[Owned]] = {}
    for row in rows:
        by_part.setdefault(row.part, []).append(row)
    for install in installs(b):
        for row in by_part.get(install.part, ()) if install.values else ():
            path: Route = tuple(row.path.split("."))
            if at(install.values, path)[0]:
                yield Finding(
                    (*install.route, *path),
                    f"`{row.path}` in the values of `{install.part}` overrides {what}",
                    f"{way_out} {row.instead}",
                    tenants=install.tenants,
                )


def _finding(install: Install, path: Route, trouble: str, way_out: str) -> Finding:
    where = "`templateOverrides`" if install.part == "task" else f"the values of `{install.part}`"
    return Finding(
        (*install.route, *path),
        f"`{dotted(path)}` in {where} {trouble}",
        way_out,
        tenants=install.tenants,
        on_key=True,
    )


def _on(value: object) -> bool:
    """A switch that is on: true, or a map that is not switched off, or a list with something in it."""
    if isinstance(value, dict):
        return bool(value) and value.get("enabled", True) is not False
    return bool(value)


def _reserved(b: Blueprint, port: int) -> bool:
    return any(ports.first <= port <= ports.last for ports in b.node_ports.reserved)


RULES = (
    rule("values/credential", credential),
    rule("values/url", url),
    rule("values/port", port),
    rule("values/policy", policy),
    rule("values/name", name),
    rule("values/host", host),
    rule("values/cluster-access", cluster_access),
    rule("values/variables", variables),
    rule("values/agent-variable", agent_variable),
)
