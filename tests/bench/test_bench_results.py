"""A run is compared with the baseline by ratios: 15 % is the line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.lines import comparison, line
from bench.measuring import Case, measure
from bench.results import (
    Figure,
    Results,
    Target,
    each_tenant,
    growing,
    losses,
    overall,
    read,
    verdicts,
    write,
)

ONE = Figure(
    "render", "mtc", 1000, "cp -r", 3, wall=1.0, cpu=0.9, ratio=2.0, work=8.0, beside=0.5, memory=80.0
)


def results(*figures: Figure) -> Results:
    return Results("a machine", "full", figures)


@pytest.mark.parametrize(("more", "lost"), [(1.14, False), (1.16, True), (0.5, False)])
def test_a_loss_of_16_percent_fails_and_one_of_14_passes(more: float, lost: bool) -> None:
    now = replace(ONE, ratio=more * ONE.ratio, work=more * ONE.work)
    found = losses(results(now), results(ONE))
    assert [one.now.name for one in found] == (["render"] if lost else [])
    said = "\n".join(comparison(results(now), results(ONE)))
    both = (
        "2.32 times its yardstick, 2.00 in the baseline; 9.28 times the work in Python, 8.00 in the baseline"
    )
    assert (f"LOST render: {both}: 16 % worse" in said) is lost
    assert ("no case is more than 15 % worse" in said) is not lost


@pytest.mark.parametrize(
    "other",
    [
        replace(ONE, wall=10.0, cpu=9.0, beside=5.0),  # slower in all
        replace(ONE, ratio=6.0, beside=0.17),  # it makes files three times as fast
        replace(ONE, work=20.0),  # it makes files, and starts processes, at half the speed
    ],
)
def test_another_machine_is_no_loss(other: Figure) -> None:
    assert losses(results(other), results(ONE)) == []


def test_peers_and_new_cases_lose_nothing_and_what_was_left_out_is_said() -> None:
    peer = replace(ONE, name="kapitan", subject="kapitan", ratio=30.0, work=90.0)
    new = replace(ONE, name="new", ratio=30.0, work=90.0)
    before = results(replace(peer, ratio=1.0, work=1.0), replace(ONE, name="old"))
    assert losses(results(peer, new), before) == []
    assert "in the baseline, not measured in this run: old" in list(comparison(results(peer, new), before))
    assert list(comparison(results(new), None)) == ["no baseline to compare with"]


def test_a_target_is_kept_or_missed_in_its_own_unit() -> None:
    targets = (Target("ratio", 1.9), Target("wall", 1.0), Target("more", 0.4), Target("memory", 80))
    figure = replace(ONE, targets=targets)
    assert [verdict.kept for verdict in verdicts(figure)] == [False, True, False, True]
    assert "1.9 x cp -r: MISSED, 1 s: ok, 400 ms more than python (500): MISSED, 80 MB: ok" in line(figure)


def test_growth_and_the_proof_are_judged_where_they_were_measured() -> None:
    few, many = (replace(ONE, name=f"render {n:,} tenants", tenants=n, wall=n / 1000) for n in (1000, 10000))
    assert overall(results(few)) == []
    whole = replace(results(few, many), proofs={"strict": {"1000": 0.6}})
    assert [(one.value, one.limit) for one in overall(whole)] == [(10.0, 11), (0.6, 0.5)]
    assert growing(whole) == [few, many]


def test_one_more_tenant_costs_what_start_up_has_no_part_in() -> None:
    few, many = (
        replace(ONE, name=f"render {n:,} tenants", tenants=n, wall=0.5 + n / 500, cpu=0.25 + n / 1000)
        for n in (10, 100)
    )
    first, second = each_tenant(results(few, many))
    assert (first.tenants, first.wall, first.more_wall) == (10, pytest.approx(52), None)
    assert second[1:] == pytest.approx((7, 3.5, 2, 1))


@settings(deadline=None)  # it writes files
@given(st.floats(0.1, 100), st.floats(0.1, 100))
def test_what_is_read_is_what_was_written(wall: float, ratio: float) -> None:
    import tempfile

    kept = results(replace(ONE, wall=round(wall, 4), ratio=round(ratio, 4), targets=(Target("wall", 1.5),)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "results.json"
        assert read(path) is None
        write(kept, path)
        assert read(path) == kept
        assert json.loads(path.read_text(encoding="utf-8"))["figures"][0]["name"] == "render"


def test_a_case_runs_in_turn_with_its_yardstick_and_is_measured_again_before_it_counts_as_lost(
    tmp_path: Path,
) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "file").write_text("text", encoding="utf-8")
    turns: list[int] = []
    case = Case("true", ("true",), 3, tree=tree, before=turns.append)
    figure = measure(case, None)
    assert (turns, figure.rounds, figure.yardstick) == ([0, 1, 2, 3], 3, "cp -r")  # 3: the look at all memory
    assert figure.wall > 0 < figure.ratio > figure.work > 0  # `cp` is over sooner than Python
    assert not (tmp_path / "copy").exists()
    turns.clear()
    measure(case, results(replace(figure, ratio=1e-9, work=1e-9)))
    assert turns == [0, 1, 2, 3, 0, 1, 2, 3]
