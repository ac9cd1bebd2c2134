# SPDX-License-Identifier: MIT
"""All settings of a unit in one table, their checks, and what follows from them.

Settings say what was chosen, board facts what is soldered. An impossible set is refused with
the bound in the message and never mended by a guess: the unit then does not charge and says
why. REPL help, web page and README are made from the same table. Rules: design 1, rows 3 and 4.
"""

from collections import namedtuple

from micropython import const

UNITS_MAX = const(16)
OFFER_MIN_MA = const(6000)  # IEC 61851-1: the least that a pilot can offer
_STEP_MA = const(100)  # offers are multiples of this
_GROUP_ID_MAX = const(0xFFFFFFFF)
_KEY_DIGITS = const(64)  # 32 bytes

# kind: "int" (low to high), "choice", "bool" or "hex" (low: digits). default None: must be
# chosen, because a guess could be dangerous. unit: for people, "" if it has none.
Setting = namedtuple("Setting", ("key", "kind", "default", "low", "high", "choices", "unit",
                                 "text"))

# One unit of a group, as its leader knows it.
GroupUnit = namedtuple("GroupUnit", ("unit", "role", "nameplate_ma", "rating_ma"))


def _number(key, default, low, high, unit, text):
    return Setting(key, "int", default, low, high, (), unit, text)


def _choice(key, default, choices, unit, text):
    return Setting(key, "choice", default, 0, 0, choices, unit, text)


def _flag(key, default, text):
    return Setting(key, "bool", default, 0, 0, (False, True), "", text)


def table() -> tuple:
    """What an owner chooses, one row for each setting."""
    return (
        _number("unit_id", None, 1, 250, "", "Number of this unit; each in a group is different."),
        _choice("role", "alone", ("leader", "follower", "alone"), "",
                "Leads the group, follows its leader, or has a circuit of its own."),
        _choice("region", None, ("us", "iec"), "",
                "Breaker rule: us uses 80 % of the breaker, iec all of it."),
        _choice("breaker_a", None, (10, 13, 15, 16, 20, 25, 30, 32, 40, 50, 60, 63), "A",
                "Breaker that feeds this unit alone; which ones exist depends on the region."),
        _choice("phases", None, ("L1", "L2", "L3", "L1L2L3", "L2L3L1", "L3L1L2"), "",
                "Phases of the circuit on this unit's own terminals, in their order."),
        _number("priority", 0, 0, 9, "", "A larger number is served first."),
        _number("limit_a", 0, 0, UNITS_MAX * 80, "A",
                "Limit of the circuit per phase, on the leader; 0: not chosen (alone: rating)."),
        _choice("fallback", "equal", ("equal", "minimum", "stop"), "",
                "What a unit may use when it has lost its leader: an equal share, 6 A, nothing."),
        _flag("enabled", False, "Sharing is on; in a group no unit charges before."),
        _choice("transport", "espnow", ("espnow", "udp"), "", "How the units reach each other."),
        _number("group_id", 0, 0, _GROUP_ID_MAX, "", "Number of the group; 0: in no group."),
        Setting("group_key", "hex", "", _KEY_DIGITS, _KEY_DIGITS, (), "",
                "Secret of the group, 64 hexadecimal digits; empty: in no group."),
    )


def board_table() -> tuple:
    """What is soldered, one row for each fact; it comes from the board file."""
    return (
        _number("nameplate_a", None, 6, 80, "A", "Greatest current of the hardware."),
        _flag("metered", False, "Measures the current of each phase."),
        _flag("feedback", False, "Reads back whether the contactor is closed."),
        _flag("ventilation", False, "Verified ventilation for vehicles that ask for it."),
    )


def breakers(region: str) -> tuple:
    """Breakers that exist in a region and what each may carry for hours, as (A, mA) pairs."""
    if region == "us":  # NEC 625.41: a continuous load takes 80 % of its breaker
        return tuple((a, a * 800) for a in (15, 20, 30, 40, 50, 60))
    if region == "iec":
        return tuple((a, a * 1000) for a in (10, 13, 16, 20, 25, 32, 40, 50, 63))
    return ()


def breaker_ma(breaker_a: int, region: str) -> int:
    """What a breaker may carry, mA; 0 for one that does not exist in the region."""
    for amperes, carries_ma in breakers(region):
        if amperes == breaker_a:
            return carries_ma
    return 0


def rating_ma(breaker_a: int, region: str, nameplate_ma: int) -> int:
    """Greatest output of a unit, mA; 0 if its breaker does not exist in the region."""
    return min(breaker_ma(breaker_a, region), nameplate_ma)


def wiring(phases: str) -> tuple:
    """Index of the circuit's phase (0 to 2) for each of the unit's own terminals, in order."""
    return tuple(int(digit) - 1 for digit in phases.replace("L", ""))


def wired_mask(phases: str) -> int:
    """Mask of the circuit's phases that a unit is wired to, bit 0 is L1."""
    mask = 0
    for index in wiring(phases):
        mask |= 1 << index
    return mask


def fallback_ma(mode: str, limit_ma: int, ratings_ma) -> list:
    """Fallback of each unit in the order of its rating, mA. Their sum is at most the limit."""
    share_ma = 0
    if mode == "equal":
        share_ma = limit_ma // len(ratings_ma) // _STEP_MA * _STEP_MA
    elif mode == "minimum":
        share_ma = OFFER_MIN_MA
    if share_ma < OFFER_MIN_MA:
        share_ma = 0
    shares_ma = [min(share_ma, rating) for rating in ratings_ma]
    assert sum(shares_ma) <= limit_ma
    return shares_ma


def validate(given: dict, board: dict) -> tuple:
    """(values, errors): all settings and board facts with defaults filled in, and sentences.

    With errors the values are not to be used. Added to the values: rating_ma, the greatest
    output of this unit. limit_a is that of the circuit of a unit alone, never 0 then.
    """
    values = {}
    errors = []
    _take(given, table(), "setting", values, errors)
    _take(board, board_table(), "board fact", values, errors)
    if not errors:
        _check_breaker(values, errors)
    if not errors:
        values["rating_ma"] = rating_ma(values["breaker_a"], values["region"],
                                        values["nameplate_a"] * 1000)
        _check_role(values, errors)
    return values, errors


def check_group(limit_ma: int, members, fallback: str):
    """None, or one sentence that says why this group cannot be. members: GroupUnit of all."""
    if not 1 <= len(members) <= UNITS_MAX:
        return "a group of %d units: must be 1 to %d" % (len(members), UNITS_MAX)
    if fallback not in ("equal", "minimum", "stop"):
        return "fallback is %s: must be one of equal, minimum, stop" % (fallback,)
    return (_check_ids([member.unit for member in members])
            or _check_leaders(members) or _check_limit(limit_ma, members))


def _check_ids(units):
    units = sorted(units)
    for index, unit in enumerate(units):
        if not 1 <= unit <= 250:
            return "unit_id is %d: must be 1 to 250" % unit
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
    least_ma = OFFER_MIN_MA * len(members)
    if limit_ma < least_ma:
        return ("limit is %s A: must be at least %s A, 6 A for each of %d units"
                % (amperes(limit_ma), amperes(least_ma), len(members)))
    if len(members) == 1:
        most_ma = members[0].rating_ma
        why = "the greatest output of the only unit"
    else:
        most_ma = sum(member.nameplate_ma for member in members) - 1000
        why = ("the sum of the nameplates minus 1 A; with more, sharing is not needed")
    if limit_ma > most_ma:
        return ("limit is %s A: must be at most %s A, %s"
                % (amperes(limit_ma), amperes(most_ma), why))
    if limit_ma % _STEP_MA:
        return "limit is %d mA: must be a multiple of %d mA" % (limit_ma, _STEP_MA)
    return None


def amperes(amount_ma: int) -> str:
    """Amperes for people, without a needless fraction: 40, 13.5."""
    text = "%d.%03d" % (amount_ma // 1000, amount_ma % 1000)
    return text.rstrip("0").rstrip(".")


def allowed(row) -> str:
    """What a setting may be, for people."""
    if row.kind == "int":
        return "%d to %d" % (row.low, row.high)
    if row.kind == "bool":
        return "true or false"
    if row.kind == "hex":
        return "%d hexadecimal digits" % row.low
    return "one of %s" % ", ".join(str(choice) for choice in row.choices)


def _take(given, rows, noun, values, errors):
    if not isinstance(given, dict):
        errors.append("%ss are not a table of names and values" % noun)
        return
    known = sorted(row.key for row in rows)
    for key in sorted(str(key) for key in given):
        if key not in known:
            errors.append("%s is no %s: known are %s" % (key, noun, ", ".join(known)))
    for row in rows:
        value = given.get(row.key, row.default)
        if value is None:
            errors.append("%s is missing: must be %s" % (row.key, allowed(row)))
        elif not _fits(row, value):
            errors.append("%s is %s: must be %s" % (row.key, _shown(row, value), allowed(row)))
        else:
            values[row.key] = value


def _fits(row, value):
    # Exact types: true is not 1, and 6.0 is not 6.
    if row.kind == "int":
        return type(value) is int and row.low <= value <= row.high
    if row.kind == "bool":
        return type(value) is bool
    if row.kind == "hex":
        return value == "" or (type(value) is str and len(value) == row.low
                               and all(c in "0123456789abcdefABCDEF" for c in value))
    return any(type(value) is type(choice) and value == choice for choice in row.choices)


def _shown(row, value):
    if row.kind == "hex":  # a secret stays out of logs and pages
        return "%d characters" % len(value) if type(value) is str else "no text"
    return str(value)


def _check_breaker(values, errors):
    region = values["region"]
    if breaker_ma(values["breaker_a"], region) == 0:
        errors.append("breaker_a is %d: must be one of %s in region %s" % (
            values["breaker_a"], ", ".join(str(a) for a, _ in breakers(region)), region))


def _check_role(values, errors):
    limit_ma = values["limit_a"] * 1000
    if values["role"] == "alone":
        if limit_ma == 0:
            values["limit_a"] = values["rating_ma"] // 1000
        else:
            alone = GroupUnit(values["unit_id"], "alone", values["nameplate_a"] * 1000,
                              values["rating_ma"])
            error = check_group(limit_ma, [alone], values["fallback"])
            if error:
                errors.append(error)
        return
    for key in ("group_id", "group_key"):
        if not values[key]:
            errors.append("%s is missing: a %s needs it" % (key, values["role"]))
    if values["role"] == "leader" and limit_ma < OFFER_MIN_MA:
        errors.append("limit_a is %d: must be at least 6 for each unit" % values["limit_a"])
