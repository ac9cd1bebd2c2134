# SPDX-License-Identifier: MIT
"""Sending what is rare on the air: revisions, who was removed, newcomers, names, blinking."""

from core.sharing import frames
from core.sharing.on_demand.follower import hello_header, said_header
from core.sharing.on_demand.digest import revision_body
from core.sharing.on_demand.frames import rare_frame
from core.sharing.on_demand.rare_bodies import Blink, Hello, blink_body, hello_body


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


def send_hello(member, now_ms):
    """While no revision names this unit: who it is."""
    header = hello_header(member.follower, now_ms)
    group = member.group
    config = group.config
    said = Hello(config.serial, config.wired, config.rating_ma, config.nameplate_ma,
                 config.min_ma, group.stored_number, group.stored_digest)
    member.out.append((group.leader, rare_frame(member.codec, header, hello_body(said))))


def send_named(member):
    """The name of this unit, under the number of its last report."""
    group = member.group
    header = said_header(member.follower, frames.NAMED)
    member.out.append((group.leader, rare_frame(member.codec, header, group.name.encode())))


def send_blink(member, tag, seconds: int, now_ms):
    """As the leader: a unit is to show which one it is."""
    header = member.leader.header(frames.BLINK, now_ms)
    body = Blink(tag, seconds)
    member.out.append((0, rare_frame(member.codec, header, blink_body(body))))
    member.take(header, body, now_ms)
