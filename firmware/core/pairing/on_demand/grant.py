# SPDX-License-Identifier: MIT
"""What a leader gives: its group's key, who leads, and below what the unit takes nothing.

As core/group/on_demand/first_record.py's joining_record() wants it:

    key 32 · leader's unit number 1 · leader's tag 4 · epoch 4 · sequence 4 · floor 4
"""

import struct
from collections import namedtuple

from core.units import UNIT_MAX
from micropython import const

_LAYOUT = ">32sB4sIII"
_SIZE = const(49)
_HALF = const(0x7FFFFFFF)  # as of the group's frames

# The arguments of joining_record() beside the serial, in its order.
Taken = namedtuple("Taken", ("key", "leader", "leader_tag", "epoch", "sequence", "floor"))


def made(key: bytes, leader: int, leader_tag: bytes, epoch: int, sequence: int,
         floor: int) -> bytes:
    """The record of a GIVE. key: 32 bytes; leader_tag: 4; epoch, sequence: the present ones;
    floor: number of the newest revision."""
    return struct.pack(_LAYOUT, key, leader, leader_tag, epoch, sequence, floor)


def read(record):
    """Taken, or None if it cannot be one."""
    if record is None or len(record) != _SIZE:
        return None
    taken = Taken(*struct.unpack(_LAYOUT, record))
    right = (any(taken.key) and 1 <= taken.leader <= UNIT_MAX
             and max(taken.epoch, taken.sequence, taken.floor) <= _HALF)
    return taken if right else None
