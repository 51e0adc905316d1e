"""The faults that the proof of isolation finds, each with its manual page."""

from __future__ import annotations

from mtc.model.diagnostic import Diagnostic, Label
from mtc.model.rule import Page
from mtc.model.source import Route
from mtc.reach.fields import identity, is_mapping
from mtc.reach.voids import Void
from mtc.verify.causes import PROFILE, Cause, Places
from mtc.verify.isolation import Denied


def forbidden_flow(places: Places, flow: str, cause: Cause, also: Cause, otherwise: Route) -> Diagnostic:
    """The rendered policies let a flow through that crosses a tenant's border.

    Every NetworkPolicy adds to what is open, and none can take away: one rule of an extra manifest opens a
    wall that all others keep shut. The proof reads the rendered policies alone, for all pods that the
    namespaces may ever hold, and takes the network plugin at its most generous.

    Fails: an extra manifest with a NetworkPolicy in the tenant's namespace whose `ingress` is `[{}]`.
    Passes: a flow in `allow` of the tenant, with its reason.
    """
    both = also.authors and also.policy != cause.policy
    return Diagnostic(
        "network/forbidden-flow",
        f"{flow}, {cause.words}",
        places.label(cause.policy, otherwise),
        "take the rule out; what a tenant needs beyond its walls goes into its `allow`, with the reason"
        if cause.authors
        else "change what makes this policy, or what it selects by",
        related=(places.label(also.policy, PROFILE),) if both else (),
    )


def platform_flow(places: Places, flow: str, cause: Cause) -> Diagnostic:
    """An extra manifest opens a namespace of the platform, to somebody who is no tenant.

    Monitoring does that. It is no tenant's border, but behind it lie databases that ask for no password, and
    the control namespace with every tenant's credentials.

    Fails: an extra NetworkPolicy that lets the namespace `monitoring` into the server's.
    Passes: the same, and `metadata.annotations` with `mtc/allow: "network/platform-flow: our Prometheus"`.
    """
    return Diagnostic(
        "network/platform-flow",
        f"{flow}, {cause.words}",
        places.label(cause.policy, PROFILE),
        "let in no more than the pods and ports that need it",
        "warning",
    )


def denied_flow(places: Places, flow: str, cause: Cause, otherwise: Route) -> Diagnostic:
    """The rendered policies stop a flow that a component needs, or that somebody asked for.

    A policy of type Egress closes whatever it does not name, DNS with it; a chart's override that renames
    pods takes them out of the policies that are meant for them. It is judged by what every network plugin is
    sure to let through.

    Fails: an extra NetworkPolicy in the tenant's namespace with `policyTypes: [Egress]` and one rule.
    Passes: the flow in `allow` of the tenant.
    """
    return Diagnostic(
        "network/denied-flow",
        f"{flow}: {cause.words}",
        places.label(cause.policy if cause.authors else "", otherwise),
        "take the policy out, or let it allow this flow too"
        if cause.authors
        else "let the pods keep the labels that the policy selects by: no override of the chart's names",
    )


def hidden_clients(places: Places, flow: Denied, route: Route) -> Diagnostic:
    """Clients of node ports are let in by their addresses, which nodes may hide.

    A node port answers on every node, and the node that passes a connection on puts its own address in
    place of the client's, unless the Service says `externalTrafficPolicy: Local`. The rule then lets nobody
    in; with the nodes' addresses in it, it would let in everybody.

    Fails: `clientCidrs: [198.51.100.0/24]` with `portMode: true`.
    Passes: `clientCidrs: [0.0.0.0/0]`, with a firewall before the nodes.
    """
    who = ", ".join(f"`{tenant.name}`" for tenant in flow.tenants[:3])
    more = f" and {len(flow.tenants) - 3:,} more" if len(flow.tenants) > 3 else ""
    return Diagnostic(
        "network/hidden-clients",
        f"nodes may hide the addresses by which clients are let into the node ports of {who}{more}",
        Label(places.span((*route, "sessions", "clientCidrs"))),
        "write `0.0.0.0/0` and keep others out before the nodes, or have the Services keep client addresses",
        "warning",
    )


def guide_hole(places: Places, flow: str, words: str) -> Diagnostic:
    """What the guide's policies leave open, or close by mistake.

    `guide` writes them as they are printed, for those who must have exactly that. Each hole is said with a
    flow that it leaves open, as the proof found it in the rendered policies.

    Fails: `isolation: {profile: guide}`.
    Passes: `isolation: {profile: strict}`.
    """
    return Diagnostic(
        "isolation/guide-hole",
        f"under `guide`, {flow}: {words.removeprefix('and ')}",
        Label(places.span(PROFILE)),
        "write `profile: standard`, which mends it",
        "warning",
    )


def host_network(places: Places, namespace: str) -> Diagnostic:
    """A tenant's namespace whose pods may use the nodes' network.

    Policies do not hold for such pods. Pod security `baseline` keeps them out of the namespace, and the proof
    presumes that it does.

    Fails: a rendered Namespace without `pod-security.kubernetes.io/enforce`.
    Passes: the same with `baseline` or `restricted`.
    """
    owners = [tenant for tenant in places.plan.tenants if tenant.namespace.name == namespace]
    return Diagnostic(
        "network/host-network",
        f"pods in `{namespace}` may use the nodes' network, where no NetworkPolicy holds",
        Label(places.span(owners[0].spec.route if owners else PROFILE)),
        "let its Namespace enforce pod security `baseline`",
    )


def voided(places: Places, void: Void) -> Diagnostic:
    """An object beside which a proof from NetworkPolicies alone says nothing.

    A ClusterNetworkPolicy or AdminNetworkPolicy is decided before NetworkPolicies, and a network plugin's own
    policies are combined with them in the plugin's way: either may open what the proof found closed.

    Fails: an extra manifest with a CiliumNetworkPolicy.
    Passes: the same, and `metadata.annotations` with `mtc/allow: "network/void: it only takes away"`.
    """
    extras = [*places.plan.extras, *(each for tenant in places.plan.tenants for each in tenant.extras)]
    origin = next((each.origin for each in extras if _is(each.body, void)), PROFILE)
    where = f"{void.namespace}/{void.name}" if void.namespace else void.name
    return Diagnostic(
        "network/void",
        f"the proof of isolation does not hold beside {void.kind} `{where}`: {void.why}",
        Label(places.span(origin)),
        "take it out, or silence this with the reason why it opens nothing",
        "warning",
    )


def _is(body: object, void: Void) -> bool:
    if not is_mapping(body) or body.get("kind") != void.kind or body.get("apiVersion") != void.api_version:
        return False
    return identity(body)[1:] == (void.namespace, void.name)


def unreadable(places: Places, fault: str) -> Diagnostic:
    """A policy or Namespace that the API server would refuse: Flux would apply nothing of its folder.

    What it means nobody can tell, so nothing is proved.

    Fails: an extra NetworkPolicy with `ingress: [{form: []}]`.
    Passes: the same with `from`.
    """
    extras = [*places.plan.extras, *(each for tenant in places.plan.tenants for each in tenant.extras)]
    named = [each.origin for each in extras if str(each.body.get("kind")) in fault]
    return Diagnostic(
        "network/unreadable",
        " ".join(fault.split()),
        Label(places.span(named[0] if named else PROFILE)),
        "write the object as the API server takes it: `kubectl apply --dry-run=server` says more",
    )


PAGES = (
    Page("network/forbidden-flow", "error", forbidden_flow),
    Page("network/platform-flow", "warning", platform_flow),
    Page("network/denied-flow", "error", denied_flow),
    Page("network/hidden-clients", "warning", hidden_clients),
    Page("network/host-network", "error", host_network),
    Page("network/void", "warning", voided),
    Page("network/unreadable", "error", unreadable),
    Page("isolation/guide-hole", "warning", guide_hole),
)
