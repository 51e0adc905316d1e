"""load/merging: the laws of layers."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from load_samples import CHARTS, faults, good

from mtc.load.merging import overlay
from mtc.load.shapes import Contract

NO_SHAPE = Contract({}).root
LEAVES = st.integers(0, 3) | st.lists(st.integers(0, 1), max_size=2)


def maps(leaves: st.SearchStrategy[Any], depth: int = 3) -> st.SearchStrategy[dict[str, Any]]:
    """Maps whose keys a and b hold maps and x and y leaves, as a field's type says what it holds."""
    keys = st.dictionaries(st.sampled_from("xy"), leaves)
    if not depth:
        return keys
    below = maps(leaves, depth - 1)
    nulls = below | st.none() if leaves is not LEAVES else below
    return st.builds(lambda inner, own: {**inner, **own}, st.dictionaries(st.sampled_from("ab"), nulls), keys)


PLAIN, LAYER = maps(LEAVES), maps(LEAVES | st.none())


def by_the_book(base: Any, layer: Any) -> Any:
    """The rule in the words of the language, slow and copying: what overlay must equal."""
    if not isinstance(layer, dict):
        return deepcopy(layer)
    merged = deepcopy(base) if isinstance(base, dict) else {}
    for key, value in layer.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = by_the_book(merged.get(key), value)
    return merged


@given(PLAIN, LAYER)
def test_maps_merge_lists_replace_null_removes(base: Any, layer: Any) -> None:
    assert overlay(base, layer, None) == by_the_book(base, layer)


@given(PLAIN, LAYER)
def test_neither_layer_changes(base: Any, layer: Any) -> None:
    before = deepcopy((base, layer))
    overlay(base, layer, None)
    assert (base, layer) == before


@given(PLAIN, PLAIN, PLAIN)
def test_without_nulls_it_does_not_matter_which_two_merge_first(a: Any, b: Any, c: Any) -> None:
    assert overlay(overlay(a, b, None), c, None) == overlay(a, overlay(b, c, None), None)


@given(PLAIN, LAYER)
def test_saying_it_twice_says_nothing_new(base: Any, layer: Any) -> None:
    once = overlay(base, layer, None)
    assert overlay(once, layer, None) == once


@given(PLAIN, LAYER)
def test_what_the_layer_leaves_alone_is_the_same_object(base: Any, layer: Any) -> None:
    merged = overlay(base, layer, None)
    assert overlay(base, {}, None) is base
    for key in base:
        if key not in layer:
            assert merged[key] is base[key]


@given(PLAIN, PLAIN)
def test_inherited_keys_come_first_and_in_their_order(base: Any, layer: Any) -> None:
    assert list(overlay(base, layer, None)) == [*base, *(key for key in layer if key not in base)]


@given(PLAIN, LAYER)
def test_in_helm_values_null_is_a_value(base: Any, layer: Any) -> None:
    def nulls(value: Any, route: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
        if isinstance(value, dict):
            return {found for key, item in value.items() for found in nulls(item, (*route, key))}
        return {route} if value is None else set()

    assert nulls(overlay(base, layer, NO_SHAPE, keeps_null=True)) == nulls(layer)


# --- in the language ------------------------------------------------------------------------------------

TWO = """\
tenants:
  - name: acme
    admin: {name: A, email: a@acme.example}
    gateway: {host: acme}
"""


def acme(extra: str, before: str = CHARTS) -> Any:
    return good(before + TWO + "".join(f"    {line}\n" for line in extra.splitlines())).tenants[0]


def test_a_null_brings_the_built_in_default_back() -> None:
    defaults = CHARTS + "  sessions: {maxServices: 20, clientCidrs: [10.0.0.0/8]}\n"
    assert acme("", defaults).sessions.max_services == 20
    tenant = acme("sessions: {maxServices: null}", defaults)
    assert (tenant.sessions.max_services, tenant.sessions.client_cidrs) == (10, ("10.0.0.0/8",))
    assert acme("sessions: null", defaults).sessions.client_cidrs == ("0.0.0.0/0",)
    assert acme('labels: {a: "null"}', defaults).labels == {"a": "null"}


def test_layers_apply_in_order_and_one_at_a_time() -> None:
    layers = (
        CHARTS
        + "  labels: {a: default, b: default, c: default}\n"
        + "profiles:\n  p: {labels: {b: profile, c: null, d: profile}}\n  wipe: {labels: null}\n"
    )
    assert acme("profile: p", layers).labels == {"a": "default", "b": "profile", "d": "profile"}
    assert acme("profile: p\nlabels: {d: tenant, c: tenant}", layers).labels == {
        "a": "default",
        "b": "profile",
        "d": "tenant",
        "c": "tenant",
    }
    # The profile removed the map whole; what the tenant writes then stands alone.
    assert acme("profile: wipe\nlabels: {x: tenant}", layers).labels == {"x": "tenant"}


def test_a_profile_without_a_field_inherits_it() -> None:
    layers = CHARTS + "  protect: false\n" + "profiles: {p: {}}\n"
    assert acme("profile: p", layers).protect is False


def test_a_chart_is_overridden_in_part() -> None:
    tenant = acme("agent: {chart: {version: 5.1}}")
    assert (tenant.agent.chart.name, tenant.agent.chart.version) == ("agent", "5.1")


def test_queues_keep_their_order_and_a_null_takes_one_away() -> None:
    layers = CHARTS + "  queues: {one: {}, two: {maxPods: 2}, three: {}}\n"
    tenant = acme("queues: {four: {}, two: {image: x}, one: null}", layers)
    assert [queue.name for queue in tenant.queues] == ["two", "three", "four"]
    assert (tenant.queues[0].max_pods, tenant.queues[0].image) == (2, "x")


def test_lists_replace() -> None:
    layers = CHARTS + "  features: {enable: [a, b]}\n"
    assert acme("features: {enable: [c]}", layers).features.enable == ("c",)
    assert acme("features: {enable: []}", layers).features.enable == ()


def test_in_values_null_goes_on_and_elsewhere_it_removes() -> None:
    layers = """\
tenantDefaults:
  agent: {chart: {repository: main, name: agent}, values: {a: {b: 1, c: 2}}}
  gateway: {chart: {repository: main, name: gateway}}
  queues: {one: {templateOverrides: {nodeSelector: {x: y}, priority: 1}}}
"""
    tenant = acme(
        "agent: {values: {a: {b: null}, d: null}}\nqueues: {one: {templateOverrides: {nodeSelector: null}}}",
        layers,
    )
    assert tenant.agent.values == {"a": {"b": None, "c": 2}, "d": None}
    assert tenant.queues[0].template_overrides == {"priority": 1}
    assert acme("agent: {values: null}", layers).agent.values == {}


def test_a_secret_key_replaces_text_and_text_a_secret_key() -> None:
    layers = CHARTS.replace("name: agent}", "name: agent}, env: {A: text, B: {secret: s, key: k}}")
    tenant = acme("agent: {env: {A: {secret: t, key: l}, B: text}}", layers)
    assert (tenant.agent.env["A"].secret, tenant.agent.env["B"]) == ("t", "text")


def test_a_queue_asks_for_a_gpu_in_one_way_over_all_layers() -> None:
    assert faults(CHARTS + "  queues: {one: {share: 0.5}}\n" + TWO + "    queues: {one: {gpus: 1}}\n") == [
        '15 "gpus" schema/choice: `queues.one` of tenant `acme` has `gpus` and `share` together '
        "[beside `gpus`, write `share: null`] "
        '~ 10 "share" beside this'
    ]
    tenant = acme("queues: {one: {gpus: 1, share: null}}", CHARTS + "  queues: {one: {share: 0.5}}\n")
    assert (tenant.queues[0].gpus, tenant.queues[0].share) == (1, None)
