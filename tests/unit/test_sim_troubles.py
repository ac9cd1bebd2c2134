# SPDX-License-Identifier: MIT
"""Sensors that lie, dead radios and bad flash, as a unit's program meets them."""

import pytest

from host_tools.simulate.simulation import Simulation, run
from tests.simulation.fake_unit import FakeFirmware, FakeUnit
from tests.simulation.outside import scenario


class Recorder(FakeUnit):
    """Keeps what its hardware said in each step, as (at_ms, what)."""

    sense = None

    def __init__(self, hal, amount_ma):
        super().__init__(hal, amount_ma)
        self.seen = []

    def charge_step(self, now_ms):
        """Step, and note what is sensed."""
        super().charge_step(now_ms)
        self.seen.append((now_ms - self.start_ms, self.sense(self.hal)))


def play(sense, to_s=30, full_pace=True, count=1, vehicles=None, make=None, **more):
    """The simulation and the last program of unit 1, which has sensed sense(hal)."""
    if vehicles is None:
        vehicles = [{"unit": 1, "max_a": 16, "ramp_a_per_s": 1000}]
    made = scenario(count, vehicles=vehicles, phases="L1", limit_a=16 * count, **more)
    kind = make or type("Senses", (Recorder,), {"sense": staticmethod(sense)})
    firmware = FakeFirmware(16000, kind)
    simulation = Simulation(made, firmware, trace=False, full_pace=full_pace)
    simulation.advance(to_s * 1000)
    return simulation, firmware.programs[1][-1]


def fault(name, at_s=20, **more):
    """A trouble of unit 1."""
    return {"at_s": at_s, "do": "fault", "unit": 1, "fault": name, **more}


def read_meter(hal):
    """Its first current."""
    draws = hal.meter.read()
    return draws and draws[0]


@pytest.mark.parametrize("name, at_22_s, at_25_s", [
    ("meter_frozen", 15999, 15999), ("meter_zero", 0, 0), ("meter_nan", 15999, None)])
def test_a_meter_freezes_reads_0_or_gives_no_number(name, at_22_s, at_25_s):
    # The vehicle leaves 1 s after that.
    stay = [{"unit": 1, "max_a": 16, "unplug_s": 21, "ramp_a_per_s": 1000}]
    _, unit = play(read_meter, 30, vehicles=stay, events=[
        fault(name), fault(name, 28, clear=True)])
    seen = dict(unit.seen)
    assert (seen[19900], seen[22000], seen[25000], seen[29000]) == (15999, at_22_s, at_25_s, 0)


def test_a_meter_that_has_become_silent_is_read_though_nothing_else_changes():
    _, unit = play(read_meter, 30, full_pace=False, events=[fault("meter_nan")])
    assert [ma for at_ms, ma in unit.seen if at_ms > 22900][:2] == [None]


@pytest.mark.parametrize("name, sense, wrong", [
    ("proximity_outliers", lambda hal: hal.proximity.cable_ma(), lambda ma: ma != 32000),
    ("temperature_outliers", lambda hal: hal.temperature.read_dc(),
     lambda dc: 200 <= abs(dc - 350) <= 1000),
    ("rcm_outliers", lambda hal: hal.rcm.tripped(), lambda tripped: tripped)])
@pytest.mark.parametrize("full_pace", [True, False])
def test_outliers_are_single_readings_at_their_rate(name, sense, wrong, full_pace):
    _, unit = play(sense, 620, full_pace, events=[
        fault(name, per_min=12), fault(name, 600, clear=True)])
    times = [at_ms for at_ms, value in unit.seen if wrong(value)]
    assert 70 < len(times) < 170  # about 12 a minute for 9.7 minutes
    assert 20000 <= times[0] and times[-1] < 600_100
    assert min(b - a for a, b in zip(times, times[1:])) >= 100


class Steady(Recorder):
    """Offers 10 A whatever it sees."""

    def charge_step(self, now_ms):
        """Note, and offer."""
        self.hal.pilot.write(10923)
        self.seen.append((now_ms - self.start_ms, self.hal.pilot.read()))


def test_outliers_of_the_pilot_are_of_one_half():
    _, unit = play(None, 320, make=Steady, vehicles=(), events=[fault("pilot_outliers")])
    right = unit.seen[-1][1]
    odd = [levels for at_ms, levels in unit.seen if at_ms > 20000 and levels != right]
    assert None not in right and 15 < len(odd) < 60
    assert all((high == right[0]) != (low == right[1]) for high, low in odd)
    assert len({high == right[0] for high, _ in odd}) == 2


def test_the_same_seed_has_the_same_outliers_and_another_has_others():
    def times(seed):
        _, unit = play(lambda hal: hal.rcm.tripped(), 100, seed=seed,
                       events=[fault("rcm_outliers")])
        return [at_ms for at_ms, tripped in unit.seen if tripped]
    assert times(1) == times(1) != times(2)


@pytest.mark.parametrize("more, reads", [({}, None), ({"reads_c": -50}, -500)])
def test_a_dead_temperature_sensor_reads_nothing_or_what_cannot_be(more, reads):
    _, unit = play(lambda hal: hal.temperature.read_dc(), 30, events=[
        fault("temperature_dead", **more), fault("temperature_dead", 25, clear=True)])
    seen = dict(unit.seen)
    assert (seen[19900], seen[21000], seen[26000]) == (350, reads, 350)


def heard(simulation, unit):
    """How many frames a unit's present program has had."""
    return len(simulation.nodes[unit].program.frames)


def test_a_dead_radio_neither_sends_nor_receives():
    simulation, first = play(None, 20, count=2, make=FakeUnit, vehicles=(),
                             events=[fault("radio_dead"), fault("radio_dead", 30, clear=True)])
    before = heard(simulation, 1), heard(simulation, 2)
    assert min(before) > 15
    simulation.advance(29900)
    assert (heard(simulation, 1), heard(simulation, 2)) == before
    assert not simulation.air.is_well(1, 60000) and not simulation.air.connects(1, 2, 1, 60000)
    simulation.advance(33000)
    assert heard(simulation, 1) > before[0] and heard(simulation, 2) > before[1]
    assert simulation.air.is_well(0, 10) and simulation.air.connects(2, 1, 0, 10)


@pytest.mark.parametrize("until, by_reboot, by_power", [
    (None, False, False), ("reboot", True, True), ("power", False, True)])
def test_some_dead_radios_come_back_by_a_start(until, by_reboot, by_power):
    dead = fault("radio_dead", 5, **({"until": until} if until else {}))
    for events, works in (
            ([{"at_s": 10, "do": "reboot", "unit": 1}], by_reboot),
            ([{"at_s": 10, "do": "power", "unit": 1, "on": False},
              {"at_s": 11, "do": "power", "unit": 1, "on": True}], by_power)):
        simulation, _ = play(None, 20, count=2, make=FakeUnit, vehicles=(), events=[dead] + events)
        assert (heard(simulation, 1) > 0) == works


class Careful(FakeUnit):
    """Counts what its radio raises."""

    def tick_once(self, now_ms):
        """One turn."""
        self.raised = getattr(self, "raised", [])
        self._send_ms = max(self._send_ms, now_ms + 500)
        for call in (self.hal.radio.receive, lambda: self.hal.radio.send(0, b"hello")):
            try:
                call()
            except Exception as error:
                self.raised.append(type(error))


@pytest.mark.parametrize("raises", [OSError, RuntimeError, MemoryError])
def test_a_radio_raises_in_each_call_for_ever(raises):
    _, unit = play(None, 30, make=Careful, count=2,
                   events=[fault("radio_dead", raises=raises.__name__)])
    assert len(unit.raised) > 30 and set(unit.raised) == {raises}


class Careless(FakeUnit):
    """Leaves what its radio raises to whoever runs it."""

    def tick_once(self, now_ms):
        """One turn."""
        super().tick_once(now_ms)
        self.hal.radio.receive()


def test_an_error_that_a_unit_leaves_opens_its_contactor_and_starts_it_anew():
    dead = fault("radio_dead", raises="OSError", until="reboot")
    simulation, _ = play(None, 25, make=Careless, events=[dead])
    node = simulation.nodes[1]
    assert not node.board.contact and node.boots == 1 and not node.running
    simulation.advance(60_000)
    assert node.board.contact and node.boots == 2 and node.running


def test_an_error_of_the_firmware_itself_is_none_of_the_stories():
    class Wrong(FakeUnit):
        def tick_once(self, now_ms):
            raise KeyError("lost")

    with pytest.raises(KeyError, match="lost"):
        play(None, 5, make=Wrong)


class Counter(FakeUnit):
    """Writes the number of its turns once a second, and reads it at its start."""

    def __init__(self, hal, amount_ma):
        super().__init__(hal, amount_ma)
        self.found = hal.store.read("turns")
        self.stored = []

    def tick_once(self, now_ms):
        """One turn."""
        super().tick_once(now_ms)
        self.stored.append(self.hal.store.write("turns", b"%d" % (now_ms - self.start_ms)))


def test_a_flash_that_fails_keeps_what_it_had():
    simulation, unit = play(None, 30, make=Counter, vehicles=(), events=[
        fault("flash_fails", 10), fault("flash_fails", 20, clear=True)])
    assert set(unit.stored[:9]) == {True} and set(unit.stored[12:19]) == {False}
    assert unit.stored[-1] and simulation.nodes[1].board.flash.is_ill()
    _, unit = play(None, 20, make=Counter, vehicles=(), events=[
        fault("flash_fails", 5.5), {"at_s": 15, "do": "reboot", "unit": 1}])
    assert int(unit.found) in range(4900, 5100)


@pytest.mark.parametrize("options, found_ms", [
    ({"writes": 1}, 13000), ({"writes": 3}, 11000), ({"back_s": 5}, 4000),
    ({"writes": 100}, None), ({"key": "other", "writes": 1}, 14000)])
def test_an_older_copy_is_what_the_next_boot_finds(options, found_ms):
    # Asked for at 9.5 s: `back_s` counts from then, `writes` from the boot.
    _, unit = play(None, 20, make=Counter, vehicles=(), events=[
        {"at_s": 9.5, "do": "older_copy", "unit": 1, "key": "turns", **options},
        {"at_s": 14.5, "do": "reboot", "unit": 1}])
    assert unit.found == (found_ms and b"%d" % found_ms)


def test_an_older_copy_is_found_once():
    _, unit = play(None, 30, make=Counter, vehicles=(), events=[
        {"at_s": 9.5, "do": "older_copy", "unit": 1, "key": "turns", "writes": 1},
        {"at_s": 14.5, "do": "reboot", "unit": 1}, {"at_s": 24.5, "do": "reboot", "unit": 1}])
    assert int(unit.found) > 8000


def test_a_unit_has_its_serial():
    _, unit = play(None, 1, make=FakeUnit)
    assert unit.hal.serial == bytes.fromhex("A0B1C2000001")


def test_what_cannot_be_used_is_not_taken_from_the_usable_energy():
    rcm = run(scenario(1, limit_a=16, vehicles=[{"unit": 1, "max_a": 16}], events=[
        fault("rcm", 0)], duration_s=60), firmware=FakeFirmware())
    odd = run(scenario(1, limit_a=16, vehicles=[{"unit": 1, "max_a": 16}], events=[
        fault("rcm_outliers", 0)], duration_s=60), firmware=FakeFirmware())
    assert rcm.summary["usable_wh"] == 0 < odd.summary["usable_wh"]
