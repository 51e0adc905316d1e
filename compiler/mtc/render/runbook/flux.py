"""How Flux is pointed at the tree, and what it says while it works."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

from mtc.model.markdown import code
from mtc.render.runbook.told import Told
from mtc.render.runbook.words import listed
from mtc.yamlio.emit import scalar


def flux(told: Told) -> Iterator[str]:
    """The Kustomization that starts everything."""
    plan, flux, control = told.plan, told.plan.blueprint.flux, told.plan.control
    yield f"""\
## Point Flux at this tree

The tree must lie at {code(flux.path)} in the Flux source `{flux.source.kind}/{flux.source.name}`.
"""
    if flux.source.kind == "GitRepository":
        yield f"""\
`flux create source git {flux.source.name} --namespace={flux.namespace} --url=URL --branch=BRANCH` makes that source where it does not exist yet.
"""
    elif flux.source.kind == "OCIRepository":
        yield f"""\
`flux push artifact oci://REGISTRY/TREE:latest --path=FOLDER --source=URL --revision=REVISION` puts it there, and
`flux create source oci {flux.source.name} --namespace={flux.namespace} --url=oci://REGISTRY/TREE --tag=latest` makes the source.
"""
    yield f"""\
One Kustomization starts everything. Make it once:

```sh
flux create kustomization {plan.name}-tree --namespace={flux.namespace} \\
  --source={flux.source.kind}/{flux.source.name} --path={quote(flux.path)} \\
  --prune=true --interval={flux.interval}{" --service-account=kustomize-controller" if flux.lockdown else ""}
```

Or commit it where Flux already looks:

```yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: {scalar(f"{plan.name}-tree")}
  namespace: {scalar(flux.namespace)}
spec:
  interval: {scalar(flux.interval)}
  path: {scalar(flux.path)}
  prune: true
"""
    if flux.lockdown:
        yield """\
  serviceAccountName: kustomize-controller
"""
    yield f"""\
  sourceRef:
    kind: {flux.source.kind}
    name: {scalar(flux.source.name)}
```

{code(told.flux_path)} as the path gives the same. `prune: true` matters: a tenant that leaves the blueprint leaves the cluster by it.

See how far it is:

```sh
flux get kustomizations --namespace={flux.namespace}
flux get helmreleases --namespace={control}
kubectl -n {control} get jobs
```

The platform comes first; it may take up to {flux.platform_timeout}. Tenants wait for it.

"""


def waiting(told: Told) -> Iterator[str]:
    """What stands still, and why."""
    plan, b, control = told.plan, told.plan.blueprint, told.plan.control
    yield f"""\
### When something waits

All but a failed Job tries again by itself: mend the cause, and it goes on. `flux events --namespace={control}` and
`kubectl -n NAMESPACE describe pod POD` have the details.

| What you see | What it waits for |
| --- | --- |
| Kustomization `{plan.name}-tenant-TENANT`: `DependencyNotReady` | The platform. Look at HelmRelease `{plan.server.release.name}`. |
| HelmRelease `{plan.server.release.name}`: `ValuesError` | A Secret to provide in `{control}`: {listed(plan.server.release.values_from)}. |
| HelmRelease `TENANT-agent` or `TENANT-gateway`: `ValuesError` | The bootstrap Job, which writes the tenant's credentials: see [below](#when-a-bootstrap-job-fails). |
"""
    if told.repositories:
        yield f"""\
| A HelmRelease: its chart is not ready, and the source says `401` or `unauthorized` | The right credentials: {listed(told.repositories)}. |
"""
    yield """\
| A pod: `ImagePullBackOff` | The right password in `image-credentials`; for a Job's pod, the image `spec.bootstrap.image`. |
| A pod: `CreateContainerConfigError` | A Secret to provide in the pod's namespace, or a key of it. |
"""
    if b.isolation == "strict":
        yield f"""\
| The agent's pod: `Init` for minutes, its log shows time-outs of {code(f"https://{b.hosts.api}")} | A private address of the load balancer, which tenants may not reach: `spec.cluster.ingressController.addresses`. |
"""
    yield f"""\
| A Job's pod: `Pending`, or no pod at all | Room in the cluster; `kubectl -n {control} get events` says more. |
| The API's pod: `CrashLoopBackOff` | `kubectl -n {b.server.namespace} logs POD --previous`: a value in `server` or `server-identity` that its parser does not read stops it. |
"""
