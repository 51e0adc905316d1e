"""load/faults and load/places: every kind of violation, its place, its words, its way out."""

from __future__ import annotations

import pytest
from load_samples import CHARTS, HEAD, TENANT, faults, said

from mtc.load import load_text
from mtc.load.contract import blueprint_contract
from mtc.load.places import Places
from mtc.load.wording import choices, dotted, flow
from mtc.model.source import Source

CASES = {
    "required": (
        "repositories: {a: {url: https://x}}\nsecrets: {externalSecrets: {keyPrefix: x}}\n",
        [
            '8 "externalSecrets" schema/required: `spec.secrets.externalSecrets` has no `store` [add `store: {kind: ClusterSecretStore, name: platform}`]'
        ],
    ),
    "required when enabled": (
        "redis: {enabled: true}\n",
        [
            '7 "redis" schema/required: `spec.redis` has no `chart` [add `chart: {repository: clearml-enterprise, name: clearml-enterprise, version: 7.11.0}`]'
        ],
    ),
    "required by a provider": (
        "secrets: {provider: external-secrets}\n",
        ['7 "secrets" schema/required: `spec.secrets` has no `externalSecrets` [add `externalSecrets`]'],
    ),
    "required, written as null": (
        "billing: {enabled: true, chart: null}\nnodePorts: {pool: {first: ~, last: 1}}\nrepositories: {a: }\n",
        [
            '7 "null" schema/type: `spec.billing.chart` is empty where a map belongs [for example `{repository: clearml-enterprise, name: clearml-enterprise, version: 7.11.0}`]',
            '8 "~" schema/type: `spec.nodePorts.pool.first` is empty where a whole number belongs [write a whole number]',
            '9 "a" schema/type: `spec.repositories.a` is empty where a map belongs [write a map]',
        ],
    ),
    "required, misspelt": (
        "nodePorts: {pool: {frist: 1, last: 2}}\n",
        [
            '7 "frist" schema/unknown-field: `spec.nodePorts.pool` has no field `frist` [did you mean `first`?]'
        ],
    ),
    "unknown: misspelt": (
        "isolaton: {profile: strict}\n",
        ['7 "isolaton" schema/unknown-field: `spec` has no field `isolaton` [did you mean `isolation`?]'],
    ),
    "unknown: belongs below": (
        "portMode: true\n",
        [
            '7 "portMode" schema/unknown-field: `spec` has no field `portMode` [`portMode` belongs to `spec.tenantDefaults.sessions`]'
        ],
    ),
    "unknown: belongs above": (
        "hosts: {domain: x}\n",
        ['7 "domain" schema/unknown-field: `spec.hosts` has no field `domain` [`domain` belongs to `spec`]'],
    ),
    "unknown: belongs to a tenant": (
        "tenantDefaults: {admin: {}}\n",
        [
            '7 "admin" schema/unknown-field: `spec.tenantDefaults` has no field `admin` [`admin` belongs to `spec.tenants[]`]'
        ],
    ),
    "unknown: nowhere": (
        "tls: {zzz: 1}\n",
        [
            '7 "zzz" schema/unknown-field: `spec.tls` has no field `zzz` [known here: `secretName` and `clusterIssuer`]'
        ],
    ),
    "unknown: in several places": (
        "flux: {password: x}\n",
        [
            '7 "password" schema/unknown-field: `spec.flux` has no field `password` [known here: `version`, `namespace`, `source`, `path`, `interval`, `retryInterval`, `timeout`, `platformTimeout`, `controlNamespace`, …]'
        ],
    ),
    "unknown, and empty": (
        "redis2:\n",
        ['7 "redis2" schema/unknown-field: `spec` has no field `redis2` [did you mean `redis`?]'],
    ),
    "type: flag": (
        "redis: {enabled: Yes}\nbilling: {enabled: 'false'}\nflux: {lockdown: perhaps, impersonate: 0}\n",
        [
            '7 "Yes" schema/type: `spec.redis.enabled` is `Yes` where true or false belongs [write `true`]',
            '8 "\'false\'" schema/type: `spec.billing.enabled` is `"false"` where true or false belongs [take the quotes off]',
            '9 "perhaps" schema/type: `spec.flux.lockdown` is `perhaps` where true or false belongs [write `true` or `false`]',
            '9 "0" schema/type: `spec.flux.impersonate` is `0` where true or false belongs [write `false`]',
        ],
    ),
    "type: number": (
        "bootstrap: {backoffLimit: '20'}\nbilling: {redis: {port: 06379, db: two}}\n",
        [
            '7 "\'20\'" schema/type: `spec.bootstrap.backoffLimit` is `"20"` where a whole number belongs [take the quotes off]',
            '8 "06379" schema/type: `spec.billing.redis.port` is `06379` where a whole number belongs [write the number without the zero]',
            '8 "two" schema/type: `spec.billing.redis.db` is `two` where a whole number belongs [write a whole number]',
        ],
    ),
    "type: list": (
        "cluster: {podCidrs: 10.0.0.0/8, nodeCidrs: {a: b}}\n",
        [
            '7 "10.0.0.0/8" schema/type: `spec.cluster.podCidrs` is `10.0.0.0/8` where a list belongs [write a list: `[10.0.0.0/8]`]',
            '7 "nodeCidrs" schema/type: `spec.cluster.nodeCidrs` is a map where a list belongs [write a list]',
        ],
    ),
    "type: map": (
        "hosts: [a]\ntls: x\n",
        [
            '7 "hosts" schema/type: `spec.hosts` is a list where a map belongs [write a map]',
            '8 "x" schema/type: `spec.tls` is `x` where a map belongs [write a map]',
        ],
    ),
    "type: text": (
        "hosts: {api: [a]}\ncluster: {reservedNamespaces: [a, ~]}\n",
        [
            '7 "api" schema/type: `spec.hosts.api` is a list where text belongs [for example `api`]',
            '8 "~" schema/type: `spec.cluster.reservedNamespaces[1]` is empty where text belongs [write a value, or take the item out]',
        ],
    ),
    "type: one of several": (
        "nodePorts: {reserved: [x]}\n",
        [
            '7 "x" schema/type: `spec.nodePorts.reserved[0]` is `x` where a whole number or a map belongs [write a whole number or a map]'
        ],
    ),
    "enum": (
        "isolation: {profile: strickt}\nredis: {mode: sometimes}\n",
        [
            '7 "strickt" schema/enum: `spec.isolation.profile` cannot be `strickt` [did you mean `strict`?]',
            '8 "sometimes" schema/enum: `spec.redis.mode` cannot be `sometimes` [write `shared` or `per-tenant`]',
        ],
    ),
    "pattern of a value": (
        "flux: {interval: 1 hour, version: 2.10}\nhosts: {api: ''}\n",
        [
            '7 "1 hour" schema/pattern: `1 hour` at `spec.flux.interval` is not a duration [write numbers of at most six digits with the units `h`, `m`, `s` and `ms`, in that order, such as `1h30m`]',
            '7 "2.10" schema/pattern: `2.10` at `spec.flux.version` is not a Flux version that this compiler knows [write `2.7`, `2.8` or `2.9`]',
            "8 \"''\" schema/pattern: `spec.hosts.api` is empty where a DNS name belongs [write labels of lower-case letters, digits and `-`, joined by dots]",
        ],
    ),
    "pattern of a key": (
        "repositories: {My Charts: {url: https://x}}\n",
        [
            '7 "My Charts" schema/pattern: key `My Charts` of `spec.repositories` is not a DNS label [write lower-case letters, digits and `-`, with a letter or digit at both ends, such as `my-charts`]'
        ],
    ),
    "length": (
        "redis: {releaseName: "
        + "a" * 54
        + "}\n"
        + CHARTS
        + f"tenants: [{TENANT.replace('}}', '}, company: ab}')}]\n",
        [
            f'7 "{"a" * 54}" schema/length: `{"a" * 54}` at `spec.redis.releaseName` has more than 53 characters [write at most 53 characters]',
            '11 "ab" schema/length: `ab` at `company` of tenant `acme` has fewer than 3 characters [write at least 3 characters]',
        ],
    ),
    "length of a key": (
        "tenantDefaults: {queues: {ab: {}}}\n",
        [
            '7 "ab" schema/length: key `ab` of `spec.tenantDefaults.queues` has fewer than 3 characters [write at least 3 characters]'
        ],
    ),
    "range": (
        "nodePorts: {reserved: [0]}\nbootstrap: {backoffLimit: -1}\ntenantDefaults: {queues: {one: {gpuFraction: 0, maxPods: 0}}}\n",
        [
            '7 "0" schema/range: `spec.nodePorts.reserved[0]` is `0`, which is out of range [write a number that is at least 1 and at most 65535]',
            '8 "-1" schema/range: `spec.bootstrap.backoffLimit` is `-1`, which is out of range [write a number that is at least 0 and at most 1000]',
            '9 "0" schema/range: `spec.tenantDefaults.queues.one.gpuFraction` is `0`, which is out of range [write a number that is more than 0 and at most 1]',
            '9 "0" schema/range: `spec.tenantDefaults.queues.one.maxPods` is `0`, which is out of range [write a number that is at least 1]',
        ],
    ),
    "unique": (
        "flux: {shards: [a, b, a]}\n",
        [
            '7 "a" schema/unique: `spec.flux.shards` has `a` twice [take one of the two out] ~ 7 "a" first written here'
        ],
    ),
    "choice: two": (
        "tls: {secretName: a, clusterIssuer: b}\n",
        [
            '7 "clusterIssuer" schema/choice: `spec.tls` has `secretName` and `clusterIssuer` together [keep one of them] ~ 7 "secretName" beside this'
        ],
    ),
    "choice: none": (
        "repositories: {a: {authenticated: true}}\n",
        ['7 "a" schema/choice: `spec.repositories.a` has neither `url` nor `git` [add `url` or `git`]'],
    ),
    "choice: null is not written": (
        "repositories: {a: {url: ~, git: ~}, b: {url: https://b, git: ~}}\ntls: {secretName: ~, clusterIssuer: ~}\n",
        [
            '7 "a" schema/choice: `spec.repositories.a` has neither `url` nor `git` [add `url` or `git`]',
        ],
    ),
    "choice: two that do not go together": (
        CHARTS + "  allow: [{direction: in, reason: r, peer: {podLabels: {a: b}, cidr: 10.0.0.0/8}}]\n",
        [
            '10 "cidr" schema/choice: `spec.tenantDefaults.allow[0].peer` has `cidr` and `podLabels` together [keep one of them] ~ 10 "podLabels" beside this'
        ],
    ),
    "choice: what needs another": (
        CHARTS + "  allow: [{direction: in, reason: r, peer: {podLabels: {a: b}}}]\n",
        [
            '10 "peer" schema/choice: `spec.tenantDefaults.allow[0].peer` has neither `namespace` nor `cidr` [add `namespace` or `cidr`]'
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_said(case: str) -> None:
    text, expected = CASES[case]
    assert faults(text) == expected


def test_a_tenant_is_called_by_its_name() -> None:
    tenants = "tenants:\n  - {nam: acme}\n  - {name: globex, admin: {name: G, email: g}}\n"
    assert faults(CHARTS + tenants) == [
        '11 "nam" schema/required: `spec.tenants[0]` has no `admin` [add `admin: {name: Acme Admin, email: admin@acme.example}`]',
        '11 "nam" schema/unknown-field: `spec.tenants[0]` has no field `nam` [did you mean `name`?]',
        '12 "g" schema/pattern: `g` at `admin.email` of tenant `globex` is not an e-mail address [write a name, `@` and a domain, such as `admin@acme.example`]',
    ]


SECRET = "tok-4f9c2d"


@pytest.mark.parametrize(
    "text",
    [
        f"repositories: {{a: {{url: 'https://user:{SECRET}@charts.example.com'}}}}\n",
        f"redis: {{values: [{SECRET}]}}\n",
        f"redis: {{values: {SECRET}}}\n",
        f"tenantDefaults: {{agent: {{env: {{A: {{secret: '{SECRET} x', key: k}}}}}}}}\n",
        f"tenantDefaults: {{queues: {{one: {{templateOverrides: {SECRET}}}}}}}\n",
        f"tenantDefaults: {{agent: {{values: {{a: 0{SECRET[-1]}1_0}}}}}}\nx: 1\n",
    ],
)
def test_what_may_be_secret_is_never_quoted(text: str) -> None:
    found = faults(text)
    assert found
    for line in found:
        _, _, words = line.partition('" ')  # what stands under the caret is the author's file, not our words
        assert SECRET not in words


def test_long_text_is_cut_and_stays_on_one_line() -> None:
    (found,) = faults('hosts: {api: "' + "Long\\n" * 40 + '"}\n')
    assert "schema/pattern: `Long…` at `spec.hosts.api` is not a DNS name" in found


def test_keys_in_quotes_and_flow_have_their_places() -> None:
    text = HEAD + "  'redis': { 'enabled':   'x' , \"mode\": 'y' }\n"
    outcome = load_text(text, "b.yaml")
    assert [(d.primary.span.column, d.primary.span.end_column) for d in outcome.diagnostics] == [
        (27, 30),
        (41, 44),
    ]
    assert said(text, outcome.diagnostics)[0].startswith("7 \"'x'\" schema/type")


def test_home_is_unique_or_unsaid() -> None:
    places = Places(Source("b.yaml", ""), {}, blueprint_contract(), "the blueprint")
    assert places.home("externalIP", ("spec",)) == "`spec.tenantDefaults.sessions`"
    assert places.home("kubernetesVersion", ("metadata",)) == "`spec.cluster`"
    assert places.home("namespace", ("metadata",)) is None
    assert places.home("nothing", ("spec",)) is None


def test_words() -> None:
    assert dotted(("spec", "tenants", 3, "name")) == "spec.tenants[3].name"
    assert choices("a") == "`a`"
    assert choices("abc", "or") == "`a`, `b` or `c`"
    assert choices("abcdefghij") == "`a`, `b`, `c`, `d`, `e`, `f`, `g`, `h`, `i`, …"
    assert flow({"a": [1, "x", True, None, ""]}) == '{a: [1, x, true, null, ""]}'
