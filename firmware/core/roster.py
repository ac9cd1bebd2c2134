# SPDX-License-Identifier: MIT
"""The members of a group as one line of settings, for groups that are set up without pairing.

One entry for each unit, separated by spaces, the leader first:

    unit_id:greatest output in A:nameplate in A:phases      for example  1:48:48:L1 2:32:48:L1

Every unit of the group gets the same line, so all start from the same first revision.
"""

from core.frames import Row
from core.limits import UNITS_MAX, wired_mask

_PHASES = ("L1", "L2", "L3", "L1L2L3", "L2L3L1", "L3L1L2")
_FORM = "unit_id:output_a:nameplate_a:phases for each unit, the leader first"


def parse(line: str):
    """(leader, rows sorted by unit, None), or (0, [], one sentence what is wrong)."""
    rows = []
    for entry in line.split():
        row, error = _parse_entry(entry)
        if error:
            return 0, [], error
        if [r for r in rows if r.unit == row.unit]:
            return 0, [], "members names unit %d twice" % row.unit
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
    if len(parts) != 4 or not all(_is_number(part) for part in parts[:3]):
        return None, "members has %s: must be %s" % (entry, _FORM)
    unit, output_a, nameplate_a = [int(part) for part in parts[:3]]
    if not 1 <= unit <= 250:
        return None, "members has unit %d: must be 1 to 250" % unit
    if not 6 <= output_a <= nameplate_a <= 80:
        return None, ("members gives unit %d %d A of %d A: must be 6 A to its nameplate, "
                      "at most 80 A" % (unit, output_a, nameplate_a))
    if parts[3] not in _PHASES:
        return None, "members gives unit %d the phases %s: must be one of %s" % (
            unit, parts[3], ", ".join(_PHASES))
    return Row(unit, 0, wired_mask(parts[3]), output_a * 1000, nameplate_a * 1000), None
