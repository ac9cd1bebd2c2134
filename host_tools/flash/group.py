# SPDX-License-Identifier: MIT
"""What makes a new group of the boards that are plugged in, decided before any is touched.

The leader gets a fresh key and the whole line, and makes the group's first revision of it; the
others get the key and who leads. They get it when the leader is known to have its group: so a key
that a unit holds is that of a group, and a run that was interrupted is gone on with by the next
one, which finds the group on its leader and gives its key to those that have none.
"""

import json
import secrets
from collections import namedtuple

from app.on_demand.membership import leader_of
from core.group.on_demand import member_line
from core.group.on_demand.record import revision_from
from core.on_demand.serial import serial_from, serial_text, tag_of
from host_tools.flash import configure, members
from host_tools.flash.errors import BadSettings
from host_tools.flash.start import Start

# What one board has told. found: stored.Found; facts: configure.board_facts.
Told = namedtuple("Told", ("port", "found", "facts"))
# What a board gets. unit: its number; given: settings; asked: what makes its record, bytes, or
# None if it has that.
Place = namedtuple("Place", ("unit", "given", "asked"))
# leader: its port; places: {port: Place}; text: for people.
Plan = namedtuple("Plan", ("leader", "places", "text"))

_NOTHING = "No group was made, and nothing was changed."
_AGAIN = "the group to join cannot be: "  # the firmware's way to say it
_ELSEWHERE = """Units that are not plugged in have no key yet: give them theirs by the same command
with the leader and them plugged in."""


def plan(entries: list, told: list, given: dict) -> Plan:
    """told: of all boards, in the order of their ports. Raises BadSettings."""
    by_serial = {}
    for board in told:
        other = by_serial.setdefault(serial_text(board.found.serial), board)
        if other is not board:
            _refuse("the boards on %s and %s have one serial" % (other.port, board.port))
    entries = members.with_serials(entries, list(by_serial), _known(told))
    entries = [_with_least(entry, by_serial.get(entry.serial), given) for entry in entries]
    line = members.line(entries)
    first, rows, error = member_line.parse(line)
    _refuse(error)
    leader = by_serial.get(entries[0].serial)
    if leader is None:
        _refuse("its leader, unit %s with serial %s, is not plugged in: it makes the group"
                % (entries[0].unit, entries[0].serial))
    for serial, board in by_serial.items():
        if serial not in [entry.serial for entry in entries]:
            _refuse("members does not name the board on %s, serial %s" % (board.port, serial))
    there = _there(leader, first, rows, told)
    if there:
        rows = _newest(leader.found)  # it knows better what has become of it
    asked = _to_go_on(leader.found.record) if there else _to_begin(line, first, leader)
    places = {}
    for row in rows:
        board = by_serial.get(serial_text(row.serial))
        if board is not None:
            places[board.port] = _place(board, row, board is leader, given, asked, there)
    return Plan(leader.port, places, _text(leader.port, rows, by_serial, there))


def check_rows(entries: list, given: dict, facts: dict):
    """Are boards with these settings what members says? Raises BadSettings. facts: their own.

    Those with a serial may be elsewhere, and set up otherwise.
    """
    unit = Start(dict(given, role="follower"), facts, bytes(6)).unit
    for row, entry in zip(members.rows(entries), entries):
        if unit is not None and not entry.serial:
            _check_row(unit, row, "unit %d" % row.unit)


# --- who is who

def _known(told):
    leaders = [board.found for board in told if configure.leads(board.found)]
    if len(leaders) != 1:
        return {}
    return {row.unit: serial_text(row.serial) for row in _newest(leaders[0])}


def _newest(found):
    lead = found.record["lead"]
    return revision_from(lead["pending"] or lead["in_force"]).members


# The smallest useful current is a setting of each unit.
def _with_least(entry, board, given):
    if board is None or len(entry.rest) != 3:
        return entry
    least_a = dict(configure.of_board(board.found), **given).get("min_a", 6)
    return entry if least_a == 6 else entry._replace(rest=(*entry.rest, str(least_a)))


# --- what is there already

def _there(leader, first, rows, told):
    """Does this very group exist? Raises BadSettings where a board is in another one."""
    found = leader.found
    there = (configure.leads(found) and found.record["group"]["leader"] == first
             and [(row.unit, row.serial) for row in _newest(found)]
             == [(row.unit, row.serial) for row in rows])
    for board in told:
        record = board.found.record
        own = there and record is not None and record["key"] == found.record["key"]
        if board.found.group is not None and not own:
            _refuse("the board on %s, serial %s, is in a group already%s"
                    % (board.port, serial_text(board.found.serial), _whose(board.found)))
    return there


def _whose(found):
    if found.record is None:
        return ", which is not readable (%s): type factory_reset(True) at its prompt" % found.error
    if configure.leads(found):
        units = ", ".join("%d (%s)" % (row.unit, serial_text(row.serial))
                          for row in _newest(found))
        return (", which it leads: units %s. To forget that, type factory_reset(True) at its "
                "prompt" % units)
    return (": remove it on its leader, %s, or type factory_reset(True) at its own prompt"
            % leader_of(found.record))


# --- what they get

def _to_begin(line, first, leader):
    """(what the leader is asked, what the others are)."""
    key = secrets.token_hex(32)
    return {"key": key, "members": line}, {"key": key, "leader": first,
                                           "leader_tag": tag_of(leader.found.serial).hex()}


# Below the leader's present epoch and revision a unit takes nothing: what was recorded from this
# group's air earlier is worth nothing to it.
def _to_go_on(record):
    return None, {"key": record["key"], "leader": record["group"]["leader"],
                  "leader_tag": tag_of(serial_from(record["serial"])).hex(),
                  "epoch": record["epoch"], "floor": record["lead"]["in_force"][0]}


def _place(board, row, leads, given, asked, there):
    own = dict(given if leads else configure.without_group_settings(given),
               role="leader" if leads else "follower")
    found = board.found
    wanted = None
    if found.record is None:
        wanted = json.dumps(asked[0 if leads else 1]).encode()
    merged = configure.merged(found, own, board.facts)
    start = Start(merged.settings, board.facts, found.serial, found.group, wanted)
    where = "the board on %s (unit %d, serial %s)" % (board.port, row.unit,
                                                      serial_text(found.serial))
    if start.unit is not None and not there:
        _check_row(start.unit, row, where)
    if start.errors:
        _refuse("%s would not charge: %s"
                % (where, "; ".join(error.removeprefix(_AGAIN) for error in start.errors)))
    return Place(row.unit, own, wanted)


def _check_row(unit, row, where):
    named, real = _words(row), _words(unit)
    if named != real:
        _refuse("members gives %s %s; by its breaker, board and phases it has %s"
                % (where, named, real))


# Of a row and of a unit's own configuration alike.
def _words(row):
    least = "" if row.min_ma == 6000 else ", at least %d A" % (row.min_ma // 1000)
    return "%d A of %d A on %s%s" % (row.rating_ma // 1000, row.nameplate_ma // 1000,
                                     _phases(row.wired), least)


def _phases(wired):
    return "".join("L%d" % (phase + 1) for phase in range(3) if wired >> phase & 1)


# --- for people

def _text(leader, rows, by_serial, there):
    lines = ["The group is there already and stays as it is:" if there else "The new group:",
             "  Unit  Role      Serial        Port                      Output  Phases"]
    for row in rows:
        board = by_serial.get(serial_text(row.serial))
        port = "not plugged in" if board is None else board.port
        lines.append("  %4d  %-8s  %s  %-24s  %4d A  %s" % (
            row.unit, "leader" if port == leader else "follower", serial_text(row.serial), port,
            row.rating_ma // 1000, _phases(row.wired)))
    if len(by_serial) < len(rows):
        lines.append(_ELSEWHERE)
    return "\n".join(lines)


def _refuse(error):
    if error:
        raise BadSettings("This group cannot be: %s. %s" % (error, _NOTHING))
