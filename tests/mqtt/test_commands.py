# SPDX-License-Identifier: MIT
"""What programs ask by MQTT: within the bounds of what they name, for as long as they say, and
refused in the words that everybody gets."""

import json

import pytest

from core import reasons
from core.sharing.on_demand.caps import wishes_of
from host_tools.simulate.place import Place
from tests import owner_calls as owner

NO_VALUE = ('this is no value: it is a number, ON, OFF or none, or '
            '{"value": .., "ttl_s": ..}')
_LOCK_S = 240  # what allocation has paused stays so for 3.5 min


def offers_a(fleet):
    return [round(node.board.offer_ma / 1000) for node in fleet.simulation.nodes.values()]


def asks(fleet, unit, key, payload, **more):
    fleet.watchers[0].say("amppool/%s/set/%s" % (fleet.serial(unit), key), payload, **more)


def state(fleet, unit):
    return json.loads(fleet.watchers[0].seen["amppool/%s/state" % fleet.serial(unit)])


def refused(fleet, unit):
    return fleet.watchers[0].seen.get("amppool/%s/refused" % fleet.serial(unit), b"").decode()


def test_a_maximum_of_home_assistant_binds_one_unit_and_is_shown(fleet):
    before = offers_a(fleet)
    asks(fleet, 2, "max_a", "8")
    fleet.until(lambda: offers_a(fleet)[1] == 8, 30)
    fleet.until(lambda: state(fleet, 2)["max_a"] == 8, 10)
    assert state(fleet, 1)["max_a"] == 32 and refused(fleet, 2) == ""
    asks(fleet, 2, "max_a", "none")
    fleet.until(lambda: offers_a(fleet) == before and state(fleet, 2)["max_a"] == 32, 60)


def test_charging_is_paused_and_allowed_again_by_a_switch(fleet):
    asks(fleet, 3, "allowed", "OFF")
    fleet.until(lambda: offers_a(fleet)[2] == 0, 30)
    fleet.until(lambda: (state(fleet, 3)["allowed"], state(fleet, 3)["status"])
                == ("OFF", "paused"), 30)
    assert state(fleet, 3)["reason"] == "paused by a program (MQTT or HTTP)"
    asks(fleet, 3, "allowed", "ON")
    fleet.until(lambda: offers_a(fleet)[2] > 6, _LOCK_S + 60)


def test_a_command_ends_when_its_time_is_over(fleet):
    before = offers_a(fleet)
    asks(fleet, 2, "max_a", '{"value": 7, "ttl_s": 30}')
    fleet.until(lambda: offers_a(fleet)[1] == 7, 20)
    fleet.until(lambda: offers_a(fleet) == before, 60)
    assert fleet.simulation.nodes[1].program.member.leader.caps is None


def test_the_group_is_limited_softly_and_shown_so(fleet):
    asks(fleet, 1, "soft_limit_a", '{"value": 21, "ttl_s": 60}')
    fleet.until(lambda: sum(offers_a(fleet)) <= 21, 10)
    fleet.until(lambda: state(fleet, 1)["soft_limit_a"] == 21, 40)
    fleet.until(lambda: sum(offers_a(fleet)) >= 39, 120)
    fleet.until(lambda: state(fleet, 1)["soft_limit_a"] == 40, 40)


def test_priority_and_smallest_current_are_taken(fleet):
    asks(fleet, 3, "priority", "5")
    asks(fleet, 3, "min_a", "10.0")
    fleet.until(lambda: (state(fleet, 3)["priority"], state(fleet, 3)["min_a"]) == (5, 10), 30)
    fleet.until(lambda: offers_a(fleet)[2] == 16, 30)


@pytest.mark.parametrize("key, payload, words", [
    ("max_a", "5", "max_a is 5: must be 6 to 32"),
    ("max_a", "33", "max_a is 33: must be 6 to 32"),
    ("max_a", "8.5", "max_a is 8.5: must be 6 to 32"),
    ("max_a", '"8"', "max_a is 8: must be 6 to 32"),
    ("max_a", "eight", NO_VALUE), ("max_a", b"\xff\xfe", NO_VALUE),
    ("max_a", "[" * 300, NO_VALUE), ("max_a", "1e999", NO_VALUE),
    ("max_a", '{"value": 8, "ttl_s": 0}', "ttl_s is 0: must be 1 to 86400"),
    ("allowed", "maybe", NO_VALUE), ("allowed", "3", "allowed is 3: must be one of ON, OFF"),
    ("soft_limit_a", "41", "41 A is no soft limit: must be 0 to 40 A, in whole amperes"),
    ("limit_a", "60", "limit_a is not known here: known are max_a, min_a, priority, allowed, "
                      "clear, soft_limit_a")])
def test_what_cannot_be_is_refused_in_the_words_of_everybody_and_nothing_changes(
        fleet, key, payload, words):
    before = offers_a(fleet)
    asks(fleet, 2, key, payload)
    fleet.until(lambda: refused(fleet, 2), 20)
    assert refused(fleet, 2) == words
    fleet.later(5)
    assert offers_a(fleet) == before
    assert fleet.simulation.nodes[1].program.member.leader.caps is None


@pytest.mark.parametrize("topic", ["amppool/A0B1C2FFFFFF/set/max_a", "amppool/x/set/max_a",
                                   "amppool//set/max_a"])
def test_a_unit_that_is_none_changes_nothing(fleet, watcher, topic):
    watcher.say(topic, "8")
    fleet.later(10)
    assert fleet.simulation.nodes[1].program.member.leader.caps is None
    assert fleet.mqtt.counts[2] == 1 and fleet.mqtt.client.is_up


def test_a_retained_command_is_not_done_when_the_connection_comes_back(fleet):
    asks(fleet, 2, "allowed", "OFF", retain=True)
    fleet.until(lambda: offers_a(fleet)[1] == 0, 30)  # it was said while somebody listened
    asks(fleet, 2, "allowed", "ON")
    fleet.until(lambda: fleet.simulation.nodes[1].program.member.leader.caps is None, 30)
    fleet.mqtt.client.end("for a moment")
    fleet.later(20)
    assert fleet.mqtt.client.is_up
    assert fleet.simulation.nodes[1].program.member.leader.caps is None


def test_a_programs_wishes_leave_what_the_owner_has_set(fleet):
    place = Place(fleet.simulation.nodes[1])
    assert owner.cap(place, 2, 10) is None
    asks(fleet, 2, "max_a", "12")
    fleet.later(10)
    assert offers_a(fleet)[1] == 10
    asks(fleet, 2, "max_a", "7")
    fleet.until(lambda: offers_a(fleet)[1] == 7, 30)
    asks(fleet, 2, "max_a", "none")
    fleet.until(lambda: offers_a(fleet)[1] == 10, 30)
    leader = fleet.simulation.nodes[1].program.member.leader
    serial = fleet.simulation.nodes[2].program.hal.serial
    assert wishes_of(leader, serial, 0) == [10000, None, None, None]


def test_many_commands_at_once_are_all_done(fleet):
    for unit in (1, 2, 3):
        for key, value in (("max_a", 9 + unit), ("priority", unit), ("min_a", 7)):
            asks(fleet, unit, key, str(value))
    fleet.until(lambda: [(state(fleet, unit)["max_a"], state(fleet, unit)["priority"],
                          state(fleet, unit)["min_a"]) for unit in (1, 2, 3)]
                == [(10, 1, 7), (11, 2, 7), (12, 3, 7)], 60)


@pytest.mark.parametrize("unit", [1, 2])
def test_a_fault_is_cleared_on_its_unit_and_on_no_other(fleet, unit, monkeypatch):
    connector, cleared = fleet.simulation.nodes[unit].program.connector, []
    monkeypatch.setattr(type(connector), "clear_fault", lambda it: cleared.append(it))
    asks(fleet, unit, "clear", "PRESS")
    fleet.until(lambda: cleared, 20)
    fleet.later(2)
    assert set(cleared) == {connector}


def test_a_fault_that_was_cleared_over_the_radio_is_looked_at_anew(fleet):
    """It stays while its cause is there: nothing is believed."""
    board, connector = (fleet.simulation.nodes[2].board,
                        fleet.simulation.nodes[2].program.connector)
    board.set_fault("rcm", True)
    fleet.until(lambda: connector.fault == reasons.RCM, 10)
    asks(fleet, 2, "clear", "PRESS")
    fleet.later(5)
    assert connector.fault == reasons.RCM and offers_a(fleet)[1] == 0
    board.set_fault("rcm", False)
    asks(fleet, 2, "clear", "PRESS")
    fleet.until(lambda: offers_a(fleet)[1] >= 6, 40)
    assert connector.fault == 0


def test_a_fault_of_a_unit_that_is_not_heard_is_cleared_there(fleet):
    fleet.simulation.nodes[2].set_power(False)
    fleet.later(8)
    asks(fleet, 2, "clear", "PRESS")
    fleet.until(lambda: refused(fleet, 2), 20)
    assert refused(fleet, 2) == "unit 2 is not heard: a fault of it is cleared on that unit"
