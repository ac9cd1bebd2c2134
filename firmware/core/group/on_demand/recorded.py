# SPDX-License-Identifier: MIT
"""Plain values of a record back to what they were (record.py)."""

from core.on_demand.serial import serial_from
from core.sharing.frames import Revision, Row


def revision_from(record):
    """The opposite of record.revision_record(). Raises ValueError if the record cannot be one."""
    if record is None:
        return None
    number, leader, enabled, fallback, limit_ma, members = record
    return Revision(number, leader, enabled, fallback, limit_ma,
                    tuple([row_from(row) for row in members]))


def row_from(row):
    """A row of record.revision_record()."""
    return Row(row[0], serial_from(row[1]), *row[2:])
