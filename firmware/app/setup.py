# SPDX-License-Identifier: MIT
"""Checked settings and board facts, in the shapes that the core's objects take.

Needed only until a unit is built: see forget.py.
"""

import json

from app.unit import RECORD
from core.connector import ConnectorConfig
from core.follower import UnitConfig
from core.frames import Row
from micropython import const

_LEAST_MA = const(6000)


class Setup:
    """Shapes for connector and member; `errors`: sentences, not empty if it must not charge."""

    def __init__(self, given: dict, board: dict, more_errors=()):
        from core import limits, settings  # each step has its own: together they are much
        values, self.errors = settings.validate(given, board)
        self.errors = self.errors + list(more_errors)
        if self.errors:
            self.wiring = (0,)
            # Limits that never win: what such a unit shows is why it offers nothing.
            self.connector = ConnectorConfig(_LEAST_MA, _LEAST_MA, 1, False, False, False)
            return
        wired = limits.wired_mask(values["phases"])
        self.wiring = limits.wiring(values["phases"])
        self.connector = ConnectorConfig(
            values["nameplate_a"] * 1000,
            limits.breaker_ma(values["breaker_a"], values["region"]), wired,
            values["metered"], values["ventilation"], values["feedback"])
        self.unit = UnitConfig(values["unit_id"], values["rating_ma"], wired, values["metered"],
                               values["priority"], values["min_a"] * 1000)
        self.group_id = values["group_id"]
        # Alone, a unit talks to nobody: any key will do.
        self.key = bytes.fromhex(values["group_key"]) or bytes(32)
        self._values = values

    def record(self, store):
        """The stored record of the group, or the first one. None if it cannot be: `errors` says
        why."""
        from core.record_check import record_error
        stored = store.read(RECORD)
        try:
            record = self.first_record() if stored is None else json.loads(stored)
        except (ValueError, RuntimeError):  # RuntimeError: too many brackets
            record = None
        error = record_error(record)
        if error:
            # A record that cannot be one means "do not charge", never a guess.
            self.errors.append("group record unreadable: %s" % error)
            return None
        return record

    def first_record(self) -> dict:
        """Record of a unit that has none yet: alone, set up by hand with the whole group, or a
        leader whose group is itself so far.

        A follower gets its record when it is paired; until then it is in no group.
        """
        from core.group_record import first_record
        from core.proposal import make
        values = self._values
        unit = self.unit
        if values["members"]:
            from core.roster import parse
            leader, rows, _ = parse(values["members"])
            return first_record(make(1, leader, values["enabled"], values["fallback"],
                                     values["limit_a"] * 1000, rows), unit.unit)
        row = Row(unit.unit, 0, unit.wired, unit.rating_ma, values["nameplate_a"] * 1000)
        if values["role"] == "follower":
            return {"group": {"revision": None, "confirmed": None, "in_force": False,
                              "fallback_ma": 0, "enabled": False, "leader": 0, "epoch": 0},
                    "lead": None, "epoch": 0}
        limit_ma = min(values["limit_a"] * 1000, unit.rating_ma)
        enabled = values["enabled"] or values["role"] == "alone"
        return first_record(make(1, unit.unit, enabled, values["fallback"], limit_ma, [row]),
                            unit.unit)
