"""The server's environment, where the author adds to it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from runbook_plans import CHART, plan_of

from apiserver import container_environment, server_configuration
from mtc.render import render_plan

LDAP = "CLEARML__secure__fixed_user_providers__ldap__password"


def environment(**server: Any) -> list[dict[str, Any]]:
    """`extraEnvs` of the apiserver, as PyYAML reads it."""
    tree = render_plan(plan_of({"name": "acme"}, server={"chart": CHART} | server))
    values = yaml.safe_load(tree.files["platform/server.helmrelease.yaml"])["spec"]["values"]
    found = values["apiserver"]["extraEnvs"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("password", ["p@ss=w0rd #1", "0012e5", "true", "${HOME}", "a, b: c"])
def test_a_secret_of_the_authors_reaches_the_servers_parser_as_it_is(password: str) -> None:
    entries = environment(env={LDAP: {"secret": "ldap", "key": "bind"}})
    seen = container_environment(entries, {"ldap": {"bind": password}})
    read = server_configuration(seen)
    assert read["secure"]["fixed_user_providers"]["ldap"]["password"] == password


def test_other_variables_are_plain() -> None:
    entries = environment(env={"TOKEN": {"secret": "extra", "key": "token"}, "PRICE": "5 $(USD) $$"})
    seen = container_environment(entries, {"extra": {"token": "a@b"}})
    assert (seen["TOKEN"], seen["PRICE"]) == ("a@b", "5 $(USD) $$")
