# SPDX-License-Identifier: MIT
"""A group as one table, which an electrician can check at a glance before it is made."""

from core.group.on_demand import proposal
from core.group.on_demand.amounts import amperes
from core.on_demand.serial import serial_text
from host_tools.flash import seats

_HEAD = ("Unit", "Role", "Port", "Serial", "Board", "Breaker", "Phases", "Most", "Alone")
_NUMBERS = ("Unit", "Breaker", "Most", "Alone")
_RULES = {"equal": "an equal share of the limit", "minimum": "6 A", "stop": "nothing"}
_REGIONS = {"us": "us: a unit offers at most 80 % of its breaker",
            "iec": "iec: a unit may offer all that its breaker carries"}
_PLUG = "Units without a port are not plugged in: they hear of a change by radio."


def text(title: str, revision, seated, new=()) -> str:
    """revision: core.sharing.frames.Revision, as the group will be; seated: seats.Seat of the
    boards that are plugged in; new: numbers of the units that come."""
    # What they may use alone is shown as it is once sharing is enabled.
    shown = proposal.make(revision.number, revision.leader, True, revision.fallback,
                          revision.limit_ma, list(revision.members))
    by_number = {one.unit: one for one in seated}
    lines = [_line(row, shown, by_number.get(row.unit), row.unit in new) for row in shown.members]
    told = [title, ""] + _columns([_HEAD] + lines) + [""] + _facts(revision, shown, seated)
    if len(seated) < len(lines):
        told.append(_PLUG)
    return "\n".join(told)


def _line(row, revision, one, comes):
    role = "leader" if row.unit == revision.leader else "new" if comes else "follower"
    port = board = breaker = "-"
    phases = _phases(row.wired)
    if one is not None:
        known = seats.settings_of(one)
        port, board = one.told.port, one.told.board
        breaker = "%s A" % known.get("breaker_a", "?")
        phases = known.get("phases", phases)
    return (str(row.unit), role, port, serial_text(row.serial), board, breaker, phases,
            "%s A" % amperes(row.rating_ma), "%s A" % amperes(row.fallback_ma))


def _columns(lines):
    widths = [max(map(len, column)) for column in zip(*lines)]
    return ["  ".join(cell.rjust(width) if name in _NUMBERS else cell.ljust(width)
                      for name, cell, width in zip(_HEAD, line, widths)).rstrip()
            for line in lines]


def _facts(revision, shown, seated):
    region = seats.settings_of(seated[0]).get("region")
    return [
        "Region    %s" % _REGIONS.get(region, "?"),
        "Limit     %s A on each phase of the circuit" % amperes(revision.limit_ma),
        "Most      greatest output of a unit; together %s" % _sums(shown.members, "rating_ma"),
        "Alone     what it may use without its leader: %s (%s);"
        % (_RULES[revision.fallback], revision.fallback),
        "          together %s" % _sums(shown.members, "fallback_ma"),
        "Sharing   %s" % ("enabled: the units charge" if revision.enabled else
                          "not enabled: no unit charges before enable(True) at unit %d's prompt"
                          % revision.leader)]


def _sums(rows, name):
    return ", ".join("%s A on L%d" % (amperes(sum(getattr(row, name) for row in rows
                                                  if row.wired >> phase & 1)), phase + 1)
                     for phase in range(3) if any(row.wired >> phase & 1 for row in rows))


def _phases(wired):
    return "".join("L%d" % (phase + 1) for phase in range(3) if wired >> phase & 1)
