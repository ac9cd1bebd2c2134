# SPDX-License-Identifier: MIT
"""A group is made of the boards that are plugged in, whole or not at all, and never a second one.

The boards are files, their start is the firmware's own (flash_bench.py).
"""

import json

import pytest

from app.unit import JOIN
from core.on_demand.serial import tag_of
from host_tools.flash import group
from host_tools.flash.errors import BadSettings, BoardLost, NotTogether
from tests.unit.flash_bench import LIMIT, Bench

TWO = ("--set", "members=1:32:32:L1 2:32:32:L1", *LIMIT)
THREE = ("--set", "members=1:32:32:L1 2:32:32:L1 3:32:32:L1", *LIMIT)


@pytest.fixture
def bench(monkeypatch, tmp_path):
    """Three boards with their breaker, and no group."""
    return Bench(monkeypatch, tmp_path, 3)


def refused(bench, capsys, *words, only=None):
    """What is said when this is refused, in one line; nothing of any board has changed then."""
    before = [files_of(board) for board in bench.boards]
    assert bench.flash(*words, only=only) == BadSettings.code
    assert [files_of(board) for board in bench.boards] == before
    return " ".join(capsys.readouterr().err.split())


def files_of(board):
    return {str(path): path.read_bytes() for path in board.folder.rglob("*") if path.is_file()}


def keys(bench):
    return [None if board.record is None else board.record["key"] for board in bench.boards]


def in_one_group(bench):
    """All have the one key; the first leads; the others have nothing but it and its leader."""
    first, *others = bench.boards
    rows = first.revision().members
    assert [row.serial for row in rows] == [board.serial for board in bench.boards]
    for board in others:
        record = board.record
        assert record["key"] == first.record["key"] and record["lead"] is None
        assert record["group"]["revision"] is None and record["group"]["fallback_ma"] == 0
        assert record["group"]["leader_tag"] == tag_of(first.serial).hex()
        assert board.settings["role"] == "follower"
    assert first.settings["role"] == "leader" and len(keys(bench)[0]) == 64
    assert all(board.store.read(JOIN) is None for board in bench.boards)


def test_boards_get_their_place_in_the_order_of_their_ports(bench, capsys):
    assert bench.flash(*THREE) == 0
    in_one_group(bench)
    revision = bench.boards[0].revision()
    assert (revision.limit_ma, revision.enabled, revision.leader) == (40000, True, 1)
    assert [row.rating_ma for row in revision.members] == [32000] * 3
    shown = capsys.readouterr().out
    for number, board in enumerate(bench.boards, 1):
        assert "%s  %s" % (board.name, board.port) in shown
        assert "unit %d of its group" % number in shown
    assert shown.index("The new group:") < shown.index("storing settings")


def test_a_follower_knows_nothing_of_limit_and_members(bench):
    assert bench.flash(*THREE, "--set", "priority=3") == 0
    assert bench.boards[0].settings["limit_a"] == 40
    assert all(board.settings["priority"] == 3 for board in bench.boards)
    for board in bench.boards[1:]:
        assert not {"limit_a", "enabled", "fallback", "members"} & set(board.settings)


def test_the_smallest_useful_current_comes_from_each_board(bench):
    bench.boards[1].settings = dict(bench.boards[1].settings, min_a=8)
    assert bench.flash(*THREE) == 0
    assert [row.min_ma for row in bench.boards[0].revision().members] == [6000, 8000, 6000]


def test_every_group_has_a_key_of_its_own_that_nobody_sees(bench, monkeypatch, capsys, tmp_path):
    assert bench.flash(*THREE) == 0
    [key] = set(keys(bench))
    for board in bench.boards:
        board.store.remove("group")
    assert bench.flash(*THREE) == 0
    [other] = set(keys(bench))
    assert key != other and len(set(key)) > 4
    said = capsys.readouterr()
    for secret in (key, other):
        assert secret not in said.out + said.err


def test_a_unit_that_is_named_by_its_serial_is_where_it_is(bench):
    first, second, third = bench.boards
    members = "4:%s:32:32:L1 5:32:32:L1 6:AP-%s:32:32:L1" % (third.name.lower(), first.name)
    assert bench.flash("--set", "members=" + members, *LIMIT) == 0
    rows = third.revision().members
    assert [(row.unit, row.serial) for row in rows] == [
        (4, third.serial), (5, second.serial), (6, first.serial)]
    assert first.record["group"]["leader"] == 4


def test_who_is_elsewhere_gets_its_key_later_by_the_same_command(bench, capsys):
    first, second, third = bench.boards
    command = ["--set", "members=1:32:32:L1 2:32:32:L1 3:%s:32:32:L1" % third.name, *LIMIT]
    assert bench.flash(*command, only=[first, second]) == 0
    assert "not plugged in have no key yet" in " ".join(capsys.readouterr().out.split())
    assert keys(bench)[2] is None and third.starts == 0
    assert bench.flash(*command, only=[first, third]) == 0
    assert "is there already" in capsys.readouterr().out
    in_one_group(bench)


def test_the_leader_alone_makes_a_group_of_units_elsewhere(bench):
    first, second, _ = bench.boards
    words = ["--set", "members=1:32:32:L1 2:%s:32:32:L1" % second.name, *LIMIT]
    assert bench.flash(*words, "--role", "leader", only=[first]) == 0
    assert [row.serial for row in first.revision().members] == [first.serial, second.serial]


def test_the_same_command_again_changes_nothing(bench, capsys):
    assert bench.flash(*THREE) == 0
    before = [files_of(board) for board in bench.boards]
    capsys.readouterr()
    assert bench.flash(*THREE) == 0
    assert [files_of(board) for board in bench.boards] == before
    assert "is there already" in capsys.readouterr().out


def test_the_same_command_with_another_limit_is_a_change_of_that_group(bench):
    assert bench.flash(*THREE) == 0
    before = keys(bench)
    assert bench.flash(*THREE[:2], "--set", "limit_a=36") == 0
    assert keys(bench) == before and bench.boards[0].change == {"limit_ma": 36000}


# ---- interrupted

MOMENTS = [(place, part) for place in range(3) for part in (
    "unique_id", "settings.json.new", "write('join'", "start")]


@pytest.mark.parametrize("place, part", MOMENTS)
@pytest.mark.parametrize("swapped", (False, True))
def test_a_cable_pulled_at_any_moment_leaves_what_the_same_command_completes(
        bench, place, part, swapped):
    boards = list(bench.boards)
    boards[place].lost_at = part
    assert bench.flash(*THREE) == BoardLost.code
    for board in boards:  # all cables are pulled, and power comes on
        board.start()
    leaders = [board for board in boards if board.record and board.record["lead"]]
    held = {board.record["key"] for board in boards if board.record}
    assert len(leaders) == len(held) <= 1, "a key that no group has, or two groups"
    if swapped:  # plugged in anew, the ports have other names
        bench.boards.reverse()
    assert bench.flash(*THREE) == 0
    if leaders:
        bench.boards[:] = boards
    in_one_group(bench)


def left_over(board):
    """What makes a group waits on this board, which has not started since."""
    members = "1:%s:32:32:L1 9:AABBCCDDEEFF:32:32:L1" % board.name
    board.store.write(JOIN, json.dumps({"key": "ab" * 32, "members": members}).encode())


def test_what_an_interrupted_run_has_left_does_not_begin_beside_the_new_group(bench):
    for board in bench.boards:
        left_over(board)
    assert bench.flash(*THREE) == 0
    in_one_group(bench)
    assert keys(bench)[0] != "ab" * 32


def test_no_leader_begins_while_another_board_could_still_become_one(bench):
    first, second, _ = bench.boards
    left_over(second)
    second.lost_at = "remove('join')"
    assert bench.flash(*THREE) == BoardLost.code
    assert first.record is None and first.store.read(JOIN) is None


def test_before_the_leader_has_its_group_no_other_board_gets_the_key(bench, capsys):
    first, second, third = bench.boards
    first.lost_at = "start"
    assert bench.flash(*THREE) == BoardLost.code
    assert second.store.read(JOIN) is None and third.store.read(JOIN) is None
    assert "its leader failed before" in " ".join(capsys.readouterr().err.split())
    assert second.starts and third.starts, "they go on without a group"


def test_where_one_is_not_ready_the_leader_makes_no_group(bench):
    first, second, _ = bench.boards
    second.lost_at = "settings.json.new"
    assert bench.flash(*THREE) == BoardLost.code
    assert first.record is None and first.store.read(JOIN) is None


def test_where_one_does_not_answer_nothing_is_changed(bench, capsys):
    before = [files_of(board) for board in bench.boards]
    bench.boards[2].lost_at = "unique_id"
    assert bench.flash(*THREE) == BoardLost.code
    assert [files_of(board) for board in bench.boards] == before
    assert NotTogether.code != BoardLost.code
    assert "not all answered" in " ".join(capsys.readouterr().err.split())


def test_who_comes_late_takes_nothing_from_before(bench):
    """Frames recorded from the group's air before it had the key are worth nothing to it."""
    first, second, third = bench.boards
    third.lost_at = "write('join'"
    assert bench.flash(*THREE) == BoardLost.code
    record = first.record
    record["epoch"] = 7
    record["lead"]["in_force"][0] = 5
    first.record = record
    assert bench.flash(*THREE) == 0
    assert third.record["group"]["epoch"] == 7 and third.record["group"]["floor"] == 5
    assert second.record["group"]["epoch"] == 0, "it had its key already"


# ---- refused, and nothing changed

@pytest.mark.parametrize("members, words", [
    ("1:32:32:L1 2:32:32:L1", "1 boards are plugged in that members has no unit for"),
    ("1:32:32:L1 2:32:32:L1 3:32:32:L1 4:32:32:L1", "4 units without a serial, for which 3"),
    ("1:AABBCCDDEEFF:32:32:L1 2:32:32:L1 3:32:32:L1 4:32:32:L1",
     "its leader, unit 1 with serial AABBCCDDEEFF, is not plugged in"),
    ("1:32:32:L1 2:AABBCCDDEEFF:32:32:L1 3:AABBCCDDEE00:32:32:L1",
     "2 boards are plugged in that members has no unit for"),
    ("1:16:32:L1 2:32:32:L1 3:32:32:L1", "16 A of 32 A on L1; by its breaker, board and phases"),
    ("1:32:32:L1 2:32:32:L2 3:32:32:L1", "32 A of 32 A on L2; by its breaker, board and phases"),
    ("1:32:32:L1 2:32:32:L1:8 3:32:32:L1", "on L1, at least 8 A; by its breaker"),
    ("1:32:32:L1 1:32:32:L1 3:32:32:L1", "members names unit 1 twice"),
    ("0:32:32:L1 1:32:32:L1 3:32:32:L1", "members has unit 0: must be 1 to 250"),
    ("1:32:32:L1 2:32:32 3:32:32:L1",
     "members has 2:32:32: must be number:output_a:nameplate_a:phases for each unit"),
    ("1:A0B1C2:32:32:L1 2:32:32:L1 3:32:32:L1", "the serial A0B1C2: must be 12 hexadecimal"),
    ("", "members names 0 units: must be 1 to 16"),
])
def test_members_that_are_not_these_boards_are_refused(bench, capsys, members, words):
    said = refused(bench, capsys, "--set", "members=" + members, *LIMIT)
    assert words in said and "changed" in said and "FFFF" not in said.replace("DDEEFF", "")


@pytest.mark.parametrize("setting, words", [
    ("limit_a=17", "limit is 17 A: must be at least 18 A, 6 A for each of 3 units"),
    ("limit_a=96", "limit is 96 A: must be at most 95 A"),
    ("limit_a=40.5", "must be whole amperes, 0 to 1280"), ("priority=10", "must be 0 to 9"),
    ("breaker_a=16", "by its breaker, board and phases it has 16 A of 32 A"),
    ("region=us", "breaker_a is 32: must be one of 15, 20"),
    ("transport=udp", "wifi_ssid is missing"),
])
def test_settings_that_the_group_could_not_have_are_refused(bench, capsys, setting, words):
    assert words in refused(bench, capsys, *THREE, "--set", setting)


def test_without_a_limit_there_is_no_group(bench, capsys):
    assert "limit is 0 A: must be at least 18 A" in refused(bench, capsys, *THREE[:2])


def test_a_board_that_is_not_set_up_is_named(bench, capsys):
    bench.boards[1].settings = {"region": "iec"}
    said = refused(bench, capsys, *THREE)
    assert "socket://b (unit 2, serial A0B1C2000002) would not charge: breaker_a is" in said


def test_who_leads_is_said_by_members_alone(bench, capsys):
    assert "members says who leads" in refused(bench, capsys, *THREE, "--role", "follower")


# ---- boards that are in a group

def other_group(bench, lead=0):
    """The first two boards are in a group; the board at `lead` leads it."""
    only = list(bench.boards[:2])
    if lead:
        only.reverse()
    assert bench.flash(*TWO, only=only) == 0


def test_a_leader_of_another_group_is_not_moved(bench, capsys):
    other_group(bench)
    said = refused(bench, capsys, *THREE)
    assert ("the board on socket://a, serial A0B1C2000001, is in a group already, which it leads: "
            "units 1 (A0B1C2000001), 2 (A0B1C2000002)") in said
    assert "factory_reset(True) at its prompt" in said


def test_a_follower_of_another_group_is_not_moved(bench, capsys):
    other_group(bench)
    said = refused(bench, capsys, *TWO, only=bench.boards[1:])
    assert "is in a group already: remove it on its leader, unit 1" in said


def test_a_group_of_other_numbers_is_another_one(bench, capsys):
    other_group(bench)
    members = "--set", "members=1:32:32:L1 7:32:32:L1", *LIMIT
    assert "in a group already" in refused(bench, capsys, *members, only=bench.boards[:2])


def test_another_leader_is_another_group(bench, capsys):
    other_group(bench)
    members = "--set", "members=2:32:32:L1 1:32:32:L1", *LIMIT
    assert "in a group already" in refused(bench, capsys, *members, only=bench.boards[:2])


def test_a_group_that_one_board_of_is_not_meant_is_not_gone_on_with(bench, capsys):
    other_group(bench)
    first, _, third = bench.boards
    said = refused(bench, capsys, *TWO, only=[first, third])
    assert "members does not name the board on socket://c" in said


def test_a_record_that_cannot_be_read_is_not_overwritten(bench, capsys):
    bench.boards[1].store.write("group", b"{}")
    assert "not readable (its parts)" in refused(bench, capsys, *THREE)


def test_a_copied_flash_does_not_lead(bench, capsys):
    other_group(bench)
    first, _, third = bench.boards
    third.record = first.record
    assert "in a group already" in refused(bench, capsys, *TWO, only=bench.boards[1:])


def test_a_factory_reset_that_was_cut_short_is_finished_first(bench):
    other_group(bench)
    for board in bench.boards:
        (board.folder / "forget.json").write_text("true")
    words = [*THREE, "--set", "region=iec", "--set", "breaker_a=32", "--set", "phases=L1"]
    old = keys(bench)[0]
    assert bench.flash(*words) == 0
    in_one_group(bench)
    assert keys(bench)[0] != old
    assert not (bench.boards[0].folder / "forget.json").exists()


def test_a_unit_that_was_removed_can_join_again(bench):
    other_group(bench)
    for board in bench.boards:
        board.store.remove("group")
    assert bench.flash(*THREE) == 0
    in_one_group(bench)


def test_what_was_to_be_proposed_to_an_earlier_group_is_not_to_this_one(bench):
    for board in bench.boards:
        (board.folder / "group_change.json").write_text('{"limit_ma": 90000}')
    assert bench.flash(*THREE) == 0
    assert [board.change for board in bench.boards] == [None] * 3


def test_two_boards_with_one_serial_are_told(bench, capsys):
    bench.boards[1].serial = bench.boards[0].serial
    assert "have one serial" in refused(bench, capsys, *THREE)


def test_what_a_board_is_given_never_shows_in_a_plan(bench, monkeypatch):
    told = []
    original = group.plan
    monkeypatch.setattr(group, "plan", lambda *given: told.append(original(*given)) or told[0])
    assert bench.flash(*THREE) == 0
    assert keys(bench)[0] not in told[0].text
