# SPDX-License-Identifier: MIT
"""Units that are in a group already, for simulations and tests: what their storage holds then.

The firmware has no such way: there a follower's group comes from its leader, by radio.
"""

import host_tools  # noqa: F401  (sets the import path)
from core.group.on_demand.first_record import first_record, joining_record
from core.group.on_demand.record import revision_record
from core.sharing.frames import Row


def serial_of(number: int) -> bytes:
    """The serial of board `number`."""
    return bytes((0xA0, 0xB1, 0xC2)) + number.to_bytes(3, "big")


def row(number: int, wired=1, rating_ma=48000, nameplate_ma=None, min_ma=6000) -> Row:
    """The row of board `number` as unit `number`; its fallback is still to be computed."""
    return Row(number, serial_of(number), 0, wired, rating_ma, nameplate_ma or rating_ma, min_ma)


def member_record(key: bytes, serial: bytes, revision) -> dict:
    """What the unit with this serial stores once `revision` is in force everywhere."""
    own = [row for row in revision.members if row.serial == serial]
    if own and own[0].unit == revision.leader:
        return first_record(key, serial, revision)
    record = joining_record(key, serial, revision.leader)
    plain = revision_record(revision)
    fallback_ma = own[0].fallback_ma if own and revision.enabled else 0
    record["group"].update({"revision": plain, "confirmed": plain, "fallback_ma": fallback_ma,
                            "member": bool(own)})
    return record
