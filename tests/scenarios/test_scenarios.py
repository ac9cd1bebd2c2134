# SPDX-License-Identifier: MIT
"""The scenarios of this folder, played to their end: what each must show, and its golden trace."""

import functools

import pytest

from core.sharing.frames import GRANT, GrantFrame
from host_tools.simulate.firmware import Firmware, codec
from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import Simulation, run
from host_tools.simulate.trace import COLUMNS
from tests.scenarios.golden import FOLDER, changes_only, names, path_of

_T, _UNIT, _OFFERED, _CONTACTOR = (COLUMNS.index(name) for name in (
    "t_ms", "unit", "offered_ma", "contactor"))
_DRAWN, _LEASE = COLUMNS.index("drawn_l1_ma"), COLUMNS.index("lease")
_LONG = ("arrivals", "arrivals-coarse", "taper")  # half an hour or more of the group


@functools.cache
def play(name):
    """Result of a scenario; each is played once."""
    return run(load(FOLDER / f"{name}.json"))


def settled(name, kind=None):
    """{at_s: (ms_1a, ms)} of the events of one kind."""
    return {entry["at_s"]: (entry["ms_1a"], entry["ms"])
            for entry in play(name).summary["settle"] if kind in (None, entry["kind"])}


def rows(name, unit=None, from_s=0, to_s=1e9):
    """Rows of the trace in a span of time."""
    return [row for row in play(name).trace if unit in (None, row[_UNIT])
            and from_s * 1000 <= row[_T] <= to_s * 1000]


def newest(name, at_s):
    """{unit: its newest row} at a time."""
    return {row[_UNIT]: row for row in rows(name, to_s=at_s)}


def total_drawn(row):
    """Draw of a row over all phases."""
    return sum(row[_DRAWN:_DRAWN + 3])


@pytest.mark.parametrize("name", names())
def test_the_circuit_rule_and_all_others_hold(name):
    result = play(name)
    assert result.violations == []
    assert result.summary["over_limit_ms"] == 0


@pytest.mark.parametrize("name", names())
def test_the_golden_trace_is_met(name):
    text = changes_only(play(name).trace)
    golden = path_of(name).read_text(encoding="utf-8")
    assert len(text) < 100_000
    for number, (found, known) in enumerate(zip(text.splitlines(), golden.splitlines()), 1):
        assert found == known, (
            f"line {number}; if meant: python -m tests.scenarios.golden {name}")
    assert text == golden


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=pytest.mark.long) if name in _LONG else name for name in names()])
def test_the_core_alone_does_the_same_as_with_the_apps_task(name):
    """Everything is equal: each row of the trace, the summary, what the checkers say."""
    full, core = play(name), run(load(FOLDER / f"{name}.json"), app=False)
    for ours, theirs in zip(core.trace, full.trace):
        assert ours == theirs
    assert core == full


def test_arrivals_settle_soon_and_use_the_circuit():
    assert play("arrivals").summary["utilisation"] >= 0.988
    plugs = settled("arrivals", "plug")
    assert len(plugs) == 6 and None not in [ms for pair in plugs.values() for ms in pair]
    assert max(ms_1a for ms_1a, _ in plugs.values()) <= 25000
    assert max(ms for _, ms in plugs.values()) <= 30000


def test_arrivals_of_coarse_vehicles_leave_the_offers_calm():
    result = play("arrivals-coarse")
    assert result.summary["utilisation"] >= 0.975
    arrivals = [vehicle.plug_ms for vehicle in result.scenario.vehicles]
    ends = arrivals[1:] + [result.scenario.duration_ms]
    calm = [(start_ms + 60000, end_ms) for start_ms, end_ms in zip(arrivals, ends)]
    hours = sum(end_ms - start_ms for start_ms, end_ms in calm) / 3600_000
    for changes in result.offer_changes.values():
        number = sum(start <= at_ms < end for at_ms, _ in changes for start, end in calm)
        assert number <= 15 * hours


def test_what_a_tapering_vehicle_leaves_is_used_and_given_back():
    profiles = settled("taper", "profile")
    for at_s in (900, 1200, 1500, 1650, 1800):
        assert profiles[at_s][0] is not None and profiles[at_s][0] <= 20000, at_s
    # It paused for 15 min: it is found again as soon.
    assert newest("taper", 2700 + 900)[1][_DRAWN] >= 13000


def test_a_short_reboot_of_the_leader_lowers_nobody():
    before = newest("leader-reboot", 299)
    for row in rows("leader-reboot", from_s=299, to_s=320):
        if row[_UNIT] != 1:
            assert row[_CONTACTOR] == 1
            assert row[_OFFERED] >= before[row[_UNIT]][_OFFERED] > 6000


def test_a_rebooted_leader_grants_within_3_s_of_its_start():
    scenario = load(FOLDER / "leader-reboot.json")
    simulation = Simulation(scenario, Firmware(scenario), trace=False)
    grants, decoder = [], codec()

    def listen(source, destination, payload):
        decoded = decoder.decode(payload)
        if decoded and decoded[0].kind == GRANT and isinstance(decoded[1], GrantFrame):
            if decoded[1].entries:
                grants.append(simulation.now_ms)

    simulation.air.listen(listen)
    simulation.advance(310000)
    assert [ms for ms in grants if ms >= 302000][0] <= 305000


def test_both_islands_go_on_and_come_together_again():
    for unit in (1, 2, 3, 5):
        assert all(row[_OFFERED] >= 6000 for row in rows("islands", unit, 240, 700) if unit != 1
                   or row[_T] < 700000)
    for healed_s in (400, 620):
        assert {row[_LEASE] for row in newest("islands", healed_s + 15).values()} == {"live"}
        assert settled("islands", "air")[healed_s][0] <= 36000
    # Power came back to unit 1 at 850 s; its vehicle starts up to 30 s later.
    back = newest("islands", 850 + 30 + 36)
    assert all(total_drawn(row) > 5000 for row in back.values())


def test_everybody_is_back_after_a_power_cut():
    back = newest("mixed-breakers", 830 + 30 + 36)
    assert all(total_drawn(row) > 5000 for row in back.values())
    assert max(row[_OFFERED] for row in rows("mixed-breakers", 4)) <= 16000


def test_a_vehicle_that_wakes_is_stopped_by_its_guard_and_then_gets_all_phases():
    summary = play("wake").summary
    assert 0 < summary["phase_wake_ms"] <= 1000
    assert all(draw > 5000 for draw in newest("wake", 899)[1][_DRAWN:_DRAWN + 3])


def test_single_phase_vehicles_do_not_block_phases_that_they_do_not_use():
    row = newest("three-phase", 190)
    assert [total_drawn(row[unit]) for unit in (2, 3, 4)] == pytest.approx([32000] * 3, abs=100)
    assert play("three-phase").summary["utilisation"] >= 0.98
