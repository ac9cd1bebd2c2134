# SPDX-License-Identifier: MIT
"""Finding a unit by its light: see owner.py."""

from core.load import load
from micropython import const

_SECONDS_MAX = const(60)
_SENT = const(2)  # one of them may be lost


def identify(unit, number, seconds, now_ms):
    """Let a unit blink. unit: the app.unit.Unit that is asked; number: of the unit that is looked
    for, None for this one, or the serial, a text, of one that pairing has found. None, or one
    sentence why not."""
    if type(seconds) is not int or not 1 <= seconds <= _SECONDS_MAX:
        return "seconds is %s: must be 1 to %d" % (seconds, _SECONDS_MAX)
    member = unit.member
    if number is None or not unit.errors and number == member.group.unit:
        member.blink_ms = now_ms + 1000 * seconds
        return None
    if type(number) is str:
        return _found(unit, number, seconds, now_ms)
    if type(number) is not int:
        return "unit is %s: a unit is named by its number, as members() shows it" % (number,)
    if unit.errors:
        return "this unit runs no group now: identify() lets this one blink"
    names = load("core", "sharing", "names")
    frames = load("core", "sharing", "rare_frames")
    account, error = _account(member, number, names)
    if error:
        return names.spoken(member, error)
    for _ in range(_SENT):
        frames.send_blink(member, account.tag, seconds, now_ms)
    return None


# It has no number yet, and can prove nothing: whoever pairs may let it blink.
def _found(unit, serial, seconds, now_ms):
    if not hasattr(unit.pairing, "until_ms"):
        return "pairing is not open: a unit without a number blinks while it is"
    for one in unit.pairing.found(now_ms):
        if one.serial.hex() == serial.lower():
            unit.pairing.blink(one.serial, seconds, now_ms)
            return None
    return "unit %s is not heard" % serial[:12]


def _account(member, number, names):
    leader = member.leader
    if leader is None:
        return None, "another unit is called from the leader, %s, or by identify() on itself" % (
            names.leader_text(member))
    for account in leader.ledger.accounts:
        if account.unit == number:
            return account, None
    units = load("core", "group", "proposal").names([a.unit for a in leader.ledger.accounts])
    return None, "unit %d is not in the group: in it are %s" % (number, units)
