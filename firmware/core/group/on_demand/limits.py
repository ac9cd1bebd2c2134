# SPDX-License-Identifier: MIT
"""The bounds of a group, and the fallbacks that follow from its limit (design 1, rows 3 and 4)."""

from collections import namedtuple

from core.units import FALLBACKS, OFFER_MIN_MA, STEP_MA, UNITS_MAX, UNIT_MAX

# One unit of a group, as its leader knows it.
GroupUnit = namedtuple("GroupUnit", ("unit", "role", "nameplate_ma", "rating_ma", "min_ma"))


def fallback_ma(mode: str, limit_ma: int, ratings_ma) -> list:
    """Fallback of each unit in the order of its rating, mA. Their sum is at most the limit."""
    share_ma = 0
    if mode == "equal" and ratings_ma:
        share_ma = limit_ma // len(ratings_ma) // STEP_MA * STEP_MA
    elif mode == "minimum" and OFFER_MIN_MA * len(ratings_ma) <= limit_ma:
        share_ma = OFFER_MIN_MA
    if share_ma < OFFER_MIN_MA:
        share_ma = 0
    shares_ma = [min(share_ma, rating) for rating in ratings_ma]
    if sum(shares_ma) > limit_ma:
        raise RuntimeError("fallbacks above the limit")
    return shares_ma


def check_group(limit_ma: int, members, fallback: str):
    """None, or one sentence that says why this group cannot be. members: GroupUnit of all."""
    if not 1 <= len(members) <= UNITS_MAX:
        return "a group of %d units: must be 1 to %d" % (len(members), UNITS_MAX)
    if fallback not in FALLBACKS:
        return "fallback is %s: must be one of equal, minimum, stop" % (fallback,)
    return (_check_ids([member.unit for member in members])
            or _check_leaders(members) or _check_limit(limit_ma, members))


def _check_ids(units):
    units = sorted(units)
    for index, unit in enumerate(units):
        if not 1 <= unit <= UNIT_MAX:
            return "unit_id is %d: must be 1 to %d" % (unit, UNIT_MAX)
        if index and units[index - 1] == unit:
            return "unit_id %d is there twice: each in a group must be different" % unit
    return None


def _check_leaders(members):
    leaders = sorted(member.unit for member in members if member.role != "follower")
    if len(leaders) == 1:
        return None
    if not leaders:
        return "no unit is the leader: a group must have exactly one"
    return ("units %s are all leaders: a group must have exactly one"
            % ", ".join(str(unit) for unit in leaders))


def _check_limit(limit_ma, members):
    least_ma = sum([member.min_ma for member in members])
    if limit_ma < least_ma:
        each = "6 A"
        if least_ma != OFFER_MIN_MA * len(members):
            each = "the smallest current"
        return ("limit is %s A: must be at least %s A, %s for each of %d units"
                % (amperes(limit_ma), amperes(least_ma), each, len(members)))
    if len(members) == 1:
        most_ma = members[0].rating_ma
        why = "the greatest output of the only unit"
    else:
        most_ma = sum(member.nameplate_ma for member in members) - 1000
        why = ("the sum of the nameplates minus 1 A; with more, sharing is not needed")
    if limit_ma > most_ma:
        return ("limit is %s A: must be at most %s A, %s"
                % (amperes(limit_ma), amperes(most_ma), why))
    if limit_ma % STEP_MA:
        return "limit is %d mA: must be a multiple of %d mA" % (limit_ma, STEP_MA)
    return None


def free_number(taken) -> int:
    """The lowest number that no unit of a group has. taken: those that some have."""
    number = 1
    while number in taken:
        number += 1
    return number


def amperes(amount_ma: int) -> str:
    """Amperes for people, without a needless fraction: 40, 13.5."""
    text = "%d.%03d" % (amount_ma // 1000, amount_ma % 1000)
    return text.rstrip("0").rstrip(".")
