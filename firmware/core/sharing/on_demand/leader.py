# SPDX-License-Identifier: MIT
"""Makes a Leader, and what it does when the group changes (rules 12 and 13)."""

from core.group.on_demand.revision import acknowledge, put_forward, rows_of, waiting_for
from core.on_demand.serial import tag_of
from core.sharing import frames
from core.sharing.leader import LEFT_MS, Leader
from core.sharing.on_demand.ledger import new_ledger, set_members
from core.units import NEVER_MS


def new_leader(unit, serial, revisions, epoch, nonce, timing, now_ms):
    """A Leader that begins to greet. unit, serial, nonce: of this unit and this boot; epoch: not
    led in before; revisions: of group/on_demand/stored.py."""
    leader = Leader()
    leader.unit, leader.serial = unit, serial
    leader.tag = tag_of(serial)
    leader.epoch, leader.nonce = epoch, nonce
    leader.sequence = 0
    leader._timing = timing
    leader.revisions = revisions
    leader.ledger = new_ledger(timing, epoch, nonce, unit)
    leader.boot_ms = now_ms
    leader._last_ms = now_ms - timing.period_ms
    leader._send_at_ms = now_ms
    leader._dirty = False
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
    leader._revision_until_ms = leader.said_ms = now_ms
    leader.asked_by = ""
    leader.quiet_ms = now_ms
    leader.caps = None
    leader._told_ms = now_ms - timing.period_ms  # when revisions went out, beside amounts
    leader._unheard_ms = now_ms + LEFT_MS  # when units that are not heard are told it again
    follow_members(leader)
    return leader


def follow_members(leader):
    """Keep an account of each unit of any revision."""
    set_members(leader.ledger, rows_of(leader.revisions))


def on_believed(leader, serial, report, now_ms):
    """A believed report shows what a unit has stored."""
    acknowledge(leader.revisions, serial, report, now_ms)
    if report.flags & frames.IN_FORCE and report.digest == leader.revisions.digest:
        leader.revisions.is_in_force = True  # it was, before this leader's storage fell back


def start_revision(leader, revision, now_ms):
    """Propose this revision from now on."""
    put_forward(leader.revisions, revision, now_ms)
    leader.asked_by = ""  # whoever asks says so after it
    follow_members(leader)
    leader.proposed = True
    repeat_revision(leader, now_ms)


def repeat_revision(leader, now_ms):
    """Send the newest revision for a while, from now on."""
    leader._dirty = True
    leader._revision_until_ms = now_ms + LEFT_MS
    leader._send_at_ms = min(leader._send_at_ms, now_ms)


def hand_over_due(leader, now_ms) -> bool:
    """Are all units at rest, so that the new leader can become a revision (rule 13)?"""
    return (leader.handing_over is not None and leader.revisions.pending is None
            and not leader.retired() and now_ms - leader.handing_over[1]
            >= leader._timing.rest_x_ms)


def waiting_units(leader) -> list:
    """Numbers of the units whose acknowledgement is missing, sorted."""
    waiting = waiting_for(leader.revisions)
    return sorted([a.unit for a in leader.ledger.accounts if a.serial in waiting])


def to_commit(leader, now_ms) -> bool:
    """Is the proposed revision ready to be stored as in force?"""
    if leader.others and not leader.revisions.is_in_force:
        return False
    ready_ms = leader.revisions.ready_ms()
    return ready_ms is not None and now_ms >= ready_ms


def note_commit(leader, now_ms):
    """It has been stored."""
    leader.said_ms = now_ms
    follow_members(leader)
    repeat_revision(leader, now_ms)
