# SPDX-License-Identifier: MIT
"""What is not as it should be, as values and as an owner reads it."""

import pytest

from app.on_demand.live_calls import call
from core import reasons
from core.load import load
from core.on_demand import finding_words
from core.sharing.on_demand import revising
from core.sharing.on_demand.account import count_boot
from core.sharing.on_demand.reception import minute
from host_tools.records import row
from tests import owner_calls as owner
from tests.drills.scenes import settled
from tests.rules import KEY, Voice
from tests.unit.owner_bench import place_of, run
from core.sharing.on_demand.frames import new_codec


@pytest.fixture
def world():
    return settled(3, 60000, wants=(20000, 20000, 20000))


def troubles(world, unit=1, place=None):
    return {code: args for code, args in owner.troubles(place or place_of(world.node(unit)))}


def shown(capsys, place, name="troubles", *given):
    capsys.readouterr()
    call(place, name, given)
    out = capsys.readouterr().out
    assert max([len(line) for line in out.splitlines()]) < 80
    return " ".join(out.split())


def test_a_group_that_is_well_has_no_troubles(capsys, world):
    assert owner.troubles(place_of(world.node(1))) == []
    assert owner.troubles(place_of(world.node(2))) == []
    assert shown(capsys, place_of(world.node(1))) == "No troubles."


def test_a_unit_that_is_missing_is_named_with_what_is_kept_for_it(capsys, world):
    world.node(3).member.group.name = "garage"
    world.run(10)
    world.node(3).die()
    world.run(130)
    assert troubles(world)["missing"][0] == 3 and 128 <= troubles(world)["missing"][1] <= 131
    assert troubles(world)["missing"][2:] == (1, 20000)
    said = shown(capsys, place_of(world.node(1)))
    assert said.startswith("- Unit 3 has not been heard for 2 min; 20 A is kept for it. Go to "
                           "unit 3: has its breaker tripped,")


def test_a_unit_that_was_never_heard_is_so_since_the_start_of_the_leader(world):
    world.node(3).die()
    world.node(1).boot()
    world.run(20)
    assert troubles(world)["never_heard"][0] == 3 and "missing" not in troubles(world)


def test_weak_signals_and_lost_reports_are_said_with_the_unit(capsys, world):
    account = world.leader().ledger.accounts[2]
    account.air = 60
    minute(world.leader())
    account.air = 12 << 7 | 84
    found = troubles(world)
    assert found["signal_too_weak"] == (3, 84, 60, 1) and found["frames_lost"][0] == 3
    said = shown(capsys, place_of(world.node(1)))
    assert "Unit 3 and unit 1 hardly hear each other: -84 dBm, and -60 dBm before." in said


def test_a_change_that_waits_says_what_who_since_when_for_whom_and_what_to_do(capsys, world):
    world.node(3).die()
    world.run(10)
    place = place_of(world.node(1))
    assert owner.limit(place, 50, owner.PAGE) is None
    world.node(1).wake()
    world.run(40)
    waiting = owner.waiting(place)
    assert waiting["asked"] == (("limit_ma", 60000, 50000),) and waiting["units"] == (3,)
    assert waiting["by"] == "page" and 40000 <= waiting["since_ms"] < 41000
    said = shown(capsys, place)
    assert ("A change waits since 40 s: limit 60 A to 50 A. Asked on the page. It waits for unit "
            "3. Go to unit 3: it takes part as soon as it is heard here. Or go_on_without(N) here"
            in said)


def test_what_a_unit_asks_for_itself_was_asked_by_a_unit(world):
    world.node(3).die()
    assert revising.revise(world.node(1).member, world.node(1).local(), limit_ma=50000) is None
    world.run(10)
    what = finding_words.words("waits", troubles(world)["waits"])[0]
    assert "Asked by a unit, or before the last start" in what


def test_members_that_come_leave_and_are_replaced_are_told_apart(world):
    place = place_of(world.node(1))
    node = world.node(1)
    assert revising.revise(node.member, node.local(), members=[
        row(1), row(2)._replace(wired=2), row(4)._replace(unit=3), row(5)]) is None
    asked = owner.waiting(place)["asked"]
    assert asked == (("rewired", 2, "A0B1C2000002"), ("replaced", 3, "A0B1C2000004"),
                     ("joins", 5, "A0B1C2000005"))
    assert finding_words.change_text(asked) == (
        "unit 2 says its wiring anew; unit 3 becomes another board, serial A0B1C2000004; "
        "unit 5 joins")
    assert finding_words.change_text((
        ("enabled", True, False), ("fallback", "equal", "stop"), ("leader", 1, 2),
        ("leaves", 3, "x"))) == (
        "sharing off; fallback equal to stop; unit 2 leads instead of unit 1; unit 3 leaves")


def test_a_follower_without_its_leader_says_where_to_go(capsys, world):
    world.node(1).die()
    world.run(30)
    assert troubles(world, 2)["leader_lost"][0] == 1
    assert "promote(True) here" in shown(capsys, place_of(world.node(2)))


def test_a_removed_unit_says_so(capsys, world):
    node = world.node(1)
    place = place_of(world.node(3))
    assert revising.revise(node.member, node.local(), members=[row(1), row(2)]) is None
    node.wake()
    world.run(40)
    assert troubles(world, place=place)["outside"] == (1, reasons.REMOVED)
    assert "pair it on its leader again" in shown(capsys, place)


def test_a_fault_is_explained_here_and_on_the_leader(capsys, world):
    place = place_of(world.node(1))
    place.device.unit.connector.fault = reasons.WELDED
    account = world.leader().ledger.accounts[1]
    account.report = account.report._replace(reason=reasons.RCM)
    found = owner.troubles(place)
    assert ("fault", (1, reasons.WELDED)) in found and ("fault", (2, reasons.RCM)) in found
    said = shown(capsys, place)
    assert "Unit 1 has stopped charging: contactor does not open: stopped. Its contactor" in said
    assert "switch off its breaker now" in said and "Unit 2 has stopped charging: residual" in said


@pytest.mark.parametrize("reason, code", [(reasons.METER, "meter"), (reasons.SENSOR, "sensor")])
def test_what_a_unit_does_not_believe_is_said_with_the_unit(world, reason, code):
    account = world.leader().ledger.accounts[1]
    account.report = account.report._replace(reason=reason)
    assert troubles(world)[code] == (2,)


def test_another_group_on_the_air_is_shown_for_a_minute(world):
    other = new_codec(bytes(31) + b"x").grant(*new_codec(KEY).decode(Voice(1, 5).grant(1)))
    node = world.node(1)
    node.member.on_frame(9, other, node.local())
    node.member.on_frame(9, b"noise", node.local())
    node.member.on_frame(9, bytes(40), node.local())
    assert troubles(world)["foreign"] == (0, new_codec(bytes(31) + b"x").group)
    world.run(50)
    assert troubles(world)["foreign"][0] == 50
    world.run(11)
    assert "foreign" not in troubles(world)


def test_another_version_an_output_above_the_limit_a_double_and_a_bad_flash_are_shown(world):
    member = world.node(1).member
    member.codec.counts["version"] = 7
    member.tries = 4
    for _ in range(3):
        count_boot(member.leader.ledger.accounts[2])
    assert revising.revise(member, world.node(1).local(), limit_ma=40000) is None
    world.node(1).wake()
    world.run(30)
    found = owner.troubles(place_of(world.node(1)))
    assert ("version", (7,)) in found and ("double", (3, "A0B1C2000003", 3)) in found
    assert ("output_above", (2, 48000, 40000)) in found
    member.tries = 4
    assert ("store", (4,)) in owner.troubles(place_of(world.node(1)))


def test_a_stranger_is_shown_with_its_serial(world):
    world.newcomer()
    world.run(5)
    assert troubles(world)["stranger"] == ("serial A0B1C2000004",)


def test_members_are_values_and_are_read_at_a_glance(capsys, world):
    account = world.leader().ledger.accounts[2]
    account.air = 55
    one, _, three = owner.members(place_of(world.node(1)))
    assert one["unit"] == 1 and one["signal_here"] is None and one["heard"]
    assert three == {
        "unit": 3, "serial": "A0B1C2000003", "name": "", "heard": True, "missing_ms": None,
        "state": "C2", "offered_ma": 20000, "granted_ma": 20000, "reason": three["reason"],
        "signal_here": 55, "signal_there": None, "grade_here": "good", "grade_there": "",
        "lost": 0}
    said = shown(capsys, place_of(world.node(1)), "members")
    assert "unit 3 serial A0B1C2000003 heard C2, 20.0 A offered, 20.0 A granted:" in said
    assert "heard here at -55 dBm (good)" in said
    assert "Only a leader knows" in shown(capsys, place_of(world.node(2)), "members")


def test_a_unit_without_a_group_says_its_fault_and_no_more(world):
    place = place_of(world.node(1))
    place.device.unit.errors = ["region is missing"]
    place.device.unit.connector.fault = reasons.OVERHEAT
    assert owner.troubles(place) == [("fault", (0, reasons.OVERHEAT))]
    assert owner.members(place) == [] and owner.waiting(place) is None
    assert finding_words.words("fault", (0, 34))[0].startswith("this unit has stopped charging")


# --- the words

_TEXTS = ("radio", "group", "unit", "test")


def entries(kind):
    text = load("core", "finding_text_" + kind).TEXT.replace("\n ", " ")
    return [line.split(" ", 1) for line in text.strip().splitlines()]


def test_every_fault_and_every_reason_to_be_outside_has_its_own_advice():
    known = {code for kind in _TEXTS for code, _ in entries(kind)}
    assert {"fault_%d" % reason for reason in range(reasons.RCM, reasons.LOCKED + 1)} <= known
    assert finding_words.words("outside", (1, reasons.STRANGER)) == (
        "this unit is not served: the leader does not know this unit: add it there",
        "on the leader, unit 1: pair() takes it in")
    assert finding_words.words("outside", (1, 99))[1] == "see status() there"


@pytest.mark.parametrize("kind", _TEXTS)
def test_every_finding_says_what_is_wrong_and_what_to_do(kind):
    for code, line in entries(kind):
        assert ("|" in line) == (not code.startswith(("fault_", "outside_"))), code
        assert "!" not in line and not line.endswith("."), code


def test_no_piece_of_text_is_too_long_for_a_board_that_runs():
    for kind in _TEXTS + ("event",):
        assert len(load("core", "finding_text_" + kind).TEXT) < 2100


def test_what_a_newer_unit_says_is_no_error():
    assert finding_words.words("something new", (1,)) == ("unknown finding something new", "")
    assert finding_words.event_words("something new") == "unknown event something new"


@pytest.mark.parametrize("seconds, text", [(0, "0 s"), (119, "119 s"), (120, "2 min"),
                                           (7200, "2 h"), (172800, "2 days")])
def test_times_are_short(seconds, text):
    assert finding_words.time_text(seconds) == text


# --- what has happened


def happened(place):
    return [(code, args) for _, code, args in owner.events(place)]


def test_the_last_ten_things_that_happened_are_kept(capsys, world):
    place = place_of(world.node(1))
    run(world, 3, place)
    assert happened(place) == [("boot", (0, 1))]
    world.node(3).die()
    run(world, 10, place)
    world.node(3).boot()
    run(world, 10, place)
    assert happened(place)[:2] == [("back", (3, 0)), ("missing", (3, 0))]
    place.device.unit.connector.fault = reasons.RCM
    run(world, 2, place)
    place.device.unit.connector.fault = 0
    run(world, 2, place)
    assert happened(place)[:2] == [("fault_over", (0, 32)), ("fault", (0, 32))]
    said = shown(capsys, place, "events")
    assert "unit 3 is heard again" in said and "started: power came back" in said
    for _ in range(8):
        place.device.unit.connector.fault ^= reasons.RCM
        run(world, 2, place)
    assert len(happened(place)) == 10 and ("boot", (0, 1)) not in happened(place)


def test_a_follower_notes_that_its_leader_went_and_came(world):
    place = place_of(world.node(2))
    run(world, 3, place)
    world.node(1).die()
    run(world, 10, place)
    world.node(1).boot()
    run(world, 10, place)
    assert happened(place)[:2] == [("leader_found", (1, 0)), ("leader_lost", (1, 0))]
