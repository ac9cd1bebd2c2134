# SPDX-License-Identifier: MIT
"""What makes a new group of the boards that are plugged in, decided before any is touched.

The leader gets a fresh key and all rows, and makes the group's first revision of them; the others
get the key and who leads. They get it when the leader is known to have its group: so a key that a
unit holds is that of a group, and a run that was interrupted is gone on with by the next one,
which finds the group on its leader and gives its key to those that have none.
"""

import json
import secrets

from app.on_demand.membership import leader_of
from core.group.on_demand import limits, proposal, waiting
from core.on_demand import refusal_words
from core.on_demand.serial import serial_from, serial_text, tag_of
from host_tools.flash import configure, missing, table
from host_tools.flash.seats import (Place, Plan, check_numbers, check_region, check_serials,
                                    newest, outcome, refuse, row, seat, settings_of, unit_of,
                                    where)

_RESET = "type factory_reset(True) at its prompt"


def plan(wish, told, person) -> Plan:
    """told: of all boards, in the order of their ports; person: missing.py says. Raises
    BadSettings."""
    check_serials(told)
    leader = _leading(told)
    if leader is None:
        return _begun(wish, told, person)
    return _gone_on_with(wish, leader, told, person)


# --- a new one

def _begun(wish, told, person):
    refuse(_in_groups(told))
    order = sorted(told, key=lambda board: board.port != wish.leader)
    wish = wish._replace(given=dict({"enabled": False}, **wish.given))
    seats = [seat(number, board, wish, number == 1) for number, board in enumerate(order, 1)]
    check_numbers(wish, seats)
    seats = missing.filled(seats, person)
    check_region(seats)
    if "limit_a" not in wish.given:
        refuse("its limit is missing: say --limit A, the limit of the circuit per phase")
    found = [unit_of(one, None) for one in seats]
    rows = [row(one.unit, unit) for one, (_, unit) in zip(seats, found)]
    values = dict({"fallback": "equal"}, **found[0][0])
    refuse(_error(values, rows))
    key = secrets.token_hex(32)
    to_leader = {"key": key, "members": _line(seats, rows)}
    to_others = {"key": key, "leader": 1, "leader_tag": tag_of(rows[0].serial).hex()}
    places = {}
    for one in seats:
        asked = json.dumps(to_leader if one is seats[0] else to_others).encode()
        unit_of(one, asked)  # as its own start will see it
        places[one.told.port] = Place(one.unit, one.given, asked)
    revision = proposal.make(1, 1, values["enabled"], values["fallback"],
                             values["limit_a"] * 1000, rows)
    return Plan(order[0].port, places, table.text("The new group:", revision, seats), True)


def _in_groups(told):
    found = ["%s, is in a group already%s" % (where(board), _whose(board.found))
             for board in told if board.found.group is not None]
    if not found:
        return None
    leaders = [board for board in told if configure.leads(board.found)]
    join = ("; to add boards to the group that is there: ./flash.sh --join --port %s --port NEW"
            % leaders[0].port if len(leaders) == 1 and len(found) < len(told) else "")
    return "; ".join(found) + join


def _whose(found):
    if found.record is None:
        return ", which is not readable (%s): %s" % (found.error, _RESET)
    if configure.leads(found):
        units = ", ".join("%d (%s)" % (one.unit, serial_text(one.serial))
                          for one in newest(found).members)
        return ", which it leads: units %s. To forget that, %s" % (units, _RESET)
    return (": remove it on its leader, %s, or type factory_reset(True) at its own prompt"
            % leader_of(found.record))


def _error(values, rows):
    error = limits.check_group(values["limit_a"] * 1000, [
        limits.GroupUnit(one.unit, "leader" if one.unit == 1 else "follower", one.nameplate_ma,
                         one.rating_ma, one.min_ma) for one in rows], values["fallback"])
    error = refusal_words.sentence(error)
    return error and error + " (say it with --limit)" * ("limit is" in error)


# As core.group.on_demand.member_line has it.
def _line(seats, rows):
    return " ".join("%d:%s:%d:%d:%s:%d" % (
        one.unit, serial_text(one.serial), one.rating_ma // 1000, one.nameplate_ma // 1000,
        settings_of(own)["phases"], one.min_ma // 1000) for own, one in zip(seats, rows))


# --- one that an earlier run has begun

def _leading(told):
    """The board that leads a group which all the others are named in, or None. They have its key
    or no group."""
    leaders = [board for board in told if configure.leads(board.found)]
    if len(leaders) != 1:
        return None
    found = leaders[0].found
    named = [one.serial for one in newest(found).members]
    for board in told:
        own = board.found.record
        if board.found.serial not in named or board.found.group is not None and (
                own is None or own["key"] != found.record["key"]):
            return None
    return leaders[0]


def _gone_on_with(wish, leader, told, person):
    if wish.leader not in (None, leader.port):
        refuse("%s, leads these boards already: hand_over(N) at its prompt makes unit N the "
               "leader" % where(leader))
    revision = newest(leader.found)
    numbers = {one.serial: one.unit for one in revision.members}
    seats = sorted(seat(numbers[board.found.serial], board, wish, board is leader)
                   for board in told)
    check_numbers(wish, seats)
    seats = missing.filled(seats, person)
    asked = json.dumps(to_go_on(leader.found.record)).encode()
    places = {}
    for one in seats:
        wanted = asked if one.told.found.record is None else None
        unit_of(one, wanted)
        places[one.told.port] = Place(one.unit, one.given, wanted)
        if one.told is leader:
            change = outcome(one).change
    title = "The group is there already and stays as it is:"
    if change:
        title = "The group is there already. Its leader proposes to it what is asked for:"
        revision = proposal.changed(revision, 0, **waiting.changes(revision, change))[0]
    return Plan(leader.port, places, table.text(title, revision, seats), False)


def to_go_on(record) -> dict:
    """What a unit is given that comes to a group. Below its leader's present epoch and revision it
    takes nothing: what was recorded from this group's air earlier is worth nothing to it."""
    lead = record["lead"]
    return {"key": record["key"], "leader": record["group"]["leader"],
            "leader_tag": tag_of(serial_from(record["serial"])).hex(), "epoch": record["epoch"],
            "sequence": record["group"]["sequence"],
            "floor": (lead["pending"] or lead["in_force"])[0]}
