# SPDX-License-Identifier: MIT
"""What units have said beside their reports (mqtt_ask.py), kept in Mqtt.more: for each account of
the ledger, in its order, all its energy in Wh 4, and length of its session in s 3, 0x80 and its
temperature 1."""

import struct

from core.on_demand.session_record import SIZE as _RECORD_SIZE
from core.on_demand.session_record import record_from
from micropython import const

_SIZE = const(8)  # of a unit
_LAYOUT = ">II"
_KNOWN = const(0x80)
_LENGTH_SHIFT = const(8)
_LENGTH_MAX = const(0xFFFFFF)
_CELSIUS = const(0x7F)
_ZERO_C = const(41)  # see session_now.py


def _place(mqtt, serial):
    accounts = mqtt.web.place.device.unit.member.leader.ledger.accounts
    for index in range(min(len(accounts), len(mqtt.more) // _SIZE)):
        if accounts[index].serial == serial:
            return index * _SIZE
    return None


def keep(mqtt, serial: bytes, records: bytes):
    """records: what a unit has said, one record or none."""
    at, record = _place(mqtt, serial), record_from(records)
    if at is None:
        return
    if record is None:  # it has given nothing yet
        struct.pack_into(_LAYOUT, mqtt.more, at, 0, _KNOWN)
        return
    struct.pack_into(_LAYOUT, mqtt.more, at, record.total_wh,
                     min(record.length_s, _LENGTH_MAX) << _LENGTH_SHIFT | _KNOWN
                     | records[_RECORD_SIZE - 1] >> 1)


def kept(mqtt, serial: bytes) -> tuple:
    """(all the energy that a unit gave in Wh, s since its vehicle came, degrees C), each or None
    as long as it is not known."""
    at = _place(mqtt, serial)
    if at is None:
        return None, None, None
    total_wh, rest = struct.unpack_from(_LAYOUT, mqtt.more, at)
    if not rest & _KNOWN:
        return None, None, None
    celsius = rest & _CELSIUS
    return total_wh, rest >> _LENGTH_SHIFT, celsius - _ZERO_C if celsius else None
