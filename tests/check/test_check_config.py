"""What the pages of config/* do not show: names with holes, settings inside one another, many of them."""

from __future__ import annotations

from typing import Any

import pytest

from apiserver import server_configuration
from check.minimal_blueprint import blueprint_text
from mtc.check import check_blueprint
from mtc.encodings import variable_path
from mtc.load import load_text

SUPERVISOR = {"email": "root@example.com"}


def said(**server: Any) -> list[tuple[str, str, str]]:
    outcome = load_text(blueprint_text({"server": server}), "blueprint.yaml")
    assert outcome.value is not None, outcome.diagnostics
    found = check_blueprint(outcome.value)
    return [(one.code, one.message, one.help) for one in found if one.code.startswith("config/")]


@pytest.mark.parametrize(
    "name",
    [
        "CLEARML__services____tasks__x",
        "CLEARML____services__tasks__x",
        "CLEARML__services__tasks__x__",
        "CLEARML__services__tasks__x.",
        "TRAINS__services..tasks__x",
    ],
)
def test_a_hole_in_a_variables_path_is_refused_with_the_name_that_the_server_reads(name: str) -> None:
    assert server_configuration({name: "1"}) == {"services": {"tasks": {"x": 1}}}
    assert variable_path(name) == ("services", "tasks", "x")
    ((code, message, way_out),) = said(env={name: "1"})
    assert code == "config/unreadable-path"
    assert f"`{name}` has a hole" in message
    assert way_out == "write `CLEARML__services__tasks__x`"


def test_a_hole_hides_no_credential_and_no_second_setting() -> None:
    secret = "CLEARML__secure__credentials__supervisor__user_secret__"
    codes = {code for code, _, _ in said(supervisor=SUPERVISOR, env={secret: "hunter2"})}
    assert codes == {"config/unreadable-path", "config/credential"}
    again = {"CLEARML__services____tasks__x": "1"}
    codes = {code for code, _, _ in said(config={"services.tasks.x": 2}, env=again)}
    assert codes == {"config/unreadable-path", "config/twice"}


def test_a_variable_that_names_nothing_is_refused() -> None:
    for name in ("CLEARML__", "TRAINS__", "CLEARML__.", "CLEARML____"):
        ((code, message, way_out),) = said(env={name: "x"})
        assert (code, way_out) == ("config/unreadable-path", "take it out")
        assert "does not start" in message


def test_the_server_takes_one_prefix_off_and_no_second() -> None:
    name = "TRAINS__CLEARML__apiserver__company__unique_names"
    assert server_configuration({name: "1"}) == {"clearml": {"apiserver": {"company": {"unique_names": 1}}}}
    assert said(env={name: "1"}) == []


@pytest.mark.parametrize(
    ("config", "inside"),
    [
        ({"services.foo": 1, "services.foo.bar": 2}, True),
        ({"services.foo.bar": 2, "services.foo": 1}, True),
        ({"services.foo.bar.baz.it": 2, "services.foo": 1}, True),
        ({"services.foo": 1, "services.foobar": 2}, False),
        ({"services.foo.bar": 1, "services.foo.baz": 2}, False),
    ],
)
def test_of_two_settings_one_of_which_lies_in_the_other_the_server_keeps_one(
    config: dict[str, int], inside: bool
) -> None:
    found = said(config=config)
    assert [code for code, _, _ in found] == (["config/twice"] if inside else [])
    assert all("one lies in the other" in message for _, message, _ in found)


@pytest.mark.parametrize("path", ["services.auth.default_groups.people.features.y", "services.auth.default_groups.people"])
def test_nothing_lies_in_or_around_what_a_field_makes(path: str) -> None:
    ((code, message, _),) = said(groups={"people": {"features": ["applications"]}}, config={path: "y"})
    assert code == "config/owned"
    assert "which `spec.server.groups.people` makes, cannot both be" in message


def test_ten_thousand_settings_are_compared_at_once() -> None:
    assert said(config={f"services.s{number}.a.b.c": number for number in range(10_000)}) == []
