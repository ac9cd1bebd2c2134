# SPDX-License-Identifier: MIT
"""What overloads other projects' circuits, or wastes their current: played with ours.

The README shows the figures that are stored here; they are those of the present code.
"""

import json

import pytest

from host_tools.verify import drills
from host_tools.simulate import simulation
from host_tools.simulate.fields import ScenarioError
from tests.simulation.fake_unit import FakeFirmware

ROWS = {row["case"]: row for row in drills.cases()}
STORED = {figures["case"]: figures for figures in drills.stored()}
_OVER, _WASTED = 14, 7  # ways in which the peers fail
_LEADER_GONE = "waste-7"  # its waste is the owner's choice of a fallback


@pytest.mark.parametrize("case", ROWS)
def test_the_limit_holds_and_the_current_is_used_where_others_fail(case):
    row, figures = ROWS[case], drills.play(ROWS[case])
    assert figures["outcome"] == row["outcome"]
    if figures["outcome"] != "played":
        assert figures == STORED[case]
        return
    assert figures["over_limit_ms"] == figures["violations"] == 0
    assert figures["drawn_over_limit_ms"] == 0
    if figures["wasted_a"] is not None and case != _LEADER_GONE:
        assert figures["wasted_a"] <= 1
    still_true(figures, STORED[case])


def still_true(figures, stored):
    """The README's figures may be off by what nobody would notice."""
    hint = "if meant: python -m host_tools drills --renew"
    for key, slack in (("wasted_a", 0.3), ("settle_s", 3), ("utilisation", 0.01)):
        assert (figures[key] is None) == (stored[key] is None), hint
        assert figures[key] is None or abs(figures[key] - stored[key]) <= slack, (key, hint)


def test_without_its_leader_a_lone_vehicle_has_its_fallback():
    """An equal share of 60 A for six is 10 A; the vehicle would take 48 A."""
    assert drills.play(ROWS[_LEADER_GONE])["wasted_a"] == pytest.approx(38, abs=0.2)


def test_every_way_in_which_a_peer_fails_is_a_case_once_at_least():
    kinds = {case.rstrip("abc") for case in ROWS}
    assert kinds == {"over-%02d" % n for n in range(1, _OVER + 1)} | {
        "waste-%d" % n for n in range(1, _WASTED + 1)}
    assert list(STORED) == list(ROWS)
    for case, row in ROWS.items():
        assert row["outcome"] in drills.OUTCOMES and row["known"] in ("run", "read", "doc", "-")
        assert (row["outcome"] == "open") == ("scenario" not in row)
        if case.startswith("waste") and row["outcome"] == "played":
            assert row["settled_s"]  # something is judged
    named = {row["scenario"] for row in ROWS.values() if "scenario" in row}
    there = {path.name for path in drills.FOLDER.glob("*.json")} - {"index.json", "figures.json"}
    assert named == there


def test_the_table_shows_what_is_refused_and_what_is_open(capsys, tmp_path):
    chosen = ["over-01a", "over-07", "over-09a"]
    assert drills.main(chosen + ["--json", str(tmp_path / "out.json")]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "refused" in shown and "open" in shown and "0 ms" in shown and "[run]" in shown
    written = json.loads((tmp_path / "out.json").read_text())
    assert [figures["case"] for figures in written] == chosen
    assert written[0] == drills.play(ROWS["over-01a"])
    assert "at least 36 A" in written[1]["words"]


def test_units_that_do_not_share_are_found_over_the_limit(capsys, monkeypatch):
    monkeypatch.setattr(simulation, "_real_firmware", lambda scenario: FakeFirmware(32000))
    assert drills.main(["over-01a"]) == 1
    assert drills.play(ROWS["over-01a"])["over_limit_ms"] > 100_000


def test_a_case_that_is_to_play_and_is_refused_is_an_error(capsys, monkeypatch):
    row = {**ROWS["over-07"], "outcome": "played"}
    with pytest.raises(ScenarioError, match="at least 36 A"):
        drills.play(row)
    monkeypatch.setattr(drills, "cases", lambda: [row])
    assert drills.main([]) == 2
    assert "at least 36 A" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["over-99"], ["--jsn", "x"], ["--renew", "over-01a"],
                                       ["over-07", "--json", "/dev/null/no"]])
def test_bad_options_end_with_2(arguments, capsys):
    assert drills.main(arguments) == 2
    assert "Traceback" not in capsys.readouterr().err
