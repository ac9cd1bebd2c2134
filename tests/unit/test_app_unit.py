# SPDX-License-Identifier: MIT
"""A unit whose settings or record are impossible: it offers nothing, stays open, and says why."""

import json

import pytest
from hal.absent import Absent

from app.setup import RECORD
from app.unit import Unit
from core import reasons

GOOD = {"unit_id": 2, "role": "alone", "region": "us", "breaker_a": 40, "phases": "L1"}
BOARD = {"nameplate_a": 48}


class Hal:
    """A vehicle that wants to charge, on a board whose every part answers."""

    def __init__(self, stored=None):
        self.now, self.duty, self.stored, self.closed_ever = 1000, 65535, stored, False
        self.clock = self.pilot = self.contactor = self.guard = self.meter = self.rcm = self
        self.temperature = self.proximity = self.radio = self.store = self.watchdog = self
        self.levels = [(12000, None), (9000, -12000), (6000, -12000)]
        self.is_closed = False

    def now_ms(self):
        return self.now

    def read(self, key=None):
        if key is not None:
            return self.stored
        return self.levels[min(2, (self.now - 1000) // 2000)]

    def duty_u16(self):
        return self.duty

    def write(self, value, data=None):
        if data is not None:
            self.stored = data
            return True
        if isinstance(value, bool):
            self.closed_ever = self.closed_ever or value
            self.is_closed = value
        else:
            self.duty = value
        return None

    def closed(self):
        return None

    def tripped(self):
        return False

    def read_dc(self):
        return None

    def cable_ma(self):
        return 48000

    def receive(self):
        return None

    def send(self, destination, payload):
        pass

    def wake(self):
        pass

    def feed(self):
        pass

    def random_u32(self):
        return 5

    def power_returned(self):
        return False


class Board(Hal):
    """The same, with meter and guard as parts of their own."""

    def __init__(self, stored=None):
        Hal.__init__(self, stored)
        self.meter, self.guard = Absent(), Absent()


def played(settings, stored=None, errors=()):
    hal = Board(stored)
    unit = Unit(settings, BOARD, hal, errors=errors)
    for _ in range(3000):
        hal.now += 20
        unit.charge_step(hal.now)
        if hal.now % 200 == 0:
            unit.tick_once(hal.now)
    return unit, hal


def test_a_unit_that_leads_hears_its_own_grants_and_looks_again_at_its_pilot():
    unit, hal = played(GOOD)
    before = unit.member.leader.sequence
    while unit.member.leader.sequence == before:
        hal.now += 20
        unit.charge_step(hal.now)
        assert unit.next_step_ms() > hal.now
        unit.tick_once(hal.now)
    assert unit.next_step_ms() == hal.now


def test_without_a_meter_a_vehicle_counts_with_its_offer_and_keeps_all_of_it():
    unit, hal = played(GOOD)
    assert hal.is_closed
    assert unit.connector.offered_ma == 32000
    assert unit.connector.snapshot(hal.now).draw_ma == (32000, 0, 0)
    hal.levels = [(12000, -12000)] * 3
    hal.now += 20
    for _ in range(4):
        unit.charge_step(hal.now)
        hal.now += 20
    assert not hal.is_closed
    assert unit.connector.snapshot(hal.now).draw_ma == (0, 0, 0)


@pytest.mark.parametrize("change, said", (
    ({"breaker_a": 45}, "breaker_a is 45"),
    ({"breaker_a": None}, "breaker_a is missing"),
    ({"role": "follower"}, "group_id is missing"),
    ({"limit_a": 5}, "at least 6 A"),
    ({"colour": 1}, "colour is no setting")))
def test_a_unit_without_valid_settings_does_not_charge_and_says_why(change, said):
    unit, hal = played(dict(GOOD, **change))
    assert not hal.closed_ever
    assert unit.connector.offered_ma == 0
    assert unit.connector.reason == reasons.NO_SETTINGS
    assert said in unit.errors[0]


def test_a_follower_that_was_never_paired_does_not_charge_and_says_why():
    unit, hal = played(dict(GOOD, role="follower", group_id=7, group_key="ab" * 32))
    assert not hal.closed_ever
    assert unit.connector.reason == reasons.NOT_ENABLED


@pytest.mark.parametrize("stored", (b"", b"{", b"[" * 100000, b"[]", b"7", b"{}",
                                    b'{"group": null}', b"\xff\xfe",
                                    json.dumps({"group": {}, "lead": None, "epoch": 0}).encode()))
def test_a_record_that_cannot_be_one_means_no_charging(stored):
    unit, hal = played(GOOD, stored)
    assert not hal.closed_ever
    assert unit.connector.reason == reasons.NO_SETTINGS
    assert hal.stored == stored, "what the owner may still want to read is kept"
    assert unit.errors[0].startswith("group record unreadable")


def _changed(path, value):
    """The record of a good unit with one value changed."""
    unit, hal = played(GOOD)
    record = json.loads(hal.stored)
    where = record
    for key in path[:-1]:
        where = where[key]
    where[path[-1]] = value
    return json.dumps(record).encode()


@pytest.mark.parametrize("path, value", (
    (("epoch",), "7"), (("epoch",), 0xFFFFFFFF), (("lead",), 7), (("lead", "in_force"), None),
    (("lead", "pending"), [1]), (("group", "fallback_ma"), "6000"), (("group", "epoch"), None),
    (("group", "fallback_ma"), -1), (("group", "in_force"), 1), (("group", "revision"), None),
    (("group", "revision", 4), 32000.5), (("group", "revision", 5), [[2, 0, 1]]),
    (("group", "revision", 5, 0, 2), 8), (("group", "confirmed", 5, 0, 0), 256),
    (("group", "confirmed", 3), "all"), (("lead", "in_force", 5), [[2, 0, 1, 1, 1]] * 2)))
def test_a_record_with_one_impossible_value_means_no_charging(path, value):
    unit, hal = played(GOOD, _changed(path, value))
    assert not hal.closed_ever
    assert unit.connector.reason == reasons.NO_SETTINGS
    assert unit.errors[0].startswith("group record unreadable")


def test_a_failed_self_test_means_no_charging():
    unit, hal = played(GOOD, errors=("pilot self-test: the low level is 0 mV",))
    assert not hal.closed_ever
    assert "self-test" in unit.errors[0]


def test_a_record_is_stored_under_its_own_name():
    assert RECORD == "group"
