# SPDX-License-Identifier: MIT
"""From what was given by cable to the first record of a group (rule 5).

    {"key": 64 hexadecimal digits, "members": member_line.py's line}      the leader of a new group
    {"key": ..., "leader": its number, "leader_tag": 8 digits or "", "epoch": ..., "sequence": ...,
     "floor": ...}                                                    any other unit; the last four
                                                                      may be left out
"""

from core.group.on_demand.first_record import first_record, joining_record
from core.group.on_demand.limits import GroupUnit, check_group
from core.group.on_demand.member_line import parse
from core.group.on_demand.proposal import make
from core.load import load
from core.units import UNIT_MAX

_KEYS = ("epoch", "floor", "key", "leader", "leader_tag", "members", "sequence")
_NUMBER_MAX = 0x7FFFFFFF


def made(asked, unit, values) -> tuple:
    """(record, None), or (None, words that say what cannot be). unit: follower.UnitConfig;
    values: checked settings, of which the leader takes limit, fallback and enabled."""
    if type(asked) is not dict or not all(name in _KEYS for name in asked):
        return None, "its parts must be among %s" % ", ".join(_KEYS)
    key = asked.get("key")
    if type(key) is not str or len(key) != 64 or not all(c in "0123456789abcdefABCDEF"
                                                         for c in key):
        return None, "key must be 64 hexadecimal digits"
    if not key.strip("0"):
        return None, "key is all zeros: must be random"
    key = bytes.fromhex(key)
    if "members" in asked:
        return _leader(asked["members"], key, unit, values)
    return _follower(asked, key, unit)


def _follower(asked, key, unit):
    numbers = [asked.get(name, 0) for name in ("epoch", "sequence", "floor")]
    leader, tag = asked.get("leader"), asked.get("leader_tag", "")
    if type(leader) is not int or not 1 <= leader <= UNIT_MAX:
        return None, "leader must be 1 to %d" % UNIT_MAX
    if not all(type(n) is int and 0 <= n <= _NUMBER_MAX for n in numbers):
        return None, "epoch, sequence and floor must be 0 to %d" % _NUMBER_MAX
    if type(tag) is not str or len(tag) not in (0, 8) or not all(
            c in "0123456789abcdefABCDEF" for c in tag):
        return None, "leader_tag must be 8 hexadecimal digits, or empty"
    return joining_record(key, unit.serial, leader, bytes.fromhex(tag), *numbers), None


def _leader(line, key, unit, values):
    if type(line) is not str:
        return None, "members must be one line of text"
    leader, rows, error = parse(line)
    if error:
        return None, error
    own = [row for row in rows if row.serial == unit.serial]
    if not own or own[0].unit != leader:
        return None, "members must name this unit first: its leader makes the group"
    if (own[0].rating_ma, own[0].nameplate_ma, own[0].wired) != (
            unit.rating_ma, unit.nameplate_ma, unit.wired):
        return None, "members gives this unit another output, nameplate or phases than it has"
    limit_ma = values["limit_a"] * 1000
    error = check_group(limit_ma, [
        GroupUnit(row.unit, "leader" if row.unit == leader else "follower", row.nameplate_ma,
                  row.rating_ma, row.min_ma) for row in rows], values["fallback"])
    if error:
        return None, load("core", "refusal_words").sentence(error)
    return first_record(key, unit.serial, make(1, leader, values["enabled"], values["fallback"],
                                               limit_ma, rows)), None
