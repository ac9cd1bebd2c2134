# SPDX-License-Identifier: MIT
"""A unit whose settings or record are impossible: it offers nothing, stays open, and says why."""

import json

import pytest
from app.on_demand.events import events
from app.on_demand import jobs
from app.unit import JOIN, RECORD
from app.unit import Unit
from core import reasons
from core.load import NotLoaded, let_go
from core.sharing.member import Member
from core.sharing.on_demand.writes import owner_asks
from core.sharing.on_demand.leadership import stop
from core.on_demand.serial import serial_text
from host_tools.records import serial_of
from tests.fakes import loaded
from host_tools.simulate.bare_hal import Hal

GOOD = {"role": "alone", "region": "us", "breaker_a": 40, "phases": "L1"}
LEADER = dict(GOOD, role="leader", limit_a=40, enabled=True)
BOARD = {"nameplate_a": 48}


def board(stored=(), unit=2):
    """One whose every part answers."""
    return Hal(1000, serial_of(unit), stored)


def played(settings, stored=(), errors=()):
    """A minute with a vehicle that wants to charge."""
    hal = board(stored)
    unit = Unit(settings, BOARD, hal, errors=errors)
    for high_mv, ms in ((12000, 2000), (9000, 2000), (6000, 56000)):
        hal.pilot.high_mv = high_mv
        hal.run(unit, ms)
    return unit, hal


def test_a_unit_that_leads_hears_its_own_grants_and_looks_again_at_its_pilot():
    unit, hal = played(GOOD)
    before = unit.member.leader.sequence
    while unit.member.leader.sequence == before:
        hal.clock.ms += 20
        unit.charge_step(hal.clock.ms)
        assert unit.next_step_ms() > hal.clock.ms
        unit.tick_once(hal.clock.ms)
    assert unit.next_step_ms() == hal.clock.ms


def test_without_a_meter_a_vehicle_counts_with_its_offer_and_keeps_all_of_it():
    unit, hal = played(GOOD)
    assert hal.contactor.is_closed
    assert unit.connector.offered_ma == 32000
    assert unit.connector.snapshot(hal.clock.ms).draw_ma == (32000, 0, 0)
    hal.pilot.high_mv = 12000
    hal.run(unit, 80)
    assert not hal.contactor.is_closed
    assert unit.connector.snapshot(hal.clock.ms).draw_ma == (0, 0, 0)


class Job:
    """Wants to be stepped each `span_ms`, so often."""

    def __init__(self, span_ms, most):
        self.at_ms, self._span_ms, self._most = [], span_ms, most

    def step(self, now_ms):
        """When again."""
        self.at_ms.append(now_ms)
        return now_ms + self._span_ms if len(self.at_ms) < self._most else None


def test_what_goes_on_beside_sharing_is_stepped_when_it_wants_to_be_until_it_ends():
    unit, hal = played(GOOD)
    slow, fast = Job(1000, 3), Job(200, 5)
    for job in (slow, fast):
        jobs.begin(unit, job, hal.clock.ms)
    hal.run(unit, 10000)
    for job in (slow, fast):
        spans = [later - at for at, later in zip(job.at_ms, job.at_ms[1:])]
        assert set(spans) == {job._span_ms} and len(job.at_ms) == job._most
    assert unit.jobs is None


def test_a_job_that_is_ended_is_stepped_no_more():
    unit, hal = played(GOOD)
    slow, fast = Job(1000, 9), Job(200, 9)
    for job in (slow, fast):
        jobs.begin(unit, job, hal.clock.ms)
    hal.run(unit, 1000)
    jobs.end(unit, fast)
    stepped = len(fast.at_ms)
    hal.run(unit, 10000)
    assert len(fast.at_ms) == stepped and len(slow.at_ms) == 9 and unit.jobs is None


def test_a_frame_comes_with_its_signal():
    unit, hal = played(LEADER, leads())
    hal.radio.signal = 63
    hal.radio.arrived.append((1, b"noise"))
    hal.run(unit, 200)
    assert unit.member.signal == 63


def test_the_app_notes_a_role_that_is_another_one_when_it_is_stored():
    unit, hal = played(LEADER, leads())
    known = [(code, args) for _, code, args in events(unit, hal.clock.ms)]
    assert known[-1] == ("boot", (0, 0)) and {code for code, _ in known[:-1]} == {"missing"}
    stop(unit.member, hal.clock.ms)
    hal.run(unit, 2000)
    assert events(unit, hal.clock.ms)[0][1:] == ("stopped", (0, 0))


@pytest.mark.parametrize("change, said", (
    ({"breaker_a": 45}, "breaker_a is 45"),
    ({"breaker_a": None}, "breaker_a is missing"),
    ({"limit_a": 5}, "at least 6 A"),
    ({"colour": 1}, "colour is no setting")))
def test_a_unit_without_valid_settings_does_not_charge_and_says_why(change, said):
    unit, hal = played(dict(GOOD, **change))
    assert not hal.contactor.closings
    assert unit.connector.offered_ma == 0
    assert unit.connector.reason == reasons.NO_SETTINGS
    assert said in unit.errors[0]


@pytest.mark.parametrize("role", ["leader", "follower"])
def test_a_unit_that_has_no_group_yet_does_not_charge_and_says_why(role):
    """Rule 5: whatever its settings say."""
    unit, hal = played(dict(GOOD, role=role))
    assert not hal.contactor.closings and not hal.store.content
    assert unit.connector.reason == reasons.NO_GROUP
    assert unit.errors == ["this %s has no group yet: set it up together with its leader" % role]


def test_a_unit_alone_stores_nothing_and_sends_nothing():
    """Rule 3."""
    unit, hal = played(GOOD)
    assert hal.contactor.is_closed and not hal.store.content and not hal.radio.sent


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
    assert unit.errors == [] and not hal.contactor.closings
    assert unit.connector.reason == reasons.WAITS_FOR_LEADER
    assert JOIN not in hal.store.content
    assert json.loads(hal.store.content[RECORD])["group"]["revision"] is None


def test_a_leader_of_a_new_group_leads_and_the_same_key_makes_no_second_group():
    """Rule 5: a first record is made only together with a new key."""
    unit, hal = played(LEADER, leads())
    assert unit.errors == [] and unit.member.leader.revisions.in_force.number == 1
    changed = json.loads(hal.store.content[RECORD])
    changed["epoch"] = 77
    stored = dict(leads(), **{RECORD: json.dumps(changed).encode()})
    unit, hal = played(LEADER, stored)
    assert JOIN not in hal.store.content and unit.member.leader.epoch == 78


def test_a_new_key_ends_all_that_was_of_the_old_group():
    """Rule 5: nothing is left of one group when a unit joins the next."""
    unit, hal = played(LEADER, leads())
    stored = dict(hal.store.content, **joins(key="cd" * 32))
    unit, hal = played(dict(GOOD, role="follower"), stored)
    record = json.loads(hal.store.content[RECORD])
    assert record["key"] == "cd" * 32 and record["lead"] is None
    assert record["group"]["revision"] is None and record["epoch"] == 0


def test_a_join_that_cannot_be_means_no_charging_and_is_kept():
    unit, hal = played(dict(GOOD, role="follower"), joins(key="ab"))
    assert not hal.contactor.closings and JOIN in hal.store.content
    assert unit.errors == ["the group to join cannot be: key must be 64 hexadecimal digits"]


def test_a_first_record_that_cannot_be_stored_is_not_gone_by():
    """Rule 5: else a boot would make it again."""
    hal = board(joins())
    hal.store.keeps = False
    unit = Unit(dict(GOOD, role="follower"), BOARD, hal)
    assert unit.errors == ["the group's record could not be stored"] and JOIN in hal.store.content


def test_a_clone_uses_nothing_of_the_record_but_the_key():
    """Rule 5: what was copied from another board is that one's."""
    unit, hal = played(LEADER, leads())
    clone = board(hal.store.content, 7)
    unit = Unit(dict(GOOD, role="leader", limit_a=40), BOARD, clone)
    member = unit.member
    assert member.leader is None and not member.group.takes and member.group.revision is None
    assert (member.group.leader, member.group.floor) == (2, 1)


def test_a_unit_that_is_alone_by_its_role_does_not_leave_its_group_by_that():
    """Rule 5: its leader still keeps room for it, and does not know."""
    unit, hal = played(dict(GOOD, role="follower"), joins())
    unit, hal = played(GOOD, hal.store.content)
    assert not hal.contactor.closings
    assert "role is alone, but this unit is in a group" in unit.errors[0]


@pytest.mark.parametrize("stored", (b"", b"{", b"[" * 100000, b"[]", b"7", b"{}",
                                    b'{"group": null}', b"\xff\xfe",
                                    json.dumps({"group": {}, "lead": None, "epoch": 0}).encode()))
def test_a_record_that_cannot_be_one_means_no_charging(stored):
    unit, hal = played(GOOD, {RECORD: stored})
    assert not hal.contactor.closings
    assert unit.connector.reason == reasons.NO_SETTINGS
    assert hal.store.content == {RECORD: stored}, "what the owner may still want to read is kept"
    assert unit.errors[0].startswith("group record unreadable")


def _changed(path, value):
    """The record of a good unit with one value changed."""
    unit, hal = played(LEADER, leads())
    record = json.loads(hal.store.content[RECORD])
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
    (("lead", "pinned"), 7), (("lead", "returns"), [[1]]), (("lead", "stopped"), True),
    (("group", "name"), None), (("group", "name"), "a" * 25), (("group", "name"), "two\nlines"),
    (("lead", "names"), []), (("lead", "names"), {"A0B1": ["x", True]}),
    (("lead", "names"), {serial_text(serial_of(3)): ["x", 1]}),
    (("lead", "names"), {serial_text(serial_of(3)): "x"})))
def test_a_record_with_one_impossible_value_means_no_charging(path, value):
    unit, hal = played(LEADER, _changed(path, value))
    assert not hal.contactor.closings
    assert unit.connector.reason == reasons.NO_SETTINGS
    assert unit.errors[0].startswith("group record unreadable")


def test_a_failed_self_test_means_no_charging():
    unit, hal = played(GOOD, errors=("pilot self-test: the low level is 0 mV",))
    assert not hal.contactor.closings
    assert "self-test" in unit.errors[0]


def test_a_record_is_stored_under_its_own_name():
    assert RECORD == "group"


# ---- the watchdog

def fed_ms(unit, hal, span_ms):
    """How long the pilot path goes on feeding it while the sharing task has no turn."""
    begin_ms, fed = hal.clock.ms, []
    hal.watchdog.feed = lambda: fed.append(hal.clock.ms)
    hal.run(unit, span_ms, tick_ms=1 << 40)
    return fed[-1] - begin_ms if fed else 0


def test_the_watchdog_is_fed_for_a_second_after_the_last_turn_or_word_that_all_is_well():
    unit, hal = played(dict(GOOD))
    unit.tick_once(hal.clock.ms)
    assert fed_ms(unit, hal, 5000) == 1000
    assert fed_ms(unit, hal, 5000) == 0
    unit.goes_on()
    assert fed_ms(unit, hal, 5000) == 1000


# ---- what cannot be loaded

@pytest.fixture
def flash(monkeypatch):
    """From which files are loaded."""
    with loaded.flash(monkeypatch) as made:
        yield made


def refuses(*given):
    raise NotLoaded("keeping could not be loaded: try again")


@pytest.fixture
def put(monkeypatch):
    """Let all members do something else; None: again what they do."""
    kept = {}

    def instead(name, function):
        works = kept.setdefault(name, getattr(Member, name))
        monkeypatch.setattr(Member, name, function or works)
        return works
    return instead


@pytest.mark.parametrize("call", ("on_frame", "tick"))
def test_what_cannot_be_loaded_is_tried_again_and_ends_the_unit_only_after_a_minute(call, put):
    unit, hal = played(LEADER, leads())
    hal.radio.receive = lambda: (1, b"frame")
    for _ in range(2):
        missed = unit.unloaded
        put(call, refuses)
        hal.run(unit, 59000, 200)
        assert unit.unloaded >= missed + 59 * 5
        put(call, None)
        hal.run(unit, 1000, 200)
    put(call, refuses)
    with pytest.raises(NotLoaded):
        hal.run(unit, 61000, 200)


def test_a_record_waits_until_what_stores_it_can_be_loaded(flash):
    """It costs none of the writes that the hour allows, and ends the unit after a minute."""
    unit, hal = played(LEADER, leads())
    for _ in range(12):
        let_go()
        hal.store.content.clear()
        unit.member.dirty, unit.member.store_at_ms, flash.broken = True, 0, True
        hal.run(unit, 59000, 200)
        assert not hal.store.content and unit.unloaded
        flash.broken = False
        hal.run(unit, 11000, 200)
        owner_asks(unit.member, 1)
        assert RECORD in hal.store.content
    let_go()
    flash.broken = unit.member.dirty = True
    with pytest.raises(NotLoaded):
        hal.run(unit, 61000, 200)


def test_while_a_round_cannot_be_loaded_what_is_said_already_is_still_sent(put):
    unit, hal = played(LEADER, leads())
    sent = len(hal.radio.sent)
    put("tick", refuses)
    unit.member.out.append((0, b"a report"))
    unit.tick_once(hal.clock.ms)
    assert len(hal.radio.sent) == sent + 1


def test_a_unit_that_can_load_again_has_a_minute_anew(put):
    unit, hal = played(LEADER, leads())
    put("on_frame", refuses)
    for _ in range(10):  # one frame in 40 s that wants what is not there
        frames = iter([(1, b"frame")])
        hal.radio.receive = lambda frames=frames: next(frames, None)
        hal.run(unit, 40000, 200)
    assert unit.unloaded == 10


def test_a_store_that_cannot_be_loaded_has_stored_nothing(put):
    unit, hal = played(LEADER, leads())
    stored, said = dict(hal.store.content), []

    unit.member.dirty, unit.member.store_at_ms = True, 0
    told = put("on_stored", lambda member, ok, now_ms: (said.append(ok), told(member, ok, now_ms)))
    hal.store.write = refuses
    unit.tick_once(hal.clock.ms)
    assert said == [False] and hal.store.content == stored and unit.unloaded == 1
    assert unit.member.dirty


def test_a_record_of_another_version_is_not_misread_and_says_what_to_do():
    unit, _ = played(LEADER, _changed(("version",), 2))
    assert unit.errors == ["group record unreadable: it is of version 2, and this program reads "
                           "version 3: factory_reset(True) here, and set it up with its leader "
                           "again"]
