# SPDX-License-Identifier: MIT
"""Makes a Leader (rule 13)."""

from core.on_demand.serial import tag_of
from core.sharing.leader import LEFT_MS, Leader
from core.sharing.on_demand.ledger import new_ledger
from core.sharing.on_demand.new_revision import follow_members
from core.units import NEVER_MS


def new_leader(unit, serial, revisions, epoch, nonce, timing, now_ms):
    """A Leader that begins to greet. unit, serial, nonce: of this unit and this boot; epoch: not
    led in before; revisions: of group/on_demand/stored.py."""
    leader = Leader()
    leader.unit, leader.serial = unit, serial
    leader.tag = tag_of(serial)
    leader.epoch, leader.nonce = epoch, nonce
    leader.sequence = 0
    leader.timing = timing
    leader.revisions = revisions
    leader.ledger = new_ledger(timing, epoch, nonce, unit)
    leader.boot_ms = now_ms
    leader._last_ms = now_ms - timing.period_ms
    leader.send_at_ms = now_ms
    leader.dirty = False
    leader._fall_ms = NEVER_MS  # when a hold falls that a raise is waiting for
    leader._greeting = True
    leader._usages = {}  # tag: Usage, for the units that ask
    leader._planned = None
    leader.others = ()  # (number, digest, tag, stored_ma) of revisions that it has only heard of
    leader.heard_number = 0  # of revisions
    leader.strangers = None  # {tag: (heard_ms, Hello or None, to be told that it was removed)}
    leader.handing_over = None  # (unit, since_ms)
    leader.stored = False  # the epoch is in storage: nothing is sent before
    leader.declined = None  # what a unit reports and the group cannot be
    leader.proposed = False  # a change of its own making must be stored
    leader.revision_until_ms = leader.said_ms = now_ms
    leader.asked_by = ""
    leader.quiet_ms = now_ms
    leader.caps = None
    leader._told_ms = now_ms - timing.period_ms  # when revisions went out, beside amounts
    leader._unheard_ms = now_ms + LEFT_MS  # when units that are not heard are told it again
    follow_members(leader)
    return leader
