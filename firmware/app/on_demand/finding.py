# SPDX-License-Identifier: MIT
"""Finding a unit by its light, and letting it try again after a fault: see owner.py."""

from core.load import load
from micropython import const

_SECONDS_MAX = const(60)
_SERIAL_DIGITS = const(12)
_SENT = const(2)  # one of them may be lost


def identify(unit, number, seconds, now_ms):
    """Let a unit blink. unit: the app.unit.Unit that is asked; number: of the unit that is looked
    for, None for this one, or the serial, a text, of one that pairing has found. None, or a
    refusal."""
    if type(seconds) is not int or not 1 <= seconds <= _SECONDS_MAX:
        return "seconds", str(seconds)[:40], _SECONDS_MAX
    member = unit.member
    if number is None or not unit.errors and number == member.group.unit:
        member.blink_ms = now_ms + 1000 * seconds
        return None
    if type(number) is str and len(number) == _SERIAL_DIGITS:
        return _found(unit, number, seconds, now_ms)
    if type(number) is not int:
        return "unit_number", str(number)[:40]
    if unit.errors:
        return ("only_itself",)
    names = load("core", "sharing", "names")
    frames = load("core", "sharing", "rare_frames")
    account, error = _account(member, number, names)
    if error:
        return error
    for _ in range(_SENT):
        frames.send_blink(member, account.tag, seconds, now_ms)
    return None


def clear(unit, number, now_ms):
    """Another unit of the group may try again after a latched fault. False, or a refusal."""
    member = unit.member
    account, error = _account(member, number, load("core", "sharing", "names"))
    if error:
        return error
    heard_ms = account.received_ms
    if heard_ms is None or now_ms - heard_ms > unit.timing.silent_ms:
        return "clear_there", number
    fetching = load("core", "sharing", "fetching")
    for _ in range(_SENT):
        fetching.clear(member, account.tag, now_ms)
    unit.hal.radio.wake()
    return False


# It has no number yet, and can prove nothing: whoever pairs may let it blink.
def _found(unit, serial, seconds, now_ms):
    if not hasattr(unit.pairing, "until_ms"):
        return ("none_heard",)
    for one in unit.pairing.found(now_ms):
        if one.serial.hex() == serial.lower():
            unit.pairing.blink(one.serial, seconds, now_ms)
            return None
    return "not_heard", serial[:12]


def _account(member, number, names):
    leader = member.leader
    if leader is None:
        return None, names.elsewhere(member)
    for account in leader.ledger.accounts:
        if account.unit == number:
            return account, None
    return None, ("not_in_group", number, [account.unit for account in leader.ledger.accounts])
