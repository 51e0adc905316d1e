"""Bodies as people think of them."""

from __future__ import annotations

from mtc.diff.decoding import Named, decoded


def test_lists_of_named_things_become_maps_in_their_order() -> None:
    found = decoded({"containers": [{"name": "b", "image": "x"}, {"name": "a", "image": "y"}]})
    assert found == {"containers": {"b": {"image": "x"}, "a": {"image": "y"}}}
    assert isinstance(found["containers"], Named)
    assert list(found["containers"]) == ["b", "a"]


def test_a_name_twice_is_no_name() -> None:
    twice = [{"name": "a", "x": 1}, {"name": "a", "x": 2}]
    assert decoded({"l": twice}) == {"l": twice}


def test_variables_are_their_values_and_clearmls_their_settings() -> None:
    variables = [
        {"name": "PIP_INDEX_URL", "value": "https://x"},
        {"name": "CLEARML__services__auth__x", "value": '["a", "b$$c"]'},
        {"name": "CLEARML__bad", "value": "[unclosed"},
        {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
    ]
    assert decoded({"extraEnvs": variables}) == {
        "extraEnvs": {
            "PIP_INDEX_URL": "https://x",
            "services.auth.x": ["a", "b$c"],
            "CLEARML__bad": "[unclosed",
            "PASSWORD": {"valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
        }
    }


def test_json_in_a_config_map_is_data() -> None:
    assert decoded({"wish.json": '{"a": [1]}', "x.json": "{", "run.py": '{"a": 1}'}) == {
        "wish.json": {"a": [1]},
        "x.json": "{",
        "run.py": '{"a": 1}',
    }
