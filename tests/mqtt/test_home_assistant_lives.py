# SPDX-License-Identifier: MIT
"""The real Home Assistant finds a virtual fleet, follows it, and commands it."""

import pytest

from host_tools.home_assistant import environment
from tests.mqtt.home import Home, scenario

pytestmark = pytest.mark.long
_GROUP = {"limit_a", "allocated_a", "unused_a", "soft_limit_a"}
_NEVER_PRESSED = {"clear"}


@pytest.fixture
def home(tmp_path):
    """One in whose log nothing is complained of at the end."""
    try:
        python = environment.python()
    except environment.Missing as missing:
        pytest.skip(str(missing))
    made = Home(python, tmp_path)
    try:
        yield made.start()
        assert made.complaints() == []
    finally:
        made.close()


def everything(home, fleet, units):
    """Wait until each unit's entities are there, and say something."""
    for unit in units:
        serial = fleet.serial(unit)
        home.until(lambda serial=serial: serial in home.devices(), home.devices)
        home.until(lambda serial=serial: not {
            key: state for key, state in home.states(serial).items()
            if state in (None, "unknown", "unavailable") and key not in _NEVER_PRESSED
        } and len(home.states(serial)) > 14, lambda serial=serial: home.states(serial))


def test_each_connector_is_a_device_with_entities_that_say_something(home):
    fleet = home.fleet(scenario(phases={3: "L1L2L3"}))
    everything(home, fleet, (1, 2, 3))
    devices = home.devices()
    leader = devices[fleet.serial(1)]
    assert len(devices) == 3 and leader["via_device_id"] is None
    for unit in (2, 3):
        assert devices[fleet.serial(unit)]["via_device_id"] == leader["id"]
    assert [devices[fleet.serial(n)]["name"] for n in (1, 2, 3)] == [
        "AmpPool unit 1", "AmpPool unit 2", "AmpPool unit 3"]
    found = [set(home.entities(fleet.serial(unit))) for unit in (1, 2, 3)]
    assert _GROUP < found[0] and not _GROUP & (found[1] | found[2])
    assert found[2] - found[1] == {"l2_a", "l3_a"}
    assert home.server.ask("recorder/validate_statistics") == {}


def test_states_follow_the_vehicles(home):
    fleet = home.fleet(scenario(vehicles=((1, 16),)))
    everything(home, fleet, (1, 2))
    home.shows(fleet.serial(1), status="charging", vehicle="on", charging="on", problem="off",
               l1_a="16.0")
    home.shows(fleet.serial(2), status="disconnected", vehicle="off", charging="off",
               offered_a="0.0")
    begun = float(home.states(fleet.serial(1))["session_wh"])
    fleet.plug(2, 10)
    home.shows(fleet.serial(2), status="charging", vehicle="on", charging="on", l1_a="10.0")
    home.until(lambda: float(home.states(fleet.serial(2))["offered_a"]) >= 10)
    home.until(lambda: begun < float(home.states(fleet.serial(1))["session_wh"]) < 3)
    fleet.do(fleet.simulation.nodes[2].board.set_fault, "pilot_short", True)
    home.shows(fleet.serial(2), status="fault", problem="on", charging="off")
    fleet.do(fleet.simulation.nodes[2].board.set_fault, "pilot_short", False)
    fleet.unplug(2)
    home.shows(fleet.serial(2), status="disconnected", vehicle="off", problem="off")


def test_commands_arrive_and_a_vehicle_that_leaves_ends_them(home):
    fleet = home.fleet(scenario())
    everything(home, fleet, (1, 2))
    first, second = fleet.serial(1), fleet.serial(2)
    home.do(second, "max_a", "number.set_value", value=8)
    home.shows(second, max_a="8", offered_a="8.0")
    home.do(second, "allowed", "switch.turn_off")
    home.shows(second, allowed="off", status="paused", reason="paused by a program (MQTT or HTTP)")
    home.do(first, "priority", "number.set_value", value=3)
    home.do(first, "min_a", "number.set_value", value=10)
    home.shows(first, priority="3", min_a="10")
    home.do(first, "soft_limit_a", "number.set_value", value=12)
    home.shows(first, soft_limit_a="12")
    home.until(lambda: float(home.states(first)["offered_a"]) <= 12)
    home.do(first, "soft_limit_a", "number.set_value", value=40)
    fleet.unplug(2)
    home.shows(second, max_a="32", allowed="on", status="disconnected")
    home.shows(first, soft_limit_a="40")


def test_a_fault_is_cleared_by_its_button(home):
    fleet = home.fleet(scenario())
    everything(home, fleet, (1, 2))
    connector = fleet.simulation.nodes[1].program.connector
    cleared, clear = [], type(connector).clear_fault
    try:
        type(connector).clear_fault = lambda it: cleared.append(it)
        home.do(fleet.serial(1), "clear", "button.press")
        home.until(lambda: cleared == [connector])
    finally:
        type(connector).clear_fault = clear


def test_a_lost_follower_is_unavailable_alone_and_a_lost_leader_takes_all_along(home):
    fleet = home.fleet(scenario())
    everything(home, fleet, (1, 2, 3))
    fleet.power(2, False)
    home.until(lambda: gone(home, fleet, 2), lambda: home.states(fleet.serial(2)))
    assert home.states(fleet.serial(2))["heard"] == "off"
    assert not gone(home, fleet, 1) and not gone(home, fleet, 3)
    fleet.power(2, True)
    everything(home, fleet, (2,))
    fleet.power(1, False)
    for unit in (1, 2, 3):
        home.until(lambda unit=unit: gone(home, fleet, unit, all))
    fleet.power(1, True)
    everything(home, fleet, (1, 2, 3))


def gone(home, fleet, unit, which=None):
    """Is each entity of a unit unavailable, but that which says whether the leader hears it?"""
    states = home.states(fleet.serial(unit))
    if which is None:
        states.pop("heard", None)
    return set(states.values()) == {"unavailable"}


def test_all_is_there_again_after_its_start_and_after_the_brokers(home):
    fleet = home.fleet(scenario())
    everything(home, fleet, (1, 2, 3))
    before = home.entities(fleet.serial(2))
    home.expected += ("homeassistant.components.mqtt.client", "Task exception was never")
    home.broker.stop()
    home.until(lambda: gone(home, fleet, 1) and gone(home, fleet, 2, all))
    home.broker.start()  # it has forgotten all
    everything(home, fleet, (1, 2, 3))
    home.server.stop()
    sent = fleet.servers.units[0].web.mqtt.counts[1]
    home.server.start()
    everything(home, fleet, (1, 2, 3))
    home.until(lambda: fleet.servers.units[0].web.mqtt.counts[1] >= sent + 3)
    assert home.entities(fleet.serial(2)).keys() == before.keys() and len(home.devices()) == 3


def test_a_unit_that_is_removed_is_removed_there(home):
    fleet = home.fleet(scenario())
    everything(home, fleet, (1, 2, 3))
    assert fleet.ask(1, "remove", 3) is None
    home.until(lambda: set(home.devices()) == {fleet.serial(1), fleet.serial(2)}, home.devices)
    assert home.entities(fleet.serial(3)) == {}
    everything(home, fleet, (1, 2))


def test_a_new_leader_has_what_the_old_one_had(home):
    fleet = home.fleet(scenario())
    everything(home, fleet, (1, 2, 3))
    ids = {key: entity["entity_id"] for key, entity in home.entities(fleet.serial(2)).items()}
    assert fleet.ask(1, "hand_over", 2) is None
    home.until(lambda: _GROUP < set(home.entities(fleet.serial(2))), home.devices)
    home.until(lambda: not _GROUP & set(home.entities(fleet.serial(1))))
    everything(home, fleet, (1, 2, 3))
    assert {"heard", "signal_dbm"} < set(home.entities(fleet.serial(1)))
    now = {key: entity["entity_id"] for key, entity in home.entities(fleet.serial(2)).items()}
    assert {key: now[key] for key in ids if key in now} == {
        key: ids[key] for key in ids if key not in ("heard", "signal_dbm")}
    assert len(home.devices()) == 3
    home.do(fleet.serial(1), "max_a", "number.set_value", value=8)
    home.shows(fleet.serial(1), max_a="8", offered_a="8.0")


def test_a_follower_that_is_promoted_brings_all_back(home):
    fleet = home.fleet(scenario())
    everything(home, fleet, (1, 2, 3))
    fleet.power(1, False)
    home.until(lambda: gone(home, fleet, 3, all))
    fleet.later(60)
    assert fleet.ask(2, "promote", True) is None
    everything(home, fleet, (2, 3))
    home.until(lambda: _GROUP < set(home.entities(fleet.serial(2))), home.devices)
    home.until(lambda: set(home.devices()) == {fleet.serial(2), fleet.serial(3)}, home.devices)


_NAMES = ('Dad\'s "old" bay', "Bär & Söhne <b>", "{{ 7*7 }}")


def test_any_name_is_shown_as_it_is(home):
    fleet = home.fleet(scenario())
    everything(home, fleet, (1, 2, 3))
    for unit, name in enumerate(_NAMES, 1):
        assert fleet.ask(1, "rename", unit, name) is None
    for unit, name in enumerate(_NAMES, 1):
        home.until(lambda unit=unit, name=name: home.devices()[fleet.serial(unit)]["name"] == name,
                   home.devices)


def test_two_groups_of_one_house_do_not_mix(home):
    one = home.fleet(scenario(units=2))
    other = home.fleet(scenario(units=2, vehicles=(), house="B0"))
    for fleet in (one, other):
        everything(home, fleet, (1, 2))
        assert home.devices()[fleet.serial(2)]["via_device_id"] == home.devices()[
            fleet.serial(1)]["id"]
    home.do(other.serial(2), "max_a", "number.set_value", value=9)
    home.shows(other.serial(2), max_a="9", status="disconnected")
    home.shows(one.serial(2), max_a="32", status="charging")
    one.power(1, False)
    home.until(lambda: gone(home, one, 1, all) and gone(home, one, 2, all))
    assert not gone(home, other, 1) and not gone(home, other, 2)


def test_other_topics_make_no_other_devices(home):
    fleet = home.fleet(scenario(units=2))
    everything(home, fleet, (1, 2))
    before = home.entities(fleet.serial(2))
    for server in fleet.servers.units:
        server.broker["mqtt_topic"] = "garage/evse"
    fleet.power(1, False)
    home.until(lambda: gone(home, fleet, 2, all))
    fleet.power(1, True)
    everything(home, fleet, (1, 2))
    assert home.entities(fleet.serial(2)).keys() == before.keys() and len(home.devices()) == 2
    home.do(fleet.serial(2), "max_a", "number.set_value", value=9)
    home.shows(fleet.serial(2), max_a="9", offered_a="9.0")


def test_its_own_wall_connector_integration_reads_leader_and_follower(home):
    fleet = home.fleet(scenario(vehicles=((1, 16),)))
    fleet.later(30)
    for unit in (1, 2):
        done = home.server.set_up("tesla_wall_connector",
                                  {"host": "127.0.0.1:%d/unit/%d" % (fleet.port(1), unit)})
        assert done["type"] == "create_entry", done
    found = {name: device["id"] for device in home.server.ask("config/device_registry/list")
             for kind, name in device["identifiers"] if kind == "tesla_wall_connector"}
    assert set(found) == {fleet.serial(1), fleet.serial(2)}
    assert wall(home, found[fleet.serial(1)], "status") == "charging"
    assert wall(home, found[fleet.serial(2)], "status") == "not_connected"
    assert float(wall(home, found[fleet.serial(1)], "current_a_a")) == 16


def wall(home, device, key):
    """State of an entity of a device, of its own integration."""
    every = {state["entity_id"]: state["state"] for state in home.server.ask("get_states")}
    return next(every.get(entity["entity_id"])
                for entity in home.server.ask("config/entity_registry/list")
                if entity["device_id"] == device and entity["unique_id"].endswith("-" + key))
