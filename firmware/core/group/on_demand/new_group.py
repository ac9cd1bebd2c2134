# SPDX-License-Identifier: MIT
"""Makes a Group (rules 3, 5 and 12)."""

from core.group.group import Group
from core.group.on_demand.group import follow_rows, raise_to, row_ma
from core.group.on_demand.recorded import revision_from
from core.sharing.frames import NO_DIGEST, NO_SIGNAL

def new_group(config, timing, record, now_ms):
    """A Group as the unit has stored it. config: sharing.follower.UnitConfig, the unit's own;
    record: what record.group_to_record() gave, or None."""
    group = Group()
    group.config = config
    group.timing = timing
    group.revision = None
    group.confirmed = None  # newest revision known to be in force
    group.fallback_ma = 0
    group.raised = None  # (from_ms, fallback_ma)
    group.cap_ma = None
    group.member = group.removed = False
    group.elsewhere = 0  # number of the newest that a leader said is in force, if not held
    group.counted = 0  # of the newest of these that it is in
    group.leader = 0
    group.leader_tag = None  # None: whoever leads under that number
    group.epoch = group.sequence = group.floor = 0
    group.digest = NO_DIGEST
    group.name, group.signal = "", NO_SIGNAL
    if record is not None:
        _load(group, record)
    follow_rows(group)
    _begin(group, record, now_ms)
    group.stored_number, group.stored_digest = group.number(), group.digest
    return group


def _load(group, record):
    group.revision = revision_from(record["revision"])
    group.confirmed = group.revision  # most often: one object is enough
    if record["confirmed"] != record["revision"]:
        group.confirmed = revision_from(record["confirmed"])
    group.leader = record["leader"]
    group.leader_tag = bytes.fromhex(record["leader_tag"]) or None
    group.member = record["member"]
    group.name = record["name"]
    group.epoch, group.sequence, group.floor = (record["epoch"], record["sequence"],
                                                record["floor"])


def _begin(group, record, now_ms):
    if group.takes:
        # A rating that is smaller now lowers what is used, a larger one changes nothing.
        group.fallback_ma = min(record["fallback_ma"], group.config.rating_ma)
    if group.in_force() and row_ma(group) > group.fallback_ma:
        raise_to(group, row_ma(group), now_ms)  # the wait starts again
