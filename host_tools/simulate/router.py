# SPDX-License-Identifier: MIT
"""The home Wi-Fi: whoever leads joins it, and is on its channel from then on.

Joining takes 1 to 4 s, in which the unit looks for it on all channels and is heard on none. The
router never fails here; it moves to another channel, and whoever was in it joins anew.
"""

from random import Random

from host_tools.simulate.channels import FIRST
from host_tools.simulate.clock import STORY

_JOIN_MS = (1000, 4000)


class Router:
    """`look(node)` is called after the turns of each unit's program."""

    def __init__(self, clock, air, firmware, seed):
        self._clock, self._channels, self._firmware = clock, air.channels, firmware
        self._random = Random(f"{seed}/router")
        self._channel = FIRST
        self._guests = {}  # unit: (its boot, the try to join)
        self._tries = 0

    def look(self, node):
        """Does it lead? Then it is in the home Wi-Fi, or joins it."""
        if not node.running:
            return
        leads = self._firmware.leads(node.program) is not None
        guest = self._guests.get(node.id)
        if guest is not None and (guest[0] != node.boots or not leads):
            del self._guests[node.id]
            guest = None
            if not leads:
                self._channels.part(node.id)
        if leads and guest is None:
            self._begin(node.id, node.boots)

    def move(self, channel: int):
        """To another channel; whoever is in it looks for it."""
        self._channel = channel
        for unit, (boot, _) in sorted(self._guests.items()):
            self._begin(unit, boot)

    def _begin(self, unit, boot):
        self._tries += 1
        self._guests[unit] = boot, self._tries
        self._channels.leave(unit)
        self._clock.at(self._clock.now_ms + self._random.randint(*_JOIN_MS), STORY, self._join,
                       (unit, boot, self._tries))

    def _join(self, attempt):
        unit, boot, number = attempt
        if self._guests.get(unit) == (boot, number):
            self._channels.join(unit, self._channel)
