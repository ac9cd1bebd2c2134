# SPDX-License-Identifier: MIT
"""What a unit offers and why, line by line on the serial port, for a host that judges or plots.

One JSON object a line, when something changes and at least once a second: at_ms on the unit's
clock; mA; draw_ma and possible_ma on the circuit's phases; granted_ma on the leader: by unit.
"""

import json

from core.load import load
from device.prompt import say
from micropython import const

_EVERY_MS = const(1000)


class Watch:
    """There is one only while somebody listens."""

    def __init__(self):
        self._state_name = load("core", "connector", "state_words").state_name
        self._shown = None
        self._shown_ms = 0

    def step(self, unit, now_ms: int):
        """Print a line if one is due."""
        connector = unit.connector
        now = connector.snapshot(now_ms)
        facts = (self._state_name(connector), now.offered_ma, now.closed, now.draw_ma,
                 now.possible_ma, unit.member.lease_state(now_ms), now.reason, connector.fault)
        if facts == self._shown and now_ms - self._shown_ms < _EVERY_MS:
            return
        self._shown, self._shown_ms = facts, now_ms
        line = dict(zip(("state", "offered_ma", "closed", "draw_ma", "possible_ma", "lease",
                         "reason", "fault"), facts))
        line["at_ms"] = now_ms
        leader = unit.member.leader
        if leader is not None:
            line["granted_ma"] = {account.unit: account.last_ma
                                  for account in leader.ledger.accounts}
        say(json.dumps(line))
