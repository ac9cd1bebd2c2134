# SPDX-License-Identifier: MIT
"""The messages of mqtt.py, one after the other, in pieces: how each is made, and of what files.

A job gives (head, how many bytes follow) and then these, as often as it likes; b"" ends a turn.
"""

import gc
import sys

from core.load import drop, let_go, load
from micropython import const

# What a message wants, each file after those that it imports itself.
_NEEDS = """
state core.connector.state_words core.serial core.sharing.presence \
core.sharing.reception app.unit_reason app.unit_rows core.sharing.names app.web_json \
app.web_facts app.web_meter app.web_group core.session_record app.session_store app.mqtt_more \
app.mqtt_state app.mqtt_packets
more core.serial core.sharing.said core.unit_name core.sharing.rare_bodies \
core.sharing.rare_frame core.sharing.fetching core.session_record \
app.mqtt_more app.mqtt_ask
config core.serial core.sharing.names app.web_json app.web_facts app.mqtt_discovery \
app.mqtt_packets
remove core.serial app.mqtt_packets
set core.serial app.mqtt_packets app.needs
"""
# ... and what puts a refusal in words.
_WORDS = "core.serial core.phrases core.refusal_words core.sharing.names app.refusals " \
    "app.mqtt_packets"
_ONLINE, _STATE = "%s/%s/online", "%s/%s/state"
_TOLD_MOST = const(26)  # what a client takes in one packet


def begin(mqtt, kind: str, about):
    """A job. mqtt: of mqtt.py; about: of a command (topic, payload), else a serial, or None."""
    if kind != mqtt.kind:
        mqtt.kind = kind
        _make_room()
    for piece in _loaded(_needs(kind, about)):
        yield piece
    if kind == "state":
        made = _state(mqtt, about)
    elif kind == "more":
        made = load("app", "mqtt_ask").ask(mqtt, about)
    elif kind == "config":
        made = _config(mqtt, about)
    elif kind == "remove":
        made = _gone(mqtt)
    else:
        made = _command(mqtt, about[0], about[1])
    for piece in made:
        yield piece


# What other messages have loaded goes first. Python's heap grows where both have no room, and the
# memory that it takes for it is the network's: on a chip a command on top of a state left 1 KB.
def _make_room():
    let_go()
    gc.collect()


# A turn for each file that was not there.
def _loaded(places):
    for place in places:
        count = len(sys.modules)
        load(*place)
        if len(sys.modules) != count:
            yield b""


# Paths of the files that are wanted, one by one.
def _needs(kind, about):
    begin = _NEEDS.find("\n%s " % kind) + len(kind) + 2
    for path in _NEEDS[begin:_NEEDS.find("\n", begin)].split(" "):
        yield path.split(".")
    if kind == "set":
        for place in load("app", "needs").needs(
                "clear_fault" if about[0][-6:] == "/clear" else "wish"):
            yield place
        drop("app", "needs")
        yield "app", "mqtt_command"


def _state(mqtt, serial):
    pieces, missing = load("app", "mqtt_state").pieces(mqtt.web, serial, mqtt.web.clock_ms())
    if not pieces:
        return
    named = mqtt.base, load("core", "serial").serial_text(serial)
    word = b"offline" if missing else b"online"
    yield _message(_ONLINE % named, len(word), True), len(word)
    yield word
    pieces = [piece.encode() for piece in pieces]
    length = sum([len(piece) for piece in pieces])
    yield _message(_STATE % named, length, True), length
    for piece in pieces:
        yield piece


def _config(mqtt, serial):
    made = load("app", "mqtt_discovery").device(mqtt.web, mqtt.base, serial)
    if made is None:
        return
    length = 0
    for piece in made.pieces():
        length += len(piece)
        yield b""
    yield _message(_topic(made.serial), length, True), length
    for piece in made.pieces():
        yield piece
    let_go()
    if serial == mqtt.web.place.device.unit.member.leader.serial:
        for piece in _members(mqtt):
            yield piece


# All that may be known to Home Assistant: see mqtt_link.py.
def _members(mqtt):
    leader, serials = mqtt.web.place.device.unit.member.leader, list(mqtt.seen)
    for account in leader.ledger.accounts:
        if account.serial not in serials:
            serials.append(account.serial)
    text = load("core", "serial").serial_text
    told = "".join([text(serial) for serial in sorted(serials)[:_TOLD_MOST]]).encode()
    yield _message("%s/%s/members" % (mqtt.base, text(leader.serial)), len(told), True), len(told)
    yield told


def _command(mqtt, topic, payload):
    refusal = load("app", "mqtt_command").done(mqtt, topic, payload)
    if type(refusal) is not tuple:
        return
    _make_room()
    mqtt.kind = ""  # these words go as well, before the next one
    for piece in _loaded([path.split(".") for path in _WORDS.split(" ")]):
        yield piece
    for piece in _loaded((load("core", "refusal_words").place(refusal[0]),)):
        yield piece
    text = load("app", "refusals").told(mqtt.web.place, refusal)[2].encode()
    serial = topic[len(mqtt.base) + 1:].split("/")[0].upper()
    yield _message("%s/%s/refused" % (mqtt.base, serial), len(text), False), len(text)
    yield text


# Home Assistant and the broker forget what is empty.
def _gone(mqtt):
    there = [account.serial for account in
             mqtt.web.place.device.unit.member.leader.ledger.accounts]
    left = [serial for serial in mqtt.seen if serial not in there]
    if not left:
        return
    del mqtt.seen[left[0]]
    serial = load("core", "serial").serial_text(left[0])
    yield _message(_topic(serial), 0, True), 0
    for topic in (_STATE, _ONLINE):
        yield _message(topic % (mqtt.base, serial), 0, True), 0
    for piece in _members(mqtt):
        yield piece


def _message(topic, length, retain):
    return load("app", "mqtt_packets").message(topic, length, retain)


def _topic(serial):
    return "homeassistant/device/amppool_%s/config" % serial
