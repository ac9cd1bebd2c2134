# SPDX-License-Identifier: MIT
"""Settings that an owner changes while the unit runs: stored first, and what can be
counts at once."""

import pytest
from core import reasons

from host_tools.fleet.blank import BlankFirmware
from host_tools.simulate.simulation import Simulation
from tests import owner_calls as owner
from tests.unit.web_bench import Bench, group

UNIT = {"region": "iec", "breaker_a": 16, "phases": "L1"}


def blank(units=1, **more):
    """The page of a board that was never set up."""
    scenario = group(units, 0, **{"limit_a": 30, "vehicles": [], **more}).scenario
    simulation = Simulation(scenario, BlankFirmware(scenario), trace=False)
    simulation.advance(5000)
    bench = Bench(simulation)
    bench.web.settings = lambda: bench.node.program.hal.stored_settings()
    return bench


def put(bench, changes, head=None):
    return bench.post("/api/set", {"changes": changes}, head or bench.log_in())


def shown(bench):
    return bench.ask("/api/live").json


def test_a_board_that_was_never_set_up_becomes_a_unit_alone_without_a_restart():
    bench = blank(vehicles=[{"unit": 1, "plug_s": 10, "max_a": 32}])
    assert shown(bench)["me"]["role"] == "blank"
    assert put(bench, UNIT).json == {"done": True}
    live = shown(bench)
    assert (live["me"]["role"], live["me"]["errors"], live["me"]["rating_ma"]) == (
        "alone", [], 16000)
    bench.later(60)
    assert 15000 < bench.node.board.offer_ma <= 16000 and bench.simulation.violations() == []
    assert bench.node.boots == 1
    assert bench.node.program.hal.stored_settings() == UNIT


def test_what_is_set_piece_by_piece_is_told_until_nothing_lacks():
    bench = blank()
    head = bench.log_in()
    assert put(bench, {"region": "us"}, head).json == {"done": True}
    assert "breaker_a is missing" in shown(bench)["me"]["errors"][0]
    assert put(bench, {"breaker_a": 20}, head).status == 200
    assert put(bench, {"phases": "L2"}, head).status == 200
    assert shown(bench)["me"]["rating_ma"] == 16000 and shown(bench)["me"]["role"] == "alone"


def test_a_broker_counts_at_once():
    bench = blank()
    head = bench.log_in()
    put(bench, UNIT, head)
    bench.later(1)
    assert put(bench, {"mqtt_broker": "192.168.1.9"}, head).json == {"done": True}
    assert bench.web.mqtt is not None and shown(bench)["me"]["role"] == "alone"
    refused = put(bench, {"mqtt_broker": "my.broker"}, head).json["refused"]
    assert refused["code"] == "settings" and "must be a numeric address" in refused["text"]
    assert put(bench, {"mqtt_topic": "a\tb"}, head).json["refused"]["code"] == "settings"
    assert bench.node.program.hal.stored_settings() == {**UNIT, "mqtt_broker": "192.168.1.9"}
    assert put(bench, {"mqtt_broker": ""}, head).json == {"done": True}
    assert bench.web.mqtt is None


def test_what_else_is_set_with_a_broker_waits_for_the_start_as_ever():
    bench = Bench(group(2, 30, vehicles=[]))
    head = bench.log_in()
    assert put(bench, {"mqtt_broker": "192.168.1.9", "wifi_ssid": "home"}, head).json == {
        "done": True, "restart": True}
    assert bench.web.mqtt is not None


def test_a_unit_alone_is_another_one_at_once_and_pairs_as_what_it_is():
    bench = blank()
    head = bench.log_in()
    put(bench, UNIT, head)
    bench.later(1)
    assert put(bench, {"breaker_a": 32}, head).json == {"done": True}
    assert shown(bench)["me"]["rating_ma"] == 32000
    assert bench.post("/api/pair", {}, head).status == 200
    bench.later(2)
    assert shown(bench)["me"]["role"] == "leader"
    assert shown(bench)["units"][0]["rating_ma"] == 32000
    # In a group its wiring is agreed upon: what is stored counts after a start.
    assert put(bench, {"breaker_a": 16}, head).json == {"done": True, "restart": True}
    assert shown(bench)["units"][0]["rating_ma"] == 32000


def test_beside_a_vehicle_nothing_is_made_anew():
    bench = blank(vehicles=[{"unit": 1, "plug_s": 10, "unplug_s": 200, "max_a": 32}])
    head = bench.log_in()
    put(bench, UNIT, head)
    bench.later(60)
    assert bench.node.board.contact
    refused = put(bench, {"breaker_a": 32}, head)
    assert refused.json["refused"]["code"] == "charging"
    assert bench.node.program.hal.stored_settings() == UNIT
    connector = bench.node.program.connector
    bench.later(200)
    assert put(bench, {"breaker_a": 32}, bench.log_in()).json == {"done": True}
    assert bench.node.program.connector is not connector


def test_a_board_without_settings_becomes_a_unit_also_where_a_vehicle_waits():
    bench = blank(vehicles=[{"unit": 1, "max_a": 16}])
    assert put(bench, UNIT).json == {"done": True}
    bench.later(60)
    assert 15000 < bench.node.board.offer_ma <= 16000 and bench.simulation.violations() == []
    assert put(bench, {"priority": 1}).json["refused"]["code"] == "charging"


def test_a_fault_that_is_latched_is_not_forgotten_by_a_setting():
    bench = blank()
    head = bench.log_in()
    put(bench, UNIT, head)
    connector = bench.node.program.connector
    connector.fault = reasons.WELDED
    assert put(bench, {"breaker_a": 32}, head).json == {"done": True, "restart": True}
    assert bench.node.program.connector is connector


def test_what_else_forbids_charging_stays_forbidden():
    bench = blank()
    unit = bench.node.program
    unit.errors = unit.errors + ["the pilot circuit does not answer"]
    assert put(bench, UNIT).json == {"done": True}
    assert shown(bench)["me"]["errors"] == ["the pilot circuit does not answer"]
    assert shown(bench)["me"]["role"] == "blank"


def test_priority_and_smallest_current_count_at_once_in_a_group():
    simulation = group(3, 60, vehicles=[{"unit": 1, "max_a": 16}])
    leader, bench = Bench(simulation), Bench(simulation, unit=2)
    assert put(bench, {"priority": 7, "min_a": 10}).json == {"done": True}
    bench.later(60)
    report = [account.report for account in leader.node.program.member.leader.ledger.accounts][1]
    assert (report.priority, report.min_ma) == (7, 10000)
    rows = leader.node.program.member.leader.revisions.in_force.members
    assert [row.min_ma for row in rows] == [6000, 10000, 6000]
    assert simulation.violations() == []


@pytest.mark.parametrize("unit, changes, code, args", [
    (1, {"no_such": 1}, "setting_unknown", ["no_such"]),
    (1, {"priority": 10}, "setting_number", ["priority", "10", 0, 9]),
    (1, {"priority": True}, "setting_number", ["priority", "True", 0, 9]),
    (1, {"phases": "L4"}, "setting_choice", ["phases", "L4", "one of L1, L2, L3, L1L2L3, L2L3L1, "
                                             "L3L1L2"]),
    (1, {"breaker_a": 17}, "breaker", ["17", "10, 13, 15, 16, 20, 25, 30, 32, 40, 50, 60, 63"]),
    (1, {"breaker_a": 60}, "breaker", [60, "10, 13, 16, 20, 25, 32, 40, 50, 63"]),
    (1, {"wifi_password": "short"}, "setting_length", ["wifi_password", 5, 8, 63]),
    (1, {"wifi_ssid": 5}, "setting_length", ["wifi_ssid", 0, 1, 32]),
    (1, {"role": "follower"}, "role_fixed", ["leader"]),
    (2, {"role": "alone"}, "role_fixed", ["follower"]),
    (2, {"limit_a": 20}, "role", [1, "A0B1C2000001"]),
    (1, {}, "settings", ["what is to be set is a table of names and values, with one at least"]),
    (1, {"wifi_ssid": "\u00e9" * 20}, "settings", [
        "wifi_ssid has 40 bytes: must have at most 32; a letter with an accent has two"])])
def test_what_cannot_be_is_refused_with_a_code_and_nothing_is_stored(unit, changes, code, args):
    bench = Bench(group(3, 60, vehicles=[]), unit=unit)
    before = dict(bench.node.board.store)
    refused = put(bench, changes)
    assert refused.status == 409
    assert (refused.json["refused"]["code"], refused.json["refused"]["args"]) == (code, args)
    if code[:7] == "setting" and code != "settings":
        assert refused.json["refused"]["field"] == list(changes)[0]
    assert dict(bench.node.board.store) == before
    assert "short" not in refused.body.decode()


def test_all_or_nothing():
    bench = blank()
    refused = put(bench, {**UNIT, "priority": 99})
    assert refused.status == 409 and bench.node.program.hal.stored_settings() == {}


def test_what_a_flash_does_not_keep_is_not_in_force():
    bench = blank()
    bench.node.program.hal.set_settings = lambda changes: False
    assert put(bench, UNIT).json["refused"]["code"] == "flash"
    assert shown(bench)["me"]["role"] == "blank"


def test_what_is_set_already_writes_nothing():
    bench = blank()
    put(bench, UNIT)
    bench.node.program.hal.set_settings = lambda changes: 1 / 0
    assert put(bench, UNIT).json == {"done": True}


def test_settings_of_another_unit_are_changed_on_its_own_page():
    bench = Bench(group(3, 60, vehicles=[]))
    head = bench.log_in()
    own = {"changes": {"priority": 2}, "unit": 1}
    assert bench.post("/api/set", own, head).json == {"done": True}
    for unit in (2, 9, "1", True, None):
        refused = bench.post("/api/set", {"changes": {"priority": 3}, "unit": unit}, head)
        if unit is None:
            assert refused.status == 200  # as if it were not named
        else:
            assert refused.json["refused"]["code"] == "set_there", unit


def test_three_boards_that_were_never_set_up_become_a_group_that_shares_by_its_pages_alone():
    scenario = group(3, 0, limit_a=40, vehicles=[
        {"unit": unit, "plug_s": 150, "max_a": 32} for unit in (1, 2, 3)]).scenario
    simulation = Simulation(scenario, BlankFirmware(scenario), trace=False)
    simulation.advance(5000)
    benches = [Bench(simulation, unit=number) for number in (1, 2, 3)]
    heads = []
    for bench in benches:
        bench.web.settings = bench.node.program.hal.stored_settings
        heads.append(bench.log_in())
        assert put(bench, {**UNIT, "breaker_a": 32}, heads[-1]).json == {"done": True}
    leader, head = benches[0], heads[0]
    assert leader.post("/api/rename", {"unit": 1, "name": "garage"}, head).status == 200
    assert leader.post("/api/pair", {}, head).json == {"done": True}
    for bench in benches[1:]:
        for _ in range(30):
            leader.later(1)
            found = [one["serial"] for one in leader.ask("/api/pairing").json["found"]
                     if one["why_not"] is None and one["state"] == "new"]
            serial = bench.hal.serial.hex().upper()
            if serial in found:
                break
        body = {"serial": serial, "code": bench.code}
        assert leader.post("/api/pair", body, head).json == {"done": True}, found
        leader.later(30)
    assert leader.post("/api/limit", {"amps": 40}, head).json == {"done": True}
    leader.later(20)
    assert leader.post("/api/enable", {"on": True}, head).json == {"done": True}
    leader.later(100)
    live = shown(leader)
    assert [unit["n"] for unit in live["units"]] == [1, 2, 3]
    assert (live["units"][0]["name"], live["group"]["limit_ma"]) == ("garage", 40000)
    assert [shown(bench)["me"]["role"] for bench in benches] == ["leader", "follower", "follower"]
    offers = [bench.node.board.offer_ma for bench in benches]
    assert min(offers) > 12000 and sum(offers) <= 40000
    assert simulation.violations() == [] and {bench.node.boots for bench in benches} == {1}


# --- a change of the group is taken back


def test_a_change_that_waits_is_taken_back_and_the_group_is_as_before():
    simulation = group(3, 60, events=[{"at_s": 62, "do": "power", "unit": 3, "on": False},
                                      {"at_s": 200, "do": "power", "unit": 3, "on": True}])
    bench = Bench(simulation)
    bench.later(10)
    head = bench.log_in()
    assert bench.post("/api/limit", {"amps": 30}, head).status == 200
    bench.later(20)
    live = shown(bench)
    assert live["change"]["waits"] == [3] and live["group"]["limit_next_ma"] == 30000
    in_force = bench.node.program.member.leader.revisions.in_force
    assert bench.post("/api/take_back", {}, head).json == {"done": True}
    bench.later(200)
    live = shown(bench)
    assert live["change"] is None and live["group"]["limit_ma"] == 40000
    now = bench.node.program.member.leader.revisions.in_force
    assert now.members == in_force.members and now.number > in_force.number
    assert simulation.violations() == []


def test_there_must_be_one_that_waits_and_the_leader_takes_it_back():
    bench = Bench()
    code, head = "code", bench.log_in()
    assert bench.post("/api/take_back", {}, head).json["refused"][code] == "nothing_waits"
    follower = Bench(bench.simulation, unit=2)
    assert follower.post("/api/take_back", {}, follower.log_in()).json["refused"][code] == "role"
    assert owner.hand_over(bench.web.place, 2) is None
    assert bench.post("/api/take_back", {}, head).json == {"done": True}
    bench.later(60)
    assert bench.node.program.member.leader is not None and not bench.simulation.violations()
    leader = bench.node.program.member.leader
    assert owner.hand_over(bench.web.place, 2) is None
    for _ in range(600):
        if leader.revisions.pending is not None:
            break
        bench.simulation.advance(bench.simulation.now_ms + 100)
    refused = bench.post("/api/take_back", {}, head).json["refused"]
    assert (refused[code], refused["args"]) == ("handing_over", [2])


def test_at_the_prompt_a_setting_is_changed_while_the_unit_runs(capsys):
    from app.on_demand import live_calls
    bench = blank()
    for key in UNIT:
        assert live_calls.call(bench.web.place, "setting", (key, UNIT[key])) is None
    assert live_calls.call(bench.web.place, "setting", ("wifi_password", "not so short")) is None
    shown = capsys.readouterr().out
    assert shown.splitlines() == ["region is iec.", "breaker_a is 16.", "phases is L1.",
                                  "wifi_password is set. It counts after the next start."]
    assert live_calls.call(bench.web.place, "setting", ("priority", 12))[0] == "setting_number"
