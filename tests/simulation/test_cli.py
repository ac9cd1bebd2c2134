# SPDX-License-Identifier: MIT
"""`simulate` on the command line: exit codes, files, and bad input without a traceback."""

import csv
import json

import pytest

from host_tools.simulate import cli, simulation
from host_tools.simulate.trace import COLUMNS
from tests.simulation.fake_unit import FakeFirmware

_UNITS = [{"id": n, "role": "leader" if n == 1 else "follower", "breaker_a": 40, "region": "iec",
           "nameplate_a": 32, "phases": "L1L2L3"} for n in (1, 2)]
_SCENARIO = {"name": "small", "duration_s": 60, "limit_a": 20, "units": _UNITS,
             "vehicles": [{"unit": 1, "max_a": 32}, {"unit": 2, "plug_s": 5, "max_a": 32}],
             "events": [{"at_s": 50, "do": "limit", "limit_a": 18}]}


def _file(tmp_path, **changes):
    path = tmp_path / "small.json"
    path.write_text(json.dumps({**_SCENARIO, **changes}))
    return str(path)


def test_a_run_that_keeps_the_rule_ends_with_0_and_writes_its_files(tmp_path, capsys):
    out = tmp_path / "deep" / "out"
    assert cli.main([_file(tmp_path), "--out", str(out), "--plot", "--seed", "9"]) == 0
    summary = json.loads((out / "summary.json").read_text())
    assert summary["seed"] == 9 and summary["over_limit_ms"] == 0
    assert {"over_limit_peak_ma", "phase_wake_ms", "excess_ms", "drawn_over_limit_ms",
            "revision_wait_ms", "delivered_wh", "usable_wh", "utilisation", "settle",
            "longest_wait_s", "contactor_cycles", "frames"} <= set(summary)
    with open(out / "trace.csv", newline="") as file:
        rows = list(csv.reader(file))
    assert tuple(rows[0]) == COLUMNS and len(rows) > 120
    assert (out / "currents.png").read_bytes().startswith(b"\x89PNG")
    assert "The circuit rule held." in capsys.readouterr().out


def test_the_same_run_writes_the_same_bytes(tmp_path):
    path = _file(tmp_path)
    for name in ("a", "b"):
        assert cli.main([path, "--out", str(tmp_path / name)]) == 0
    for name in ("summary.json", "trace.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_broken_rule_ends_with_1(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(simulation, "_real_firmware", lambda scenario: FakeFirmware(16000))
    assert cli.main([_file(tmp_path), "--out", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "The circuit rule was BROKEN" in out and "circuit_rule" in out


@pytest.mark.parametrize("changes, words", [
    ({"limit_a": 11}, "limit_a is 11.0: must be at least 12 A, 6 A for each of 2 units"),
    ({"colour": "red"}, 'colour is "red": is not a known key'),
    ({"units": _UNITS + _UNITS[:1]}, "units[2].id is 1: is there twice"),
])
def test_a_bad_scenario_ends_with_2_and_one_line(tmp_path, capsys, changes, words):
    assert cli.main([_file(tmp_path, **changes), "--out", str(tmp_path)]) == 2
    captured = capsys.readouterr()
    assert words in captured.err and captured.err.count("\n") == 1 and not captured.out


@pytest.mark.parametrize("arguments", [
    [], ["absent.json"], ["a.json", "--seed", "x"], ["a.json", "--seed", "-1"],
    ["a.json", "--sed", "1"], ["a.json", "b.json"]])
def test_bad_options_end_with_2(tmp_path, capsys, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    assert cli.main(arguments) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_ends_with_2(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert cli.main([_file(tmp_path), "--out", str(tmp_path / "file")]) == 2
    assert "--out" in capsys.readouterr().err


def test_help_ends_with_0(capsys):
    assert cli.main(["--help"]) == 0
    assert "SCENARIO.json" in capsys.readouterr().out
