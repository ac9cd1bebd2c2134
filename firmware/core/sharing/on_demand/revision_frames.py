# SPDX-License-Identifier: MIT
"""Sending what changes the group: revisions, and who was removed."""

from core.sharing import frames
from core.sharing.on_demand.digest import revision_body
from core.sharing.on_demand.rare_frame import rare_frame


def send_rare(member, now_ms, body):
    """As the leader: a revision, or the tag of a unit that was removed."""
    kind, data = frames.REMOVED, body
    if type(body) is not bytes:
        kind, data = frames.REVISION, revision_body(body[0], body[1])
    header = member.leader.header(kind, now_ms)
    if member.codec is not None:
        member.out.append((0, rare_frame(member.codec, header, data)))
    member.take(header, body, now_ms)


def send_held(member, now_ms):
    """To a leader that does not seem to hold it: the newest revision that storage holds."""
    group = member.group
    member.follower.behind = False
    if member.codec is None or group.revision is None or group.stored_number != group.number():
        return
    header, _ = member.follower.report(now_ms)
    header = frames.Header(frames.HELD, header.sender, header.epoch, header.nonce,
                           header.sequence, header.tag)
    held, in_force = group.revision, group.in_force()
    if group.confirmed is not None and not in_force:
        known = revision_body(group.confirmed, True)
        member.out.append((0, rare_frame(member.codec, header, known)))
    member.out.append((0, rare_frame(member.codec, header, revision_body(held, in_force))))
