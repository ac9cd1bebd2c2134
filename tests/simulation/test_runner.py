# SPDX-License-Identifier: MIT
"""The runner with a program as simple as can be: boots, slots, frames, hangs, power, revisions."""

import pytest

from host_tools.simulate.simulation import Simulation, run
from tests.simulation.fake_unit import FakeFirmware, FakeUnit
from tests.simulation.outside import scenario


def _play(to_s=60, events=(), vehicles=(), count=2, firmware=None, **more):
    made = scenario(count, vehicles=vehicles, events=list(events), **more)
    firmware = firmware or FakeFirmware(10000)
    simulation = Simulation(made, firmware)
    simulation.advance(to_s * 1000)
    return simulation, firmware


def test_a_vehicle_charges_and_the_figures_say_so():
    simulation, _ = _play(3610, vehicles=[{"unit": 1, "max_a": 32, "under_a": 0.5}])
    summary = simulation.result().summary
    # 9.5 A at 230 V for an hour; it starts at 9 s and rises in 1.2 s.
    assert summary["delivered_wh"][0] == pytest.approx(9.5 * 230, abs=3)
    assert summary["over_limit_ms"] == 0 and summary["contactor_cycles"] == 1
    assert summary["longest_wait_s"] == pytest.approx(6, abs=0.05)
    assert simulation.total_drawn_ma() == (9499, 0, 0)  # a duty is rounded down
    assert summary["violations"]["circuit_rule"] == 0


def test_too_much_for_the_limit_is_found():
    result = run(scenario(2, vehicles=[{"unit": 1, "max_a": 32}, {"unit": 2, "max_a": 32}],
                          limit_a=25, duration_s=100), firmware=FakeFirmware(16000))
    assert result.summary["over_limit_ms"] == pytest.approx(91000, abs=500)
    assert result.summary["over_limit_peak_ma"] == pytest.approx(7000, abs=10)
    assert "circuit_rule" in {violation.checker for violation in result.violations}


def test_the_pilot_path_runs_only_when_there_is_something_to_do():
    _, firmware = _play(60, vehicles=[{"unit": 1, "max_a": 16, "ramp_a_per_s": 1000}])
    busy, idle = firmware.programs[1][0].steps, firmware.programs[2][0].steps
    assert len(busy) < 30 and len(idle) < 6
    slots = {(at_ms - busy[0]) % 20 for at_ms in busy}
    assert slots == {0}


def test_full_pace_runs_every_slot_and_changes_nothing():
    vehicles = [{"unit": 1, "max_a": 16}, {"unit": 2, "plug_s": 7, "unplug_s": 40, "max_a": 32}]
    events = [{"at_s": 20, "do": "reboot", "unit": 2, "hang_s": 2, "down_s": 1}]
    made = scenario(2, vehicles=vehicles, events=events, duration_s=60)
    firmware = FakeFirmware(10000)
    every = run(made, full_pace=True, firmware=firmware)
    assert 2990 <= len(firmware.programs[1][0].steps) <= 3001
    assert run(made, firmware=FakeFirmware(10000)).trace == every.trace


def test_frames_wake_the_sharing_task_in_the_ms_they_arrive():
    _, firmware = _play(10, air={"delay_ms": [7, 7]})
    program = firmware.programs[2][0]
    assert 9 <= len(program.frames) <= 11
    assert all(payload == b"boot 1" and source == 1 for _, source, payload in program.frames)
    # Own sending and the other's frames; nothing else.
    assert len(program.turns) <= 22


def test_without_the_app_the_core_gets_the_same_calls():
    made = scenario(2, vehicles=[{"unit": 1, "max_a": 16}], duration_s=60)
    with_app, without = FakeFirmware(10000), FakeFirmware(10000)
    assert run(made, firmware=with_app).trace == run(made, firmware=without, app=False).trace
    assert with_app.programs[1][0].turns == without.programs[1][0].turns


def test_a_reboot_opens_the_contactor_and_starts_the_program_anew():
    simulation, firmware = _play(20, vehicles=[{"unit": 1, "max_a": 16}],
                                 events=[{"at_s": 20, "do": "reboot", "unit": 1, "down_s": 3}])
    node = simulation.nodes[1]
    board = node.board
    assert not board.output and board.offer_ma == 0 and node.program is None
    assert simulation.rows()[0]["reason"] == "restarting"
    simulation.advance(22990)
    assert node.program is None and not board.contact and board.draw_ma == (0, 0, 0)
    simulation.advance(23050)
    assert node.running and firmware.programs[1][1].boots == 2
    simulation.advance(60000)
    assert board.contact and board.cycles == 2


def test_a_hung_program_keeps_its_pins_and_hears_nothing():
    simulation, firmware = _play(23, vehicles=[{"unit": 1, "max_a": 16}], events=[
        {"at_s": 20, "do": "reboot", "unit": 1, "hang_s": 4, "down_s": 2},
        {"at_s": 22, "do": "limit", "limit_a": 20}])
    board = simulation.nodes[1].board
    assert board.hung and board.contact and board.draw_ma == (10000 - 1, 0, 0)
    assert simulation.rows()[0]["reason"] == "program hangs"
    heard = len(firmware.programs[1][0].frames)
    simulation.advance(24010)
    assert not board.hung and not board.output and len(firmware.programs[1][0].frames) == heard
    simulation.advance(25900)
    assert simulation.limit_ma == 32000  # nobody can be asked
    simulation.advance(27100)
    assert simulation.limit_ma == 20000
    assert simulation.result().summary["revision_wait_ms"] == pytest.approx(5000, abs=150)


def test_power_loss_stops_everything_and_only_the_store_survives():
    simulation, firmware = _play(21, vehicles=[{"unit": 1, "max_a": 16}], events=[
        {"at_s": 20, "do": "power", "on": False}, {"at_s": 30, "do": "power", "on": True}])
    rows = simulation.rows()
    assert [row["pilot_state"] for row in rows] == ["E", "E"]
    assert rows[0]["reason"] == "no power" and simulation.total_drawn_ma() == (0, 0, 0)
    simulation.advance(29000)
    sent = simulation.air.frames
    simulation.advance(29900)
    assert simulation.air.frames == sent
    simulation.advance(60000)
    assert [program.boots for program in firmware.programs[2]] == [1, 2]
    assert simulation.total_drawn_ma() == (9999, 0, 0)


def test_a_refused_change_is_tried_again_and_a_new_one_replaces_it():
    simulation, _ = _play(20, events=[{"at_s": 10, "do": "limit", "limit_a": 13},
                                      {"at_s": 20.5, "do": "limit", "limit_a": 18}])
    assert simulation.limit_ma == 32000
    simulation.advance(22000)
    assert simulation.limit_ma == 18000


@pytest.mark.parametrize("fault, reads", [
    ("rcm", lambda hal: hal.rcm.tripped()),
    ("proximity", lambda hal: hal.proximity.cable_ma() == 0),
    ("pilot_short", lambda hal: hal.pilot.read()[0] == 0),
    ("diode", lambda hal: hal.pilot.read()[1] > -10000),
    ("overheat", lambda hal: hal.temperature.read_dc() > 700),
])
def test_faults_show_in_what_the_program_reads(fault, reads):
    simulation, firmware = _play(19, vehicles=[{"unit": 1, "max_a": 16}], events=[
        {"at_s": 20, "do": "fault", "unit": 1, "fault": fault},
        {"at_s": 120, "do": "fault", "unit": 1, "clear": True}])
    hal = firmware.programs[1][0].hal
    assert not reads(hal)
    simulation.advance(119000)
    assert reads(hal)
    simulation.advance(240000)
    assert not reads(hal)


def test_a_welded_contactor_stays_closed_until_it_is_repaired():
    simulation, _ = _play(30, vehicles=[{"unit": 1, "unplug_s": 40, "max_a": 16}], events=[
        {"at_s": 20, "do": "fault", "unit": 1, "fault": "welded"},
        {"at_s": 60, "do": "fault", "unit": 1, "clear": True}])
    board = simulation.nodes[1].board
    simulation.advance(59000)
    assert board.contact and not board.output
    simulation.advance(61000)
    assert not board.contact


def test_a_contactor_that_was_repaired_without_power_is_open_when_the_power_returns():
    events = [{"at_s": 20, "do": "fault", "unit": 1, "fault": "welded"},
              {"at_s": 30, "do": "power", "unit": 1, "on": False},
              {"at_s": 60, "do": "power", "unit": 1, "on": True}]
    for repair, contact in (([], True),
                            ([{"at_s": 40, "do": "fault", "unit": 1, "clear": True}], False)):
        simulation, _ = _play(61, vehicles=[{"unit": 1, "max_a": 16}], events=events + repair)
        assert simulation.nodes[1].board.contact == contact


def test_meters_err_as_told():
    made = scenario(1, vehicles=[{"unit": 1, "max_a": 16, "phases": 2}])
    made = made.__class__(**{**made.__dict__, "units": tuple(
        spec.__class__(**{**spec.__dict__, "meter_error_permille": 20, "phases": "L2L3L1"})
        for spec in made.units)})
    simulation = Simulation(made, FakeFirmware(10000))
    simulation.advance(30000)
    board = simulation.nodes[1].board
    assert board.draw_ma == (0, 9999, 9999) and board.meter_ma == (10198, 10198, 0)


def test_a_program_that_leaves_its_frames_is_an_error_not_an_endless_loop():
    class Deaf(FakeUnit):
        """Never receives."""

        def tick_once(self, now_ms):
            self.hal.radio.send(0, b"hello")
            self._send_ms = now_ms + 1000

    with pytest.raises(RuntimeError, match="leaves its frames"):
        _play(10, firmware=FakeFirmware(10000, Deaf))
