"""verify/wording: each keyword's sentence, read as a person would."""

from __future__ import annotations

from typing import Any

import pytest

from mtc.verify.shapes import shape_faults
from mtc.verify.wording import shown

META = {"name": "x", "namespace": "acme"}
POLICY: dict[str, Any] = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": META}
BUDGET: dict[str, Any] = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": META}
SECRET: dict[str, Any] = {"apiVersion": "v1", "kind": "Secret", "metadata": META}
CONFIG: dict[str, Any] = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": META}
ROLE: dict[str, Any] = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": META}
RELEASE: dict[str, Any] = {"apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease", "metadata": META}
CHART = {"spec": {"chart": "c", "sourceRef": {"kind": "HelmRepository", "name": "r"}}}
PEER = "spec.ingress[0].from[0]"


def policy(peer: Any) -> dict[str, Any]:
    return POLICY | {"spec": {"podSelector": {}, "ingress": [{"from": [peer]}]}}


CASES = [
    (POLICY | {"spec": {"podSelectr": {}}}, "NetworkPolicy `x` has no field `spec.podSelectr`"),
    (POLICY | {"spec": {}}, "NetworkPolicy `x` lacks `spec.podSelector`"),
    (
        policy({"ipBlock": {"cidr": "10.0.0.0/8"}, "podSelector": {}}),
        f"NetworkPolicy `x` cannot have `{PEER}.podSelector` here: `{PEER}` must be `ipBlock` alone, or selectors",
    ),
    (
        policy({"ipBlock": {"cidr": "10.0.0.0/33"}}),
        f"`{PEER}.ipBlock.cidr` of NetworkPolicy `x` is `10.0.0.0/33`, and must be a network such as `10.0.0.0/8`"
        " or `fd00::/8`",
    ),
    (policy({}), f"`{PEER}` of NetworkPolicy `x` must be `ipBlock` alone, or selectors"),
    (policy([]), f"`{PEER}` of NetworkPolicy `x` must be `ipBlock` alone, or selectors"),
    (
        BUDGET | {"spec": {"minAvailable": 1, "maxUnavailable": 1}},
        "`spec` of PodDisruptionBudget `x` must be a map with `minAvailable` or `maxUnavailable`, not with both",
    ),
    (
        BUDGET | {"spec": {"unhealthyPodEvictionPolicy": "Never"}},
        "`spec.unhealthyPodEvictionPolicy` of PodDisruptionBudget `x` is `Never`, and must be one of"
        " `IfHealthyBudget`, `AlwaysAllow`",
    ),
    (BUDGET | {"spec": None}, "`spec` of PodDisruptionBudget `x` is null, and must be a map with `minAvailable`"
     " or `maxUnavailable`, not with both"),
    (CONFIG | {"data": {"a": 1}},
     "`data.a` of ConfigMap `x` is `1`, and must be text, in quotes where it reads as a number"),
    (CONFIG | {"data": {"a": True}},
     "`data.a` of ConfigMap `x` is `true`, and must be text, in quotes where it reads as a number"),
    (
        CONFIG | {"data": {"a b": "c"}},
        "the key `a b` in `data` of ConfigMap `x` must be a key of letters, digits, `-`, `_` and `.`, at most 253"
        " characters, not `.` and not beginning with `..`",
    ),
    (CONFIG | {"immutable": "yes"}, "`immutable` of ConfigMap `x` is `yes`, and must be true or false"),
    (CONFIG | {"metadata": {"name": "x", "namespace": ""}},
     "`metadata.namespace` of ConfigMap `x` is empty, and must be a DNS label: lower-case letters, digits and `-`,"
     " a letter or digit at both ends, at most 63 characters"),
    (ROLE | {"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": []}]},
     "`rules[0].verbs` of Role `x` must be a list with an entry"),
    (RELEASE | {"spec": {"interval": "1h"}},
     "`spec` of HelmRelease `x` must be a map with either `chart` or `chartRef`"),
    (RELEASE | {"spec": {"interval": "1d", "chart": CHART}},
     "`spec.interval` of HelmRelease `x` is `1d`, and must be a duration such as `30s`, `10m` or `1h30m`"),
    ({"apiVersion": "v1", "metadata": META}, "this is no Kubernetes object: it has no `kind`"),
    ({"kind": "ConfigMap"}, "this is no Kubernetes object: it has no `apiVersion`"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "message"), CASES)
def test_the_sentence(body: dict[str, Any], message: str) -> None:
    assert [fault.message for _, fault in shape_faults([body])] == [message]


def test_every_fault_has_its_own_sentence() -> None:
    wrong = POLICY | {"metadata": {"name": "A"}, "spec": {"podSelector": {}, "policyTypes": ["Both"], "x": 1}}
    assert len({fault.message for _, fault in shape_faults([wrong])}) == 4


def test_a_secret_s_value_is_never_said() -> None:
    for part in ({"data": {"password": "hunter2 "}}, {"stringData": {"password": 4711}}, {"data": "hunter2"}):
        ((_, fault),) = shape_faults([SECRET | part])
        assert fault.code == "tree/secret"
        assert "hunter2" not in f"{fault.message}{fault.help}"
        assert "4711" not in f"{fault.message}{fault.help}"
        assert fault.value is None


@pytest.mark.parametrize(
    ("route", "text"),
    [
        (("spec", "ingress", 0, "from"), "spec.ingress[0].from"),
        (("metadata", "labels", "mtc/tenant"), 'metadata.labels["mtc/tenant"]'),
        (("data", "a\nb"), 'data["a…"]'),
        ((), ""),
    ],
)
def test_a_route_is_shown_as_people_write_it(route: tuple[str | int, ...], text: str) -> None:
    assert shown(route) == text
