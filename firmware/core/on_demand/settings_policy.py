# SPDX-License-Identifier: MIT
"""What may be set where: one answer for everybody who sets something, by cable or at the prompt.

Given what a unit has stored, the group that it is in and what is asked for, the answer is all
that is to be stored, or one sentence that names what is wrong and what is allowed; then nothing
is stored. What is only still to be chosen refuses nothing, so that a unit can be set up in any
order: it is told, and the unit does not charge before.
"""

from collections import namedtuple

from core.load import load

OF_THE_GROUP = ("limit_a", "enabled", "fallback")

# The group of a unit. role: "leader", "follower", or "" in none. leader: who leads it, for
# people. barred: "", or why nothing of the group can be set on this unit although it is no
# follower. newest: the Revision that a leader's change begins from, None if its group begins with
# its settings.
Membership = namedtuple("Membership", ("role", "leader", "barred", "newest"))
IN_NO_GROUP = Membership("", "", "", None)

# error: None, or why nothing is to be stored. settings: all of them, to be stored. change: what a
# leader is to propose to its group as well, a dict, or None if that stays as it is. told:
# sentences that still keep the unit from charging.
Outcome = namedtuple("Outcome", ("error", "settings", "change", "told"))

# The greatest board: what is refused there is refused everywhere.
_ANY_BOARD = (("nameplate_a", 80), ("rs485", True))
_WORDS = (("true", True), ("yes", True), ("on", True), ("false", False), ("no", False),
          ("off", False))


def outcome(given: dict, board: dict, group: Membership, waiting, asked: dict, add=()) -> Outcome:
    """given: the stored settings; board: its facts; waiting: the change that is stored and not
    proposed yet, as read, or None; asked: {key: value}, what is to be changed; add: stored rows of
    units that come to the group that this one leads."""
    table = load("core", "settings")
    settings = dict(given)
    settings.update(asked)
    error = _elsewhere(settings.get("role"), group, asked)
    if error:
        return Outcome(error, given, None, [])
    told = table.validate(settings, board)[1]
    wrong = _wrong(told, table.validate(given, board)[1], settings, asked)
    if wrong:
        return Outcome("; ".join(wrong), given, None, [])
    if group.newest is None:
        return Outcome(None, settings, None, told)
    change, error = _proposal(group.newest, waiting, asked, add)
    if error:
        return Outcome(error, given, None, [])
    return Outcome(None, settings, change, told)


def impossible(asked: dict, board=None):
    """None, or one sentence why no unit can have these settings, whatever it has stored. board:
    its facts, None if they are not known yet."""
    error = _elsewhere(asked.get("role"), IN_NO_GROUP, asked)
    if error:
        return error
    settings = {"role": "follower"}  # if none is asked for: its bounds are those of every role
    settings.update(asked)
    errors = load("core", "settings").validate(settings, dict(_ANY_BOARD if board is None
                                                              else board))[1]
    return "; ".join(_wrong(errors, [], settings, asked)) or None


def value_from(row, text: str) -> tuple:
    """(value, None) of a setting that was typed as text, or (None, what it must be)."""
    if row.kind == "bool":
        value = dict(_WORDS).get(text.lower())
    elif row.kind == "int" or row.kind == "choice" and type(row.choices[0]) is int:
        digits = text[1:] if text[:1] == "-" else text
        whole = 0 < len(digits) < 20 and all([digit in "0123456789" for digit in digits])
        value = int(text) if whole else None
    else:
        value = text
    if value is not None:
        return value, None
    whole = "" if row.kind != "int" else "whole amperes, " if row.unit == "A" else "whole, "
    return None, "must be %s%s" % (whole, load("core", "settings").allowed(row))


def _elsewhere(role, group, asked):
    """Why something cannot be set on this unit, and which unit it is set on."""
    if group.role and asked.get("role", group.role) != group.role:
        way = ("hand the group over first, by hand_over() at its prompt"
               if group.role == "leader" else "remove it on its leader, %s" % group.leader)
        return ("role stays %s: this unit is in a group; %s, or forget the group by "
                "factory_reset(True) at its prompt" % (group.role, way))
    for key in OF_THE_GROUP:
        if key not in asked:
            continue
        if group.barred:
            return "%s cannot be set on this unit: %s" % (key, group.barred)
        if group.role == "follower":
            return "%s is set on the leader, %s" % (key, group.leader)
        if not group.role and role == "follower":
            return "%s is set on the leader, and this unit is a follower" % key
    return None


# Every sentence about one setting begins with its key. What was wrong before stops no other
# change, and what nobody has chosen yet is still to be chosen.
def _wrong(errors, before, settings, asked):
    wrong = []
    for error in errors:
        key = error.split(" ")[0]
        open_yet = settings.get(key) in (None, "") and _is_setting(key)
        if key in asked or error not in before and not open_yet:
            wrong.append(error)
    return wrong


def _is_setting(key):
    return key in [row.key for row in load("core", "settings").table()]


# What the group would not notice is proposed to it: a lower limit that was only stored would be
# believed, and not kept. What is asked for is added to what waits.
def _proposal(newest, waiting, asked, add):
    new = {key: asked[key] for key in OF_THE_GROUP if key in asked}
    if "limit_a" in new:
        new["limit_ma"] = new.pop("limit_a") * 1000
    if not new and not add:
        return None, None
    stored = load("core", "group", "waiting")
    before = stored.readable(waiting)
    change = dict(before)
    change.update(new)
    if add:
        serials = [row[1] for row in add]
        change["add"] = [row for row in before.get("add", []) if row[1] not in serials] + list(add)
    change = stored.still_new(newest, change)
    if change == before:
        return None, None
    error = load("core", "group", "proposal").changed(newest, 0,
                                                      **stored.changes(newest, change))[1]
    return (None, load("core", "refusal_words").sentence(error)) if error else (change, None)
