# SPDX-License-Identifier: MIT
"""--group: a group of the boards that are plugged in, whole or not at all, and never a second one.

The boards are files, their start is the firmware's own (flash_bench.py).
"""

import json

import pytest

from app.unit import JOIN
from core.on_demand.serial import tag_of
from host_tools.flash import cli, group, ports
from host_tools.flash.errors import BadSettings, BoardLost, NotTogether
from tests.unit.flash_bench import GROUP, Bench



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
    assert bench.flash(*GROUP) == 0
    in_one_group(bench)
    revision = bench.boards[0].revision()
    assert (revision.limit_ma, revision.enabled, revision.leader) == (40000, True, 1)
    assert [row.rating_ma for row in revision.members] == [32000] * 3
    shown = capsys.readouterr().out
    for number, board in enumerate(bench.boards, 1):
        assert "%s  %s" % (board.port, board.name) in shown
        assert "unit %d of its group" % number in shown
    assert shown.index("The new group:") < shown.index("storing settings")


def test_a_follower_knows_nothing_of_limit_and_members(bench):
    assert bench.flash(*GROUP, "--set", "priority=3") == 0
    assert bench.boards[0].settings["limit_a"] == 40
    assert all(board.settings["priority"] == 3 for board in bench.boards)
    for board in bench.boards[1:]:
        assert not {"limit_a", "enabled", "fallback", "members"} & set(board.settings)


def test_the_smallest_useful_current_comes_from_each_board(bench):
    bench.boards[1].settings = dict(bench.boards[1].settings, min_a=8)
    assert bench.flash(*GROUP) == 0
    assert [row.min_ma for row in bench.boards[0].revision().members] == [6000, 8000, 6000]


def test_every_group_has_a_key_of_its_own_that_nobody_sees(bench, monkeypatch, capsys, tmp_path):
    assert bench.flash(*GROUP) == 0
    [key] = set(keys(bench))
    for board in bench.boards:
        board.store.remove("group")
    assert bench.flash(*GROUP) == 0
    [other] = set(keys(bench))
    assert key != other and len(set(key)) > 4
    said = capsys.readouterr()
    for secret in (key, other):
        assert secret not in said.out + said.err


def test_another_board_leads_where_that_is_said(bench):
    first, second, third = bench.boards
    assert bench.flash(*GROUP, "--leader", second.port) == 0
    assert [(row.unit, row.serial) for row in second.revision().members] == [
        (1, second.serial), (2, first.serial), (3, third.serial)]
    assert first.record["group"]["leader"] == 1 and second.settings["role"] == "leader"


def test_one_board_is_a_group_that_others_can_join(bench):
    assert bench.flash(*GROUP, "--limit", "20", only=bench.boards[:1]) == 0
    assert [row.unit for row in bench.boards[0].revision().members] == [1]


def test_each_unit_can_be_given_settings_of_its_own(bench):
    assert bench.flash(*GROUP, "--set", "priority=1", "--set", "2:breaker_a=16", "--set",
                       "3:phases=L1L2L3", "--set", "3:priority=2") == 0
    rows = bench.boards[0].revision().members
    assert [(row.rating_ma, row.wired) for row in rows] == [(32000, 1), (16000, 1), (32000, 7)]
    assert [board.settings["priority"] for board in bench.boards] == [1, 1, 2]


def test_sharing_is_enabled_only_if_that_is_said(bench, capsys):
    """Not because a board charged alone before, with that setting."""
    for board in bench.boards:
        board.settings = dict(board.settings, enabled=True)
    assert bench.flash("--group", "--limit", "40", "--yes") == 0
    assert not bench.boards[0].revision().enabled
    shown = capsys.readouterr().out
    assert "no unit charges before enable(True) at unit 1's prompt" in shown
    assert "It charges when sharing is enabled" in shown


def test_some_of_a_group_that_is_there_are_flashed_as_its_units(bench, capsys):
    first, second, _ = bench.boards
    assert bench.flash(*GROUP) == 0
    capsys.readouterr()
    assert bench.flash(*GROUP, only=[second, first]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "The group is there already and stays as it is" in shown
    assert "Units without a port are not plugged in" in shown
    in_one_group(bench)


def test_the_same_command_again_changes_nothing(bench, capsys):
    assert bench.flash(*GROUP) == 0
    before = [files_of(board) for board in bench.boards]
    capsys.readouterr()
    assert bench.flash(*GROUP) == 0
    assert [files_of(board) for board in bench.boards] == before
    assert "is there already" in capsys.readouterr().out


def test_the_same_command_with_another_limit_is_a_change_of_that_group(bench):
    assert bench.flash(*GROUP) == 0
    before = keys(bench)
    assert bench.flash("--group", "--limit", "36") == 0, "nothing new begins: nobody is asked"
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
    assert bench.flash(*GROUP) == BoardLost.code
    for board in boards:  # all cables are pulled, and power comes on
        board.start()
    leaders = [board for board in boards if board.record and board.record["lead"]]
    held = {board.record["key"] for board in boards if board.record}
    assert len(leaders) == len(held) <= 1, "a key that no group has, or two groups"
    if swapped:  # plugged in anew, the ports have other names
        bench.boards.reverse()
    assert bench.flash(*GROUP) == 0
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
    assert bench.flash(*GROUP) == 0
    in_one_group(bench)
    assert keys(bench)[0] != "ab" * 32


def test_no_leader_begins_while_another_board_could_still_become_one(bench):
    first, second, _ = bench.boards
    left_over(second)
    second.lost_at = "remove('join')"
    assert bench.flash(*GROUP) == BoardLost.code
    assert first.record is None and first.store.read(JOIN) is None


def test_before_the_leader_has_its_group_no_other_board_gets_the_key(bench, capsys):
    first, second, third = bench.boards
    first.lost_at = "start"
    assert bench.flash(*GROUP) == BoardLost.code
    assert second.store.read(JOIN) is None and third.store.read(JOIN) is None
    assert "its leader failed before" in " ".join(capsys.readouterr().err.split())
    assert second.starts and third.starts, "they go on without a group"


def test_where_one_is_not_ready_the_leader_makes_no_group(bench):
    first, second, _ = bench.boards
    second.lost_at = "settings.json.new"
    assert bench.flash(*GROUP) == BoardLost.code
    assert first.record is None and first.store.read(JOIN) is None


def test_where_one_does_not_answer_nothing_is_changed(bench, capsys):
    before = [files_of(board) for board in bench.boards]
    bench.boards[2].lost_at = "unique_id"
    assert bench.flash(*GROUP) == BoardLost.code
    assert [files_of(board) for board in bench.boards] == before
    assert NotTogether.code != BoardLost.code
    assert "not all answered" in " ".join(capsys.readouterr().err.split())


def test_who_comes_late_takes_nothing_from_before(bench):
    """Frames recorded from the group's air before it had the key are worth nothing to it."""
    first, second, third = bench.boards
    third.lost_at = "write('join'"
    assert bench.flash(*GROUP) == BoardLost.code
    record = first.record
    record["epoch"] = 7
    record["lead"]["in_force"][0] = 5
    first.record = record
    assert bench.flash(*GROUP) == 0
    assert third.record["group"]["epoch"] == 7 and third.record["group"]["floor"] == 5
    assert second.record["group"]["epoch"] == 0, "it had its key already"


# ---- refused, and nothing changed

@pytest.mark.parametrize("limit_a, words", [
    ("17", "limit is 17 A: must be at least 18 A, 6 A for each of 3 units (say it with --limit)"),
    ("96", "limit is 96 A: must be at most 95 A, the sum of the nameplates minus 1 A")])
def test_a_limit_that_the_group_could_not_have_is_refused(bench, capsys, limit_a, words):
    said = refused(bench, capsys, "--group", "--yes", "--limit", limit_a)
    assert "This group cannot be: " + words in said and said.endswith("Nothing was changed.")


@pytest.mark.parametrize("setting, words", [
    ("limit_a=40.5", "must be whole amperes, 0 to 1280"), ("priority=10", "must be 0 to 9"),
    ("limit_a=41", "--limit and --set limit_a say two limits"),
    ("region=us", "unit 1 (socket://a, serial A0B1C2000001): breaker_a is 32: must be one of 15"),
    ("2:breaker_a=60", "unit 2 (socket://b, serial A0B1C2000002): breaker_a is 60: must be one"),
    ("2:limit_a=30", "this is for the whole group: say --limit A without a number"),
    ("2:enabled=yes", "this is for the whole group: say --enable without a number"),
    ("2:role=leader", "this is for the whole group: say --leader PORT without a number"),
    ("4:priority=2", "there is no unit 4 among these boards: unit 1 (socket://a, serial"),
    ("0:priority=2", "there is no unit 0 among these boards"),
    ("x:priority=2", "--set x:priority: must be KEY=VALUE or UNIT:KEY=VALUE"),
    ("role=leader", "units get their roles from --group"),
    ("members=1:32:32:L1", "which is made by ./flash.sh --all --group"),
    ("transport=udp", "wifi_ssid is missing"),
])
def test_settings_that_the_group_could_not_have_are_refused(bench, capsys, setting, words):
    assert words in refused(bench, capsys, *GROUP, "--set", setting)


def test_units_of_one_circuit_are_in_one_region(bench, capsys):
    bench.boards[1].settings = {"region": "us", "breaker_a": 40, "phases": "L1"}
    said = refused(bench, capsys, *GROUP)
    assert "unit 1 has region iec and unit 2 has region us" in said
    assert "say --set region=... for all" in said


def test_without_a_limit_there_is_no_group(bench, capsys):
    """Also if a board has one from the time when it was alone."""
    bench.boards[0].settings = dict(bench.boards[0].settings, limit_a=30)
    said = refused(bench, capsys, "--group", "--yes")
    assert "its limit is missing: say --limit A, the limit of the circuit per phase" in said


def test_a_leader_that_is_not_plugged_in_is_refused(bench, capsys, monkeypatch):
    found = [type("Port", (), {"device": board.port, "vid": 0x10C4})() for board in bench.boards]
    monkeypatch.setattr(ports, "candidates", lambda: found)
    assert cli.main(["--all", "--board", "bench", *GROUP, "--leader", "socket://x"]
                    ) == BadSettings.code
    assert "there are socket://a, socket://b, socket://c" in capsys.readouterr().err


@pytest.mark.parametrize("words", (
    ["--limit", "40"], ["--enable"], ["--leader", "socket://a"], [*GROUP, "--role", "leader"],
    [*GROUP, "--join"], [*GROUP, "--limit", "0"], [*GROUP, "--limit", "40.5"],
    [*GROUP, "--leader", "socket://x"]))
def test_options_that_do_not_fit_together_are_refused(bench, words):
    with pytest.raises(SystemExit) as ended:
        bench.flash(*words)
    assert ended.value.code == 2


# ---- boards that are in a group

def other_group(bench, lead=0):
    """The first two boards are in a group; the board at `lead` leads it."""
    only = list(bench.boards[:2])
    if lead:
        only.reverse()
    assert bench.flash(*GROUP, only=only) == 0


def test_boards_that_are_in_a_group_are_all_named_with_the_way_out(bench, capsys):
    other_group(bench)
    said = refused(bench, capsys, *GROUP)
    assert ("the board on socket://a, serial A0B1C2000001, is in a group already, which it leads: "
            "units 1 (A0B1C2000001), 2 (A0B1C2000002)") in said
    assert "To forget that, type factory_reset(True) at its prompt" in said
    assert ("the board on socket://b, serial A0B1C2000002, is in a group already: remove it on "
            "its leader, unit 1, or type factory_reset(True)") in said
    assert "./flash.sh --join --port socket://a --port NEW" in said
    assert "socket://c, serial" not in said


def test_a_follower_of_another_group_is_not_moved(bench, capsys):
    other_group(bench)
    said = refused(bench, capsys, *GROUP, only=bench.boards[1:])
    assert "is in a group already: remove it on its leader, unit 1" in said
    assert "--join" not in said


def test_another_leader_is_another_group(bench, capsys):
    other_group(bench)
    said = refused(bench, capsys, *GROUP, "--leader", "socket://b", only=bench.boards[:2])
    assert "socket://a, serial A0B1C2000001, leads these boards already: hand_over(N)" in said


def test_a_record_that_cannot_be_read_is_not_overwritten(bench, capsys):
    bench.boards[1].store.write("group", b"{}")
    assert "not readable (its parts)" in refused(bench, capsys, *GROUP)


def test_a_copied_flash_does_not_lead(bench, capsys):
    other_group(bench)
    first, _, third = bench.boards
    third.record = first.record
    assert "in a group already" in refused(bench, capsys, *GROUP, only=bench.boards[1:])


def test_a_factory_reset_that_was_cut_short_is_finished_first(bench):
    other_group(bench)
    for board in bench.boards:
        (board.folder / "forget.json").write_text("true")
    words = [*GROUP, "--set", "region=iec", "--set", "breaker_a=32", "--set", "phases=L1"]
    old = keys(bench)[0]
    assert bench.flash(*words) == 0
    in_one_group(bench)
    assert keys(bench)[0] != old
    assert not (bench.boards[0].folder / "forget.json").exists()


def test_a_unit_that_was_removed_can_join_again(bench):
    other_group(bench)
    for board in bench.boards:
        board.store.remove("group")
    assert bench.flash(*GROUP) == 0
    in_one_group(bench)


def test_what_was_to_be_proposed_to_an_earlier_group_is_not_to_this_one(bench):
    for board in bench.boards:
        (board.folder / "group_change.json").write_text('{"limit_ma": 90000}')
    assert bench.flash(*GROUP) == 0
    assert [board.change for board in bench.boards] == [None] * 3


def test_a_port_that_is_named_twice_is_told(bench, capsys):
    assert "named twice" in refused(bench, capsys, *GROUP, only=[bench.boards[0]] * 2)


def test_two_boards_with_one_serial_are_told(bench, capsys):
    bench.boards[1].serial = bench.boards[0].serial
    assert "have one serial" in refused(bench, capsys, *GROUP)


def test_what_a_board_is_given_never_shows_in_a_plan(bench, monkeypatch):
    told = []
    original = group.plan
    monkeypatch.setattr(group, "plan", lambda *given: told.append(original(*given)) or told[0])
    assert bench.flash(*GROUP) == 0
    assert keys(bench)[0] not in told[0].text
