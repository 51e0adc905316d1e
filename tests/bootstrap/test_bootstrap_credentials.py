"""Minting, handing over, rotating, revoking."""

from __future__ import annotations

import json
from typing import Any

import pytest
from clearml_api import Refusal
from hypothesis import given, settings
from hypothesis import strategies as st
from test_bootstrap_faults import GET, PATCH
from world import World, wish

from mtc.bootstrap.clearml import Pair
from mtc.bootstrap.credentials import handover
from mtc.bootstrap.faults import Permanent
from mtc.bootstrap.wish import Wish, read_wish

ROTATION = (
    "POST /debug.ping",
    "POST /users.get_current_user",
    GET,
    PATCH,
    "POST /system.get_companies",
    "POST /users.get_current_user",
    "POST /users.get_current_user",
    "POST /auth.create_credentials",
    PATCH,
    "POST /users.get_current_user",
    "POST /auth.get_credentials",
    "POST /auth.revoke_credentials",
    "POST /auth.get_credentials",
    "POST /login.get_settings",
    "POST /login.get_settings",
    "POST /queues.get_all",
    PATCH,
)
KINDS = ("kill-before", "kill-unanswered", "kill-after", "drop-after", "garbage")


@pytest.fixture
def settled(world: World) -> World:
    """A tenant that is up; its admin also has a pair of its own making."""
    assert world.run(wish()).code == 0
    (admin,) = world.clearml.members(world.company()["id"])
    admin.credentials["FOREIGN"] = {"secret_key": "foreign", "label": "my laptop"}
    world.stage.clear()
    return world


def end(world: World, old: str) -> None:
    """One live pair of ours, that the Secret holds; the old one gone, the foreign one there."""
    (admin,) = world.clearml.members(world.company()["id"])
    assert admin.credentials.pop("FOREIGN") == {"secret_key": "foreign", "label": "my laptop"}
    world.agree(wish(admin__rotate=1))
    assert old not in admin.credentials


def test_a_rotation(settled: World) -> None:
    old = settled.secret["access-key"]
    result = settled.run(wish(admin__rotate=1))
    assert result.code == 0, result
    assert tuple(settled.stage.calls) == ROTATION
    assert "rotate went from 0 to 1" in result.out
    end(settled, old)
    before = len(settled.clearml.changes())
    assert settled.run(wish(admin__rotate=1)).code == 0
    assert settled.run(wish(admin__rotate=0)).code == 0, "a lower number asks for nothing"
    assert settled.clearml.changes()[before:] == []


@pytest.mark.parametrize("k", range(len(ROTATION)))
@pytest.mark.parametrize("kind", KINDS)
def test_a_rotation_cut_short_anywhere(settled: World, kind: str, k: int) -> None:
    old = settled.secret["access-key"]
    settled.stage.plan(kind, k)
    settled.run(wish(admin__rotate=1))
    assert settled.stage.hit == ROTATION[k]
    (admin,) = settled.clearml.members(settled.company()["id"])
    assert settled.secret["access-key"] in admin.credentials, "what is handed over works at every moment"
    result = settled.run(wish(admin__rotate=1), "--take-over")
    assert result.code == 0, result
    end(settled, old)


def test_the_old_pair_lives_until_the_new_one_is_handed_over(settled: World) -> None:
    old = settled.secret["access-key"]
    settled.stage.plan("kill-before", ROTATION.index("POST /auth.revoke_credentials"))
    settled.run(wish(admin__rotate=1))
    (admin,) = settled.clearml.members(settled.company()["id"])
    assert settled.secret["access-key"] != old
    assert {old, settled.secret["access-key"]} <= set(admin.credentials)


def test_a_pair_that_was_revoked_by_hand_is_minted_again(settled: World) -> None:
    (admin,) = settled.clearml.members(settled.company()["id"])
    del admin.credentials[settled.secret["access-key"]]
    result = settled.run(wish())
    assert result.code == 0, result
    assert "is not the admin's or is revoked" in result.out
    del admin.credentials["FOREIGN"]
    settled.agree(wish())


def test_a_new_pair_that_does_not_work_yet_is_waited_for_and_not_minted_again(world: World) -> None:
    """A server of several copies may know a pair a moment later."""
    asked: list[str] = []
    answer = world.clearml._users_get_current_user

    def late(identity: Any, *rest: Any) -> Any:
        if identity.caller.name == "Ada" and len(asked) < 2:
            asked.append("")
            raise Refusal(401, 22, "unauthorized (invalid credentials)")
        return answer(identity, *rest)

    world.clearml._users_get_current_user = late  # type: ignore[method-assign]
    result = world.run(wish())
    assert result.code == 0, result
    assert result.out.count("does not work yet") == 2
    assert world.clearml.changes().count("auth.create_credentials") == 1


def test_a_secret_that_holds_someone_elses_pair_is_not_handed_over(settled: World) -> None:
    """Say a person pasted the supervisor's pair into the tenant's Secret."""
    secret = settled.kubernetes.secrets["tenancy-system", "tenant-acme-credentials"]["data"]
    secret["access-key"], secret["secret-key"] = "U1VQRVJLRVk=", "c3VwZXJzZWNyZXQtOQ=="
    assert settled.run(wish()).code == 0
    settled.clearml.members(settled.company()["id"])[0].credentials.pop("FOREIGN")
    settled.agree(wish())
    assert list(settled.clearml.supervisor.credentials) == ["SUPERKEY"]


def wished(access: list[list[str]], secret: list[list[str]]) -> Wish:
    return read_wish(json.dumps(wish(handover={"accessKey": access, "secretKey": secret})))


names = st.sampled_from(["a", "b", "clearml", "a b", "é", "0"])


@settings(max_examples=60)
@given(st.lists(st.lists(names, max_size=3), max_size=4), st.text(), st.text())
def test_the_handover_has_each_value_at_its_paths_or_complains(paths: list[list[str]], key: str, secret: str) -> None:
    half = len(paths) // 2
    clash = any(one[: len(two)] == two for i, one in enumerate(paths) for j, two in enumerate(paths) if i != j)
    if clash or [] in paths:
        with pytest.raises(Permanent, match=r"wish\.handover"):
            wished(paths[:half], paths[half:])
        return
    document = json.loads(handover(wished(paths[:half], paths[half:]), Pair(key, secret)))
    for place, value in [*((path, key) for path in paths[:half]), *((path, secret) for path in paths[half:])]:
        found = document
        for part in place:
            found = found[part]
        assert found == value


def test_the_handover_is_yaml() -> None:
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
    text = handover(wished([["a", "key"]], [["a", "secret"]]), Pair("12e5", 'no: "#${x} ä\t'))
    assert yaml.safe_load(text) == {"a": {"key": "12e5", "secret": 'no: "#${x} ä\t'}}
