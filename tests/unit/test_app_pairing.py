# SPDX-License-Identifier: MIT
"""Units that are paired by radio while they run: what their app does around core/pairing."""

import json
import sys
from functools import partial
from random import Random
from types import SimpleNamespace

import pytest
from app.on_demand import pairing_job
from app.unit import RECORD, Unit
from core.on_demand.refusal_words import sentence
from core.on_demand.serial import tag_of
from core import reasons
from core.pairing.on_demand.label_code import make
from core.sharing.member import LEADS
from host_tools.records import serial_of
from host_tools.simulate.bare_hal import Hal
from tests import owner_calls as owner

ALONE = {"role": "alone", "region": "iec", "breaker_a": 32, "phases": "L1"}
BOARD = {"nameplate_a": 32}


class Air:
    """Boards that hear each other; time goes on for all of them."""

    def __init__(self, *settings, stored=None):
        self.ms = 1000
        self.units = []
        for number, given in enumerate(settings, 1):
            hal = Hal(self.ms, serial_of(number), (stored or {}).get(number, {}))
            hal.about = (make(7777 * number), "bare", "0.1.0")
            hal.random_u32 = partial(Random(number).getrandbits, 32)
            hal.settings = dict(given)
            hal.radio.signal = 55
            self.units.append(Unit(given, BOARD, hal))
        self.lost = lambda sender, receiver: False

    def run(self, ms, until=lambda: False):
        """So long, or until it is so. Gives ms that have passed."""
        begin_ms = self.ms
        while self.ms < begin_ms + ms and not until():
            self.ms += 5
            for unit in self.units:
                unit.hal.clock.ms = self.ms
                if self.ms % 20 == 0:
                    unit.charge_step(self.ms)
                if self.ms % 20 == 0 or unit.hal.radio.arrived or unit.next_tick_ms() <= self.ms:
                    unit.tick_once(self.ms)
            self._carry()
        return self.ms - begin_ms

    def _carry(self):
        for unit in self.units:
            for frame in unit.hal.radio.sent:
                for other in self.units:
                    if other is not unit and not self.lost(unit, other):
                        other.hal.radio.arrived.append((1, frame[1]))
            unit.hal.radio.sent.clear()

    def code(self, number):
        """What is on a unit's label."""
        return self.units[number - 1].hal.about[0]


def place(unit):
    """Where an owner finds it."""
    return SimpleNamespace(device=SimpleNamespace(running=True, unit=unit, hardware=unit.hal))


def rows(leader):
    """Serial number and unit of all in force."""
    return [(row.unit, row.serial) for row in leader.member.leader.revisions.in_force.members]


def paired(air, first, second, code=None):
    """The owner's way: open, see it, type its code."""
    leader, unit = air.units[first - 1], air.units[second - 1]
    owner.pair(place(leader))
    air.run(3000)
    error = owner.pair(place(leader), unit.hal.serial.hex(), code or air.code(second))
    assert error is None, error
    air.run(40000, until=lambda: len(rows(leader)) >= 2)


def charging(unit, air):
    """A vehicle is plugged in, and charges."""
    unit.hal.pilot.high_mv = 9000
    air.run(2000)
    unit.hal.pilot.high_mv = 6000
    air.run(60000, until=lambda: unit.hal.contactor.is_closed)
    assert unit.hal.contactor.is_closed


def test_a_unit_alone_that_charges_pairs_another_one_and_its_pilot_does_not_change():
    air = Air(ALONE, ALONE)
    leader, unit = air.units
    charging(leader, air)
    air.run(10000)
    duties = []
    write = leader.hal.pilot.write
    leader.hal.pilot.write = lambda duty: (duties.append(duty), write(duty))
    before = leader.hal.pilot.duty
    owner.pair(place(leader))
    air.run(3000)
    found = owner.pair(place(leader))
    assert [(f.serial, f.board, f.signal_here, f.why_not) for f in found] == [
        (unit.hal.serial, "bare", 55, None)]
    assert owner.pair(place(leader), unit.hal.serial.hex(), air.code(2)) is None
    took_ms = air.run(30000, until=lambda: unit.member.codec is not None)
    assert took_ms < 15000 and set(duties) == {before} and leader.hal.contactor.is_closed
    air.run(40000, until=lambda: len(rows(leader)) == 2)
    assert rows(leader) == [(1, leader.hal.serial), (2, unit.hal.serial)]
    assert unit.hal.settings["role"] == "follower" and leader.hal.settings["role"] == "leader"
    assert unit.member.key == leader.member.key and unit.errors == []
    charging(unit, air)
    air.run(30000)
    assert unit.connector.offered_ma + leader.connector.offered_ma <= 32000
    assert unit.connector.offered_ma >= 6000


def test_a_vehicle_at_the_unit_that_joins_is_told_before_anything_is_stored():
    air = Air(ALONE, ALONE)
    leader, unit = air.units
    charging(unit, air)
    wrote = []
    write = unit.hal.store.write
    unit.hal.store.write = lambda *what: (wrote.append(unit.hal.contactor.is_closed),
                                          write(*what))[1]
    paired(air, 1, 2)
    assert wrote and not any(wrote)
    assert rows(leader) == [(1, leader.hal.serial), (2, unit.hal.serial)]


def test_a_unit_that_pairing_has_found_blinks_when_it_is_asked_to():
    air = Air(ALONE, ALONE)
    leader, unit = air.units
    serial = unit.hal.serial.hex().upper()
    assert owner.identify(place(leader), serial) == ("none_heard",)
    owner.pair(place(leader))
    air.run(3000)
    assert owner.identify(place(leader), "A0B0C0D0E0F0") == ("not_heard", "A0B0C0D0E0F0")
    assert owner.identify(place(leader), serial, 20) is None
    air.run(1000)
    assert 18000 < unit.member.blink_ms - air.ms <= 20000


def test_a_wrong_code_joins_nobody_and_is_said():
    air = Air(ALONE, ALONE)
    leader, unit = air.units
    owner.pair(place(leader))
    air.run(3000)
    assert owner.pair(place(leader), unit.hal.serial.hex(), make(1)) is None
    air.run(20000)
    assert unit.member.role == LEADS and unit.hal.settings["role"] == "alone"
    assert owner.pair(place(leader))[0].state == "wrong"
    assert json.loads(leader.hal.store.content[pairing_job.WRONG]) == 1


def test_six_wrong_codes_close_pairing_and_a_restart_does_not_open_it():
    air = Air(ALONE, ALONE)
    leader, unit = air.units
    for number in range(6):
        owner.pair(place(leader))
        air.run(3000)
        assert owner.pair(place(leader), unit.hal.serial.hex(), make(number)) is None
        air.run(20000)
    refused = sentence(owner.pair(place(leader), unit.hal.serial.hex(), air.code(2)))
    assert refused and "takes no code for 1 min" in refused
    again = Air({**ALONE, "role": "leader"}, ALONE, stored={1: leader.hal.store.content})
    owner.pair(place(again.units[0]))
    again.run(3000)
    refused = sentence(owner.pair(place(again.units[0]), unit.hal.serial.hex(), again.code(2)))
    assert refused and "takes no code for 1 min" in refused
    again.run(61000)
    assert owner.pair(place(again.units[0]), unit.hal.serial.hex(), again.code(2)) is None
    again.run(60000, until=lambda: len(rows(again.units[0])) == 2)
    assert len(rows(again.units[0])) == 2


@pytest.mark.parametrize("role", ("leader", "follower"))
def test_a_unit_without_a_group_can_be_paired_whatever_its_role(role):
    air = Air(ALONE, {**ALONE, "role": role})
    paired(air, 1, 2)
    assert rows(air.units[0])[1] == (2, air.units[1].hal.serial)


def test_a_leader_without_a_group_makes_one_and_a_follower_says_where_to_go():
    air = Air({**ALONE, "role": "leader", "enabled": True}, {**ALONE, "role": "follower"})
    leader, unit = air.units
    assert leader.errors
    refused = sentence(owner.pair(place(unit)))
    assert "follower without a group" in refused and 'role("leader")' in refused
    paired(air, 1, 2)
    assert rows(leader) == [(1, leader.hal.serial), (2, unit.hal.serial)] and not leader.errors
    # It may have led another group on this circuit: its owner enables the new one.
    assert not leader.member.leader.revisions.in_force.enabled


def test_a_unit_whose_flash_refuses_the_key_stays_what_it_was():
    air = Air(ALONE, ALONE)
    leader, unit = air.units
    unit.hal.store.keeps = False
    owner.pair(place(leader))
    air.run(3000)
    assert owner.pair(place(leader), air.code(2)) is None
    air.run(20000)
    assert unit.member.role == LEADS and unit.member.codec is None
    assert RECORD not in unit.hal.store.content and unit.hal.settings["role"] == "alone"
    assert owner.pair(place(leader))[0].state == "not_stored"
    unit.hal.store.keeps = True
    assert owner.pair(place(leader), air.code(2)) is None
    air.run(60000, until=lambda: len(rows(leader)) == 2)
    assert len(rows(leader)) == 2


def test_a_unit_that_is_not_set_up_is_shown_and_takes_no_code():
    air = Air(ALONE, {"role": "follower", "region": "iec"})
    leader, unit = air.units
    owner.pair(place(leader))
    air.run(3000)
    assert owner.pair(place(leader))[0].why_not == "not_set_up"
    refused = sentence(owner.pair(place(leader), unit.hal.serial.hex(), air.code(2)))
    assert "is not set up: choose its breaker and its phases" in refused
    assert unit.member.offer(air.ms)[:3:2] == (0, reasons.NO_SETTINGS)


def test_where_the_limit_has_no_room_no_code_is_asked_for():
    air = Air({**ALONE, "limit_a": 10}, ALONE)
    leader, unit = air.units
    owner.pair(place(leader))
    air.run(3000)
    refused = sentence(owner.pair(place(leader), unit.hal.serial.hex(), air.code(2)))
    assert refused and "must be at least 12 A" in refused and "Raise the limit first" in refused
    air.run(10000)
    assert unit.member.codec is None


def test_a_stranger_that_has_the_key_already_is_let_in_without_a_code():
    air = Air(ALONE, ALONE)
    leader, unit = air.units
    owner.pair(place(leader))
    air.run(3000)
    owner.pair(place(leader), air.code(2))
    air.run(30000, until=lambda: unit.member.codec is not None)
    owner.close_pairing(place(leader))  # its owner closes it before the unit is heard
    air.run(10000)
    assert len(rows(leader)) == 1
    assert "is not heard" in sentence(owner.pair(place(leader), serial_of(9).hex()))
    assert owner.pair(place(leader), unit.hal.serial.hex()) is None
    air.run(40000, until=lambda: len(rows(leader)) == 2)
    assert len(rows(leader)) == 2


def test_members_of_a_group_load_nothing_for_a_stranger_that_pairs():
    air = Air(ALONE, ALONE)
    paired(air, 1, 2)
    for unit in air.units:
        owner.close_pairing(place(unit))
    air.run(40000)
    assert air.units[1].pairing is None
    air.units[1].hal.radio.arrived.append((9, bytes((0xA9, 0xC6)) + bytes(40)))
    air.run(100)
    assert air.units[1].pairing is None and air.units[1].jobs is None


def test_a_member_is_made_with_one_file_for_each_turn():
    """A vehicle may charge at the leader, and its flash may be slow."""
    air = Air(ALONE, ALONE)
    leader, unit = air.units
    owner.pair(place(leader))
    air.run(3000)
    owner.pair(place(leader), air.code(2))
    job = leader.pairing
    loaded = []
    step = type(job).step

    def watched(now_ms):
        before = set(sys.modules)
        next_ms = step(job, now_ms)
        loaded.append(len({name for name in set(sys.modules) - before if "on_demand." in name}))
        return next_ms
    leader.jobs.running = [(SimpleNamespace(step=watched), air.ms)]
    air.run(40000, until=lambda: len(rows(leader)) == 2)
    assert len(rows(leader)) == 2
    assert max(loaded) == 1 and sum(loaded) >= 10


def test_units_of_another_group_are_listed_with_the_reason():
    """Two groups in one building: the second leader's frames are not ours, and prove nothing."""
    air = Air(ALONE, ALONE)
    leader, other = air.units
    owner.pair(place(other))  # it leads a group of its own by now
    owner.close_pairing(place(other))
    owner.pair(place(leader))
    air.run(3000)
    [found] = owner.pair(place(leader))
    assert (found.serial, found.why_not, found.state) == (
        tag_of(other.hal.serial), "other_group", "here")
    refused = sentence(owner.pair(place(leader), other.hal.serial.hex(), air.code(2)))
    assert "no unit with serial A0B1C2000002 is heard" in refused
    other.hal.radio.sent.clear()
    air.lost = lambda sender, receiver: True
    air.run(15000)
    assert owner.pair(place(leader)) == []


def test_a_unit_that_shows_itself_is_not_another_one_of_another_group():
    air = Air(ALONE, ALONE)
    leader, other = air.units
    owner.pair(place(leader))
    air.run(3000)
    owner.pair(place(other))
    air.run(3000)
    [found] = owner.pair(place(leader))
    assert (found.serial, found.why_not) == (other.hal.serial, "other_group")
