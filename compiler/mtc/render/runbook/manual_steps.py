"""What a person does by hand: DNS, certificates, GPUs, charts in Git."""

from __future__ import annotations

from collections.abc import Iterator

from mtc.model.markdown import code, plain
from mtc.render.runbook.told import Told
from mtc.render.runbook.words import listed


def manual_steps(told: Told) -> Iterator[str]:
    """The whole chapter."""
    yield from _names(told)
    if told.plan.blueprint.gpu.dynamic_mig.enabled:
        yield from _gpus(told)
    yield from _charts(told)


def _names(told: Told) -> Iterator[str]:
    """DNS, and the certificate."""
    b, some = told.plan.blueprint, any(tenant.gateway is not None for tenant in told.plan.tenants)
    gateways = " and in the namespace of every tenant with a gateway" if some else ""
    yield f"""\
## Manual steps

### DNS

Each name points to the ingress controller. `kubectl -n {b.cluster.ingress_controller.namespace} get services` shows its address.
"""
    if len(told.hosts) > 8:
        yield f"""\
One wildcard record, `*.{b.domain}`, covers every name that has one label before `{b.domain}`.
"""
    yield """\

| Name | What answers |
| --- | --- |
"""
    for host in told.hosts:
        yield f"""\
| {code(host.name)} | {plain(host.purpose)} |
"""
    if b.tls.secret_name is not None:
        yield f"""\

### The TLS certificate

Every ingress uses the Secret {code(b.tls.secret_name)}, of type `kubernetes.io/tls`. An ingress reads it from its own namespace,
so it must be in `{b.server.namespace}`{gateways}. This tree does not make it.
"""


def _gpus(told: Told) -> Iterator[str]:
    """What the dynamic MIG operator needs."""
    b = told.plan.blueprint
    yield """\

### GPUs: switch MIG on

The dynamic MIG operator cuts up only GPUs that have MIG switched on. On every node for training, for each GPU
(`0` below stands for its number; `nvidia-smi -L` lists them):

```sh
nvidia-smi -i 0 -mig 1
```

It can be run inside the node's `nvidia-device-plugin-daemonset` pod:

```sh
"""
    if b.gpu.operator.enabled:
        yield f"""\
kubectl -n {b.gpu.operator.namespace} get pods -o wide | grep nvidia-device-plugin-daemonset
kubectl -n {b.gpu.operator.namespace} exec -it POD -- nvidia-smi -i 0 -mig 1
"""
    else:
        yield """\
kubectl get pods -A -o wide | grep nvidia-device-plugin-daemonset
kubectl -n NAMESPACE exec -it POD -- nvidia-smi -i 0 -mig 1
"""
    yield f"""\
```

Reboot the node if the command says so. Then label the node:

```sh
kubectl label nodes NODE cdmo.clear.ml/gpu-partitioning=mig
```

### GPUs: the operator's webhooks

If the dynamic MIG operator serves admission webhooks, the Kubernetes API server calls its pods in `{b.gpu.dynamic_mig.namespace}`.
"""
    if b.cluster.api_server_cidrs:
        yield f"""\
The blueprint says that the API server has these addresses (`spec.cluster.apiServerCidrs`): {listed(b.cluster.api_server_cidrs)}.
"""
    else:
        yield """\
The blueprint does not say which addresses the API server has: `spec.cluster.apiServerCidrs` is empty.
"""
    yield """\
A managed control plane may call from other addresses, such as a tunnel's or a node's. If creating pods fails with
`failed calling webhook` and a time-out, find the address that calls, add it to `spec.cluster.apiServerCidrs`, and render again.
"""


def _charts(told: Told) -> Iterator[str]:
    """Charts and applications that no repository has."""
    b = told.plan.blueprint
    if told.git_charts:
        yield f"""\

### Charts in Git

These charts are not in a repository. Unpack each into its folder in the source `{b.flux.source.kind}/{b.flux.source.name}`
(`Chart.yaml` directly in the folder) and commit it. Flux installs a changed chart when the version in its `Chart.yaml` changes.

"""
        for folder in told.git_charts:
            yield f"""\
- {code(folder)}
"""
    if b.server.applications.enabled and b.server.applications.package is None:
        yield """\

### ClearML applications

The blueprint names no archive of applications, so this tree uploads none. Set `spec.server.applications.package`
(`url` and `sha256`), and a Job does it; or upload them by hand, with the script that comes with ClearML's archive.
"""
    yield "\n"
