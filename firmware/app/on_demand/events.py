# SPDX-License-Identifier: MIT
"""The last ten things that happened to a unit and its group, in memory only.

Each takes 8 bytes: second of the unit's clock 4, code 1, unit 1, value 2. What
has changed happening.py finds.
"""

import struct

from micropython import const

_ENTRY = ">IBBH"
_SIZE = const(8)
_MOST = const(10)
# A place in here is what is kept: append only. What unit and value mean: finding_words.py.
_CODES = ("", "boot", "missing", "back", "asked", "in_force", "joined", "removed", "leader_lost",
          "leader_found", "fault", "fault_over", "follows", "leads", "stopped", "left", "channel",
          "pairing_closed", "renamed", "tested")


def begin(unit, now_ms):
    """What an app.unit.Unit keeps for this; its start is the first that has happened."""
    unit.events = bytearray(_SIZE * _MOST)
    unit.seen = None  # what _signs() gave last
    unit.known = None  # (role, number of the settings in force, units where this one leads)
    note(unit, now_ms, "boot", value=1 if unit.hal.power_returned() else 0)


def note(unit, now_ms: int, code: str, who=0, value=0):
    """Something has happened. who: number of a unit; value: 0 to 65535."""
    unit.events[_SIZE:] = unit.events[:-_SIZE]
    struct.pack_into(_ENTRY, unit.events, 0, now_ms // 1000 & 0xFFFFFFFF, _CODES.index(code), who,
                     value & 0xFFFF)


def asked(place, by, error):
    """An owner has asked for a change of the group: by: who he is. error: what he was told, given
    again."""
    unit, now_ms = place.device.unit, place.device.hardware.clock.now_ms()
    leader = unit.member.leader
    if error is None and leader is not None:
        leader.asked_by = by
        newest = leader.revisions.pending
        if newest is not None:
            note(unit, now_ms, "asked", value=newest.number)
    return error


def events(unit, now_ms: int) -> list:
    """[(seconds ago, code, (unit, value))], the newest first."""
    found = []
    for at in range(0, _SIZE * _MOST, _SIZE):
        second, code, who, value = struct.unpack_from(_ENTRY, unit.events, at)
        if code:
            found.append((max(0, now_ms // 1000 - second), _CODES[code], (who, value)))
    return found
