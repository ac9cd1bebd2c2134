# SPDX-License-Identifier: MIT
"""The boards of a group with the number that each has or gets, and what each would be there."""

from collections import namedtuple

from core.group.on_demand.recorded import revision_from
from core.on_demand.serial import serial_text
from core.sharing.frames import Row
from host_tools.flash import configure
from host_tools.flash.errors import BadSettings
from host_tools.flash.start import Start

# What one board has told. found: stored.Found; facts: configure.board_facts; board: its id;
# protocol: what its firmware speaks, asked of a leader whom others join, else None.
Told = namedtuple("Told", ("port", "found", "facts", "board", "protocol"), defaults=(None,))
# A board in its place. given: settings for it, its role too.
Seat = namedtuple("Seat", ("unit", "told", "given"))
# What a board gets. asked: what makes its record, bytes, or None if it has that; rows: stored rows
# of units that it is to propose to its group.
Place = namedtuple("Place", ("unit", "given", "asked", "rows"), defaults=((),))
# leader: its port; places: {port: Place}; text: for people; asks: are they asked whether it is to
# be so?
Plan = namedtuple("Plan", ("leader", "places", "text", "asks"))

UNCHANGED = "Nothing was changed."
_AGAIN = "the group to join cannot be: "  # the firmware's way to say it


def refuse(error):
    """Raises BadSettings with what cannot be, if there is something."""
    if error:
        raise BadSettings("This group cannot be: %s. %s" % (error, UNCHANGED))


def where(told: Told) -> str:
    """A board, for people."""
    return "the board on %s, serial %s" % (told.port, serial_text(told.found.serial))


def whom(seat: Seat) -> str:
    """A board with its number, for people."""
    return "unit %d (%s, serial %s)" % (seat.unit, seat.told.port,
                                        serial_text(seat.told.found.serial))


def check_serials(told):
    """Raises BadSettings if two boards have one serial."""
    seen = {}
    for board in told:
        other = seen.setdefault(board.found.serial, board)
        if other is not board:
            refuse("the boards on %s and %s have one serial, %s: one of them is a copy, or named "
                   "twice" % (other.port, board.port, serial_text(board.found.serial)))


def seat(unit: int, told: Told, wish, leads: bool) -> Seat:
    """With what is given to all and to this one."""
    given = wish.given if leads else configure.without_group_settings(wish.given)
    return Seat(unit, told, dict(given, **wish.by_unit.get(unit, {}),
                                 role="leader" if leads else "follower"))


def check_numbers(wish, seats):
    """Raises BadSettings if something is given to a unit that is none of these."""
    for unit in sorted(wish.by_unit):
        if unit not in [one.unit for one in seats]:
            refuse("--set %d:%s: there is no unit %d among these boards: %s" % (
                unit, sorted(wish.by_unit[unit])[0], unit, ", ".join(map(whom, seats))))


def check_region(seats):
    """Raises BadSettings if not all boards are in one region."""
    regions = {}
    for one in seats:
        regions.setdefault(settings_of(one).get("region"), one.unit)
    if len(regions) > 1:
        refuse("%s, and a circuit lies in one region: say --set region=... for all"
               % " and ".join("unit %d has region %s" % (unit, region)
                              for region, unit in regions.items()))


def settings_of(one: Seat) -> dict:
    """What is on the board and what is given, together."""
    return dict(configure.of_board(one.told.found), **one.given)


def outcome(one: Seat, rows=()):
    """settings_policy.Outcome of a seat. Raises BadSettings."""
    found = configure.outcome(one.told.found, one.given, one.told.facts, add=rows)
    if found.error:
        refuse("%s: %s" % (whom(one), found.error))
    return found


def unit_of(one: Seat, asked) -> tuple:
    """(settings, core.sharing.follower.UnitConfig) of a board that would charge there. asked:
    what makes its record, or None. Raises BadSettings."""
    settings = outcome(one).settings
    found = one.told.found
    start = Start(settings, one.told.facts, found.serial, found.group, asked)
    if start.unit is None or start.errors and not (asked is None and start.no_group):
        refuse("%s would not charge: %s" % (whom(one), "; ".join(
            error.removeprefix(_AGAIN) for error in start.errors)))
    return settings, start.unit


def row(number: int, unit) -> Row:
    """The row of a unit; what it may use by itself is computed later."""
    return Row(number, unit.serial, 0, unit.wired, unit.rating_ma, unit.nameplate_ma, unit.min_ma)


def newest(found):
    """The newest Revision that a leader has stored."""
    lead = found.record["lead"]
    return revision_from(lead["pending"] or lead["in_force"])
