# SPDX-License-Identifier: MIT
"""Asking units for their names, telling them, and hearing them, as the leader (naming.py)."""

from core.sharing import frames
from core.sharing.on_demand.names import entries
from core.sharing.on_demand.naming import keep
from core.sharing.on_demand.rare_bodies import Name, name_body
from core.sharing.on_demand.rare_frame import rare_frame


def ask(member, tag, sets, name, now_ms):
    """As the leader: ask a unit for its name, or let it take one."""
    body = Name(tag, sets, name)
    header = member.leader.header(frames.NAME, now_ms)
    member.out.append((0, rare_frame(member.codec, header, name_body(body))))
    member.take(header, body, now_ms)


def hears(member, header, name):
    """As the leader: a unit says the name that it has stored."""
    leader = member.leader
    account = leader.ledger.account(header.tag)
    if (account is None or header.epoch != leader.epoch or header.nonce != account.nonce
            or header.sequence < account.number):
        return  # old, or of nobody
    names = entries(member)
    known = names.get(account.serial)
    if known == (name, True) or known is not None and not known[1] and known[0] != name:
        return
    names[account.serial] = name, True
    keep(member, names)
