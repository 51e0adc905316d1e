"""The faults that are found in rendered rights, each with its manual page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from mtc.model.diagnostic import Diagnostic, Label
from mtc.model.document import Document
from mtc.model.rule import Page
from mtc.verify.rights import Grant

Trespass: TypeAlias = Callable[[Label, Grant, str, int | None], Diagnostic]


def tenant_account(label: Label, grant: Grant, what: str, index: int | None) -> Diagnostic:
    """An account of a tenant may move the tenant's walls, or act outside its namespace.

    Tenants' releases run as an account each, their pods as those of their namespace, and who may start a pod
    there has the rights of all of these. None may change network policies, quotas or limits, make objects
    that Flux acts on, grant more than it has, or do anything in another namespace: or one tenant opens all
    others. Rights are read from the rendered roles and bindings, extra manifests with them; `cluster-admin`,
    `admin` and `edit` hold all that, since Flux adds its kinds to the last two.

    Fails: an extra RoleBinding of the tenant's account `tenant-acme` to the ClusterRole `edit`.
    Passes: the same, to a Role that names resources and verbs, in the tenant's namespace.
    """
    return Diagnostic(
        "access/tenant-account",
        f"{grant.holder.text} may {what}{_by(grant, index)}",
        label,
        "bind it in the tenant's namespace alone, to a Role that names the resources and verbs it needs, "
        "and none that is a wall",
    )


def bootstrap_account(label: Label, grant: Grant, what: str, index: int | None) -> Diagnostic:
    """The account of a bootstrap Job may do more than read and write its one Secret.

    The control namespace holds every tenant's credentials side by side. A Job there gets, patches and updates
    the Secret of its own tenant, by name, and nothing else anywhere.

    Fails: an extra Role and RoleBinding that let `bootstrap-acme` list Secrets in the control namespace.
    Passes: the same for an account of the author's own.
    """
    return Diagnostic(
        "access/bootstrap-account",
        f"{grant.holder.text} may {what}{_by(grant, index)}",
        label,
        "bind what needs this to an account of its own",
    )


def stranger(label: Label, grant: Grant) -> Diagnostic:
    """A binding that mtc makes binds somebody else than the tree's accounts.

    What the tenants' releases and Jobs may do is meant for them alone.

    Fails: a rendered RoleBinding whose subject is no ServiceAccount of the tree.
    Passes: the same with the tenant's account.
    """
    return Diagnostic(
        "access/stranger",
        f"{_name(grant.binding)} gives {grant.holder.text}, who is no account of the tree, "
        f"the {grant.role_kind} `{grant.role_name}`",
        label,
        "nothing in a blueprint asks for that: it is a bug in mtc",
    )


def release_account(label: Label, release: Document, account: str) -> Diagnostic:
    """A tenant's release runs with other rights than those of the tenant's account.

    Flux applies a release with the rights of `serviceAccountName`, and without it with its own, which are the
    cluster administrator's.

    Fails: a rendered HelmRelease of a tenant without `serviceAccountName`.
    Passes: the same with the tenant's account.
    """
    who = f"as `{account}`" if account else "with Flux's own rights"
    return Diagnostic(
        "access/release-account",
        f"{_name(release)} of tenant `{release.tenant}` runs {who}, and not as the tenant's account",
        label,
        "nothing in a blueprint asks for that: it is a bug in mtc",
    )


def wide_rule(label: Label, role: Document, index: int, what: str) -> Diagnostic:
    """A rule of the author's gives more than whoever wrote it can have looked at.

    A wildcard takes in what is installed tomorrow; `escalate`, `bind` and `impersonate` give rights that no
    role names; `secrets` without `resourceNames` gives every password of the namespace. This is about
    `agent.rules`, `gateway.rules` and the roles among the extra manifests; where such a rule breaks a promise
    it is an error, of another code.

    Fails:
        tenantDefaults:
          agent: {rules: [{apiGroups: [apps], resources: [deployments], verbs: ["*"]}]}

    Passes:
        tenantDefaults:
          agent: {rules: [{apiGroups: [apps], resources: [deployments], verbs: [get, list]}]}
    """
    return Diagnostic(
        "access/wide-rule",
        f"`rules[{index}]` of {_name(role)} allows {what}",
        label,
        "name what is needed, or silence this with the reason",
        "warning",
    )


def wide_binding(label: Label, grant: Grant, what: str) -> Diagnostic:
    """A binding of the author's gives much, or nobody can tell how much.

    `cluster-admin`, `admin` and `edit` change network policies and, since Flux adds its kinds to them, make
    objects that Flux applies with its own rights. A role that the tree does not hold, or that the cluster
    puts together from others, may come to hold anything. A tenant's account that is bound in the whole
    cluster sees what belongs to no namespace: nodes, their addresses and labels.

    Fails: an extra ClusterRoleBinding of the group `ops` to `cluster-admin`.
    Passes: the same, and `metadata.annotations` with `mtc/allow: "access/wide-binding: they run it"`.
    """
    return Diagnostic(
        "access/wide-binding",
        f"{_name(grant.binding)} {what}",
        label,
        "bind a role of the extra manifests that names what is needed, or silence this with the reason",
        "warning",
    )


def _by(grant: Grant, index: int | None) -> str:
    rule = f"`rules[{index}]` of " if index is not None else ""
    role = f"the {grant.role_kind} `{grant.role_name}`"
    return f", by {rule}{role} and {_name(grant.binding)}"


def _name(document: Document) -> str:
    _, kind, namespace, name = document.identity
    return f"the {kind} `{namespace}/{name}`" if namespace else f"the {kind} `{name}`"


PAGES = (
    Page("access/tenant-account", "error", tenant_account),
    Page("access/bootstrap-account", "error", bootstrap_account),
    Page("access/stranger", "error", stranger),
    Page("access/release-account", "error", release_account),
    Page("access/wide-rule", "warning", wide_rule),
    Page("access/wide-binding", "warning", wide_binding),
)
