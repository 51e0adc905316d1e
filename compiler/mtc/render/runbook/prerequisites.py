"""What has to be there before the tree is applied."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

from mtc.model.markdown import code, plain
from mtc.render.runbook.told import Told
from mtc.render.runbook.words import listed


def prerequisites(told: Told) -> Iterator[str]:
    """What must be installed, and how to see that it is."""
    b, store = told.plan.blueprint, told.store
    flux, controller = b.flux, b.cluster.ingress_controller
    made = [secret.name for secret in told.plan.secrets]
    yield f"""\
## Prerequisites

- **Flux {flux.version}** in namespace `{flux.namespace}`. `flux check` says what runs.
- **Kubernetes {plain(b.cluster.kubernetes_version)}**, as the blueprint has it. `kubectl version` says what runs.
- **An ingress controller** with the class {code(controller.class_name)}, in namespace `{controller.namespace}`.
  `kubectl get ingressclass {quote(controller.class_name)}` must find it.
- **A default StorageClass**, or classes named in `values`: the server's databases and files need volumes that last.
  `kubectl get storageclass` marks it with `(default)`.
"""
    if b.tls.cluster_issuer is not None:
        yield f"""\
- **cert-manager**, with the ClusterIssuer {code(b.tls.cluster_issuer)}.
  `kubectl get clusterissuer {quote(b.tls.cluster_issuer)}` must say that it is ready.
"""
    if store is not None:
        yield f"""\
- **External Secrets Operator**, with its CRDs at `external-secrets.io/v1` and the {store.store_kind} {code(store.store_name)}.
  `kubectl get crd externalsecrets.external-secrets.io -o jsonpath='{{.spec.versions[?(@.served==true)].name}}'` must list `v1`.
"""
    if b.secrets.provider == "sops":
        yield f"""\
- **The age key** that the encrypted files were made for, in the Secret {code(b.secrets.sops.decryption_secret)} beside the Flux Kustomizations:
  `kubectl -n {flux.namespace} create secret generic {quote(b.secrets.sops.decryption_secret)} --from-file=age.agekey=KEYFILE`
"""
    if b.bootstrap.pull_secret is not None and b.bootstrap.pull_secret not in made:
        yield f"""\
- **A Secret to pull the Jobs' image with**: {code(b.bootstrap.pull_secret)} in namespace `{told.plan.control}`, of type `kubernetes.io/dockerconfigjson`. This tree does not make it.
"""
    if flux.depends_on:
        yield f"""\
- **These Flux Kustomizations**, ready in namespace `{flux.namespace}`; the platform waits for them: {listed(flux.depends_on)}.
"""
    if flux.shards:
        yield f"""\
- **A kustomize-controller and a helm-controller for each shard**: {listed(flux.shards)}. Without them, the tenants of that shard are never applied, and nothing says so.
"""
    if flux.lockdown:
        yield f"""\
- **ServiceAccount `kustomize-controller`** in namespace `{flux.namespace}`, with the rights that Flux gives it: under lockdown the Kustomizations run as it.
"""
    yield """\
- **A network plugin (CNI) that enforces NetworkPolicies.** Without one, every policy in this tree is accepted and none
  has any effect: tenants reach each other. See below.
"""


def enforcement(told: Told) -> Iterator[str]:
    """How to see that NetworkPolicies have an effect."""
    b = told.plan.blueprint
    yield f"""\

### See that NetworkPolicies are enforced

Start a small web server in a namespace of its own:

```sh
kubectl create namespace netpol-check
kubectl -n netpol-check run web --image={quote(b.bootstrap.image)} --port=8080 --expose -- python3 -m http.server 8080
kubectl -n netpol-check wait --for=condition=Ready pod/web --timeout=2m
```

Ask it for a page. The answer must be `200`:

```sh
kubectl -n netpol-check run ask --rm -i --restart=Never --image={quote(b.bootstrap.image)} -- \\
  python3 -c 'import urllib.request as r; print(r.urlopen("http://web:8080", timeout=10).status)'
```

Close the namespace to everyone, wait ten seconds, and ask again with the same command. Now it must fail with `timed out`:

```sh
kubectl apply -f - <<'EOF'
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: closed, namespace: netpol-check}}
spec: {{podSelector: {{}}, policyTypes: [Ingress]}}
EOF
```

If it still says `200`, the cluster does not enforce policies. Do not let tenants in.
"""
    if b.isolation == "strict":
        yield """\

This tree also restricts what tenants may reach (the profile `strict`). Turn the same policy round, and ask once more.
It must fail again, as a time-out or because the name `web` is not found:

```sh
kubectl -n netpol-check patch networkpolicy closed --type=merge -p '{"spec":{"policyTypes":["Egress"]}}'
```

**Cilium** does not count a node's address to an `ipBlock` unless its setting `policyCIDRMatchMode` is `nodes`. Where the
Kubernetes API listens on nodes, agents reach it only with that setting.
"""
    yield """\

Clean up with `kubectl delete namespace netpol-check`.

"""
