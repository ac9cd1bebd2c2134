# SPDX-License-Identifier: MIT
"""The benchmark measures what it says, and both of its outputs say the same."""

import json
import types

from host_tools import ROOT
from host_tools.bench import cli as bench
from host_tools.bench.loopback import Loopback, Stopwatch, turn_ns


def test_the_loopback_group_shares_the_whole_circuit():
    group = Loopback(6, 60000)
    group.run(group.now_ms + 60000)
    offers_ma = group.offers_ma()
    assert sum(offers_ma) == 60000
    assert max(offers_ma) - min(offers_ma) <= 100
    assert group.bytes <= 250 * group.frames and group.frames >= 6 * 60


def test_a_stopwatch_adds_up_calls_and_their_time():
    class Worker:
        def work(self, value):
            return value + 1

    times_us = iter([0, 5, 100, 107])
    worker = Worker()
    stopwatch = Stopwatch(lambda: next(times_us))
    worker.work = stopwatch.timed(worker.work)
    assert (worker.work(1), worker.work(2)) == (2, 3)
    assert (stopwatch.calls, stopwatch.spent_us) == (2, 12)


def test_an_empty_turn_is_the_best_of_several_runs():
    times_us = iter([0, 900, 0, 300, 0, 600, 0, 600, 0, 600])
    assert turn_ns(lambda: next(times_us), turns=1000) == 300


def test_a_scenario_that_never_settles_says_so():
    entries = [{"kind": "plug", "ms_1a": 5000, "ms": None},
               {"kind": "limit", "ms_1a": 9000, "ms": 9000}]
    assert bench._worst_s(entries, "ms_1a") == 9.0
    assert bench._worst_s(entries, "ms") is None
    assert bench._worst_s([], "ms") is None
    assert bench._median_s(entries) == 7.0


def test_table_and_json_hold_the_figures(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(bench, "_REPEATS", 1)
    monkeypatch.setattr(bench, "heap_and_garbage", lambda: {
        "core": 41, "start": 42, "running": 43, "changing": 44, "garbage_step": 45,
        "garbage_tick": 46})
    monkeypatch.setattr(bench, "modules", lambda: [["core.a", 300, False], ["app.b", 70, True]])
    side = {"slices": 31, "turns": 32, "longest_turns": 33, "heap": 34}
    pair = {"leader": side, "unit": side, "garbage_slice": 35, "garbage": 36}
    monkeypatch.setattr(bench, "pairing_cost", lambda: pair)
    wasm = types.SimpleNamespace(run=lambda *_: "400\n1200\n2000\n", helpers=lambda *_: {},
                                 LOOPBACK="")
    monkeypatch.setattr(bench, "_micropython", lambda: wasm)
    target = tmp_path / "bench.json"
    scenario = str(ROOT / "tests/scenarios/lost-decrease.json")
    monkeypatch.setattr(bench, "_SPEED_SCENARIO", scenario)
    assert bench.main([scenario, "--json", str(target)]) == 0
    figures = json.loads(target.read_text())
    assert figures["rounds"]["MicroPython"] == {
        "empty_turn_ns": 400, "round_6_us": 1200, "round_6_turns": 3000, "round_16_us": 2000,
        "round_16_turns": 5000}
    cost = figures["rounds"]["CPython"]
    assert 10 < cost["round_6_us"] < cost["round_16_us"] < 100000
    [row] = figures["scenarios"]
    assert row["over_limit_ms"] == 0 and 0.5 < row["utilisation"] <= 1
    assert figures["modules"] == [["core.a", 300, False], ["app.b", 70, True]]
    assert figures["pairing"] == pair
    shown = capsys.readouterr().out
    assert "leaves up to 35 bytes" in shown
    assert "core.a 300" in shown and "app.b* 70" in shown and "all that stay 300" in shown
    assert "lost-decrease" in shown and "%.4f" % row["utilisation"] in shown
    assert all(figures["speed"][key]["times_real_time"] > 10 for key in figures["speed"])


def test_a_bad_scenario_is_exit_code_2(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(bench, "rounds", dict)
    monkeypatch.setattr(bench, "heap_and_garbage", dict)
    monkeypatch.setattr(bench, "modules", list)
    monkeypatch.setattr(bench, "pairing_cost", dict)
    monkeypatch.setattr(bench, "speed", dict)
    (tmp_path / "bad.json").write_text("{}")
    assert bench.main([str(tmp_path / "bad.json")]) == 2
    assert "Traceback" not in capsys.readouterr().err
