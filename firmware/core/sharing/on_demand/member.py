# SPDX-License-Identifier: MIT
"""Makes a Member."""

from core.group.on_demand.group import hear
from core.group.on_demand.new_group import new_group
from core.group.on_demand.recorded import revision_from
from core.load import load
from core.sharing.frames import NO_SIGNAL
from core.sharing.member import FOLLOWS, STOPPED, Member
from core.sharing.on_demand.follower import new_follower
from core.sharing.on_demand.frames import new_codec


def new_member(config, record, timing, nonce, now_ms, radio=True):
    """A Member as its record says, leading or not. config: follower.UnitConfig; record: of
    group/on_demand/record.py, checked; nonce: of this boot, 32 random bits, not 0; radio: False
    for a unit alone."""
    member = Member()
    member.timing = timing
    member.nonce = nonce
    member.codec = None
    member.counts = {}
    member.key = bytes.fromhex(record["key"])
    if radio:
        member.codec = new_codec(member.key)
        member.counts = member.codec.counts  # of all frames that were not used
        member.counts.update({"old": 0, "stranger": 0})
    member.group = group = new_group(config, timing, record["group"], now_ms)
    member.follower = new_follower(config, group, timing, nonce, now_ms)
    member.leader = member._said = None
    member.lead = record["lead"]  # as stored, of one that has stopped
    member.role = FOLLOWS
    member.out = []
    member.free_writes, member.writes_ms = 1, []  # of the start and the owner; when others were
    member.dirty = member.lazy = member.unstored_leader = False
    member.store_at_ms = member._held_at_ms = now_ms
    member.tries = member.moves = 0  # moves above another leadership of its own name, in this boot
    member.epoch_max = max(group.epoch, record["epoch"])  # highest one seen
    member.number_max = group.number()  # of revisions
    member.signal = NO_SIGNAL
    member.names, member.naming_ms, member.blink_ms = None, now_ms, now_ms
    member.sessions = None
    if member.lead is not None:
        _know_in_force(member, now_ms)
        if member.lead["stopped"]:
            member.role = STOPPED
        elif group.unit:
            load("core", "sharing", "leading").become_leader(
                member, member.lead, member.epoch_max + 1, now_ms)
    return member


# What a leader has put in force needs no second write to be known to its own unit.
def _know_in_force(member, now_ms):
    in_force = revision_from(member.lead["in_force"])
    if in_force.number == member.group.number():
        hear(member.group, in_force, True, now_ms)
