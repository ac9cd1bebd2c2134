# SPDX-License-Identifier: MIT
"""What adds boards to a group that is there, decided before any is touched.

The first board leads the group: its key goes to the newcomers by cable, and is shown nowhere. The
leader gets their rows as a change of its group, which it proposes when it starts (rule 12): they
are in the group when that is in force. The leader has the change before a newcomer gets the key,
so that who holds the key is one that its leader knows of; the same command goes on where an
earlier one has ended.
"""

import json

from app.on_demand import membership
from app.on_demand.membership import leader_of
from core.group.on_demand import proposal, waiting
from core.group.on_demand.record import revision_record
from core.group.on_demand.recorded import revision_from
from core.on_demand import settings_policy as policy
from core.sharing.frames import VERSION
from host_tools.flash import configure, missing, table
from host_tools.flash.group import to_go_on
from host_tools.flash.seats import (Place, Plan, Seat, check_numbers, check_region, check_serials,
                                    newest, outcome, refuse, row, seat, settings_of, unit_of,
                                    where)

_RESET = "type factory_reset(True) at its prompt"


def plan(wish, told, person) -> Plan:
    """told: of all boards, the leader first; person: missing.py says. Raises BadSettings."""
    check_serials(told)
    leader, *others = told
    _check_leader(leader)
    for board in others:
        _check_newcomer(leader, board)
    revision = newest(leader.found)
    _check_protocol(leader, revision, told)
    numbers = _numbers(leader.found, others)
    seats = [seat(numbers[board.found.serial], board, wish, False) for board in others]
    leads = Seat(revision.leader, leader, _of_leader(wish, revision.leader))
    check_numbers(wish, [leads, *seats])
    seats = missing.filled(seats, person, settings_of(leads).get("region"))
    check_region([leads, *seats])
    asked = json.dumps(to_go_on(leader.found.record)).encode()
    places = {}
    rows = []
    known = [each.serial for each in revision.members]
    for one in seats:
        wanted = asked if one.told.found.record is None else None
        _, unit = unit_of(one, wanted)
        places[one.told.port] = Place(one.unit, one.given, wanted)
        if unit.serial not in known:
            rows.append(row(one.unit, unit))
    rows = revision_record(revision._replace(members=tuple(rows)))[-1]
    change = _change(leads, rows)
    places[leader.port] = Place(leads.unit, leads.given, None, tuple(rows))
    if change:
        revision = proposal.changed(revision, 0, **waiting.changes(revision, change))[0]
    return Plan(leader.port, places, *_told(revision, [leads, *seats], known, rows))


# A leader's own settings stay: what is given is for those that come.
def _of_leader(wish, unit):
    given = {key: wish.given[key] for key in policy.OF_THE_GROUP if key in wish.given}
    return dict(given, **wish.by_unit.get(unit, {}), role="leader")


def _change(leads, rows):
    found = configure.outcome(leads.told.found, leads.given, leads.told.facts, add=rows)
    if found.error and "must be at least" in found.error:
        refuse("%s with the units that come; say a larger one with --limit, if the circuit has it"
               % found.error)
    return outcome(leads, rows).change


def _told(revision, seats, known, rows):
    new = [one.unit for one in revision.members if one.serial not in known]
    title = "The group with unit%s %s, who join%s:" % (
        "s" * (len(new) > 1), ", ".join(map(str, new)), "s" * (len(new) < 2))
    if not rows:
        title = "These units are in the group already; who has no key gets it:"
    return table.text(title, revision, seats, new), bool(rows)


# --- who may

def _check_leader(leader):
    found = leader.found
    if found.group is None:
        refuse("%s, leads no group: name the leader's port first, or make a group with --group"
               % where(leader))
    if found.record is None:
        refuse("%s, has a group that is not readable (%s): %s" % (where(leader), found.error,
                                                                _RESET))
    if not configure.leads(found):
        refuse("%s, is no leader: name the port of its leader, %s, first"
               % (where(leader), leader_of(found.record)))
    barred = membership.membership(found.group, None, found.serial).barred
    if barred:
        refuse("%s: %s" % (where(leader), barred))


def _check_newcomer(leader, board):
    found = board.found
    if found.group is None or (found.record is not None
                               and found.record["key"] == leader.found.record["key"]):
        return
    if found.record is None:
        refuse("%s, is in a group already, which is not readable (%s): %s"
               % (where(board), found.error, _RESET))
    if configure.leads(found):
        refuse("%s, leads another group: %s, which forgets that group" % (where(board), _RESET))
    refuse("%s, is in another group: remove it on its leader, %s, or type factory_reset(True) at "
           "its own prompt" % (where(board), leader_of(found.record)))


# The leader gets this firmware, and those that are not plugged in keep theirs.
def _check_protocol(leader, revision, told):
    here = [board.found.serial for board in told]
    away = [str(each.unit) for each in revision.members if each.serial not in here]
    if away and leader.protocol != VERSION:
        refuse("its units speak %s and this firmware protocol %d: update all of them first, each "
               "with ./flash.sh; units %s are not plugged in" % (
                   "an older protocol" if leader.protocol is None
                   else "protocol %d" % leader.protocol, VERSION, ", ".join(away)))


# --- numbers

def _numbers(found, others):
    """{serial: number}: those that have one keep it, the others get the lowest that is free."""
    lead = found.record["lead"]
    revisions = [revision_from(each) for each in (lead["in_force"], lead["pending"],
                                                  *lead["known"]) if each]
    numbers = {each.serial: each.unit for each in newest(found).members}
    for each in waiting.readable(configure.waiting(found.change)).get("add", ()):
        numbers.setdefault(bytes.fromhex(each[1]), each[0])
    taken = set(numbers.values()) | {each.unit for one in revisions for each in one.members}
    taken |= {each[0] for each in lead["returns"]}
    for board in others:
        if board.found.serial not in numbers:
            numbers[board.found.serial] = waiting.free_number(taken)
            taken.add(numbers[board.found.serial])
    return numbers
