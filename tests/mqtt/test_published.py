# SPDX-License-Identifier: MIT
"""What is published of a group, at a real broker: devices, states, who is there, who is gone."""

import json
import re

import pytest

from host_tools.simulate.place import Place
from tests import owner_calls as owner
from tests.mqtt.broker import Broker, Watcher
from tests.mqtt.discovery_rules import RULES, there
from tests.mqtt.fleet import Fleet, played


def config(serial):
    return "homeassistant/device/amppool_%s/config" % serial


def state(fleet, unit):
    """The newest one."""
    return json.loads(fleet.watchers[0].seen["amppool/%s/state" % fleet.serial(unit)])


def online(fleet, unit):
    return fleet.watchers[0].seen.get("amppool/%s/online" % fleet.serial(unit))


@pytest.fixture(scope="module")
def messages(tmp_path_factory):
    """Discovery messages: of the leader and a follower on one phase, and of three phases."""
    broker = Broker(tmp_path_factory.mktemp("broker")).start()
    units = [{"id": unit, "role": "leader" if unit == 1 else "follower", "breaker_a": 32,
              "region": "iec", "nameplate_a": 32, "phases": "L1L2L3" if unit == 3 else "L1"}
             for unit in (1, 2, 3)]
    watcher = Watcher(broker.port, ("homeassistant/#",))
    fleet = Fleet(("127.0.0.1", broker.port), simulation=played(units, 40))
    fleet.watchers.append(watcher)
    try:
        fleet.until(lambda: len(watcher.seen) == 3)
        yield [json.loads(watcher.seen[config(fleet.serial(unit))]) for unit in (1, 2, 3)]
    finally:
        fleet.close()
        broker.stop()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_discovery_message_keeps_the_rule(rule, messages):
    for message in messages:
        rule(message)


@pytest.mark.parametrize("broken, rule", [
    (lambda m: m.update(pl_avail="yes"), "payloads_of_availability_are_its_own_words"),
    (lambda m: m.update(child_devices=[]), "no_unknown_key_at_the_top"),
    (lambda m: m["cmps"]["power_w"].update(unit_of_meas="A"), "the_unit_fits_the_device_class"),
    (lambda m: m["cmps"]["max_a"].update(min=40), "a_number_has_bounds_in_order_and_a_command"),
    (lambda m: m["cmps"]["status"].update(ops=[]),
     "options_only_of_an_enum_without_a_unit_and_never_empty"),
    (lambda m: m["cmps"]["session_wh"].update(stat_cla="measurement"),
     "energy_is_total_increasing")])
def test_the_rules_see_what_they_are_for(broken, rule, messages):
    message = json.loads(json.dumps(messages[0]))
    broken(message)
    with pytest.raises(AssertionError):
        next(one for one in RULES if one.__name__ == rule)(message)


def test_a_follower_hangs_on_its_leader_and_both_must_be_there(messages):
    leader, follower = messages[0], messages[1]
    ids = leader["dev"]["ids"]
    assert "via_device" not in leader["dev"] and follower["dev"]["via_device"] == ids
    assert [entry["t"] for entry in leader["avty"]] == ["amppool/%s/online" % leader["dev"]["sn"]]
    assert [entry["t"] for entry in follower["avty"]] == [
        "amppool/%s/online" % leader["dev"]["sn"], "amppool/%s/online" % follower["dev"]["sn"]]


def test_each_unit_has_the_entities_that_it_can_fill(messages):
    leader, follower, wide = [set(there(message)) for message in messages]
    both = {"status", "reason", "offered_a", "power_w", "l1_a", "session_wh", "vehicle",
            "charging", "problem", "max_a", "min_a", "priority", "allowed", "total_wh",
            "session_s", "temp_c", "clear"}
    assert leader == both | {"limit_a", "allocated_a", "unused_a", "soft_limit_a"}
    assert follower == both | {"heard", "signal_dbm"} and wide == follower | {"l2_a", "l3_a"}


def test_what_a_unit_has_not_is_taken_away_for_it_may_have_had_it_when_another_led(messages):
    every = set(messages[0]["cmps"])
    for message in messages:
        assert set(message["cmps"]) == every
        gone = every - set(there(message))
        assert gone and all(message["cmps"][key] == {"p": messages[0]["cmps"][key]["p"]}
                            for key in gone)


def test_every_template_finds_its_value_in_the_state(fleet, watcher):
    for unit in (1, 2, 3):
        found = state(fleet, unit)
        message = json.loads(watcher.seen[config(fleet.serial(unit))])
        for key, entity in there(message).items():
            if entity["p"] != "button":
                assert re.findall(r"value_json\.(\w+)", entity["val_tpl"])[0] == key in found
            if entity["p"] in ("binary_sensor", "switch"):
                assert found[key] in ("ON", "OFF")
            if entity["p"] == "sensor" and key not in ("status", "reason"):
                assert type(found[key]) in (int, float)


def test_what_is_said_of_a_unit_is_what_it_does(fleet):
    for unit, node in fleet.simulation.nodes.items():
        found = state(fleet, unit)
        assert found["status"] == "charging" and found["iec"] == "C" and found["state"] == "C2"
        assert abs(found["offered_a"] * 1000 - node.board.offer_ma) < 200
        assert abs(found["l1_a"] * 1000 - node.board.draw_ma[0]) < 600
        assert abs(found["power_w"] - found["l1_a"] * 230) < 25
        assert (found["vehicle"], found["charging"], found["problem"]) == ("ON", "ON", "OFF")
    assert (state(fleet, 1)["limit_a"], state(fleet, 1)["soft_limit_a"]) == (40, 40)
    assert abs(state(fleet, 1)["allocated_a"] + state(fleet, 1)["unused_a"] - 40) < 0.2


def test_a_state_follows_within_a_few_seconds_and_no_message_waits_in_a_queue(fleet, watcher):
    assert owner.cap(Place(fleet.simulation.nodes[1]), 2, 8) is None
    fleet.until(lambda: 7.8 <= state(fleet, 2)["offered_a"] <= 8, 15)
    count = watcher.count
    fleet.later(3)
    assert watcher.count - count < 3 * 2 * 3, "each unit at most once a second, in two messages"


def test_all_is_said_again_within_30_s_without_any_change(fleet, watcher):
    fleet.later(10)
    watcher.all.clear()
    fleet.later(40)
    for unit in (1, 2, 3):
        topics = [topic for topic, _, _ in watcher.all]
        assert 1 <= topics.count("amppool/%s/state" % fleet.serial(unit)) <= 20
        assert "amppool/%s/online" % fleet.serial(unit) in topics
    assert not [topic for topic in topics if topic.startswith("homeassistant/device")]


def test_states_and_devices_are_retained(fleet, broker):
    late = Watcher(broker.port)
    fleet.watchers.append(late)
    fleet.until(lambda: len(late.seen) == 10, 10)
    assert all(retained for _, _, retained in late.all[:10])
    late.close()
    fleet.watchers.remove(late)


def test_a_follower_that_is_lost_is_offline_and_the_others_are_not(fleet):
    fleet.simulation.nodes[2].set_power(False)
    fleet.until(lambda: online(fleet, 2) == b"offline" and state(fleet, 2)["heard"] == "OFF", 30)
    found = json.loads(fleet.watchers[0].seen["amppool/A0B1C2000002/state"])
    assert (found["status"], found["heard"], found["offered_a"]) == ("unknown", "OFF", None)
    assert online(fleet, 1) == online(fleet, 3) == b"online"
    fleet.simulation.nodes[2].set_power(True)
    fleet.until(lambda: online(fleet, 2) == b"online", 60)


def test_a_leader_that_is_lost_is_offline_by_its_will(fleet):
    fleet.simulation.nodes[1].set_power(False)
    fleet.servers.turn()
    fleet.until(lambda: fleet.watchers[0].seen["amppool/A0B1C2000001/online"] == b"offline", 60)
    fleet.simulation.nodes[1].set_power(True)
    fleet.until(lambda: fleet.watchers[0].seen["amppool/A0B1C2000001/online"] == b"online", 60)


def test_a_unit_that_leaves_the_group_is_removed(fleet, watcher):
    serial = fleet.serial(3)
    assert owner.remove(Place(fleet.simulation.nodes[1]), 3) is None
    fleet.until(lambda: watcher.seen[config(serial)] == b"", 90)
    fleet.later(2)
    assert watcher.seen["amppool/%s/state" % serial] == b""
    assert watcher.seen["amppool/%s/online" % serial] == b""
    late = Watcher(fleet.servers.units[0].broker["mqtt_port"])
    for _ in range(100):
        late.look()
    assert not [topic for topic in late.seen if serial in topic] and len(late.seen) == 7
    late.close()


def test_a_unit_that_was_removed_unheard_is_removed_at_the_next_connection(fleet, watcher):
    serial = fleet.serial(3)
    assert owner.remove(Place(fleet.simulation.nodes[1]), 3) is None
    fleet.simulation.advance(fleet.simulation.now_ms + 60000)  # MQTT has no turn
    fleet.simulation.nodes[1].reboot(0, 0)
    assert watcher.look().seen[config(serial)] != b""
    fleet.until(lambda: watcher.seen[config(serial)] == b"", 90)
    fleet.later(2)
    assert watcher.seen["amppool/%s/online" % serial] == b""
    members = "amppool/%s/members" % fleet.serial(1)
    fleet.until(lambda: watcher.seen[members].decode()
                == fleet.serial(1) + fleet.serial(2), 30)


@pytest.mark.parametrize("said", [b"", b"A0B1C2", b"no serials at all" * 20, b"\xff" * 24,
                                  b"0123456789ab" * 25, bytes(300)])
def test_a_broker_that_lies_about_former_members_changes_nothing(fleet, watcher, said):
    leader = fleet.serial(1)
    watcher.say("amppool/%s/members" % leader, said, retain=True)
    fleet.mqtt.client.end("for a moment")
    fleet.until(lambda: fleet.mqtt.client is None, 5)
    fleet.until(lambda: fleet.mqtt.client is not None and fleet.mqtt.client.is_up, 30)
    fleet.later(60)
    assert len(fleet.mqtt.seen) == 3 and fleet.mqtt.counts[0] == 2 and not fleet.mqtt.counts[2]
    assert online(fleet, 1) == online(fleet, 2) == online(fleet, 3) == b"online"


def test_a_unit_that_is_renamed_is_made_known_again_with_its_name(fleet, watcher):
    assert owner.rename(Place(fleet.simulation.nodes[1]), 2, 'garage "left"') is None
    fleet.until(lambda: json.loads(watcher.seen[config(fleet.serial(2))])["dev"]["name"]
                == 'garage "left"', 30)


def test_a_limit_that_is_changed_is_the_new_bound_of_the_soft_one(fleet, watcher):
    def most():
        return json.loads(watcher.seen[config(fleet.serial(1))])["cmps"]["soft_limit_a"]["max"]

    fleet.simulation.nodes[3].set_power(False)  # until it agrees, nothing is in force
    fleet.until(lambda: online(fleet, 3) == b"offline", 60)
    assert owner.limit(Place(fleet.simulation.nodes[1]), 32) is None
    fleet.later(10)
    assert (most(), state(fleet, 1)["limit_a"], state(fleet, 1)["soft_limit_a"]) == (40, 40, 40)
    fleet.simulation.nodes[3].set_power(True)
    fleet.until(lambda: state(fleet, 1)["limit_a"] == 32, 90)
    fleet.until(lambda: most() == 32, 30)


def test_after_home_assistants_start_all_is_published_again_within_10_s(fleet, watcher):
    fleet.later(5)
    watcher.all.clear()
    watcher.say("homeassistant/status", "online")
    fleet.until(lambda: len({topic for topic, _, _ in watcher.all
                             if topic.startswith("homeassistant/device")}) == 3, 30)


def test_what_is_no_birth_publishes_nothing_again(fleet, watcher):
    fleet.later(5)
    watcher.all.clear()
    watcher.say("homeassistant/status", "offline")
    watcher.say("homeassistant/status", "online", retain=True)
    late = Watcher(fleet.servers.units[0].broker["mqtt_port"], ("nothing",))
    fleet.later(15)
    assert not [topic for topic, _, _ in watcher.all if topic.startswith("homeassistant/device")
                ] or watcher.all[0][0] == "homeassistant/status"
    late.close()


def test_who_does_not_lead_says_nothing(fleet, watcher):
    for unit in fleet.servers.units[1:]:
        assert unit.web.mqtt.client is None and unit.web.mqtt.counts == [0, 0, 0]


def test_a_new_leader_speaks_and_the_old_one_falls_silent(fleet, watcher):
    assert owner.hand_over(Place(fleet.simulation.nodes[1]), 2) is None
    fleet.until(lambda: json.loads(watcher.seen[config(fleet.serial(1))])["dev"].get("via_device")
                == "amppool_A0B1C2000002", 120)
    fleet.until(lambda: online(fleet, 1) == online(fleet, 2) == b"online", 60)
    assert fleet.mqtt.client is None


def test_a_unit_alone_speaks_for_itself(broker, watcher):
    unit = {"breaker_a": 32, "region": "iec", "nameplate_a": 32, "phases": "L1"}
    fleet = Fleet(("127.0.0.1", broker.port), simulation=played(
        [{"id": 1, "role": "leader", **unit},
         {"id": 2, "role": "alone", "paired": False, **unit}], 20))
    fleet.watchers.append(watcher)
    fleet.until(lambda: len(watcher.seen) == 8)
    assert (state(fleet, 1)["limit_a"], state(fleet, 2)["limit_a"]) == (20, 20)
    alone = json.loads(watcher.seen[config(fleet.serial(2))])
    assert "via_device" not in alone["dev"] and "limit_a" in alone["cmps"]
    fleet.close()


def test_any_topic_that_is_allowed_is_found_by_home_assistant(broker, watcher):
    base = 'the "old" house\\é'.replace(" ", "_")
    fleet = Fleet(("127.0.0.1", broker.port), units=2)
    for unit in fleet.servers.units:
        unit.broker["mqtt_topic"] = base
    fleet.watchers.append(watcher)
    fleet.until(lambda: len(watcher.seen) == 7)
    message = json.loads(watcher.seen[config(fleet.serial(2))])
    topics = [entry["t"] for entry in message["avty"]] + [message["stat_t"]]
    assert set(topics) < set(watcher.seen)
    watcher.say(message["cmps"]["max_a"]["cmd_t"], "8")
    fleet.until(lambda: json.loads(watcher.seen[message["stat_t"]])["max_a"] == 8, 30)
    fleet.close()


def test_a_broker_that_wants_a_password_gets_it_and_nobody_else_is_told(tmp_path):
    broker = Broker(tmp_path, password="only for us").start()
    fleet = Fleet(("127.0.0.1", broker.port))
    try:
        fleet.until(lambda: fleet.mqtt.trouble, 20)
        assert fleet.mqtt.trouble == "the broker refuses: 5" and fleet.mqtt.counts[1] == 0
        fleet.servers.units[0].broker.update(mqtt_user="evse", mqtt_password="only for us")
        fleet.until(lambda: fleet.mqtt.counts[1] > 6, 90)
    finally:
        fleet.close()
        broker.stop()
