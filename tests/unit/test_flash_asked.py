# SPDX-License-Identifier: MIT
"""What --group and --join ask at a terminal, what they show before, and what they say without."""

import re

import pytest

from host_tools.flash.errors import BadSettings, Declined
from tests.unit.flash_bench import Bench, Terminal
from tests.unit.test_flash_group import files_of, in_one_group, keys

GROUP = ("--group", "--limit", "40")


@pytest.fixture
def bench(monkeypatch, tmp_path):
    """Three boards; the second has a breaker and phases, the others nothing."""
    bench = Bench(monkeypatch, tmp_path, 3)
    for board in (bench.boards[0], bench.boards[2]):
        board.settings = {}
    bench.boards[1].settings = {"breaker_a": 20, "phases": "L1L2L3"}
    return bench


def test_a_region_is_asked_for_once_and_each_unit_for_its_breaker_and_phases(
        bench, monkeypatch, capsys):
    terminal = Terminal(monkeypatch, "us", "40", "L1", "", "", "yes")
    assert bench.flash(*GROUP) == 0
    in_one_group(bench)
    assert [board.settings["breaker_a"] for board in bench.boards] == [40, 20, 20]
    assert [board.settings["phases"] for board in bench.boards] == ["L1", "L1L2L3", "L1L2L3"]
    assert terminal.asked == [
        "Region, us (80 % of a breaker is used for hours) or iec (all of it):",
        "Breaker, A (15, 20, 30, 40, 50, 60):", "Phases (L1, L2, L3, L1L2L3, L2L3L1, L3L1L2):",
        "Breaker, A (15, 20, 30, 40, 50, 60), Enter: 20:",
        "Phases (L1, L2, L3, L1L2L3, L2L3L1, L3L1L2), Enter: L1L2L3:",
        "Is this right? Type yes:"]
    shown = capsys.readouterr().out
    assert shown.index("Unit 1 (socket://a, serial A0B1C2000001):") < shown.index(
        "Unit 3 (socket://c, serial A0B1C2000003):")
    assert "Unit 2 (" not in shown, "it has both"


@pytest.mark.parametrize("wrong, said", [
    ("", "breaker_a is empty: must be one of 15, 20, 30"), ("x", "breaker_a is x: must be one of"),
    ("32", "breaker_a is 32: must be one of 15, 20"), ("17", "breaker_a is 17: must be one of"),
    ("1e1", "must be one of")])
def test_what_cannot_be_is_said_and_asked_again(bench, monkeypatch, capsys, wrong, said):
    Terminal(monkeypatch, "us", wrong, "40", "L1", "40", "L1", "yes")
    assert bench.flash(*GROUP) == 0
    assert said in capsys.readouterr().out and bench.boards[0].settings["breaker_a"] == 40


def test_what_was_given_is_not_asked_for(bench, monkeypatch):
    terminal = Terminal(monkeypatch, "40", "yes")
    assert bench.flash(*GROUP, "--set", "region=us", "--set", "phases=L1", "--set",
                       "3:breaker_a=30") == 0
    assert len(terminal.asked) == 2 and terminal.asked[0].startswith("Breaker")
    assert [board.settings["breaker_a"] for board in bench.boards] == [40, 20, 30]


def test_the_region_of_one_board_is_that_of_the_circuit(bench, monkeypatch):
    bench.boards[1].settings = dict(bench.boards[1].settings, region="us")
    bench.boards[2].settings = {"region": "mars"}
    Terminal(monkeypatch, "40", "L1", "", "", "yes")
    assert bench.flash(*GROUP) == 0
    assert [board.settings["region"] for board in bench.boards] == ["us"] * 3


@pytest.mark.parametrize("answers", (
    ["us", "40", "L1", "", "", "no"], ["us", "40", "L1", "", "", ""], ["us"], [KeyboardInterrupt],
    ["us", "40", "L1", "", "", KeyboardInterrupt]))
def test_who_says_no_or_goes_away_has_changed_nothing(bench, monkeypatch, capsys, answers):
    before = [files_of(board) for board in bench.boards]
    Terminal(monkeypatch, *answers)
    assert bench.flash(*GROUP) == Declined.code
    assert [files_of(board) for board in bench.boards] == before
    assert all(board.starts == 1 for board in bench.boards), "what ran before runs on"
    said = capsys.readouterr().err
    assert said.count("Nothing was changed on this board.") == 3
    assert said.rstrip().endswith("Nothing was changed.")


def test_without_a_terminal_it_says_what_is_missing_and_how_to_give_it(bench, capsys):
    before = [files_of(board) for board in bench.boards]
    assert bench.flash(*GROUP, "--yes") == BadSettings.code
    assert [files_of(board) for board in bench.boards] == before
    said = capsys.readouterr().err
    assert "unit 1 (socket://a, serial A0B1C2000001): region, breaker_a, phases" in said
    assert "unit 3 (socket://c, serial A0B1C2000003): region, breaker_a, phases" in said
    assert "unit 2 (socket://b, serial A0B1C2000002): region\n" in said
    words = re.search(r"same command: (.*)", said).group(1).split()
    assert words == ("--set region=us --set 1:breaker_a=40 --set 1:phases=L1 "
                     "--set 3:breaker_a=40 --set 3:phases=L1").split()
    assert bench.flash(*GROUP, "--yes", *words) == 0, "said so, it can be done so"


def test_without_a_terminal_and_without_yes_nothing_is_done(bench, capsys):
    for board in bench.boards:
        board.settings = dict(bench.boards[1].settings, region="iec")
    assert bench.flash(*GROUP) == Declined.code
    assert keys(bench) == [None] * 3
    said = capsys.readouterr()
    assert "say --yes as well if the group is to be as shown" in said.err
    assert "The new group:" in said.out


def test_the_table_has_all_that_an_electrician_checks(bench, monkeypatch, capsys):
    Terminal(monkeypatch, "us", "40", "L1", "", "", "no")
    bench.flash(*GROUP, "--set", "fallback=minimum")
    shown = capsys.readouterr().out
    lines = shown[shown.index("The new group:"):].rstrip().split("\n")[:13]
    assert lines == [
        "The new group:", "",
        "Unit  Role      Port        Serial        Board  Breaker  Phases  Most  Alone",
        "   1  leader    socket://a  A0B1C2000001  bench     40 A  L1      32 A    6 A",
        "   2  follower  socket://b  A0B1C2000002  bench     20 A  L1L2L3  16 A    6 A",
        "   3  follower  socket://c  A0B1C2000003  bench     20 A  L1L2L3  16 A    6 A", "",
        "Region    us: a unit offers at most 80 % of its breaker",
        "Limit     40 A on each phase of the circuit",
        "Most      greatest output of a unit; together 64 A on L1, 32 A on L2, 32 A on L3",
        "Alone     what it may use without its leader: 6 A (minimum);",
        "          together 18 A on L1, 12 A on L2, 12 A on L3",
        "Sharing   not enabled: no unit charges before enable(True) at unit 1's prompt"]
    assert max(map(len, lines)) <= 80


def test_a_newcomer_is_asked_for_and_the_question_is_one(bench, monkeypatch, capsys):
    first, second, third = bench.boards
    words = ("--set", "region=us", "--set", "breaker_a=40", "--set", "phases=L1")
    assert bench.flash(*GROUP, "--yes", *words, only=[first, second]) == 0
    terminal = Terminal(monkeypatch, "30", "L1", "yes")
    assert bench.flash("--join", only=[first, third]) == 0
    assert len(terminal.asked) == 3
    assert third.settings["region"] == "us", "the group has it"
    shown = capsys.readouterr().out
    assert "Unit 3 (socket://c, serial A0B1C2000003):" in shown
    table = shown[shown.index("The group with unit 3"):]
    assert re.search(r"2  follower  -  +A0B1C2000002  -  +-  L1 +32 A", table)
    assert re.search(r"3  new +socket://c  A0B1C2000003  bench +30 A  L1 +24 A", table)
    assert "Units without a port are not plugged in" in table
