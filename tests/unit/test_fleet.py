# SPDX-License-Identifier: MIT
"""The virtual fleet: what a newcomer sees in the first two minutes, and how it ends."""

import signal
import subprocess
import sys
import types

import pytest
from rich.console import Console

from host_tools import ROOT
from host_tools.fleet import cli, demo, plain, view
from host_tools.fleet.journal import Journal, clock, event_text
from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import Simulation


def row(unit, **changes):
    return {"id": unit, "role": "follower", "pilot_state": "C2", "offered_ma": 16000,
            "measured_ma": 15700, "possible": (16000, 0, 0), "lease": "live",
            "reason": "as the leader allocated", **changes}


def drawn(renderable) -> str:
    console = Console(width=110, force_terminal=False)
    with console.capture() as capture:
        console.print(renderable)
    return capture.get()


@pytest.mark.parametrize("count", range(1, 7))
def test_two_minutes_show_arrivals_a_lost_radio_and_others_giving_way(count):
    scenario = load(demo.scenario(count))
    simulation, journal = Simulation(scenario, trace=False), Journal(scenario)
    for now_ms in range(500, 120000, 500):
        simulation.advance(now_ms)
        journal.look(now_ms, simulation.rows())
    texts = [text for _, text in journal.lines]
    assert simulation.result().summary["over_limit_ms"] == 0
    assert simulation.violations() == []
    assert "unit 1: charging" in texts and "unit 1: vehicle left" in texts
    lost = demo.lost_unit(count)
    if count > 1:
        first = texts.index("unit %d does not hear its leader: offers nothing" % lost)
        way = texts.index("the others give way to unit %d" % lost)
        alone = texts.index("unit %d: charging" % lost)
        back = texts.index("unit %d hears its leader again" % lost)
        assert first < way < alone < back
        assert clock(journal.lines[back][0]) < "1:00"


def test_every_event_of_a_scenario_has_words():
    events = load(dict(demo.scenario(2), events=[
        {"at_s": 1, "do": "air", "from": [1], "to": [2], "loss": 1},
        {"at_s": 2, "do": "air", "delay_ms": [1, 2]}, {"at_s": 3, "do": "air", "loss": 0.05},
        {"at_s": 4, "do": "reboot", "unit": 1, "down_s": 2, "hang_s": 1},
        {"at_s": 5, "do": "power", "on": False}, {"at_s": 6, "do": "power", "on": True},
        {"at_s": 7, "do": "limit", "limit_a": 30},
        {"at_s": 8, "do": "fault", "unit": 2, "fault": "rcm"},
        {"at_s": 9, "do": "fault", "unit": 2, "fault": "rcm", "clear": True},
        {"at_s": 10, "do": "enable", "on": False}])).events
    assert [event_text(event) for event in events] == [
        "the radio from unit 1 to unit 2 fails", "the radio's delay or duplication changes",
        "the radio works, 5 % of the frames get lost", "unit 1 restarts, away for 3 s",
        "all units: power lost", "all units: power back", "new limit: 30.0 A",
        "unit 2: rcm appears", "unit 2: rcm cleared", "sharing disabled"]


def test_the_table_shows_units_circuit_and_events():
    rows = [row(1, role="leader"), row(2, lease="fallback", reason="leader not heard")]
    text = drawn(view.screen((65000, rows, (31400, 0, 0), 40000), [0], [(5000, "hello")], 2, 30))
    assert "2 virtual units, time 1:05, 2 times as fast" in text
    assert "31.4 drawn,  32.0 possible, limit 40.0 A" in text
    for word in ("leader", "C2 charging", "16.0 A", "15.7 A", "fallback", "0:05  hello"):
        assert word in text


@pytest.mark.parametrize("drawn_ma, possible_ma, cells, style", [
    (0, 0, (0, 0), "green"), (20000, 30000, (22, 11), "green"), (40000, 40000, (44, 0), "green"),
    (30000, 40001, (33, 11), "red"),
])
def test_the_bar_is_full_at_the_limit_and_red_above(drawn_ma, possible_ma, cells, style):
    text = view.bar(drawn_ma, possible_ma, 40000)
    assert (text.plain.count("█"), text.plain.count("▒")) == cells
    assert sum(text.plain.count(c) for c in "█▒░") == 44
    assert ("red" in [span.style for span in text.spans]) == (style == "red")


def test_a_broken_rule_is_said_and_is_the_exit_code(monkeypatch, capsys):
    real = Simulation.result

    def broken(self):
        result = real(self)
        return result._replace(summary=dict(result.summary, over_limit_ms=7,
                                            over_limit_peak_ma=41500))

    monkeypatch.setattr(Simulation, "result", broken)
    scenario = load(dict(demo.scenario(1), duration_s=2, vehicles=[], events=[]))
    assert cli.run(scenario, speed=100) == 1
    assert "BROKEN for 7 ms, by up to 41.5 A" in capsys.readouterr().out


def test_the_summary_counts_the_vehicles_that_came():
    vehicles = [types.SimpleNamespace(plug_ms=at_ms) for at_ms in (0, 5000, 90000)]
    totals = {"over_limit_ms": 0, "over_limit_peak_ma": 0, "delivered_wh": [500, 250, 0],
              "utilisation": 0.98, "contactor_cycles": 3, "frames": 99}
    text = plain.summary(60000, 32000, vehicles, totals)
    assert "2 vehicles came, 0.75 kWh delivered, 98.0 %" in text and "rule held" in text


def start(*arguments):
    return subprocess.Popen([sys.executable, "-m", "host_tools", "fleet", *arguments], cwd=ROOT,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_it_ends_by_itself_and_without_a_terminal():
    process = start("--virtual", "2", "--seconds", "1.5", "--speed", "20")
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "* unit 1: vehicle connected" in out and "Simulated 0:" in out
    assert out.count(" of 40.0 A | 1:") >= 1


def test_ctrl_c_ends_it_cleanly_with_the_summary():
    process = start("--virtual", "1")
    assert process.stdout.readline().startswith("page of unit 1: http://127.0.0.1:")
    assert process.stdout.readline().startswith("0:00")
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=60)
    assert (process.returncode, error) == (0, "")
    assert "The circuit rule held" in out


def test_a_bad_scenario_file_is_refused_without_a_traceback(tmp_path):
    (tmp_path / "bad.json").write_text('{"name": "x", "limit": 3}')
    process = start("--scenario", str(tmp_path / "bad.json"))
    _, error = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "limit" in error and "Traceback" not in error
