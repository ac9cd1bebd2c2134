# SPDX-License-Identifier: MIT
"""Sending what is rare on the air: newcomers, names, blinking."""

from core.sharing import frames
from core.sharing.on_demand.rare_bodies import Blink, Hello, blink_body, hello_body
from core.sharing.on_demand.rare_frame import rare_frame
from core.sharing.on_demand.said import hello_header, said_header


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
