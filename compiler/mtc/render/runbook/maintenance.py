"""What to do when a Job fails, and when a secret has to be another one."""

from __future__ import annotations

from collections.abc import Iterator

from mtc.render.runbook.told import Told


def failing_jobs(told: Told) -> Iterator[str]:
    """A bootstrap Job's exit codes, and how to run it again."""
    plan, b, control = told.plan, told.plan.blueprint, told.plan.control
    yield f"""\
## When a bootstrap Job fails

Each tenant has a Job `bootstrap-TENANT` in `{control}`. It may be run again at any time: what is done already is not done twice.
Look at its last line first:

```sh
kubectl -n {control} logs job/bootstrap-TENANT --tail=20
kubectl -n {control} get pods -l job-name=bootstrap-TENANT -o jsonpath='{{.items[*].status.containerStatuses[*].state.terminated.exitCode}}'
```

| Exit code | What it means | What to do |
| --- | --- | --- |
| 0 | Done. | Nothing. |
| 78 | Someone must change something. Trying again would not help, so the Job stopped at once. | Read the last line: it says what. Change it, then run the Job again. |
| 75 | A server did not answer in time. | Nothing: Kubernetes tries again, up to {b.bootstrap.backoff_limit} times. Then run the Job again. |
| 130, 143 | The pod was stopped from outside. | Nothing: Kubernetes tries again. |
| 1 | A fault in the program itself. | Keep the log and report it. |

To run it again:

```sh
kubectl -n {control} delete job bootstrap-TENANT
flux reconcile kustomization {plan.name}-tenant-TENANT --namespace={b.flux.namespace}
```
"""
    if b.server.applications.enabled and b.server.applications.package is not None:
        yield f"""\

The Job `applications` uploads ClearML's applications, with the same exit codes. It is run again in the same way:

```sh
kubectl -n {control} logs job/applications --tail=20
kubectl -n {control} delete job applications
flux reconcile kustomization {told.platform} --namespace={b.flux.namespace}
```
"""
    yield "\n"


def rotation(told: Told) -> Iterator[str]:
    """How credentials are changed."""
    plan, b, store = told.plan, told.plan.blueprint, told.store
    yield """\
## Rotation

- **A tenant's credentials**: raise `admin.rotate` of the tenant by one, render and commit. The Job makes new ones, and revokes the old.
  Flux upgrades agent and gateway with them; a pod that goes on saying `401` still has the old ones, and starts anew with
  `kubectl -n NAMESPACE rollout restart deployment`. Tasks that run at that moment hold the old ones too: rotate between them.
- **A Secret of the list above**: change the value where it comes from. What Flux installs with it is upgraded by itself. Pods that
  take it as an environment variable keep the old value until they start again:
  `kubectl -n NAMESPACE rollout restart deployment` restarts those of a namespace.
"""
    if store is not None:
        yield f"""\
  The operator looks for new values every {store.refresh_interval}.
"""
    elif b.secrets.provider == "sops":
        yield """\
  Edit the file with `sops`, render and commit.
"""
    if plan.redis is not None:
        yield f"""\
- **Redis' password** is shared by all tenants: change it for Redis and for every tenant at once, then restart Redis
  (`kubectl -n {b.redis.namespace} rollout restart statefulset`) and the agents.
  Until both are done, agents cannot reach Redis.
"""
    for secret in plan.secrets:
        if secret.name == "api-credentials" and secret.remote != (secret.namespace, secret.name):
            yield f"""\
- **The pair that creates tenants** (`api-credentials`) is also in `{secret.remote[1]}`: change both together, and restart the server before
  the next bootstrap Job runs.
"""
