# SPDX-License-Identifier: MIT
"""A unit begins to lead (rule 13)."""

from core.group.on_demand.group import follow_leader
from core.group.on_demand.record import leading, revision_record
from core.group.on_demand.stored import new_revisions
from core.load import load
from core.sharing.member import LEADS
from core.sharing.on_demand.leader import new_leader
from core.sharing.on_demand.names import NAMING_MS
from core.sharing.on_demand.own_cap import follow_cap


def lead_by(member, revision, now_ms):
    """Lead by a revision that names this unit as the leader."""
    become_leader(member, leading(revision_record(revision)),
                  max(member.epoch_max, member.group.epoch) + 1, now_ms)


def become_leader(member, lead, epoch, now_ms):
    """Lead from now on, in an epoch that is stored first. lead: record.leading()."""
    group = member.group
    names = load("core", "sharing", "naming") if lead["names"] else None
    wished = load("core", "sharing", "caps") if "wishes" in lead else None
    member.leader = new_leader(
        group.unit, group.config.serial,
        new_revisions(member.timing, lead, now_ms, group.revision), epoch, member.nonce,
        member.timing, now_ms)
    member.role, member.lead = LEADS, None
    if names is not None:
        names.from_record(member, lead["names"])
    if wished is not None:
        wished.from_record(member.leader, lead["wishes"])
    member.epoch_max = max(member.epoch_max, epoch)
    follow_leader(group, group.unit, member.follower.tag, epoch)
    member.naming_ms = now_ms + NAMING_MS
    if member.codec is None:  # alone: there is nobody who could be told anything else
        member.leader.stored = True
    else:
        member.changed(now_ms)
    follow_cap(member, now_ms)
