# SPDX-License-Identifier: MIT
"""What a proposed revision changes, as plain values for people."""

from core.group.group import row_of
from core.on_demand.serial import serial_text


def changes(old, new) -> tuple:
    """((key, before, after), ...): limit_ma, enabled, fallback, leader; and of units, by number:
    replaced (unit, serial of the new one), joins, leaves, rewired (unit, serial)."""
    found = []
    for key in ("limit_ma", "enabled", "fallback", "leader"):
        before, after = getattr(old, key), getattr(new, key)
        if before != after:
            found.append((key, before, after))
    gone = [row for row in old.members if row_of(new, row.serial) is None]
    for row in new.members:
        known = row_of(old, row.serial)
        if known is None:
            replaced = [other for other in gone if other.unit == row.unit]
            found.append(("replaced" if replaced else "joins", row.unit, serial_text(row.serial)))
            gone = [other for other in gone if other not in replaced]
        elif known[3:] != row[3:]:
            found.append(("rewired", row.unit, serial_text(row.serial)))
    for row in gone:
        found.append(("leaves", row.unit, serial_text(row.serial)))
    return tuple(found)
