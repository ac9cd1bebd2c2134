# SPDX-License-Identifier: MIT
"""Makes an Account; a new boot of its unit, and what stays beyond its amounts."""

from core.on_demand.serial import tag_of
from core.sharing.account import BOOTS_MOST, METER_PART, NOISE_MA, Account
from core.sharing.frames import NO_SIGNAL
from micropython import const

_SEEN_MAX = const(4)


def new_account(timing, row):
    """Account of a unit that was never heard. row: frames.Row, one of change.reserved()."""
    account = Account()
    account._timing = timing
    account.serial = row.serial
    account.tag = tag_of(row.serial)
    account.report = None  # last one believed
    account.received_ms = None
    account.nonce = None
    account.number = -1
    account._seen = ()  # (nonce that has not answered yet, first frame sent after it was seen)
    account.base_ma = 0
    account.base_phases = 0
    account._base_end_ms = 0
    account._aside_ma = None  # drawn on phases left out, below what trips their guard
    account._tails = ()  # (vector, end_ms)
    account._sent = ()  # (sequence, amount_ma, phases, deadline_ms), oldest first
    account.last_ma = 0  # last sent: raises are judged against it
    account.last_phases = 0
    account._rise_at_ms = 0
    account.air = account.past = NO_SIGNAL  # reception.py
    account.follow(row)
    return account


def knows(account, nonce, echo_sequence) -> bool:
    """Is this boot of the unit known? A new one is, once it echoes a frame sent after the
    leader first saw it: a replayed report of an older boot never can. Several are told apart,
    so that such replays do not keep the present one from being known."""
    if nonce == account.nonce:
        return True
    for seen, after in account._seen:
        if seen == nonce:
            return after is not None and echo_sequence >= after
    account._seen = account._seen[1 - _SEEN_MAX:] + ((nonce, None),)
    return False


def boots(account, nonce, now_ms):
    """A new boot of its unit is believed."""
    if account.report is not None:  # the old boot's current may still flow: rule 7
        account._add_tail(account.hold(now_ms), now_ms + account._timing.react_x_ms)
        account.last_ma = account.last_phases = 0
        count_boot(account)
    account.nonce = nonce
    account._sent = ()
    account._seen = ()


def overdraw_ma(account, now_ms):
    """Vector: what is used beyond the amounts and stays. A meter that reads 2 % high makes
    small tails for ever, and a phase left out may be drawn from a little."""
    overdraw = [0, 0, 0] if account._aside_ma is None else account._aside_ma[:]
    for vector, end_ms in account._tails:
        if now_ms < end_ms:
            beyond = account._beyond(vector)
            for p in (0, 1, 2):
                over_ma, later_ma = beyond[p]
                error_ma = later_ma // METER_PART
                # Twice: what was above an amount stays so while a cut by it is followed.
                if over_ma <= NOISE_MA + 2 * error_ma:
                    overdraw[p] = max(overdraw[p], min(over_ma, error_ma))
    return overdraw


def count_boot(account):
    """A new boot of a unit was believed that was known before."""
    if account.past >> 15 & BOOTS_MOST < BOOTS_MOST:
        account.past += 1 << 15
