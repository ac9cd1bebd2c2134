# SPDX-License-Identifier: MIT
"""Checkers of the group's rules: wrong programs trip them, and what excuses a unit does."""

from types import SimpleNamespace

import pytest

from host_tools.simulate.checkers.flash import FlashWrites
from host_tools.simulate.simulation import Simulation
from tests.simulation.fake_unit import FakeFirmware, FakeUnit
from tests.simulation.outside import scenario

_CUT = {"do": "air", "from": [1], "to": [2], "loss": 1.0}
_HEAL = {"do": "air", "loss": 0.0}


def found(checker, to_s=100, make=FakeUnit, amount_ma=16000, vehicles=None, **more):
    """(unit, at_s) of the first violations of one checker for each unit."""
    if vehicles is None:
        vehicles = [{"unit": n, "plug_s": 1, "max_a": 32} for n in (1, 2)]
    made = scenario(2, vehicles=vehicles, **more)
    simulation = Simulation(made, FakeFirmware(amount_ma, make), trace=False)
    simulation.advance(to_s * 1000)
    first = {}
    for violation in simulation.violations():
        if violation.checker == checker:
            first.setdefault(violation.unit, violation.at_ms // 1000)
    return sorted(first.items())


class Miser(FakeUnit):
    """Never offers anything."""

    def charge_step(self, now_ms):
        """Idle."""
        self._due_ms = now_ms + 3600_000


class Timid(FakeUnit):
    """Offers nothing more after 90 s, as if a guard had opened its contactor."""

    def charge_step(self, now_ms):
        """Offer, and then no more."""
        self.enabled = now_ms - self.start_ms < 90_000
        super().charge_step(now_ms)
        self._due_ms = min(self._due_ms, self.start_ms + 90_000) if self.enabled else now_ms + 9999


class Scribbler(FakeUnit):
    """Writes a counter into its store at every turn."""

    def tick_once(self, now_ms):
        """One turn."""
        super().tick_once(now_ms)
        self.hal.store.write("turns", b"%d" % len(self.turns))


class Stutterer(FakeUnit):
    """Writes the same again and again."""

    def tick_once(self, now_ms):
        """One turn."""
        super().tick_once(now_ms)
        self.hal.store.write("name", b"always the same")


def test_a_follower_that_offers_without_a_lease_is_found():
    assert found("lease") == [(2, 6)]


def test_a_fallback_that_is_due_needs_no_lease():
    assert found("lease", amount_ma=16000, vehicles=[
        {"unit": 2, "plug_s": 40, "max_a": 32}]) == []
    assert found("lease", amount_ma=16200, vehicles=[
        {"unit": 2, "plug_s": 40, "max_a": 32}]) == [(2, 40)]


def test_a_follower_below_its_fallback_is_found_in_time():
    assert found("fallback", amount_ma=15000) == [(2, 37)]
    assert found("fallback", amount_ma=16000) == []
    assert found("fallback", amount_ma=15000, to_s=36) == []


@pytest.mark.parametrize("more", [
    {"fallback": "stop"},
    {"vehicles": [{"unit": 2, "plug_s": 1, "max_a": 32, "obeys": False}]},
    {"vehicles": [{"unit": 2, "plug_s": 95, "max_a": 32}]},
    {"events": [{"at_s": 20, "do": "fault", "unit": 2, "fault": "rcm"}]},
    {"events": [{"at_s": 90, "do": "reboot", "unit": 2}]},
    {"events": [{"at_s": 20, "do": "enable", "on": False}]},
    {"events": [{"at_s": 20, "do": "power", "unit": 2, "on": False}]}])
def test_what_excuses_a_unit_from_its_fallback(more):
    assert found("fallback", amount_ma=6000 if "fallback" in more else 7000, **more) in (
        [], [(2, 37)] if more.get("events", [{}])[0].get("at_s") == 90 else [])


def test_who_asks_and_is_offered_nothing_for_a_minute_starves():
    assert found("starving", make=Miser) == [(1, 61), (2, 61)]
    assert found("starving") == []


@pytest.mark.parametrize("more", [
    {"events": [{"at_s": 50, "do": "air", "loss": 0.9}]},
    {"events": [{"at_s": 50, "do": "reboot", "unit": 1, "down_s": 1}]},
    {"events": [{"at_s": 50, "do": "enable", "on": False}]},
    {"events": [{"at_s": 50, "do": "fault", "unit": n, "fault": "diode"} for n in (1, 2)]},
    {"vehicles": [{"unit": 2, "plug_s": 1, "max_a": 32, "profile": [[10, 0], [20, 32]]}]},
    {"vehicles": [{"unit": 2, "plug_s": 1, "max_a": 32, "start_delay_s": 70}]},
    {"vehicles": [{"unit": 2, "plug_s": 1, "max_a": 32, "profile": [[30, 0]]}]}])
def test_what_else_keeps_a_vehicle_waiting_is_no_starving(more):
    assert found("starving", make=Miser, to_s=95, **more) == []


def test_when_the_minimums_do_not_fit_units_take_turns():
    vehicles = [{"unit": n, "plug_s": 1, "max_a": 32} for n in (1, 2)]
    made = scenario(2, vehicles=vehicles, limit_a=12)
    simulation = Simulation(made, FakeFirmware(16000, Miser), trace=False)
    simulation._owner._in_force = (11000, True)  # which no owner could make it
    simulation.advance(1_855_000)
    assert "starving" not in {v.checker for v in simulation.violations()}
    simulation.advance(1_865_000)
    assert {v.unit for v in simulation.violations() if v.checker == "starving"} == {1, 2}


def test_15_s_after_the_air_has_healed_everyone_has_its_offer():
    events = [{"at_s": 70, **_CUT}, {"at_s": 80, **_HEAL}]
    assert found("recovery", make=Miser, events=events) == [(1, 95), (2, 95)]
    assert found("recovery", make=Miser, events=events, to_s=94) == []
    assert found("recovery", events=events) == []


def test_a_vehicle_that_wakes_on_another_phase_may_wait_for_its_guard():
    events = [{"at_s": 70, **_CUT}, {"at_s": 80, **_HEAL}]
    for wake_s, expected in ((79, []), (0, [(2, 95)])):
        vehicles = [{"unit": 2, "plug_s": 1, "max_a": 32, "phases": 2, "wake_s": wake_s}]
        assert found("recovery", make=Timid, vehicles=vehicles, events=events) == expected


@pytest.mark.parametrize("events", [
    [{"at_s": 70, **_CUT}, {"at_s": 80, **_HEAL}, {"at_s": 90, **_CUT}],
    [{"at_s": 70, **_CUT}, {"at_s": 80, **_HEAL, "loss": 0.2}],
    [{"at_s": 70, **_CUT}, {"at_s": 80, **_HEAL}, {"at_s": 85, "do": "reboot", "unit": 2}],
    [{"at_s": 60, "do": "limit", "limit_a": 20}, {"at_s": 70, **_CUT}, {"at_s": 80, **_HEAL}]])
def test_what_is_no_recovery_of_the_air_alone_is_not_judged(events):
    assert found("recovery", make=Miser, events=events) == []


def test_who_writes_without_a_reason_wears_its_flash():
    # Ten writes besides, which is about five seconds of turns.
    assert [unit for unit, at_s in found("flash", make=Scribbler, to_s=20) if at_s < 9] == [1, 2]
    assert [unit for unit, at_s in found("flash", make=Stutterer, to_s=10) if at_s < 3] == [1, 2]
    assert found("flash") == []
    reboots = [{"at_s": at_s, "do": "reboot"} for at_s in range(2, 98, 4)]
    assert found("flash", events=reboots) == []  # a FakeUnit counts its boots


class Writes:
    """The checker of one unit that has started once, and what it finds."""

    def __init__(self):
        self.clock = SimpleNamespace(now_ms=0)
        self.node = SimpleNamespace(id=1, boots=1, booted_ms=0)
        self.flash = FlashWrites(self.clock, [self.node])

    def write(self, count):
        """So many writes now. How many are too many?"""
        before = self.flash.count
        for _ in range(count):
            self.flash.store_changed(self.node)
        return self.flash.count - before


def test_ten_writes_an_hour_need_no_reason_and_each_start_is_one():
    unit = Writes()
    assert unit.write(11) == 0 and unit.write(1) == 1
    unit.node.boots = 3
    assert unit.write(1) == 0 and unit.write(1) == 1


def test_writes_are_counted_over_any_hour():
    unit = Writes()
    unit.write(6)
    unit.clock.now_ms = 1_800_000
    assert unit.write(5) == 0
    unit.clock.now_ms = 3_599_999
    assert unit.write(1) == 1
    unit.clock.now_ms = 3_600_000  # the first six are an hour ago, and so is the start
    assert unit.write(4) == 0 and unit.write(1) == 1


def test_a_write_that_fails_wears_the_flash_as_well():
    events = [{"at_s": 1, "do": "fault", "unit": 2, "fault": "flash_fails"}]
    assert [unit for unit, _ in found("flash", make=Scribbler, to_s=20, events=events)] == [1, 2]


def test_what_the_owner_does_explains_its_writes():
    for tell, writes in ((FlashWrites.moved, 5), (FlashWrites.changed, 4)):
        unit = Writes()
        tell(unit.flash)
        assert unit.write(11 + writes) == 0 and unit.write(1) == 1
