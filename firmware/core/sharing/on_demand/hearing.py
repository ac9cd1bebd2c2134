# SPDX-License-Identifier: MIT
"""What a member does when another one leads, or a revision arrives (rules 12 and 13)."""

from core.group.group import row_of
from core.load import load
from core.sharing.on_demand.following import become_follower, hear_revision
from core.sharing.on_demand.writes import owner_asks


def accepts_another(member, header, body, now_ms) -> bool:
    """Another unit leads in a newer epoch: is it followed from now on? Only its own frames of a
    round tell by which revision it leads."""
    if body.in_force < member.group.confirmed_number:
        member.follower.behind = True  # it may learn of the newer one
        return False
    become_follower(member, header.sender, header.tag, header.epoch, now_ms)
    return True


def ready(member, body):
    """`take_rare`, when all that it may take is loaded. body: (Revision, in_force)."""
    own = row_of(body[0], member.group.config.serial)
    if body[1] and own is not None and own.unit == body[0].leader:
        load("core", "sharing", "leading")  # it may begin to lead by this
    return take_rare


def take_rare(member, body, now_ms):
    """A revision of the leader has arrived: body is (Revision, in_force)."""
    stored = member.group.number()
    if hear_revision(member.follower, body[0], body[1], now_ms):
        if member.group.number() != stored:
            owner_asks(member, 1)  # its leader's storage has paid for it too
            member.changed(now_ms)
        elif member.leader is None:
            member.lazy = True  # that it is in force is said again after a boot
    if member.leader is None and body[1]:
        _take_over(member, now_ms, body[0])


# A revision in force names this unit as the leader: the old one has stepped back.
def _take_over(member, now_ms, revision):
    group = member.group
    own = row_of(revision, member.group.config.serial)
    if (own is None or own.unit != revision.leader or group.leader == group.unit
            or not group.in_force() or group.revision != revision):
        return
    load("core", "sharing", "leading").lead_by(member, revision, now_ms)
