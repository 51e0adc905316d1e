"""Which Secrets to provide, and what belongs in them."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

from mtc.model.markdown import code, plain
from mtc.render.runbook.told import Told
from mtc.render.runbook.words import characters, listed


def secrets(told: Told) -> Iterator[str]:
    """The whole chapter."""
    b, store = told.plan.blueprint, told.store
    yield """\
## Secrets to provide

No secret value is in the blueprint or in this tree. `mtc secrets BLUEPRINT` lists the same Secrets, as a table, as
JSON, or as manifests to fill in, with the right types and labels.

"""
    if not told.secrets:
        yield """\
This deployment needs none.
"""
    elif b.secrets.provider == "manual":
        yield """\
Each Secret must be in the cluster, made by you. Its namespace exists once the platform (or the tenant) is applied; until
the Secret is there, what reads it waits and tries again.
"""
    elif b.secrets.provider == "sops":
        yield f"""\
Each Secret is an encrypted file beside the blueprint. `mtc render` checks it and copies it byte for byte.
`mtc secrets BLUEPRINT -o {quote(told.sops_folder)}`, beside the blueprint, writes those that are missing, with placeholders. Fill each one in,
and encrypt it before you commit: `sops encrypt --age RECIPIENT --encrypted-regex '^(data|stringData)$' --in-place FILE`.
"""
    elif store is not None:
        yield f"""\
Each Secret is read from the {store.store_kind} {code(store.store_name)}: put the values there, under the remote key. The operator looks every {store.refresh_interval}.
"""
    if told.secrets:
        yield from _tables(told)
    yield "\n"


def _tables(told: Told) -> Iterator[str]:
    """The Secrets, and what each value is."""
    yield "\n"
    provider = told.plan.blueprint.secrets.provider
    column = {"external-secrets": " Remote key |", "sops": " File |", "manual": ""}[provider]
    yield f"""\
| Namespace | Secret | Keys |{column}
| --- | --- | --- |{" --- |" if column else ""}
"""
    shown: dict[tuple[str, tuple[str, ...]], str] = {}  # a thousand tenants have the same few
    for secret in told.secrets:
        key = (secret.name, secret.keys)
        if key not in shown:
            shown[key] = f"{code(secret.name)} | {listed(secret.keys)}"
        yield f"""\
| `{secret.namespace}` | {shown[key]} |{f" {code(secret.remote)} |" if column else ""}
"""
    naming = "A name with dots is a path inside the document `values.yaml`."
    if told.store is not None:
        naming = "The value's name is the property under the remote key."
    yield f"""\

`echo "x$(openssl rand -hex 24)"` makes up a random value that every reader on its way takes as it is.

What each value is. {naming}

| Secret | Value | What it is | May not hold |
| --- | --- | --- | --- |
"""
    for row in told.values:
        yield f"""\
| {code(row.secret)} | {code(row.value)} | {plain(row.note)} | {characters(row.forbidden)} |
"""
    if told.equals:
        yield "\n"
        if told.store is not None:
            yield """\
These values stand in more than one Secret. They come from one remote key, so there is nothing to do twice:
"""
        else:
            yield """\
These values must be equal, letter for letter:
"""
        yield "\n"
        for equal in told.equals:
            places = f"in {equal.places} namespaces, `{equal.example}` the first"
            if equal.places == 1:
                places = f"in `{equal.example}`"
            where = f"`{equal.namespace}`" if equal.namespace else "the same namespace"
            yield f"""\
- {code(equal.key)} of {code(equal.secret)} ({places}) = {code(equal.property)} of {code(equal.source)} in {where}
"""
