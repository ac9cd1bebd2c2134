# SPDX-License-Identifier: MIT
"""MQTT on MicroPython, with the shipped bytecode: what it publishes there, how it takes a broker
that means no good, and what it takes of the heap."""

import json

import pytest

from host_tools.bench import mqtt
from host_tools.micropython import wasm
from tests.mqtt.broker import first_packet
from tests.mqtt.discovery_rules import RULES

MISSING = wasm.missing()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING or "it is here")
_CONNECTED = ('turns(8)\nlines[-1].comes = b"\\x20\\x02\\x00\\x00"\nturns(3)\n'
              'assert web.mqtt.client.is_up')
_GOES_ON = "for _ in range(16):\n    turns(20)\n    lines[-1].comes += b'\\xd0\\x00'"
_HEAP_MOST = 6 * 1024  # connected, beside the page
_SET_MOST = 3 * 1024


def played(*steps):
    """What is printed."""
    return wasm.run(mqtt.steps("turns(50)", mqtt.BEGIN, *steps), wasm.helpers(wasm.BARE_HAL),
                    heap_bytes=512 * 1024)


def packets(data):
    """[(first byte, body)] of what a client has sent."""
    found = []
    while data:
        first, body, data = first_packet(data)
        found.append((first, body))
    return found


@pytest.fixture(scope="module")
def published():
    """{topic: payload} of a group of six."""
    shown = played("KEEPS.append(1)", _CONNECTED, _GOES_ON, "turns(30)",
                   "for piece in lines[-1].sent:\n    print(piece.hex())")
    sent = bytes.fromhex("".join(shown.split()))
    whole = packets(sent + bytes(0))
    return {body[2:2 + body[1]].decode(): body[2 + body[1]:] for first, body in whole
            if first >> 4 == 3}


def test_every_unit_is_published_as_it_is_under_cpython(published):
    devices = [topic for topic in published if topic.startswith("homeassistant/device/")]
    states = [topic for topic in published if topic.endswith("/state")]
    assert (len(devices), len(states)) == (6, 6)
    for topic in devices:
        message = json.loads(published[topic])
        for rule in RULES:
            rule(message)
    own = json.loads(published["amppool/A0B1C2000001/state"])
    assert (own["status"], own["limit_a"], own["heard"]) == ("disconnected", 60, "ON")
    assert published["amppool/A0B1C2000002/online"] == b"offline", "it is not there"


@pytest.mark.parametrize("comes", [
    "b'HTTP/1.1 400 no' * 9", "b'\\x20\\x02\\x00\\x05'", "b'\\x30\\xff\\xff\\xff\\xff\\xff'"])
def test_a_broker_that_does_not_speak_mqtt_is_left_and_tried_again(comes):
    shown = played("turns(8)", "lines[-1].comes = " + comes, "turns(3)",
                   "print(web.mqtt.client is None, bool(web.mqtt.trouble), len(lines))",
                   "turns(20)", "print(len(lines))")
    assert shown.split() == ["True", "True", "1", "2"]


def test_half_a_packet_a_flood_and_a_silence_end_in_another_try():
    shown = played(
        _CONNECTED, "lines[-1].comes = b'\\x30\\x20\\x00\\x04amp'", "turns(20)",
        "print(web.mqtt.client.is_up)", "lines[-1].comes = b'\\x30\\xff\\xff\\x7f' + bytes(3000)",
        "turns(20)", "print(web.mqtt.client.is_up)", "turns(260)",
        "print(len(lines), web.mqtt.trouble)")
    assert shown.splitlines() == ["True", "True", "2 the broker does not answer"]


def test_a_command_is_done_there_too():
    shown = played(
        _CONNECTED, _GOES_ON,
        "topic = b'amppool/A0B1C2000002/set/max_a'\n"
        "lines[-1].comes = b'\\x30\\x21\\x00\\x1e' + topic + b'8'", "turns(60)",
        "print(unit.member.leader.caps.of(unit.member.leader.ledger.accounts[1].serial, 0))")
    assert shown.strip() == "[8000, None, None, None]"


def test_without_a_broker_nothing_is_there_and_with_one_6_kb_at_most():
    found = mqtt.measure()
    assert 1500 < found["set"] < _SET_MOST and 4000 < found["connected"] < _HEAP_MOST, found


_MEMBER = """
NOW, CLEAR, place = 0xFFFFFFFF, 0xFFFFFFFE, web.place
from core.sharing.on_demand.rare_bodies import Asked
account, unit.web = unit.member.leader.ledger.accounts[1], web
turns(10)
class Warm:
    def read_dc(self):
        return 254
hal.temperature = Warm()
web.mqtt.more = bytearray(48)
def asks(number):
    unit.member.sessions = Asked(unit.member.follower.tag, number, 0)
    load("app", "sessions").answer(unit, hal.clock.now_ms())
"""
# The leader's own answer stands for another unit's: what it is asked and says is the same code.
_ANSWERED = """
before = unit.member.frames_to_send()
asks(NOW)
(_, frame), = unit.member.frames_to_send()
job = load("app", "mqtt_ask").ask(web.mqtt, account.serial)
assert next(job) == b""
assert len(unit.member.frames_to_send()) == 1
unit.member.sessions.came.append(frame[-32:-8])
assert list(job) == [] and unit.member.sessions is None
print(load("app", "mqtt_more").kept(web.mqtt, account.serial))
"""
_CLEARED = """
cleared = []
class Owner:
    def clear_fault(self, place, unit=None):
        cleared.append(place)
web.owner = Owner()
asks(CLEAR)
web.owner = None
owner = load("app", "owner_unit")
print(len(cleared), owner.clear_fault(place, 9)[0], owner.clear_fault(place, 2)[0])
account.received_ms = hal.clock.now_ms()
print(owner.clear_fault(place, 2), len(unit.member.frames_to_send()))
"""


def test_a_unit_is_asked_for_what_it_does_not_report_and_told_to_try_again():
    asked = played(_MEMBER, _ANSWERED).splitlines()[-1]
    assert asked == "(0, 0, 25)"
    cleared = played(_MEMBER, _CLEARED).splitlines()
    assert cleared[-2:] == ["1 not_in_group clear_there", "False 2"]
