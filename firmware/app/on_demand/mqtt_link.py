# SPDX-License-Identifier: MIT
"""The beginning and the end of what mqtt.py goes on with: a broker that is set, a connection that
is made or lost, a message that came.
"""

import select
import socket

from core.load import load
from micropython import const

_AGAIN_MS = const(1000)  # until the next connection, doubled each time
_DOUBLED = const(5)
_WELL_MS = const(30000)  # a connection that lasted so long was one
_BIRTH_MS = const(10000)
_ASKED = "%s/+/set/+ homeassistant/status %s/%s/members"  # what is listened to
_HOME_ASSISTANT = "homeassistant/status"
_SERIAL = const(12)
_SEEN_MOST = const(32)


def begin(web, given: dict):
    """Set a Web's Mqtt as these stored settings say; without a broker there is none. A connection
    that it had is over: the broker then says that the unit is offline."""
    if web.mqtt is not None and web.mqtt.client is not None:
        web.mqtt.client.end("other settings")
    web.mqtt = None
    if given.get("mqtt_broker"):
        web.mqtt = load("app", "mqtt").Mqtt(web, given.get("mqtt_topic") or "amppool")


def connect(mqtt, unit):
    """Begin a connection: a job that loads one file in each turn, and sets the client at its
    end."""
    serial = load("core", "serial").serial_text(unit.hal.serial)
    yield
    packets = load("app", "mqtt_packets")
    yield
    load("app", "mqtt_client")
    yield
    given, now_ms = mqtt.web.settings(), mqtt.web.clock_ms()
    asked = _ASKED % (mqtt.base, mqtt.base, serial)
    first = packets.hello("amppool_" + serial, given.get("mqtt_user", ""),
                          given.get("mqtt_password", ""), "%s/%s/online" % (mqtt.base, serial))
    mqtt.counts[0] += 1
    for serial in mqtt.seen:
        mqtt.seen[serial] = -1
    mqtt.since_ms = mqtt.due_ms = now_ms
    mqtt.job = None
    mqtt.client = opened(given.get("mqtt_broker", ""), given.get("mqtt_port", 1883), first
                         + packets.listening(asked.split(" ")), now_ms)


def opened(host: str, port: int, first: bytes, now_ms: int):
    """A Client that connects to a numeric address and says this first."""
    made = load("app", "mqtt_client")
    line = poll = error = None
    try:
        # Of a numeric address this looks nothing up.
        place = socket.getaddrinfo(host, port, socket.AF_INET, socket.SOCK_STREAM)[0][-1]
        line, poll = socket.socket(socket.AF_INET, socket.SOCK_STREAM), select.poll()
        line.setblocking(False)
        poll.register(line, select.POLLIN)
        line.connect(place)
    except OSError as caught:
        if line is None or caught.args[0] not in made.WAITS:
            error = caught
    client = made.Client(line, poll, first, now_ms)
    if error is not None:
        client.end("no connection: %s" % error.args[0])
    return client


def lost(mqtt, unit, now_ms: int):
    """The connection is over. The next one is tried after a while that becomes longer each time,
    32 s at most."""
    mqtt.trouble = mqtt.client.ended
    if now_ms - mqtt.since_ms >= _WELL_MS:
        mqtt.failed = 0
    wait_ms = _AGAIN_MS << min(mqtt.failed, _DOUBLED)
    mqtt.failed += 1
    mqtt.since_ms = now_ms + wait_ms - unit.hal.random_u32() % (wait_ms // 4)
    mqtt.client = mqtt.command = mqtt.job = None


def hear(mqtt, message, unit, now_ms: int):
    """A message came: (topic, payload, was it retained?). What is retained was asked once, perhaps
    for an earlier vehicle."""
    topic, payload, retained = message
    if topic.endswith("/members"):
        if retained:
            _recall(mqtt, payload)
    elif retained:
        return
    elif topic != _HOME_ASSISTANT:
        mqtt.command = topic, payload
        mqtt.counts[2] += 1
    elif payload == b"online":
        mqtt.due_ms = now_ms + unit.hal.random_u32() % _BIRTH_MS


# Who was a member when this unit led last, by its own retained message: who is none any more is
# then made unknown, also if this unit was started anew since.
def _recall(mqtt, payload):
    try:
        for at in range(0, len(payload), _SERIAL):
            serial = bytes.fromhex(payload[at:at + _SERIAL].decode())
            if len(serial) == _SERIAL // 2 and len(mqtt.seen) < _SEEN_MOST:
                mqtt.seen[serial] = mqtt.seen.get(serial, -1)
    except ValueError:
        pass  # these are none
