"""The laws of judging: whatever an object is, it is judged, and every fault can be placed and printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rendered import changed, one_of_each, routes

from mtc.verify import verify_folder
from mtc.verify.kinds import KINDS
from mtc.verify.shapes import shape_faults

KEYS = st.text(max_size=8) | st.sampled_from(
    [
        "metadata",
        "name",
        "namespace",
        "labels",
        "spec",
        "template",
        "containers",
        "env",
        "volumes",
        "data",
        "rules",
    ]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
BODIES = st.dictionaries(KEYS, VALUES, max_size=5)


@given(st.sampled_from(sorted(KINDS)), BODIES)
@settings(deadline=None)
def test_any_object_of_a_known_kind_is_judged(key: tuple[Any, Any], rest: dict[str, Any]) -> None:
    body = rest | {"apiVersion": key[0], "kind": key[1]}
    for number, fault in shape_faults([body]):
        assert number == 0
        assert fault.message
        assert "\n" not in fault.message + fault.help
        assert fault.route[:-1] in set(routes(body))


@given(VALUES, VALUES, BODIES)
@settings(deadline=None)
def test_anything_at_all_is_judged(api_version: Any, kind: Any, rest: dict[str, Any]) -> None:
    assert list(shape_faults([rest | {"apiVersion": api_version, "kind": kind}]))


@given(st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_value_in_another_s_place_never_ends_the_run(data: st.DataObject) -> None:
    body = data.draw(st.sampled_from(one_of_each()))
    route = data.draw(st.sampled_from([route for route in routes(body) if route]))
    for _, fault in shape_faults([changed(body, route, data.draw(VALUES))]):
        assert fault.message


@given(st.binary(max_size=200) | st.text(alphabet="ab:-{}[]&*!|>'\"#\n ,", max_size=80).map(str.encode))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_any_bytes_in_a_tree_are_said_or_judged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.yaml").write_bytes(content)
    for diagnostic in verify_folder(tmp_path):
        assert diagnostic.primary.span.file.endswith("a.yaml")
