# SPDX-License-Identifier: MIT
"""The members of a new group as one line, for groups that are set up by cable.

One entry for each unit, separated by spaces, the leader first:

    number:serial:greatest output in A:nameplate in A:phases      1:A0B1C2000001:48:48:L1

a sixth part may follow, the smallest current that is useful there (6 to 16 A; 6 if left out).
Only the leader is given the line: it makes its first revision of it, and the others hear of it by
radio.
"""

from core.connector.on_demand.wiring import wired_mask
from core.on_demand.serial import serial_from
from core.sharing.frames import Row
from core.units import UNITS_MAX, UNIT_MAX

_PHASES = ("L1", "L2", "L3", "L1L2L3", "L2L3L1", "L3L1L2")
_FORM = "number:serial:output_a:nameplate_a:phases for each unit, the leader first"


def parse(line: str):
    """(leader, rows sorted by unit, None), or (0, [], one sentence what is wrong)."""
    rows = []
    for entry in line.split():
        row, error = _parse_entry(entry)
        if error:
            return 0, [], error
        if [r for r in rows if r.unit == row.unit]:
            return 0, [], "members names unit %d twice" % row.unit
        if [r for r in rows if r.serial == row.serial]:
            return 0, [], "members names one serial twice: %s" % entry.split(":")[1]
        rows.append(row)
    if not 1 <= len(rows) <= UNITS_MAX:
        return 0, [], "members names %d units: must be 1 to %d" % (len(rows), UNITS_MAX)
    return rows[0].unit, sorted(rows), None


# Not isdigit(): on a computer it takes digits of all alphabets, and superscripts, which int()
# does not.
def _is_number(part):
    return 1 <= len(part) <= 4 and all(c in "0123456789" for c in part)


def _parse_entry(entry):
    parts = entry.split(":")
    numbers = parts[:1] + parts[2:4] + parts[5:]
    if not 5 <= len(parts) <= 6 or not all(_is_number(part) for part in numbers):
        return None, "members has %s: must be %s" % (entry, _FORM)
    unit, output_a, nameplate_a, min_a = [int(n) for n in numbers + ["6"]][:4]
    try:
        serial = serial_from(parts[1])
    except ValueError:
        return None, "members gives unit %d the serial %s: must be 12 hexadecimal digits" % (
            unit, parts[1])
    if not 1 <= unit <= UNIT_MAX:
        return None, "members has unit %d: must be 1 to %d" % (unit, UNIT_MAX)
    if not 6 <= output_a <= nameplate_a <= 80:
        return None, ("members gives unit %d %d A of %d A: must be 6 A to its nameplate, "
                      "at most 80 A" % (unit, output_a, nameplate_a))
    if not 6 <= min_a <= min(16, output_a):
        return None, ("members gives unit %d a smallest current of %d A: must be 6 to 16 A, and "
                      "at most its output" % (unit, min_a))
    if parts[4] not in _PHASES:
        return None, "members gives unit %d the phases %s: must be one of %s" % (
            unit, parts[4], ", ".join(_PHASES))
    return Row(unit, serial, 0, wired_mask(parts[4]), output_a * 1000, nameplate_a * 1000,
               min_a * 1000), None
