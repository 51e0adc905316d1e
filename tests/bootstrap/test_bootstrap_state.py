"""The lease and the state: two runs at once, a run that was overtaken, a run that died; what CAS promises."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from clearml_api import Refusal
from test_bootstrap_faults import GET, MADE, PATCH, SEQUENCE
from world import World, wish

from mtc.bootstrap.clearml import Pair
from mtc.bootstrap.faults import LostLease, Permanent, Retryable
from mtc.bootstrap.file import FileStore
from mtc.bootstrap.state import State

ACTING = [k for k, call in enumerate(SEQUENCE) if call == PATCH or call.split(".")[-1].split("_")[0] in {"create", "set", "add"}]


def test_acting_calls_are_the_ones_meant() -> None:
    assert [SEQUENCE[k] for k in ACTING if SEQUENCE[k] != PATCH] == [
        "POST /system.create_company", "POST /auth.create_user", "POST /auth.create_credentials", "POST /login.set_domains",
        "POST /login.add_whitelist_entries", "POST /login.add_whitelist_entries", "POST /queues.create", "POST /queues.create",
    ]


@pytest.mark.parametrize("count", [2, 4])
def test_runs_at_once_end_the_same(world: World, count: int) -> None:
    runs = [world.start(wish(), "--lease-seconds", "2") for _ in range(count)]
    outs = [run.communicate(timeout=60)[0] for run in runs]
    assert [run.returncode for run in runs] == [0] * count, outs
    world.agree(wish())
    assert world.clearml.changes().count("auth.create_credentials") == 1


def test_the_second_run_waits_for_the_first_and_finds_nothing_to_do(world: World) -> None:
    world.stage.plan("hold", SEQUENCE.index("POST /system.create_company"))
    first = world.start(wish(), "--lease-seconds", "3")
    assert world.stage.reached.wait(10)
    second = world.start(wish(), "--lease-seconds", "0.1")
    until = time.monotonic() + 20
    # The first run reads the state once: a second reading is the second run, at the lease.
    while world.stage.calls.count(GET) < 2:
        assert time.monotonic() < until
        time.sleep(0.01)
    world.stage.gate.set()
    outs = [run.communicate(timeout=60)[0] for run in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), outs
    assert "is at work on this tenant" in outs[1]
    assert "changed" not in outs[1]
    world.agree(wish())


@pytest.mark.parametrize("k", ACTING)
def test_a_run_that_was_overtaken_in_the_middle_of_a_call(world: World, k: int) -> None:
    """Its call hangs until another run has taken over and finished; only then does the server act on it."""
    world.stage.plan("hold", k)
    slow = world.start(wish(), "--lease-seconds", "0.15")
    assert world.stage.reached.wait(10)
    other = world.zygote.run(world.argv(wish(), "--lease-seconds", "0.15"), world.stage)
    # Between the making of a user and the saving of its id, only the first run knows the id; see LOST.
    assert other.code == (78 if k == MADE + 1 else 0), other
    world.stage.gate.set()
    out, _ = slow.communicate(timeout=60)
    assert slow.returncode == 0, out
    world.agree(wish())
    before = len(world.clearml.changes())
    assert world.run(wish()).code == 0
    assert world.clearml.changes()[before:] == []


def test_a_run_that_waits_for_the_api_keeps_its_lease(world: World) -> None:
    """The API is away for twice the lease's time; another run stands by and may not take over."""
    queues, back = world.clearml._queues_get_all, time.monotonic() + 1.2

    def away(*call: Any) -> Any:
        if time.monotonic() < back:
            raise Refusal(503, 0, "no database")
        return queues(*call)

    world.clearml._queues_get_all = away  # type: ignore[assignment,method-assign]
    runs = [world.start(wish(), "--lease-seconds", "0.6", "--retry-cap-seconds", "0.05") for _ in range(2)]
    outs = [run.communicate(timeout=60)[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], outs
    assert not any("lease: lost" in out for out in outs), outs
    world.agree(wish())


def test_a_run_waits_for_the_lease_of_one_that_died_and_then_goes_on(world: World) -> None:
    world.stage.plan("kill-before", 12)
    assert world.run(wish(), "--lease-seconds", "0.5").code == -9
    start = time.monotonic()
    result = world.run(wish())
    assert result.code == 0, result
    assert 0.5 <= time.monotonic() - start < 5
    assert "is at work on this tenant" in result.out
    world.agree(wish())


def state(path: Path, seconds: float = 30, **more: Any) -> State:
    return State(FileStore(path), seconds, **more)


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    first, second = state(tmp_path / "s"), state(tmp_path / "s")
    first.take()
    first.company_id, first.admin_id, first.rotate = "c", "u", 3
    first.pair, first.values = Pair("KEY", "secret"), "{}\n"
    first.told("domains", ["a.example"])
    first.release()
    second.take()
    assert (second.company_id, second.admin_id, second.rotate, second.pair) == ("c", "u", 3, Pair("KEY", "secret"))
    assert second.applied == {"domains": {"wish": ["a.example"], "seen": None}}
    assert second.values == "{}\n"


def test_a_held_lease_refuses_others_and_a_lost_one_its_holder(tmp_path: Path) -> None:
    first, second = state(tmp_path / "s"), state(tmp_path / "s")
    first.take()
    with pytest.raises(Retryable, match="is at work") as waiting:
        second.take()
    assert waiting.value.after == pytest.approx(3, abs=0.1)
    thief = state(tmp_path / "s", take_over=True)
    thief.take()
    for lost in (first.save, first.release):
        with pytest.raises(LostLease):
            lost()
    thief.save()


def test_a_beating_lease_never_runs_out(tmp_path: Path) -> None:
    first, second = state(tmp_path / "s", 0.1), state(tmp_path / "s", 0.1)
    first.take()
    until = time.monotonic() + 0.5
    while time.monotonic() < until:
        first.hold()
        with pytest.raises(Retryable):
            second.take()
        time.sleep(0.02)
    time.sleep(0.1)
    second.take()


def test_someone_elses_edit_is_no_lost_lease(tmp_path: Path) -> None:
    path = tmp_path / "s"
    mine = state(path)
    mine.take()
    path.write_text(json.dumps({**json.loads(path.read_text()), "note": "by hand"}))
    mine.company_id = "c"
    mine.save()
    found = json.loads(path.read_text())
    assert (found["note"], json.loads(found["state.json"])["companyId"]) == ("by hand", "c")


@pytest.mark.parametrize("text", ["{", "[]", "7"])
def test_a_damaged_state_is_a_permanent_fault(tmp_path: Path, text: str) -> None:
    (tmp_path / "s").write_text(json.dumps({"state.json": text}))
    with pytest.raises(Permanent, match="remove that key"):
        state(tmp_path / "s").take()


def test_a_dry_state_writes_nothing(tmp_path: Path) -> None:
    dry = state(tmp_path / "s", dry=True)
    dry.take()
    dry.company_id = "c"
    dry.save()
    dry.hold()
    dry.release()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("record", "wanted", "seen", "lacking", "expected"),
    [
        (None, [1], [1], [], True),  # no record, and the API shows just that
        (None, [1], [1, 2], [], False),
        (None, [1], None, [], False),
        ({"wish": [1], "seen": None}, [1], None, [], True),  # told, and the API shows nothing
        ({"wish": [1], "seen": None}, [1], [1, 2], [], True),  # told, and the API adds its own
        ({"wish": [1], "seen": [1, 2]}, [1], [1, 2], [], True),
        ({"wish": [1], "seen": [1]}, [1], [1, 2], [], False),  # someone added one since
        ({"wish": [1], "seen": None}, [1], [], [1], False),  # told, not done
        ({"wish": [1], "seen": [1]}, [2], [1], [2], False),
    ],
)
def test_what_counts_as_settled(
    tmp_path: Path, record: Any, wanted: list[int], seen: Any, lacking: list[int], expected: bool
) -> None:
    subject = state(tmp_path / "s")
    if record:
        subject.applied["topic"] = record
    assert subject.settled("topic", wanted, seen, lacking) is expected
