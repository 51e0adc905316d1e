"""Whole runs: the command line as the Job has it, changed wishes, refusals, other servers' shapes."""

from __future__ import annotations

import json
import signal
import time
from typing import Any

import pytest
from clearml_api import HOME, User
from world import World, find_python, wish


def converged(world: World, wanted: dict[str, Any], *flags: str) -> str:
    result = world.run(wanted, *flags)
    assert result.code == 0, result
    world.agree(wanted)
    return result.out


def refused(world: World, wanted: dict[str, Any], *flags: str) -> str:
    result = world.run(wanted, *flags)
    assert result.code == 78, result
    return result.out


@pytest.mark.parametrize("version", ["3.9", "3.13"])
def test_the_command_of_the_job_under_the_oldest_and_a_newer_python(world: World, version: str) -> None:
    python = find_python(version)
    if python is None:
        pytest.skip(f"Python {version} is not on this machine")
    result = world.execute(wish(), python=python)
    assert result.code == 0, result
    world.agree(wish())


def test_a_second_run_makes_no_changing_call(world: World) -> None:
    assert world.execute(wish()).code == 0
    before = len(world.clearml.calls)
    result = world.execute(wish())
    assert result.code == 0, result
    again = world.clearml.calls[before:]
    assert [call.name for call in again if call.changing] == []
    assert len(again) > 5, "it looked all the same"


def test_one_line_a_step_as_json(world: World) -> None:
    out = converged(world, wish(), "--log", "json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert all(sorted(line) == ["detail", "event", "step"] for line in lines)
    settled = [line["step"] for line in lines if line["event"] == "ok"]
    assert settled == [
        "server", "caller", "company", "admin", "credentials", "revocation", "domains", "addresses", "queues", "end",
    ]


def test_it_waits_for_a_server_that_is_not_up_yet(world: World) -> None:
    world.stage.plan("500", 0)
    process = world.start(wish(), "--retry-base-seconds", "0.2")
    world.stage.client(process.pid)
    with process:
        out, _ = process.communicate(timeout=30)
    assert process.returncode == 0, out
    assert "server: again: in 0." in out


def test_retry_after_is_obeyed(world: World) -> None:
    world.stage.plan("429-in-one-second", 4)
    start = time.monotonic()
    converged(world, wish())
    assert time.monotonic() - start > 1


def test_the_deadline_ends_with_the_code_for_trying_again(world: World) -> None:
    world.kubernetes.rules.clear()
    result = world.run(wish(), "--deadline-seconds", "0.2")
    assert result.code == 75, result
    assert "the Role lacks get or patch" in result.out
    assert world.clearml.changes() == []


# Changed wishes.


def test_a_changed_wish_changes_what_changed_and_nothing_else(world: World) -> None:
    converged(world, wish())
    key = world.secret["access-key"]
    changed = wish(
        limits__users=25, features__enable=["reports", "pipelines"], features__exclude=[],
        login__domains=["acme.example", "acme.test"], queues=["default", "gpu-fraction-0_50", "gpu.large"],
    )
    before = len(world.clearml.changes())
    converged(world, changed)
    assert sorted(world.clearml.changes()[before:]) == [
        "login.set_domains", "queues.create", "system.update_company_settings",
    ]
    assert world.secret["access-key"] == key


def test_a_queue_that_the_wish_no_longer_has_stays_and_is_reported(world: World) -> None:
    converged(world, wish())
    result = world.run(wish(queues=["default"]))
    assert result.code == 0
    assert "queues: note: gpu-fraction-0_50 is not in the wish any more and stays" in result.out
    assert sorted(world.clearml.queues[world.company()["id"]]) == ["default", "gpu-fraction-0_50"]


def test_an_address_taken_out_is_removed_and_another_persons_stays(world: World) -> None:
    converged(world, wish())
    entries = world.clearml.whitelist[world.company()["id"]]
    entries["someone@else.example"] = False
    assert world.run(wish(login__emails=[])).code == 0
    assert entries == {"boss@acme.example": True, "someone@else.example": False}


def test_an_address_that_becomes_an_admins(world: World) -> None:
    converged(world, wish())
    converged(world, wish(login__emails=[], login__adminEmails=["guest@other.example", "boss@acme.example"]))


def test_a_limit_that_the_wish_no_longer_has_is_reported(world: World) -> None:
    converged(world, wish())
    result = world.run(wish(limits__users=None))
    assert result.code == 0
    assert "keeps its limit of 10 users" in result.out
    before = len(world.clearml.changes())
    assert world.run(wish(limits__users=None)).code == 0
    assert world.clearml.changes()[before:] == []


def test_drift_in_the_server_is_put_right(world: World) -> None:
    converged(world, wish())
    company = world.company()["id"]
    world.clearml.companies[company]["features"] = ["experiments", "by-hand"]
    world.clearml.domains[company] = []
    del world.clearml.queues[company]["default"]
    world.clearml.users[world.state["adminId"]].role = "user"
    converged(world, wish())


def test_another_gateway_flavor_writes_the_handover_anew(world: World) -> None:
    converged(world, wish())
    other = wish(handover={
        "accessKey": [["clearml", "agentk8sglueKey"], ["clearml", "apiKey"]],
        "secretKey": [["clearml", "agentk8sglueSecret"], ["clearml", "apiSecret"]],
    })
    before = len(world.clearml.changes())
    converged(world, other)
    assert world.clearml.changes()[before:] == []
    assert sorted(json.loads(world.secret["values.yaml"])["clearml"]) == [
        "agentk8sglueKey", "agentk8sglueSecret", "apiKey", "apiSecret",
    ]


def test_the_smallest_wish(world: World) -> None:
    small = wish(
        limits={"users": None}, features={"enable": [], "exclude": []}, queues=[],
        login={"domains": [], "emails": [], "adminEmails": []},
    )
    converged(world, small)
    assert world.clearml.changes() == ["system.create_company", "auth.create_user", "auth.create_credentials"]


def test_labels_of_the_secret_survive(world: World) -> None:
    converged(world, wish())
    (secret,) = world.kubernetes.secrets.values()
    assert secret["metadata"]["labels"] == {"reconcile.fluxcd.io/watch": "Enabled"}
    assert set(world.kubernetes.verbs) == {"get", "patch"}


# Adoption, and other people's things.


def test_a_company_of_the_wished_name_is_adopted_and_one_that_resembles_it_is_not(world: World) -> None:
    world.clearml.companies["c0ffee"] = {"id": "c0ffee", "name": "Acme", "features": [], "exclude_features": []}
    world.clearml.companies["c1"] = {"id": "c1", "name": "Acme 2", "features": [], "exclude_features": []}
    out = converged(world, wish())
    assert "adopted: c0ffee" in out
    assert "system.create_company" not in world.clearml.changes()


def test_two_companies_of_the_wished_name_need_company_id(world: World) -> None:
    for identity in ("c1", "c2"):
        world.clearml.companies[identity] = {"id": identity, "name": "Acme"}
    out = refused(world, wish())
    assert "company.id (companyId): c1, c2" in out
    assert world.clearml.changes() == []
    assert world.run(wish(company__id="c2")).code == 0
    assert world.state["companyId"] == "c2"


def test_an_adopted_user_is_made_admin_and_keeps_its_own_pairs(world: World) -> None:
    world.clearml.companies["c1"] = {"id": "c1", "name": "Acme"}
    world.clearml.add(User("u1", "Ada", "c1", "user", "ada@acme.example"), "FOREIGN", "foreign-secret")
    world.clearml.users["u1"].credentials["OTHER"] = {"secret_key": "other-secret", "label": "mtc/acme-2"}
    result = world.run(wish(company__id="c1", admin__id="u1"))
    assert result.code == 0, result
    user = world.clearml.users["u1"]
    assert user.role == "admin"
    assert sorted(pair["label"] or "" for pair in user.credentials.values()) == ["", "mtc/acme", "mtc/acme-2"]


def test_only_an_anchored_pattern_finds_queues(world: World) -> None:
    """`default` exists as a part of other names: an unanchored search would take them for it."""
    converged(world, wish(queues=["my-default-queue", "a.b"]))
    converged(world, wish(queues=["my-default-queue", "a.b", "default"]))
    assert world.run(wish(queues=["aXb"])).code == 0
    assert "aXb" in world.clearml.queues[world.company()["id"]]


def test_queues_that_the_agent_made_first(world: World) -> None:
    world.clearml.companies["c1"] = {"id": "c1", "name": "Acme"}
    world.clearml.queues["c1"] = {"default": {"id": "q", "name": "default", "system_tags": ["k8s-glue"]}}
    converged(world, wish(company__id="c1"))


def test_a_company_and_a_queue_that_appear_between_the_look_and_the_call(world: World) -> None:
    """By another tool, or by our own call that was thought lost."""
    companies, queues = world.clearml._system_get_companies, world.clearml._queues_get_all

    def look_at_companies(*call: Any) -> Any:
        answer = companies(*call)
        world.clearml.companies.setdefault("c1", {"id": "c1", "name": "Acme"})
        return answer

    def look_at_queues(*call: Any) -> Any:
        answer = queues(*call)
        world.clearml.queues.setdefault("c1", {"default": {"id": "q", "name": "default", "system_tags": []}})
        return answer

    world.clearml._system_get_companies = look_at_companies  # type: ignore[method-assign]
    world.clearml._queues_get_all = look_at_queues  # type: ignore[assignment,method-assign]
    out = converged(world, wish())
    assert "company: changed: another run made the company at the same moment" in out


@pytest.mark.parametrize(("role", "code"), [("admin", 0), ("user", 78)])
def test_an_admin_known_by_name_alone_must_be_one(world: World, role: str, code: int) -> None:
    world.reset(lists_members=True, lists_emails=False)
    world.clearml.companies["c1"] = {"id": "c1", "name": "Acme", "features": [], "exclude_features": []}
    world.clearml.add(User("u1", "Ada", "c1", role, "ada@acme.example"), "K", "s")
    world.clearml.users["u1"].credentials.clear()
    result = world.run(wish())
    assert result.code == code, result
    if role == "admin":
        world.agree(wish())
    else:
        assert "admin.id" in result.out
        assert world.clearml.users["u1"].credentials == {}


def test_after_a_lost_state_an_address_is_still_known_as_ours(world: World) -> None:
    world.reset(lists_members=True)
    converged(world, wish())
    world.lose_state()
    converged(world, wish())
    converged(world, wish(login__emails=[]))


# What someone has to change.


def test_a_caller_without_a_role_for_it(world: World) -> None:
    world.clearml.supervisor.role = "user"
    out = refused(world, wish())
    assert "role is system or root" in out
    assert world.clearml.changes() == []


def test_a_caller_who_may_not_create_companies(world: World) -> None:
    world.clearml.supervisor.role = "admin"
    assert "403/20" in refused(world, wish())


def test_a_caller_without_cross_tenant_rights(world: World) -> None:
    world.reset(cross_tenant=False)
    assert "cross-tenant rights" in refused(world, wish())


def test_a_pair_that_the_server_does_not_know(world: World) -> None:
    world.clearml.supervisor.credentials["SUPERKEY"]["secret_key"] = "another"
    out = refused(world, wish())
    assert "Secret api-credentials" in out
    assert "secret=***" in out, "the server echoes the secret, the program does not"


def test_a_server_that_is_not_an_enterprise_server(world: World) -> None:
    world.reset(enterprise=False)
    assert "ClearML Enterprise" in refused(world, wish())


def test_an_address_that_another_tenant_has(world: World) -> None:
    world.clearml.add(User("u9", "Ada", HOME, "admin", "ada@acme.example"), "K", "s")
    for lists_members in (False, True):
        world.clearml.shape.lists_members = lists_members
        out = refused(world, wish())
        assert "the address belongs to another tenant" in out
        assert world.clearml.members(world.company()["id"]) == []


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"company__name": "Ac"}, "need 3 characters"),
        ({"queues": ["ab"]}, "need 3 characters"),
        ({"admin__email": "ada"}, "addresses a domain"),
        ({"login__domains": ["ada@acme.example"]}, "login.domains"),
        ({"company__id": "nobody"}, "company.id (companyId)"),
        ({"admin__id": "nobody"}, "that user is gone"),
        ({"admin__id": "__supervisor__"}, "correct admin.id"),
    ],
)
def test_a_wish_that_the_server_refuses(world: World, changes: dict[str, Any], text: str) -> None:
    assert text in refused(world, wish(**changes))


def test_a_renamed_company(world: World) -> None:
    converged(world, wish())
    out = refused(world, wish(company__name="Acme Corporation"))
    assert "no published call renames a company" in out
    assert len(world.clearml.companies) == 2


def test_a_company_that_was_deleted_is_not_made_again(world: World) -> None:
    converged(world, wish())
    del world.clearml.companies[world.state["companyId"]]
    assert "remove state.json" in refused(world, wish())
    assert len(world.clearml.companies) == 1


@pytest.mark.parametrize("changes", [{"company__id": "c9"}, {"admin__id": "u9"}])
def test_an_id_that_contradicts_the_state(world: World, changes: dict[str, Any]) -> None:
    converged(world, wish())
    assert "take" in refused(world, wish(**changes))
    world.agree(wish())


def test_a_server_that_answers_and_does_not_listen(world: World) -> None:
    converged(world, wish())
    world.clearml.shape.deaf = True
    out = refused(world, wish(features__enable=["pipelines"]))
    assert "still shows something else" in out
    assert "the server showed otherwise: pipelines" in out


# Shapes that are not published.


def test_a_server_that_merges_features_keeps_the_old_one_and_it_is_reported(world: World) -> None:
    world.reset(merges_features=True)
    converged(world, wish())
    result = world.run(wish(features__enable=["reports"]))
    assert result.code == 0, result
    assert "has features that the wish does not name: experiments" in result.out
    before = len(world.clearml.changes())
    assert world.run(wish(features__enable=["reports"])).code == 0
    assert world.clearml.changes()[before:] == []


def test_a_server_that_shows_neither_settings_nor_login_rules(world: World) -> None:
    world.reset(shows_settings=False, shows_login=False)
    out = converged(world, wish())
    assert "the server does not show features; taken as it was sent" in out
    before = len(world.clearml.changes())
    converged(world, wish())
    assert world.clearml.changes()[before:] == []
    converged(world, wish(features__enable=["pipelines"], login__domains=[], login__emails=["x@y.example"]))


@pytest.mark.parametrize(
    "shape",
    [{"company_id_field": "company_id"}, {"company_id_field": "company"}, {"companies_field": None}],
    ids=str,
)
def test_other_field_names(world: World, shape: dict[str, Any]) -> None:
    world.reset(**shape)
    converged(world, wish())


def test_field_names_that_only_the_wish_knows(world: World) -> None:
    world.reset(company_id_field="uid", companies_field="tenants")
    out = refused(world, wish())
    assert "which shows: tenants; set answers.companies. Nothing was created" in out
    assert world.clearml.changes() == []
    converged(world, {**wish(), "answers": {"companies": ["tenants"], "companyId": ["uid"]}})


# Dry runs and state in a file.


def test_a_dry_run_before_the_first_prints_the_calls_and_changes_nothing(world: World) -> None:
    secret = world.secret
    result = world.run(wish(), "--dry-run")
    assert result.code == 0, result
    calls = [line.split(": ", 2)[2].split(" ")[0] for line in result.out.splitlines() if "would call" in line]
    assert calls == [
        "system.create_company", "auth.create_user", "auth.create_credentials", "login.set_domains",
        "login.add_whitelist_entries", "login.add_whitelist_entries", "queues.create", "queues.create",
    ]
    assert world.clearml.changes() == []
    assert world.secret == secret


def test_a_dry_run_of_a_changed_wish(world: World) -> None:
    converged(world, wish())
    before, secret = len(world.clearml.changes()), world.secret
    assert "would call" not in world.run(wish(), "--dry-run").out
    out = world.run(wish(queues=["default", "new-queue"], admin__rotate=1), "--dry-run").out
    calls = [line.split(": ", 2)[2].split(" ")[0] for line in out.splitlines() if "would call" in line]
    assert calls == ["auth.create_credentials", "queues.create"]
    assert (len(world.clearml.changes()), world.secret) == (before, secret)


def test_state_in_a_file(world: World) -> None:
    path = world.folder / "state.json"
    path.unlink(missing_ok=True)
    for changes in (4, 0):
        before = len(world.clearml.changes())
        result = world.run(wish(), "--state-file", str(path))
        assert result.code == 0, result
        assert len(world.clearml.changes()[before:]) >= changes
        assert changes or world.clearml.changes()[before:] == []
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text())["secret-key"] in world.clearml.minted.values()
    assert world.kubernetes.verbs == []


def test_a_wrong_command_line_is_permanent(world: World) -> None:
    result = world.zygote.run(["--wish"], world.stage)
    assert (result.code, "expected one argument" in result.out) == (78, True)
    assert "cannot be read" in world.zygote.run(["--wish", "nowhere.json"], world.stage).out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_order(world: World, number: signal.Signals) -> None:
    world.stage.plan("hold", 5)
    process = world.start(wish())
    world.stage.client(process.pid)
    assert world.stage.reached.wait(10)
    process.send_signal(number)
    with process:
        out, _ = process.communicate(timeout=20)
    world.stage.gate.set()
    assert (process.returncode, "Traceback" in out) == (128 + number, False), out
    assert world.state["lease"] is None
