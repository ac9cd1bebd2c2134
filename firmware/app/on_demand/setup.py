# SPDX-License-Identifier: MIT
"""Checked settings and board facts, in the shapes that the core's objects take.

Needed only until a unit is built.
"""

import json

from app.unit import JOIN, RECORD
from core.load import load
from core.on_demand.serial import serial_text
from core.sharing.follower import UnitConfig
from core.sharing.frames import Row
from core.values import ConnectorConfig
from micropython import const

_LEAST_MA = const(6000)


class Setup:
    """Shapes for connector and member; `errors`: sentences, not empty if it must not charge."""

    def __init__(self, given: dict, board: dict, serial: bytes, more_errors=()):
        values, self.errors = load("core", "settings").validate(given, board)
        wiring = load("core", "connector", "wiring")
        self.errors = self.errors + list(more_errors)
        self.no_group = False
        if self.errors:
            self.wiring = (0,)
            # Limits that never win: what such a unit shows is why it offers nothing.
            self.connector = ConnectorConfig(_LEAST_MA, _LEAST_MA, 1, False, False, False,
                                             False)
            return
        wired = wiring.wired_mask(values["phases"])
        self.wiring = wiring.wiring(values["phases"])
        self.connector = ConnectorConfig(
            values["nameplate_a"] * 1000,
            wiring.breaker_ma(values["breaker_a"], values["region"]), wired,
            values["metered"], values["ventilation"], values["feedback"], values["wake"])
        self.unit = UnitConfig(serial, values["rating_ma"], wired, values["metered"],
                               values["priority"], values["nameplate_a"] * 1000,
                               values["min_a"] * 1000)
        self.alone = values["role"] == "alone"
        self._values = values

    def groupless(self):
        """(config, settings) of a unit that lacks nothing but a group, or nothing."""
        return (self.unit, self._values) if self.no_group else ()

    def record(self, store):
        """The group's record to go by: the stored one, or a new one where JOIN asks for it; that
        of a unit alone is never stored. None if there is none: `errors` says why."""
        record = self._stored(store)
        if self.errors:
            return None
        record = self._join(store, record)
        if self.errors:
            return None
        if self.alone:
            if record is None:
                return self._alone_record()
            self._refuse("role is alone, but this unit is in a group: factory_reset() it, or "
                         "remove it on its leader")
        elif record is None:
            self.no_group = True
            self._refuse("this %s has no group yet: set it up together with its leader"
                         % self._values["role"])
        return None if self.errors else record

    def _refuse(self, sentence):
        self.errors = self.errors + [sentence]

    def _stored(self, store):
        stored = store.read(RECORD)
        if stored is None:
            return None
        try:
            record = json.loads(stored)
        except (ValueError, RuntimeError):  # RuntimeError: too many brackets
            record = None
        error = load("core", "group", "record_check").record_error(record)
        if error:
            # A record that cannot be one means "do not charge", never a guess.
            self._refuse("group record unreadable: %s" % error)
            return None
        if record["serial"].upper() != serial_text(self.unit.serial):
            # Copied from another board: the key is the group's, all else is that one's.
            group = record["group"]
            newest = max([0] + [group[key][0] for key in ("revision", "confirmed") if group[key]])
            return load("core", "group", "first_record").joining_record(
                bytes.fromhex(record["key"]), self.unit.serial, group["leader"],
                epoch=record["epoch"], floor=max(group["floor"], newest))
        return record

    # A first record is made only together with the key of a new group (rule 5), and is stored
    # before what asked for it goes.
    def _join(self, store, record):
        asked = store.read(JOIN)
        if asked is None:
            return record
        try:
            asked = json.loads(asked)
        except (ValueError, RuntimeError):
            asked = None
        new, error = load("core", "group", "joining").made(asked, self.unit, self._values)
        if error:
            self._refuse("the group to join cannot be: %s" % error)
            return None
        if record is None or record["key"] != new["key"]:
            record = new
            if not store.write(RECORD, json.dumps(record).encode()):
                self._refuse("the group's record could not be stored")
                return None
        store.remove(JOIN)
        return record

    def _alone_record(self):
        values, unit = self._values, self.unit
        row = Row(1, unit.serial, 0, unit.wired, unit.rating_ma, unit.nameplate_ma, unit.min_ma)
        limit_ma = min(values["limit_a"] * 1000, unit.rating_ma)
        # It talks to nobody: any key will do.
        revision = load("core", "group", "proposal").make(1, 1, True, values["fallback"], limit_ma,
                                                          [row])
        return load("core", "group", "first_record").first_record(bytes(32), unit.serial, revision)
