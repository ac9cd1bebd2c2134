# SPDX-License-Identifier: MIT
"""Each answer is loaded file by file, with a turn between two of them; and says what it should."""

import asyncio
import json
import sys
from types import SimpleNamespace

import pytest
from core.load import let_go, load

from app.on_demand import web_post
from tests.unit.web_bench import Bench, group

GETS = ["live", "troubles", "settings", "pairing", "selftest", "history", "sessions", "diagnosis",
        "login", "1/vitals", "1/lifetime", "1/version", "1/wifi_status"]
PATHS = ["/api/" + name for name in GETS] + [
    "/api/sessions?unit=2", "/unit/2/api/1/vitals", "/openevse/2/status", "/", "/generate_204",
    "/elsewhere"]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html.gz"
    path.write_bytes(bytes(2000))
    return path


@pytest.fixture(scope="module")
def bench(page):
    """A leader of whose group one unit is gone, so that there is something to say."""
    simulation = group(3, 100, events=[{"at_s": 60, "do": "power", "unit": 3, "on": False}])
    return Bench(simulation, page=page)


def on_demand():
    return {name for name in sys.modules if ".on_demand." in name}


class Turns:
    """asyncio for the server: counts what is loaded between two turns."""

    TimeoutError, CancelledError = asyncio.TimeoutError, asyncio.CancelledError
    wait_for, current_task = staticmethod(asyncio.wait_for), staticmethod(asyncio.current_task)

    def __init__(self):
        self._seen = on_demand()
        self.most = []

    async def sleep(self, seconds):
        now = on_demand()
        self.most = max(self.most, sorted(now - self._seen), key=len)
        self._seen = now


@pytest.mark.parametrize("path", PATHS)
def test_never_more_than_one_file_is_loaded_between_two_turns(bench, monkeypatch, path):
    bench.web.facts = None
    let_go()
    load("app", "web_request")  # before the first turn
    load("app", "web_send")
    turns = Turns()
    for module in ("app.web", "app.on_demand.web_send"):
        monkeypatch.setattr(sys.modules[module], "asyncio", turns)
    assert bench.ask(path).status == (302 if path == "/generate_204" else
                                      404 if path == "/elsewhere" else 200)
    # The file that answers has its own turn, and nothing else comes with it or after it.
    late = sorted(on_demand() - turns._seen)
    assert len(turns.most) <= 1 and len(late) <= 1, (turns.most, late)


@pytest.mark.parametrize("name", ["limit", "enable", "remove", "rename", "pair", "self_test",
                                  "identify", "go_on_without", "hand_over"])
def test_what_an_owner_asks_for_is_loaded_file_by_file_too(bench, monkeypatch, name):
    head = bench.log_in()
    body = {key: 1 for key in web_post._row(name)[1] if key not in ("by", "serial?", "code?")
            and key[-1] != "?"}
    let_go()
    load("app", "web_request")
    load("app", "web_send")
    turns = Turns()
    for module in ("app.web", "app.on_demand.web_send"):
        monkeypatch.setattr(sys.modules[module], "asyncio", turns)
    assert bench.post("/api/" + name, body, head).status in (200, 409)
    assert len(turns.most) <= 1, turns.most


def test_every_answer_is_as_it_is_written_down(bench):
    live = bench.ask("/api/live").json
    assert set(live) == {"v", "me", "leader", "group", "units", "change", "pairing", "selftest",
                         "troubles"}
    assert live["me"] == {**live["me"], "serial": "A0B1C2000001", "n": 1, "role": "leader",
                          "region": "iec", "phases": "L1", "breaker_a": 32, "rating_ma": 32000,
                          "errors": [], "late": 0, "login": False}
    assert [unit["n"] for unit in live["units"]] == [1, 2, 3]
    gone = live["units"][2]
    assert gone["missing_ms"] > 30000 and gone["held_ma"] == gone["fallback_ma"] == 13300
    assert live["group"]["held_ma"] == [13300, 0, 0]
    assert live["group"]["drawn_ma"][0] == sum(unit["drawn_ma"][0] for unit in live["units"][:2])
    assert live["group"]["possible_ma"][0] <= live["group"]["limit_ma"] == 40000
    troubles = bench.ask("/api/troubles").json
    assert live["troubles"] == len(troubles["troubles"]) == 1
    [missing] = troubles["troubles"]
    assert (missing["code"], missing["unit"]) == ("missing", 3)
    assert missing["what"].startswith("unit 3 has not been heard for") and missing["do"]
    assert "missing" in [event["code"] for event in troubles["events"]]
    settings = {row["key"]: row for row in bench.ask("/api/settings").json["settings"]}
    assert settings["breaker_a"]["value"] == 32 and 63 in settings["breaker_a"]["choices"]
    assert settings["wifi_password"]["value"] is False
    assert settings["priority"] == {**settings["priority"], "low": 0, "high": 9, "value": 0}


def test_a_follower_tells_of_itself_and_of_its_leader(bench):
    live = Bench(bench.simulation, 2).ask("/api/live").json
    assert (live["me"]["role"], live["me"]["n"], len(live["units"])) == ("follower", 2, 1)
    assert live["leader"]["serial"] == "A0B1C2000001" and live["leader"]["heard_ms"] < 2000
    assert live["group"]["limit_ma"] == 40000 and live["group"]["drawn_ma"] is None


def test_a_unit_that_was_never_set_up_says_what_is_missing():
    from host_tools.fleet.blank import BlankFirmware
    from host_tools.simulate.simulation import Simulation
    scenario = group(1, 0, limit_a=30).scenario
    simulation = Simulation(scenario, BlankFirmware(scenario), trace=False)
    simulation.advance(5000)
    bench = Bench(simulation)
    bench.web.settings = dict
    live = bench.ask("/api/live").json
    assert live["me"]["role"] == "blank" and live["me"]["errors"] and live["group"] is None
    for path in PATHS:
        assert bench.ask(path).status in (200, 302, 404, 409), path


def test_a_name_is_told_wherever_a_unit_is(bench):
    head = bench.log_in()
    assert bench.post("/api/rename", {"unit": 3, "name": "caf\u00e9 \"9\""}, head).status == 200
    live = bench.ask("/api/live").json
    assert live["units"][2]["name"] == "caf\u00e9 \"9\""
    [missing] = bench.ask("/api/troubles").json["troubles"]
    assert "unit 3, caf\u00e9 \"9\"," in missing["what"]
    assert bench.post("/api/rename", {"unit": 3, "name": "x" * 25}, head).status == 409


def test_a_change_that_waits_says_for_whom_and_who_asked(bench):
    head = bench.log_in()
    assert bench.post("/api/limit", {"amps": 30}, head).status == 200
    bench.later(10)
    change = bench.ask("/api/live").json["change"]
    assert change["asked"] == [["limit_ma", 40000, 30000]] and change["waits"] == [3]
    assert change["by"] == "page" and 9000 <= change["since_ms"] < 12000
    assert "limit 40 A to 30 A, waits for unit 3" in change["text"]
    assert bench.ask("/api/live").json["group"]["limit_next_ma"] == 30000


def test_pairing_is_open_when_it_was_asked_for(bench):
    head = bench.log_in()
    assert bench.post("/api/close_pairing", {}, head).status == 200
    assert bench.ask("/api/pairing").json["open"] is False
    assert bench.post("/api/pair", {}, head).status == 200
    let_go()  # as housekeeping does it
    state = bench.ask("/api/pairing").json
    assert state["open"] and 290000 < state["left_ms"] <= 300000 and state["found"] == []
    assert bench.ask("/api/live").json["pairing"]["left_ms"] > 290000
    refused = bench.post("/api/pair", {"code": "0000-0000-0000-0"}, head)
    assert refused.status == 409 and refused.json["refused"]["text"]
    assert bench.post("/api/close_pairing", {}, head).status == 200
    assert bench.ask("/api/live").json["pairing"] is None


def test_the_bounds_of_the_groups_limit_are_those_of_its_units(bench):
    rows = {row["key"]: row for row in bench.ask("/api/settings").json["settings"]}
    units = len(bench.ask("/api/live").json["units"])
    assert (rows["limit_a"]["low"], rows["limit_a"]["high"]) == (6 * units, 32 * units - 1)
    assert (rows["priority"]["low"], rows["priority"]["high"]) == (0, 9)


def test_the_self_test_says_where_it_is_and_what_it_found():
    bench = Bench(group(3, 60))
    head = bench.log_in()
    assert bench.ask("/api/selftest").json["passed"] is None
    assert bench.post("/api/self_test", {}, head).status == 200
    states = []
    for _ in range(12):
        bench.later(5)
        let_go()  # as housekeeping does it
        said = bench.ask("/api/selftest").json
        states.append([step["state"] for step in said["steps"][:3]])
        if said["passed"] is not None:
            break
    assert [step["code"] for step in said["steps"]] == ["hear", "silent", "back"] + ["unit"] * 3
    assert states[0] == ["now", "todo", "todo"] and ["ok", "now", "todo"] in states
    assert states[-1] == ["ok"] * 3 and said["passed"] is True and said["do"] == []
    assert bench.ask("/api/live").json["selftest"]["passed"] is True


def test_history_keeps_a_point_a_minute_for_four_hours(bench):
    bench = Bench(group(2, 30))
    for _ in range(245):
        bench.later(60)
        bench.web.step()
    found = bench.ask("/api/history").json
    assert (found["step_s"], found["limit_ma"], len(found["points"])) == (60, 40000, 240)
    assert found["points"][-1] == [32, 32, 0] and len(bench.web.history[1]) == 720


def test_history_begins_anew_with_other_units():
    bench = Bench(group(2, 30))
    bench.later(60)
    bench.web.step()
    bench.web.history[0] = "others"
    bench.later(60)
    bench.web.step()
    assert len(bench.ask("/api/history").json["points"]) == 1


def test_whom_pairing_has_found_is_told_as_it_is(bench):
    found = [SimpleNamespace(serial=bytes.fromhex("a0b1c2000009"), name="caf\u00e9", board="bench",
                             version="0.1.0", signal_here=60, signal_there=127, vehicle=True,
                             why_not=None, state="has_key"),
             SimpleNamespace(serial=b"abcd", name="", board="", version="", signal_here=80,
                             signal_there=127, vehicle=False, why_not="other_group",
                             state="here")]
    unit = bench.node.program
    unit.pairing = SimpleNamespace(until_ms=bench.hal.clock.now_ms() + 120000,
                                   closed_ms=lambda now_ms: 0, found=lambda now_ms: found,
                                   said={found[0].serial: "no room"},
                                   side=SimpleNamespace(wrong=2, result=("wrong",
                                                                         found[0].serial)))
    try:
        said = bench.ask("/api/pairing").json
    finally:
        unit.pairing = None
    assert said["left_ms"] == 120000 and said["closed_ms"] is None
    assert said["tries"] == 4 and said["result"] == ["wrong", "A0B1C2000009"]
    assert [one["text"] for one in said["found"]] == ["no room", None]
    assert [(one["serial"], one["signal"], one["why_not"], one["state"])
            for one in said["found"]] == [
        ("A0B1C2000009", [60, None], None, "key"),
        (b"abcd".hex(), [80, None], "other_group", "new")]
    assert json.dumps(said["found"][0]["name"])
