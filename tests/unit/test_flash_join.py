# SPDX-License-Identifier: MIT
"""--join: boards come to a group that is there, by cable, and nothing of it is made anew.

The boards are files, their start is the firmware's own (flash_bench.py).
"""

import json

import pytest

from app.unit import JOIN
from core.group.on_demand import waiting
from core.on_demand.serial import tag_of
from host_tools.flash.errors import BadSettings, BoardLost
from tests.unit.flash_bench import GROUP, Bench
from tests.unit.test_flash_group import files_of, refused

JOINS = ("--join", "--yes")


@pytest.fixture
def bench(monkeypatch, tmp_path):
    """Four boards; the first leads a group of two, with room for a third."""
    bench = Bench(monkeypatch, tmp_path, 4)
    assert bench.flash(*GROUP, only=bench.boards[:2]) == 0
    return bench


def settle(bench):
    """What the first board proposes at its start has come into force everywhere."""
    first = bench.boards[0]
    asked = waiting.changes(first.revision(), waiting.readable(first.change))
    members = asked.pop("members", first.revision().members)
    first.lead(first.revision()._replace(number=first.revision().number + 1, members=tuple(
        members), **asked))
    (first.folder / "group_change.json").unlink()


def test_a_board_joins_the_group_of_the_first_one(bench, capsys):
    first, second, third, _ = bench.boards
    before = first.record, files_of(second)
    assert bench.flash(*JOINS, only=[first, third]) == 0
    assert (first.record, files_of(second)) == before, "nobody else is touched"
    assert [(row[0], bytes.fromhex(row[1]), row[2]) for row in first.change["add"]] == [
        (3, third.serial, 0)]
    record = third.record
    assert record["key"] == first.record["key"] and record["group"]["revision"] is None
    assert record["group"]["leader"] == 1
    assert record["group"]["leader_tag"] == tag_of(first.serial).hex()
    assert third.settings["role"] == "follower" and third.store.read(JOIN) is None
    shown = capsys.readouterr()
    assert "The group with unit 3, who joins:" in shown.out
    assert record["key"] not in shown.out + shown.err
    assert "unit 3 of its group" in shown.out


def test_below_what_its_leader_has_said_it_takes_nothing(bench):
    """Frames that were recorded before it came are worth nothing to it."""
    first, _, third, _ = bench.boards
    first.lead(first.revision()._replace(number=8))
    record = first.record
    record["epoch"] = record["group"]["epoch"] = 7
    record["group"]["sequence"] = 41
    first.record = record
    assert bench.flash(*JOINS, only=[first, third]) == 0
    group = third.record["group"]
    assert (group["epoch"], group["sequence"], group["floor"]) == (7, 41, 8)


def test_several_join_at_once_in_the_order_of_their_ports(bench, capsys):
    first, _, third, fourth = bench.boards
    assert bench.flash(*JOINS, only=[first, fourth, third]) == 0
    assert [(row[0], bytes.fromhex(row[1])) for row in first.change["add"]] == [
        (3, fourth.serial), (4, third.serial)]
    assert "units 3, 4, who join:" in capsys.readouterr().out
    settle(bench)
    assert len(first.revision().members) == 4


def test_the_lowest_free_number_is_given(bench):
    """And not that of a unit that comes back when it is heard."""
    first, second, third, fourth = bench.boards
    rows = first.revision().members
    first.lead(first.revision()._replace(members=(rows[0], rows[1]._replace(unit=5))))
    record = first.record
    record["lead"]["returns"] = [[3, fourth.name, 0, 1, 32000, 32000, 6000]]
    first.record = record
    assert bench.flash(*JOINS, only=[first, third, fourth]) == 0
    assert [row[0] for row in first.change["add"]] == [2, 4]


def test_what_is_given_is_for_those_that_come(bench):
    first, _, third, fourth = bench.boards
    settings = first.settings
    assert bench.flash(*JOINS, "--set", "priority=4", "--set", "4:breaker_a=16",
                       only=[first, third, fourth]) == 0
    assert first.settings == settings and third.settings["priority"] == 4
    assert [row[4] for row in first.change["add"]] == [32000, 16000]


def test_a_larger_limit_comes_with_the_unit_that_needs_it(bench, capsys):
    first, _, third, fourth = bench.boards
    first.lead(first.revision()._replace(limit_ma=13000))
    said = refused(bench, capsys, *JOINS, only=[first, third])
    assert "limit is 13 A: must be at least 18 A, 6 A for each of 3 units" in said
    assert "say a larger one with --limit, if the circuit has it" in said
    assert bench.flash(*JOINS, "--limit", "20", only=[first, third]) == 0
    assert first.change["limit_ma"] == 20000 and len(first.change["add"]) == 1
    assert first.settings["limit_a"] == 20


def test_a_change_that_waits_already_is_kept(bench):
    first, _, third, _ = bench.boards
    assert bench.flash("--set", "fallback=stop", only=[first]) == 0
    assert bench.flash(*JOINS, only=[first, third]) == 0
    assert first.change["fallback"] == "stop" and len(first.change["add"]) == 1
    assert bench.flash("--set", "limit_a=36", only=[first]) == 0
    assert first.change["limit_ma"] == 36000 and len(first.change["add"]) == 1


def test_what_waits_is_judged_with_the_units_that_come(bench, capsys):
    first, _, third, _ = bench.boards
    assert bench.flash(*JOINS, only=[first, third]) == 0
    assert "at least 18 A" in refused(bench, capsys, "--set", "limit_a=17", only=[first])


def test_the_same_command_again_changes_nothing(bench, capsys):
    first, _, third, _ = bench.boards
    assert bench.flash(*JOINS, only=[first, third]) == 0
    before = [files_of(board) for board in bench.boards]
    assert bench.flash(*JOINS, only=[first, third]) == 0
    assert [files_of(board) for board in bench.boards] == before
    settle(bench)
    before = [files_of(board) for board in bench.boards]
    capsys.readouterr()
    assert bench.flash("--join", only=[first, third]) == 0, "there is nothing to ask"
    assert [files_of(board) for board in bench.boards] == before
    assert "These units are in the group already" in capsys.readouterr().out


def test_a_removed_unit_that_has_the_key_still_comes_back(bench):
    first, second, _, _ = bench.boards
    first.lead(first.revision()._replace(members=first.revision().members[:1], limit_ma=20000))
    record = second.record
    assert bench.flash(*JOINS, only=[first, second]) == 0
    assert second.record == record and [row[0] for row in first.change["add"]] == [2]


@pytest.mark.parametrize("place, part", [
    (place, part) for place in (0, 2) for part in ("unique_id", "settings.json.new", "start")]
    + [(0, "group_change.json.new"), (2, "write('join'")])
def test_a_cable_pulled_at_any_moment_leaves_what_the_same_command_completes(
        bench, capsys, place, part):
    first, _, third, _ = bench.boards
    bench.boards[place].lost_at = part
    assert bench.flash(*JOINS, only=[first, third]) == BoardLost.code
    for board in (first, third):
        board.start()
    assert third.record is None or len(first.change["add"]) == 1, "a key before its leader knew"
    said = " ".join(capsys.readouterr().err.split())
    if part == "start":
        assert ("Done: unit 1 on socket://a. Not done: unit 3 on socket://c." if place
                else "Done: none. Not done: unit 1 on socket://a, unit 3 on socket://c.") in said
    assert bench.flash(*JOINS, only=[first, third]) == 0
    assert third.record["key"] == first.record["key"]
    assert [row[0] for row in first.change["add"]] == [3]


def test_a_newcomer_that_is_not_ready_is_not_proposed(bench):
    """The group would wait for it."""
    first, _, third, _ = bench.boards
    third.lost_at = "settings.json.new"
    assert bench.flash(*JOINS, only=[first, third]) == BoardLost.code
    assert first.change is None


# ---- refused, and nothing changed

def test_a_board_that_leads_nothing_cannot_be_joined(bench, capsys):
    first, second, third, fourth = bench.boards
    said = refused(bench, capsys, *JOINS, only=[third, fourth])
    assert "the board on socket://c, serial A0B1C2000003, leads no group: name the leader" in said
    said = refused(bench, capsys, *JOINS, only=[second, third])
    assert "is no leader: name the port of its leader, unit 1, first" in said
    first.store.write("group", b"{}")
    said = refused(bench, capsys, *JOINS, only=[first, third])
    assert "not readable (its parts): type factory_reset(True)" in said


def test_a_leader_that_has_stopped_cannot_be_joined(bench, capsys):
    first, _, third, _ = bench.boards
    record = first.record
    record["lead"]["stopped"] = 1
    first.record = record
    said = refused(bench, capsys, *JOINS, only=[first, third])
    assert "this one has stopped; lead_again()" in said


def test_a_board_of_another_group_is_not_moved(bench, capsys):
    first, second, third, fourth = bench.boards
    assert bench.flash(*GROUP, only=[third, fourth]) == 0
    said = refused(bench, capsys, *JOINS, only=[first, third])
    assert "socket://c, serial A0B1C2000003, leads another group: type factory_reset(True)" in said
    said = refused(bench, capsys, *JOINS, only=[first, fourth])
    assert "is in another group: remove it on its leader, unit 1" in said
    fourth.store.write("group", b"{}")
    assert "not readable" in refused(bench, capsys, *JOINS, only=[first, fourth])


@pytest.mark.parametrize("words, said", [
    (("--set", "9:priority=1"), "there is no unit 9 among these boards: unit 1 (socket://a"),
    (("--set", "breaker_a=60"), "unit 3 (socket://c, serial A0B1C2000003): breaker_a is 60"),
    (("--limit", "200"), "limit is 200 A: must be at most 95 A")])
def test_what_cannot_be_is_refused(bench, capsys, words, said):
    first, _, third, _ = bench.boards
    assert said in refused(bench, capsys, *JOINS, *words, only=[first, third])


def test_a_board_of_another_region_does_not_join(bench, capsys):
    first, _, third, _ = bench.boards
    third.settings = {"region": "us", "breaker_a": 40, "phases": "L1"}
    said = refused(bench, capsys, *JOINS, only=[first, third])
    assert "unit 1 has region iec and unit 3 has region us" in said


def test_a_group_is_not_full_before_sixteen_and_not_larger_after(bench, capsys):
    first, _, third, _ = bench.boards
    rows = first.revision().members
    many = [rows[1]._replace(unit=unit, serial=bytes(5) + bytes((unit,)))
            for unit in range(3, 17)]
    first.lead(first.revision()._replace(members=(*rows, *many), limit_ma=200000))
    said = refused(bench, capsys, *JOINS, only=[first, third])
    assert "a group of 17 units: must be 1 to 16" in said


@pytest.mark.parametrize("protocol, words", [(None, "an older protocol"), (1, "protocol 1")])
def test_units_that_would_not_hear_their_leader_any_more_are_updated_first(
        bench, capsys, protocol, words):
    first, second, third, _ = bench.boards
    first.protocol = protocol
    said = refused(bench, capsys, *JOINS, only=[first, third])
    assert "its units speak %s and this firmware protocol" % words in said
    assert "update all of them first, each with ./flash.sh; units 2 are not plugged in" in said
    assert bench.flash(*JOINS, only=[first, third, second]) == 0, "all are updated at once"
    assert len(first.change["add"]) == 1


@pytest.mark.parametrize("words", (["--role", "follower"], ["--erase"], ["--all"],
                                   ["--leader", "socket://a"]))
def test_options_that_do_not_fit_are_refused(bench, words):
    with pytest.raises(SystemExit):
        bench.flash(*JOINS, *words, only=bench.boards[::2])
    with pytest.raises(SystemExit):
        bench.flash(*JOINS, only=bench.boards[:1])


def test_the_key_is_read_nowhere_but_in_storage(bench):
    first, _, third, _ = bench.boards
    assert bench.flash(*JOINS, only=[first, third]) == 0
    key = first.record["key"]
    for board in bench.boards:
        for path in board.folder.rglob("*"):
            if path.is_file() and key.encode() in path.read_bytes():
                assert path.parent.name == "store"
    assert json.loads((first.folder / "group_change.json").read_text())["add"]
    assert BadSettings.code
