# SPDX-License-Identifier: MIT
"""A unit becomes the leader of a new group: of itself, so far (rule 5).

The key is made here and was never heard by anybody. A unit alone leads a group of one already: it
is given a key, and nothing of its charging changes.
"""

import json

from app.on_demand import dice
from app.unit import RECORD
from core.group.on_demand.first_record import first_record
from core.group.on_demand.limits import GroupUnit, check_group
from core.group.on_demand.proposal import make
from core.load import load
from core.sharing.frames import KEY_SIZE, Row
from core.sharing.on_demand.frames import new_codec
from core.sharing.on_demand.member import new_member
from core.sharing.on_demand.recording import record_of
from core.sharing.on_demand.writes import owner_asks

_NOT_STORED = ("flash",)


def begin(unit, now_ms):
    """None, or the refusal of a unit that cannot begin a group."""
    member = unit.member
    if member.leader is not None:
        return _of_alone(unit, member)
    if member.codec is not None:
        return _in_group(member)
    if member.config is None:
        return "not_set_up", "; ".join(unit.errors)
    if member.values["role"] != "leader":
        return ("follower_alone",)
    return _of_leader(unit, member, now_ms)


def _in_group(member):
    if not member.group.leader:
        return ("removed",)
    return load("core", "sharing", "names").elsewhere(member)


def _of_alone(unit, member):
    if not unit.hal.set_settings({"role": "leader"}):
        return _NOT_STORED
    key = dice.random_bytes(unit.hal)(KEY_SIZE)
    record = record_of(member)
    record["key"] = key.hex()
    if not unit.hal.store.write(RECORD, json.dumps(record).encode()):
        unit.hal.set_settings({"role": "alone"})
        return _NOT_STORED
    codec = new_codec(key)
    codec.counts.update({"old": 0, "stranger": 0})
    member.key = key
    member.counts = codec.counts
    member.codec = codec  # last: from here on it is in a group
    owner_asks(member, 1)
    return None


def _of_leader(unit, refusing, now_ms):
    config, values = refusing.config, refusing.values
    limit_ma = min(values["limit_a"] * 1000 or config.rating_ma, config.rating_ma)
    error = check_group(limit_ma, [GroupUnit(1, "leader", config.nameplate_ma, config.rating_ma,
                                             config.min_ma)], values["fallback"])
    if error:
        return error
    row = Row(1, config.serial, 0, config.wired, config.rating_ma, config.nameplate_ma,
              config.min_ma)
    # Not enabled, whatever was set once: it may have led another group on this circuit before.
    record = first_record(dice.random_bytes(unit.hal)(KEY_SIZE), config.serial, make(
        1, 1, False, values["fallback"], limit_ma, [row]))
    if not unit.hal.store.write(RECORD, json.dumps(record).encode()):
        return _NOT_STORED
    unit.errors = []
    unit.member = new_member(config, record, unit.timing, unit.hal.random_u32() or 1, now_ms)
    return None
