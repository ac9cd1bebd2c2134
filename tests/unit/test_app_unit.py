# SPDX-License-Identifier: MIT
"""A unit whose settings or record are impossible: it offers nothing, stays open, and says why."""

import json

import pytest
from hal.absent import Absent

from app.on_demand.setup import JOIN, RECORD
from app.unit import Unit
from core import reasons
from core.serial import serial_text
from host_tools.records import serial_of

GOOD = {"role": "alone", "region": "us", "breaker_a": 40, "phases": "L1"}
LEADER = dict(GOOD, role="leader", limit_a=40, enabled=True)
BOARD = {"nameplate_a": 48}


class Hal:
    """A vehicle that wants to charge, on a board whose every part answers. stored: by name."""

    serial = serial_of(2)

    def __init__(self, stored=None):
        self.now, self.duty, self.closed_ever = 1000, 65535, False
        self.stored = dict(stored or {})
        self.keeps, self.sent = True, 0
        self.clock = self.pilot = self.contactor = self.guard = self.meter = self.rcm = self
        self.temperature = self.proximity = self.radio = self.store = self.watchdog = self
        self.levels = [(12000, None), (9000, -12000), (6000, -12000)]
        self.is_closed = False

    def now_ms(self):
        return self.now

    def read(self, key=None):
        if key is not None:
            return self.stored.get(key)
        return self.levels[min(2, (self.now - 1000) // 2000)]

    def duty_u16(self):
        return self.duty

    def write(self, value, data=None):
        if data is not None:
            if self.keeps:
                self.stored[value] = data
            return self.keeps
        if isinstance(value, bool):
            self.closed_ever = self.closed_ever or value
            self.is_closed = value
        else:
            self.duty = value
        return None

    def remove(self, key):
        self.stored.pop(key, None)
        return True

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
        self.sent += 1

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
    ({"limit_a": 5}, "at least 6 A"),
    ({"colour": 1}, "colour is no setting")))
def test_a_unit_without_valid_settings_does_not_charge_and_says_why(change, said):
    unit, hal = played(dict(GOOD, **change))
    assert not hal.closed_ever
    assert unit.connector.offered_ma == 0
    assert unit.connector.reason == reasons.NO_SETTINGS
    assert said in unit.errors[0]


@pytest.mark.parametrize("role", ["leader", "follower"])
def test_a_unit_that_has_no_group_yet_does_not_charge_and_says_why(role):
    """Rule 5: whatever its settings say."""
    unit, hal = played(dict(GOOD, role=role))
    assert not hal.closed_ever and not hal.stored
    assert unit.connector.reason == reasons.NO_GROUP
    assert unit.errors == ["this %s has no group yet: set it up together with its leader" % role]


def test_a_unit_alone_stores_nothing_and_sends_nothing():
    """Rule 3."""
    unit, hal = played(GOOD)
    assert hal.is_closed and not hal.stored and not hal.sent


# --- the group's record


def joins(**changes):
    """What a cable gives a unit that joins, stored."""
    asked = dict({"key": "ab" * 32, "leader": 1}, **changes)
    return {JOIN: json.dumps(asked).encode()}


def leads():
    """The same for the leader of a group of two."""
    line = "2:%s:32:48:L1 1:%s:32:48:L1" % (serial_text(serial_of(2)), serial_text(serial_of(1)))
    return {JOIN: json.dumps({"key": "ab" * 32, "members": line}).encode()}


def test_a_unit_that_was_given_a_key_waits_for_its_leader():
    """Rule 5: and what it was given is used once."""
    unit, hal = played(dict(GOOD, role="follower"), joins())
    assert unit.errors == [] and not hal.closed_ever
    assert unit.connector.reason == reasons.WAITS_FOR_LEADER
    assert JOIN not in hal.stored and json.loads(hal.stored[RECORD])["group"]["revision"] is None


def test_a_leader_of_a_new_group_leads_and_the_same_key_makes_no_second_group():
    """Rule 5: a first record is made only together with a new key."""
    unit, hal = played(LEADER, leads())
    assert unit.errors == [] and unit.member.leader.revisions.in_force.number == 1
    changed = json.loads(hal.stored[RECORD])
    changed["epoch"] = 77
    stored = dict(leads(), **{RECORD: json.dumps(changed).encode()})
    unit, hal = played(LEADER, stored)
    assert JOIN not in hal.stored and unit.member.leader.epoch == 78


def test_a_new_key_ends_all_that_was_of_the_old_group():
    """Rule 5: nothing is left of one group when a unit joins the next."""
    unit, hal = played(LEADER, leads())
    stored = dict(hal.stored, **joins(key="cd" * 32))
    unit, hal = played(dict(GOOD, role="follower"), stored)
    record = json.loads(hal.stored[RECORD])
    assert record["key"] == "cd" * 32 and record["lead"] is None
    assert record["group"]["revision"] is None and record["epoch"] == 0


def test_a_join_that_cannot_be_means_no_charging_and_is_kept():
    unit, hal = played(dict(GOOD, role="follower"), joins(key="ab"))
    assert not hal.closed_ever and JOIN in hal.stored
    assert unit.errors == ["the group to join cannot be: key must be 64 hexadecimal digits"]


def test_a_first_record_that_cannot_be_stored_is_not_gone_by():
    """Rule 5: else a boot would make it again."""
    hal = Board(joins())
    hal.keeps = False
    unit = Unit(dict(GOOD, role="follower"), BOARD, hal)
    assert unit.errors == ["the group's record could not be stored"] and JOIN in hal.stored


def test_a_clone_uses_nothing_of_the_record_but_the_key():
    """Rule 5: what was copied from another board is that one's."""
    unit, hal = played(LEADER, leads())
    clone = Board(hal.stored)
    clone.serial = serial_of(7)
    unit = Unit(dict(GOOD, role="leader", limit_a=40), BOARD, clone)
    member = unit.member
    assert member.leader is None and not member.group.takes and member.group.revision is None
    assert (member.group.leader, member.group.floor) == (2, 1)


def test_a_unit_that_is_alone_by_its_role_does_not_leave_its_group_by_that():
    """Rule 5: its leader still keeps room for it, and does not know."""
    unit, hal = played(dict(GOOD, role="follower"), joins())
    unit, hal = played(GOOD, hal.stored)
    assert not hal.closed_ever and "role is alone, but this unit is in a group" in unit.errors[0]


@pytest.mark.parametrize("stored", (b"", b"{", b"[" * 100000, b"[]", b"7", b"{}",
                                    b'{"group": null}', b"\xff\xfe",
                                    json.dumps({"group": {}, "lead": None, "epoch": 0}).encode()))
def test_a_record_that_cannot_be_one_means_no_charging(stored):
    unit, hal = played(GOOD, {RECORD: stored})
    assert not hal.closed_ever
    assert unit.connector.reason == reasons.NO_SETTINGS
    assert hal.stored == {RECORD: stored}, "what the owner may still want to read is kept"
    assert unit.errors[0].startswith("group record unreadable")


def _changed(path, value):
    """The record of a good unit with one value changed."""
    unit, hal = played(LEADER, leads())
    record = json.loads(hal.stored[RECORD])
    where = record
    for key in path[:-1]:
        where = where[key]
    where[path[-1]] = value
    return {RECORD: json.dumps(record).encode()}


@pytest.mark.parametrize("path, value", (
    (("epoch",), "7"), (("epoch",), 0xFFFFFFFF), (("lead",), 7), (("lead", "in_force"), None),
    (("lead", "pending"), [1]), (("group", "fallback_ma"), "6000"), (("group", "epoch"), None),
    (("group", "fallback_ma"), -1), (("group", "in_force"), 1), (("group", "revision"), None),
    (("group", "revision", 4), 32000.5), (("group", "revision", 5), [[2, 0, 1]]),
    (("group", "revision", 5, 0, 3), 8), (("group", "confirmed", 5, 0, 0), 256),
    (("group", "revision", 5, 0, 1), "A0B1"), (("group", "revision", 5, 0, 1), 7),
    (("group", "revision", 5, 1, 1), serial_text(serial_of(1))),  # twice
    (("group", "confirmed", 3), "all"), (("lead", "in_force", 5), [[2, 0, 1, 1, 1]] * 2),
    (("version",), 1), (("key",), "00" * 32), (("key",), "ab"), (("serial",), ""),
    (("group", "leader_tag"), "x" * 8), (("group", "sequence"), -1), (("group", "floor"), None),
    (("lead", "known"), None), (("lead", "known"), [[1]]), (("lead", "words"), ["ab"]),
    (("lead", "pinned"), 7), (("lead", "returns"), [[1]]), (("lead", "stopped"), True)))
def test_a_record_with_one_impossible_value_means_no_charging(path, value):
    unit, hal = played(LEADER, _changed(path, value))
    assert not hal.closed_ever
    assert unit.connector.reason == reasons.NO_SETTINGS
    assert unit.errors[0].startswith("group record unreadable")


def test_a_failed_self_test_means_no_charging():
    unit, hal = played(GOOD, errors=("pilot self-test: the low level is 0 mV",))
    assert not hal.closed_ever
    assert "self-test" in unit.errors[0]


def test_a_record_is_stored_under_its_own_name():
    assert RECORD == "group"


# ---- the watchdog

def fed_ms(unit, hal, span_ms):
    """How long the pilot path goes on feeding it while the sharing task has no turn."""
    begin_ms, fed = hal.now, []
    hal.feed = lambda: fed.append(hal.now)
    for _ in range(span_ms // 20):
        hal.now += 20
        unit.charge_step(hal.now)
    return fed[-1] - begin_ms if fed else 0


def test_the_watchdog_is_fed_for_a_second_after_the_last_turn_or_word_that_all_is_well():
    unit, hal = played(dict(GOOD))
    unit.tick_once(hal.now)
    assert fed_ms(unit, hal, 5000) == 1000
    assert fed_ms(unit, hal, 5000) == 0
    unit.goes_on()
    assert fed_ms(unit, hal, 5000) == 1000
