# SPDX-License-Identifier: MIT
"""The owner, who changes the group on its leader, and what revision is in force (rule 12).

While the leader is down its page cannot be reached: the owner tries again every second.
"""

from host_tools.simulate.clock import STORY

_AGAIN_MS = 1000


class Owner:
    """Asks `leader` (a Node) for changes and tells those concerned what is in force."""

    def __init__(self, clock, firmware, leader, limit_ma: int):
        self._clock, self._firmware, self._leader = clock, firmware, leader
        self._wishes = {}  # key: value, not asked for yet
        self._listeners = []
        self.refused = []  # (at_ms, words)
        self._in_force = (limit_ma, True)

    @property
    def limit_ma(self) -> int:
        """Limit in force."""
        return self._in_force[0]

    def listen(self, listener):
        """Call listener(limit_ma, enabled) when another revision is in force."""
        self._listeners.append(listener)

    def wish(self, **changes):
        """limit_ma or enabled as the owner wants it from now on."""
        waiting = bool(self._wishes)
        self._wishes.update(changes)
        if not waiting:
            self._ask(None)

    def look(self):
        """Called after the leader's turns: is another revision in force?"""
        if not self._leader.running:
            return
        in_force = self._firmware.in_force(self._leader.program)
        if in_force is not None and in_force != self._in_force:
            self._in_force = in_force
            for listener in self._listeners:
                listener(*in_force)

    def _ask(self, _):
        leader = self._leader
        error = "the leader is down"
        if leader.running:
            error = self._firmware.revise(leader.program, leader.local_ms(), self._wishes)
            if error is not None:
                self.refused.append((self._clock.now_ms, error))
        if error is None:
            self._wishes = {}
            leader.nudge()
        else:
            self._clock.at(self._clock.now_ms + _AGAIN_MS, STORY, self._ask, None)
