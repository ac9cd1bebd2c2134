# SPDX-License-Identifier: MIT
"""`--set members=...`: the units of a new group, the leader first, as people type them.

    number:greatest output in A:nameplate in A:phases       1:48:48:L1

for a board that is plugged in, or with its serial after the number, as
core.group.on_demand.member_line has it. A last part may follow, the smallest current that is
useful there.
"""

from collections import namedtuple

from core.group.on_demand import limits, member_line
from host_tools.flash.errors import BadSettings

# unit: its number as typed; serial: 12 digits or ""; rest: the parts after it.
Entry = namedtuple("Entry", ("unit", "serial", "rest"))

# No board has it: it is that of a message to all.
_NO_SERIAL = "FFFFFFFFFF%02X"
_FORM = "number:serial:output_a:nameplate_a:phases for each unit, the leader first"
_TOO_FEW = """members has %d units without a serial, for which %d boards are plugged in. Plug in
the others, or write number:serial:output_a:nameplate_a:phases for those that are elsewhere.
Nothing was changed."""
_TOO_MANY = """%d boards are plugged in that members has no unit for. Unplug them, or name with
--port those that are meant. Nothing was changed."""
_OUR_FORM = ("number:output_a:nameplate_a:phases for each unit, the leader first, and "
             "number:serial:... for one that is not plugged in")


def parse(text: str, given: dict) -> list:
    """Entries, the leader first. given: settings for all of them. Raises BadSettings."""
    entries = [_entry(word) for word in text.split()]
    found, error = _rows(entries)
    if error is None and "limit_a" in given:
        leader = int(entries[0].unit)
        units = [limits.GroupUnit(row.unit, "leader" if row.unit == leader else "follower",
                                  row.nameplate_ma, row.rating_ma, row.min_ma) for row in found]
        error = limits.check_group(given["limit_a"] * 1000, units,
                                   given.get("fallback", "equal"))
    if error:
        raise BadSettings("This group cannot be: %s. Nothing was changed." % error)
    return entries


def check_count(entries: list, boards: int, given: dict):
    """Is there a place for each board? entries: none if no group is made. Raises BadSettings.

    Whether there is a board for each entry is known when they have been asked: a part of a group
    that is there already may be elsewhere.
    """
    if not entries and boards > 1 and given.get("role") == "leader":
        raise BadSettings("A group has one leader: set it on one board, with --port")
    if entries and boards > len(entries):
        raise BadSettings(_TOO_MANY % (boards - len(entries)))


def with_serials(entries: list, serials: list, known: dict) -> list:
    """The same, each with the serial of its board. Raises BadSettings.

    serials: of the boards plugged in, in the order of their ports; known: {number: serial} of a
    group that one of them leads already: ports may have changed places since it was made.
    """
    if set(known) == {int(entry.unit) for entry in entries}:
        return [entry._replace(serial=entry.serial or known[int(entry.unit)])
                for entry in entries]
    named = [entry.serial for entry in entries]
    left = [serial for serial in serials if serial not in named]
    unnamed = named.count("")
    if len(left) < unnamed:
        raise BadSettings(_TOO_FEW % (unnamed, len(left)))
    if len(left) > unnamed:
        raise BadSettings(_TOO_MANY % (len(left) - unnamed))
    return [entry._replace(serial=entry.serial or left.pop(0)) for entry in entries]


def line(entries: list) -> str:
    """As core.group.on_demand.member_line reads it."""
    return " ".join(":".join((entry.unit, entry.serial, *entry.rest)) for entry in entries)


def _entry(word):
    unit, *rest = word.split(":")
    # What is no number of amperes there is meant as a serial.
    if rest and (len(rest[0]) > 4 or not rest[0].isdecimal()):
        return Entry(unit, rest[0].upper().removeprefix("AP-"), tuple(rest[1:]))
    return Entry(unit, "", tuple(rest))


def rows(entries: list) -> list:
    """As core.group.on_demand.member_line has them, in the order of the entries."""
    found = {row.unit: row for row in _rows(entries)[0]}
    return [found[int(entry.unit)] for entry in entries]


def _rows(entries):
    filled = [entry if entry.serial else entry._replace(serial=_NO_SERIAL % place)
              for place, entry in enumerate(entries)]
    _, found, error = member_line.parse(line(filled))
    if error:
        for entry in filled:
            if entry not in entries:
                error = error.replace(entry.serial + ":", "").replace(":" + entry.serial, "")
        error = error.replace(_FORM, _OUR_FORM)
    return found, error
