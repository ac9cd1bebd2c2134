# SPDX-License-Identifier: MIT
"""A change of the group that waits in a leader's storage and is proposed when it starts.

    {"limit_ma": 60000, "enabled": true, "fallback": "equal", "add": [row, ...]}

Any of these. add: units that come, as record.py stores rows; what each may use by itself is
computed when it is proposed (rule 12), and whatever a file says of that counts for nothing.
"""

from core.group.on_demand.limits import free_number
from core.group.on_demand.record_check import is_row
from core.group.on_demand.recorded import row_from
from core.sharing.frames import Row

_KINDS = (("limit_ma", int), ("enabled", bool), ("fallback", str))


def readable(change) -> dict:
    """What in a stored change can be one; {} if it is none."""
    if type(change) is not dict:
        return {}
    found = {name: change[name] for name, kind in _KINDS if type(change.get(name)) is kind}
    rows = change.get("add")
    rows = [row for row in rows if is_row(row)] if type(rows) is list else []
    if rows:
        found["add"] = rows
    return found


def still_new(newest, change: dict) -> dict:
    """A readable change without what is so already in the group's newest Revision."""
    found = {name: change[name] for name, _ in _KINDS
             if name in change and change[name] != getattr(newest, name)}
    serials = [row.serial for row in newest.members]
    rows = [row for row in change.get("add", ()) if row_from(row).serial not in serials]
    if rows:
        found["add"] = rows
    return found


def changes(newest, change: dict) -> dict:
    """What proposal.changed() is asked for then. change: still_new()."""
    found = dict(change)
    if "add" in found:
        found["members"] = joined(newest.members, [row_from(row) for row in found.pop("add")])
    return found


def joined(members, more) -> list:
    """members with the rows of `more` behind them: each under its own number if that is free,
    else under the lowest that is. A serial that is there already stays as it is."""
    rows = list(members)
    for row in more:
        if row.serial in [other.serial for other in rows]:
            continue
        taken = [other.unit for other in rows]
        unit = free_number(taken) if row.unit in taken else row.unit
        rows.append(Row(unit, row.serial, 0, row.wired, row.rating_ma, row.nameplate_ma,
                        row.min_ma))
    return rows
