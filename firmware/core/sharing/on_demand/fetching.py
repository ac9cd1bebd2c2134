# SPDX-License-Identifier: MIT
"""A leader fetches the sessions of a unit over the radio, in pieces, when somebody wants them.

It asks for a number; the unit says a few frames of records from there down, and each says which
number comes next. What is lost is asked for again. Only the unit that was asked, in its present
boot, is listened to. Two numbers that no session has: NOW asks for one record of how it is, CLEAR
lets the unit try again after a latched fault.
"""

from core.sharing import frames
from core.sharing.on_demand.rare_bodies import Asked, Sessions, asked_body, sessions_body
from core.sharing.on_demand.rare_frame import rare_frame
from core.sharing.on_demand.said import said_header
from micropython import const

NOW = const(0xFFFFFFFF)
CLEAR = const(0xFFFFFFFE)
_WAITING_MAX = const(8)  # bodies that nobody has taken yet


class Fetch:
    """tag: of the unit; wanted: number of the session that comes next, 0 for the newest, None when
    all have come; came: records of each frame that has come, until they are taken; until_ms: whose
    it is may have gone by then."""

    __slots__ = ("tag", "wanted", "came", "until_ms")

    def __init__(self, tag, until_ms: int):
        self.tag, self.until_ms = tag, until_ms
        self.wanted, self.came = 0, []


def ask(member, now_ms: int, now_s: int) -> bool:
    """As the leader: ask for what is wanted next. now_s: of the calendar, 0 if it is not known.
    False if it leads no more."""
    if member.leader is None or member.codec is None:
        return False
    tell(member, member.sessions.tag, member.sessions.wanted, now_ms, now_s)
    return True


def tell(member, tag, number: int, now_ms: int, now_s=0):
    """As the leader: ask the unit of this tag for a number."""
    body = Asked(tag, number, now_s)
    header = member.leader.header(frames.ASKED, now_ms)
    member.out.append((0, rare_frame(member.codec, header, asked_body(body))))
    member.take(header, body, now_ms)


def clear(member, tag, now_ms: int):
    """As the leader: the unit of this tag may try again after a latched fault."""
    tell(member, tag, CLEAR, now_ms)


def hears(member, header, said):
    """As the leader: a unit has said some of its sessions. said: Sessions."""
    fetch = member.sessions
    account = member.leader.ledger.account(header.tag)
    if (fetch is None or account is None or fetch.tag != header.tag
            or header.epoch != member.leader.epoch or header.nonce != account.nonce
            or header.sequence < account.number):
        return  # old, or not asked for
    if said.number != fetch.wanted or len(fetch.came) >= _WAITING_MAX:
        return  # one before it was lost
    # Downwards only: a unit that says anything else is done.
    goes_on = said.records and 0 < said.next and (not said.number or said.next < said.number)
    fetch.wanted = said.next if goes_on else None
    fetch.came.append(said.records)


def say(member, number: int, following: int, records: bytes):
    """As a unit: records of sessions from this number down; following: the next one, or 0."""
    header = said_header(member.follower, frames.SESSIONS)
    member.out.append((member.group.leader, rare_frame(member.codec, header, sessions_body(
        Sessions(number, following, records)))))
