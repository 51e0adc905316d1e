"""load/settings and load/completeness: what only the merge can show."""

from __future__ import annotations

from load_samples import CHARTS, TENANT, faults, good

CHART = "{repository: clearml-enterprise, name: clearml-enterprise, version: 7.11.0}"
FIRST = "{name: acme, admin: {name: A, email: a@acme.example}}"


def test_a_setting_that_many_lack_is_said_once() -> None:
    tenants = "".join(f"  - {FIRST.replace('acme', f't{n}')}\n" for n in range(3))
    found = faults(
        "tenantDefaults: {gateway: {enabled: false}, agent: {chart: {name: x}}}\ntenants:\n" + tenants
    )
    assert found == [
        '9 "name" schema/required: tenant `t0` and 2 others have no `agent.chart.repository` '
        "[write `agent.chart.repository: clearml-enterprise` in each, in their profiles or in `tenantDefaults`]"
    ]


def test_one_tenant_lacks_it() -> None:
    found = faults(CHARTS + f"tenants: [{TENANT}, {FIRST.replace('acme', 'globex')}]\n")
    assert found == [
        '10 "name" schema/required: tenant `globex` has no `gateway.host` '
        "[write `gateway.host: acme-router` here, in its profile or in `tenantDefaults`]"
    ]


def test_a_gateway_that_is_off_needs_nothing() -> None:
    assert (
        good(
            "tenantDefaults: {gateway: {enabled: false}, agent: {chart: {repository: a, name: b}}}\n"
            f"tenants: [{FIRST}]"
        )
        .tenants[0]
        .gateway.host
        is None
    )


def test_monitored_resources_need_their_limit() -> None:
    found = faults(
        CHARTS.replace("name: agent}", "name: agent}, monitoredResources: {field: x}")
        + f"tenants: [{TENANT}]\n"
    )
    assert found == [
        '10 "name" schema/required: tenant `acme` has no `agent.monitoredResources.max` '
        "[write `agent.monitoredResources.max: 3` here, in its profile or in `tenantDefaults`]"
    ]


def test_field_and_min_field_exclude_each_other() -> None:
    found = faults(
        CHARTS.replace("name: agent}", "name: agent}, monitoredResources: {max: 1, field: x, minField: y}")
        + f"tenants: [{TENANT}, {TENANT.replace('acme', 'globex')}]\n"
    )
    assert found == [
        '8 "field" schema/choice: `agent.monitoredResources` of tenant `acme` has `field` and `minField` together '
        '[keep one of them] ~ 8 "minField" beside this'
    ]


def test_a_profile_that_does_not_exist() -> None:
    profiles = "profiles: {small: {}, large: {}}\n"
    tenants = f"tenants: [{TENANT.replace('}}', '}, profile: smal}')}, {TENANT.replace('acme', 'globex').replace('}}', '}, profile: xxl}')}]\n"
    assert faults(CHARTS + profiles + tenants) == [
        '11 "smal" profiles/unknown: tenant `acme` has the profile `smal`, which `spec.profiles` lacks [did you mean `small`?]',
        '11 "xxl" profiles/unknown: tenant `globex` has the profile `xxl`, which `spec.profiles` lacks '
        "[write `small` or `large`, or add `xxl` to `spec.profiles`]",
    ]


def test_ports_the_wrong_way_round() -> None:
    found = faults(
        CHARTS
        + "  sessions: {}\n"
        + "profiles: {p: {gateway: {streamPorts: {first: 2, last: 1}}}}\n"
        + f"tenants: [{TENANT.replace('}}', '}, profile: p}')}, {TENANT.replace('acme', 'globex').replace('}}', '}, profile: p}')}]\n"
        + "cluster: {nodePortRange: {first: 4, last: 3}}\n"
        + "nodePorts: {reserved: [{first: 6, last: 5}]}\n"
    )
    assert found == [
        '11 "2" schema/range: `spec.profiles.p.gateway.streamPorts` begins at 2 and ends at 1 [write `first: 1` and `last: 2`]',
        '13 "4" schema/range: `spec.cluster.nodePortRange` begins at 4 and ends at 3 [write `first: 3` and `last: 4`]',
        '14 "6" schema/range: `spec.nodePorts.reserved[0]` begins at 6 and ends at 5 [write `first: 5` and `last: 6`]',
    ]
