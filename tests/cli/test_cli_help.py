"""What a newcomer reads."""

from __future__ import annotations

import re

import pytest
from mtc_process import mtc

from mtc.cli.commands import COMMANDS


def test_help_names_every_command_with_its_purpose() -> None:
    run = mtc("--help")
    assert (run.code, run.err) == (0, "")
    listed = run.out.split("Commands:\n")[1].splitlines()
    assert [line.split()[0] for line in listed] == list(COMMANDS)
    assert all(line.endswith(".") and not line.endswith("...") for line in listed)


def test_help_says_where_to_start_and_how_runs_end() -> None:
    text = mtc("-h").out
    for line in (
        "mtc init ",
        "mtc validate blueprint.yaml",
        "mtc render blueprint.yaml -o out/",
        "Exit codes:",
    ):
        assert line in text


@pytest.mark.parametrize("command", [*COMMANDS, "show ports", "show tenants", "show features"])
def test_every_command_has_help_for_every_option(command: str) -> None:
    run = mtc(*command.split(), "--help", COLUMNS="200")
    assert (run.code, run.err) == (0, "")
    assert run.out.startswith(f"Usage: mtc {command} ")
    options = run.out.split("\n  -")[1:]
    assert options
    assert all(re.search(r"\s{2,}[A-Z]", option) for option in options), "an option without a word about it"


def test_without_a_command_it_helps() -> None:
    run = mtc()
    assert run.code == 2
    assert "Start here:" in run.out + run.err


@pytest.mark.parametrize(
    ("shell", "marker"),
    [("bash", "complete -o nosort"), ("zsh", "#compdef mtc"), ("fish", "complete --no-files")],
)
def test_completion_scripts(shell: str, marker: str) -> None:
    run = mtc("completion", shell)
    assert (run.code, run.err) == (0, "")
    assert marker in run.out
    assert f"_MTC_COMPLETE={shell}_complete" in run.out


def test_completion_answers_the_shell() -> None:
    asked = {"_MTC_COMPLETE": "bash_complete", "COMP_CWORD": "1"}
    assert mtc(COMP_WORDS="mtc re", **asked).out == "plain,render\nplain,reach\n"
    asked["COMP_CWORD"] = "2"
    assert mtc(COMP_WORDS="mtc show ", **asked).out.split() == [
        "plain,features",
        "plain,network",
        "plain,ports",
        "plain,tenants",
    ]
