# SPDX-License-Identifier: MIT
"""The messages of mqtt.py, one after the other, in pieces: how each is made, and of what files.

A job gives (head, how many bytes follow) and then these, as often as it likes; b"": nothing yet.
"""

from app.on_demand.mqtt_packets import message
from core.load import let_go, load

# What a message wants, each file after those that it imports itself.
_NEEDS = """
state core.connector.state_words core.reason_words core.serial core.sharing.presence \
core.sharing.reception app.unit_rows core.sharing.names app.web_json app.web_facts app.web_meter \
app.web_group core.session_record app.session_store app.mqtt_state
device core.serial core.sharing.names app.web_json app.web_facts app.mqtt_discovery
gone core.serial
command core.serial app.mqtt_command
"""


def needs(what) -> tuple:
    """Paths of the files that are to be loaded before begin(). what: (kind, more)."""
    begin = _NEEDS.find("\n%s " % what[0]) + len(what[0]) + 2
    files = tuple([tuple(path.split("."))
                   for path in _NEEDS[begin:_NEEDS.find("\n", begin)].split(" ")])
    return load("app", "live_calls").needs("wish") + files if what[0] == "command" else files


def begin(mqtt, what, now_ms: int):
    """A job, or None. mqtt: of mqtt.py."""
    kind, more = what
    if kind == "state":
        return _state(mqtt, more, now_ms)
    if kind == "device":
        return _device(mqtt, more)
    if kind == "gone":
        return _gone(mqtt)
    return load("app", "mqtt_command").begin(mqtt, more[0], more[1])


def _state(mqtt, serial, now_ms):
    pieces, missing = load("app", "mqtt_state").pieces(mqtt.web, serial, now_ms)
    if not pieces:
        return
    topic = "%s/%s/" % (mqtt.base, load("core", "serial").serial_text(serial))
    word = b"offline" if missing else b"online"
    yield message(topic + "online", len(word), True), len(word)
    yield word
    pieces = [piece.encode() for piece in pieces]
    length = sum([len(piece) for piece in pieces])
    yield message(topic + "state", length, True), length
    for piece in pieces:
        yield piece


def _device(mqtt, serial):
    made = load("app", "mqtt_discovery").device(mqtt.web, mqtt.base, serial)
    if made is None:
        return
    length = 0
    for piece in made.pieces():
        length += len(piece)
        yield b""  # not all in one turn
    yield message(_topic(made.serial), length, True), length
    for piece in made.pieces():
        yield piece
    let_go()


# Home Assistant and the broker forget what is empty.
def _gone(mqtt):
    there = [account.serial for account in
             mqtt.web.place.device.unit.member.leader.ledger.accounts]
    left = [serial for serial in mqtt.seen if serial not in there]
    if not left:
        return
    del mqtt.seen[left[0]]
    serial = load("core", "serial").serial_text(left[0])
    yield message(_topic(serial), 0, True), 0
    for end in ("state", "online"):
        yield message("%s/%s/%s" % (mqtt.base, serial, end), 0, True), 0


def _topic(serial):
    return "homeassistant/device/amppool_%s/config" % serial
