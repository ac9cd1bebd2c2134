# SPDX-License-Identifier: MIT
"""The bounds of a group, and the fallbacks that follow from its limit (design 1, rows 3 and 4)."""

from collections import namedtuple

from core.group.on_demand.amounts import amps
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
    """None, or a refusal (core/on_demand/refusal_words.py): why this group cannot be. members:
    GroupUnit of all."""
    if not 1 <= len(members) <= UNITS_MAX:
        return "group_size", len(members), UNITS_MAX
    if fallback not in FALLBACKS:
        return "fallback", str(fallback)[:40]
    return (_check_ids([member.unit for member in members])
            or _check_leaders(members) or _check_limit(limit_ma, members))


def _check_ids(units):
    units = sorted(units)
    for index, unit in enumerate(units):
        if not 1 <= unit <= UNIT_MAX:
            return "id_range", unit, UNIT_MAX
        if index and units[index - 1] == unit:
            return "id_twice", unit
    return None


def _check_leaders(members):
    leaders = sorted(member.unit for member in members if member.role != "follower")
    if len(leaders) == 1:
        return None
    if not leaders:
        return ("no_leader",)
    return "leaders", ", ".join(str(unit) for unit in leaders)


def _check_limit(limit_ma, members):
    least_ma = sum([member.min_ma for member in members])
    if limit_ma < least_ma:
        code = "limit_low" if least_ma == OFFER_MIN_MA * len(members) else "limit_low_min"
        return code, amps(limit_ma), amps(least_ma), len(members)
    code, most_ma = "limit_one", members[0].rating_ma
    if len(members) > 1:
        code, most_ma = "limit_high", sum(member.nameplate_ma for member in members) - 1000
    if limit_ma > most_ma:
        return code, amps(limit_ma), amps(most_ma)
    if limit_ma % STEP_MA:
        return "limit_step", limit_ma, STEP_MA
    return None


def free_number(taken) -> int:
    """The lowest number that no unit of a group has. taken: those that some have."""
    number = 1
    while number in taken:
        number += 1
    return number
