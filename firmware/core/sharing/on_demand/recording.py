# SPDX-License-Identifier: MIT
"""The record of a member, when one is to be stored (rules 3, 12 and 13).

Nothing is said that storage does not hold. How often the flash may be written is writes.py's to
say.
"""

from core.group.on_demand.record import VERSION, group_to_record, revisions_to_record
from core.load import load
from core.on_demand.serial import serial_text
from core.sharing.member import LEFT
from core.sharing.on_demand.writes import count_write, may_write
from micropython import const

_RETRY_MS = const(1000)


def record_if_allowed(member, now_ms):
    """Plain values to store now, or None while the flash may not be written so often. Counts the
    write."""
    if not may_write(member, now_ms, member.dirty):
        member.store_at_ms = now_ms + _RETRY_MS
        return None
    if member.leader is not None:
        if member.names is not None:  # they are in its record, and their files there in time
            load("core", "sharing", "naming")
        if member.leader.caps is not None:
            load("core", "sharing", "caps")
        if member.leader.proposed:
            load("core", "sharing", "following").hear_own(member, now_ms)
    count_write(member, now_ms)
    return {} if member.role == LEFT else record_of(member)


def record_of(member) -> dict:
    """All that a unit stores, as plain values (record.py)."""
    leader = member.leader
    lead = member.lead
    if leader is not None:
        lead = revisions_to_record(leader.revisions)
        if member.names is not None:
            lead["names"] = load("core", "sharing", "naming").to_record(member)
        if leader.caps is not None:
            wishes = load("core", "sharing", "caps").to_record(leader)
            if wishes:
                lead["wishes"] = wishes
    return {"version": VERSION, "key": member.key.hex(),
            "serial": serial_text(member.group.config.serial),
            "group": group_to_record(member.group), "lead": lead,
            "epoch": member.epoch_max if leader is None else leader.epoch}
