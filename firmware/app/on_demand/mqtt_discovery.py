# SPDX-License-Identifier: MIT
"""The message by which Home Assistant finds a unit: one device with all its entities, made and
sent in pieces of less than 500 bytes. Every rule that is kept here is one of the tests' table.

Availability is two topics, and both must say online: that of the leader, which is the will of its
connection, and that of the unit. Payloads are Home Assistant's own, for others would not count in
a list of topics.
"""

import json

from app.on_demand.web_facts import facts, name_of
from core.group.group import row_of
from core.on_demand.serial import serial_text
from core.units import USEFUL_MAX_MA

# Key in the state, and who has it (* all, 3 those of three phases, ! the unit that speaks, ~ the
# others: what a unit has not is named without a word more, for it may have had it before the
# leadership moved); platform; name (_ is a space); then what else it has, see _PARTS. One text: so
# many words would each be kept.
_ROWS = """
status* sensor Status c:enum o: i:ev-station
reason* sensor Reason i:information-outline
offered_a* sensor Offered_current c:current u:A s:measurement
power_w* sensor Power c:power u:W s:measurement
l1_a* sensor Current_L1 c:current u:A s:measurement
l2_a3 sensor Current_L2 c:current u:A s:measurement
l3_a3 sensor Current_L3 c:current u:A s:measurement
session_wh* sensor Session_energy c:energy u:kWh p:2 s:total_increasing v:/1000
total_wh* sensor Total_energy c:energy u:kWh p:2 s:total_increasing v:/1000
session_s* sensor Session_time c:duration u:min v://60
temp_c* sensor Temperature c:temperature u:\u00b0C s:measurement e:diagnostic
signal_dbm~ sensor Signal c:signal_strength u:dBm s:measurement e:diagnostic
vehicle* binary_sensor Vehicle c:plug
charging* binary_sensor Charging c:battery_charging
problem* binary_sensor Problem c:problem
heard~ binary_sensor Leader_heard c:connectivity e:diagnostic a:
max_a* number Maximum_current c:current u:A e:config r:6 m:rating t:
min_a* number Smallest_useful_current c:current u:A e:config r:6 m:useful t:
priority* number Priority i:sort e:config r:0 m:9 t:
allowed* switch Charging_allowed i:play-pause t:
clear* button Clear_fault e:config t:
limit_a! sensor Group_limit c:current u:A
allocated_a! sensor Group_allocated c:current u:A s:measurement
unused_a! sensor Group_unused c:current u:A s:measurement
soft_limit_a! number Group_soft_limit c:current u:A r:0 m:limit t:
"""
_PARTS = """
c: "dev_cla":"%s"
u: "unit_of_meas":"%s"
p: "sug_dsp_prc":%s
s: "stat_cla":"%s"
e: "ent_cat":"%s"
i: "ic":"mdi:%s"
r: "mode":"box","min":%s
m: "max":%s
t: "cmd_t":"%s"
a: "avty":[{"t":"%s"}]
o: "ops":[%s]
v: "val_tpl":"{{value_json.%s if value_json.%s is number}}"
"""
_MOST = "rating useful limit"
_STATES = '"disconnected","connected","paused","complete","charging","fault","unknown"'
_HEAD = '{"dev":{"ids":"amppool_%s","name":%s,"mf":"AmpPool","mdl":"EV connector","sn":"%s",' \
    '"sw":"%s"%s},'
_ORIGIN = '"o":{"name":"AmpPool","sw":"%s"},"stat_t":"%s/%s/state","avty":[%s],' \
    '"avty_mode":"all","cmps":{'
_VIA = ',"via_device":"amppool_%s"'
_TOPIC = '{"t":"%s/%s/online"}'
_NAMED = ',"name":"%s","uniq_id":"amppool_%s_%s"'
_VALUE = ',"val_tpl":"{{value_json.%s}}"'


class Device:
    """What the message of one unit is made of, as it is now: made twice, for its length and to be
    sent, it is the same."""

    __slots__ = ("serial", "_leader", "_base", "_name", "_version", "_most", "_lacks")

    def __init__(self, web, base: str, row):
        """row: the unit's, of the newest revision that has it."""
        unit = web.place.device.unit
        leader = unit.member.leader
        self.serial = serial_text(row.serial)
        self._leader = serial_text(leader.serial)
        self._base = json.dumps(base)[1:-1]  # as within a text
        self._name = json.dumps(name_of(unit, row.unit) or "AmpPool unit %d" % row.unit)
        self._version = facts(web)[2]
        # Marks of what it has not.
        self._lacks = ("~" if row.serial == leader.serial else "!") + (
            "" if row.wired == 7 else "3")
        self._most = (row.rating_ma // 1000, USEFUL_MAX_MA // 1000,
                      leader.revisions.in_force.limit_ma // 1000)

    def pieces(self):
        """The message, piece by piece, bytes."""
        own = self.serial == self._leader
        yield (_HEAD % (self.serial, self._name, self.serial, self._version,
                        "" if own else _VIA % self._leader)).encode()
        topics = _TOPIC % (self._base, self._leader)
        if not own:
            topics += "," + _TOPIC % (self._base, self.serial)
        yield (_ORIGIN % (self._version, self._base, self.serial, topics)).encode()
        comma = held = ""
        at = 1
        while at < len(_ROWS):
            end = _ROWS.find("\n", at)
            words = _ROWS[at:end].split(" ")
            at = end + 1
            lacks = words[0][-1] in self._lacks
            held += comma + self._entity(words[0][:-1], words[1], () if lacks else words[2:])
            comma = ","
            if not lacks:
                yield held.encode()
                held = ""
        yield (held + "}}").encode()

    def _entity(self, key, platform, words):
        text = '"%s":{"p":"%s"' % (key, platform)
        if words:
            text += _NAMED % (words[0].replace("_", " "), self.serial, key)
            if platform != "button" and words[-1][0] != "v":
                text += _VALUE % key
        for word in words[1:]:
            begin = _PARTS.find("\n" + word[:2]) + 4
            text += "," + _PARTS[begin:_PARTS.find("\n", begin)] % self._value(
                word[0], word[2:], key)
        return text + "}"

    def _value(self, part, given, key):
        if part == "m":
            names = _MOST.split(" ")
            return self._most[names.index(given)] if given in names else given
        if part == "t":
            return "%s/%s/set/%s" % (self._base, self.serial, key)
        if part == "a":
            return "%s/%s/online" % (self._base, self._leader)
        if part == "v":  # what is not known changes nothing
            return key + given, key
        return _STATES if part == "o" else given


def device(web, base: str, serial: bytes):
    """The Device of a unit of the group, also of one that leaves it, or None if it is in none."""
    revisions = web.place.device.unit.member.leader.revisions
    row = row_of(revisions.newest(), serial) or row_of(revisions.in_force, serial)
    return None if row is None else Device(web, base, row)
