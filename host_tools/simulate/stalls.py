# SPDX-License-Identifier: MIT
"""Time that passes inside one turn of a unit's sharing task, between two calls of its hardware.

On a chip a write of the flash, a collection of garbage or another task can come between any two
lines. The world goes on meanwhile: frames arrive, others step, and the unit's own pilot path, a
timer's callback, runs or waits for the end.
"""


class Gone(BaseException):
    """The unit was reset while its task stood still: nothing after the stall is ever done."""


class Stalls:
    """Of one unit, whose `node` is told. `due`: by the call of the hardware that they wait for."""

    def __init__(self, clock, node):
        self._clock, self._node = clock, node
        self.due = {}
        self.deaf = False  # are frames lost in the present one?

    def plan(self, options: dict):
        """As in a `stall` event."""
        self.due.setdefault(options["in"], []).append(options)

    def come_to(self, call: str):
        """The program makes this call: time passes if a stall of the sharing task waits for it."""
        if call not in self.due or not self._node.in_turn:
            return
        options = self.due[call].pop(0)
        if not self.due[call]:
            del self.due[call]
        self.deaf, life = options["deaf"], self._node.life
        if not options["pilot"]:
            self._node.freeze()
        self._clock.run(self._clock.now_ms + options["stall_s"])
        if life != self._node.life:
            raise Gone
        self.deaf = False
        if not options["pilot"]:
            self._node.thaw()
