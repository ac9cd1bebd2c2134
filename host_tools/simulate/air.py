# SPDX-License-Identifier: MIT
"""The air between the units: each link loses, doubles and delays frames by itself.

The delay of each receiver is drawn independently, so frames overtake each other. Nothing here
knows what a frame means but who sends it, by the number that units go by. A frame reaches only
who is on its sender's channel when it is sent.
"""

from random import Random

from host_tools.simulate.channels import Channels
from host_tools.simulate.clock import FRAME, Clock

BROADCAST = 0
_MAGIC, _SENDER = b"\xa9\xc5", 7  # of frames of a group; where they name their sender
_SIGNAL_DBM = -55


class Air:
    """All links of a group. `air`: loss, duplicate, delay_ms and signal_dbm of every link at the
    start."""

    def __init__(self, clock: Clock, units, air: dict, seed):
        self._clock = clock
        self._units = sorted(units)
        self._random = Random(f"{seed}/air")
        self._links = {(a, b): dict(air) for a in self._units for b in self._units if a != b}
        self._receivers = {}
        self._holders = {unit: [unit] for unit in self._units}  # number: units that sent by it
        self._listeners = []
        self._watchers = []
        self._dead = set()  # units whose radio neither sends nor receives
        self.channels = Channels(self._units, self._changed)
        self.frames = 0  # sent, however many units they reach
        self.bytes = 0

    def join(self, unit: int, receive):
        """Frames for `unit` call receive((source, payload)); injected ones have an origin."""
        self._receivers[unit] = receive

    def listen(self, listener):
        """Call listener(source, destination, payload) for every frame that is sent."""
        self._listeners.append(listener)

    def watch(self, watcher):
        """Call watcher() when some links have changed."""
        self._watchers.append(watcher)

    def is_well(self, loss: float, delay_ms: int) -> bool:
        """Do all links lose at most `loss` of their frames, and delay none by more?"""
        return not self._dead and self.channels.is_one() and all(
            link["loss"] <= loss and link["delay_ms"][1] <= delay_ms
            for link in self._links.values())

    def connects(self, first: int, second: int, loss: float, delay_ms: int) -> bool:
        """Are the links between two units so well, both ways?"""
        if first in self._dead or second in self._dead or not self.channels.meet(first, second):
            return False
        links = self._links[first, second], self._links[second, first]
        return all(link["loss"] <= loss and link["delay_ms"][1] <= delay_ms for link in links)

    def is_dead(self, unit: int) -> bool:
        """Does a unit's radio neither send nor receive?"""
        return unit in self._dead

    def deafen(self, unit: int, dead: bool):
        """A unit's radio is dead, or works again."""
        (self._dead.add if dead else self._dead.discard)(unit)
        self._changed()

    def change(self, sources, targets, air: dict):
        """Set the keys named in `air` on the links from `sources` to `targets`, None: all."""
        for (source, target), link in self._links.items():
            if (sources is None or source in sources) and (targets is None or target in targets):
                link.update(air)
        self._changed()

    def signal(self, source: int, target: int) -> int:
        """How `target` hears `source`, -dBm; 127: not known."""
        link = self._links.get((source, target))
        return 127 if link is None else -link.get("signal_dbm", _SIGNAL_DBM)

    def send(self, source: int, destination: int, payload: bytes):
        """Send a frame to one unit or to all (BROADCAST)."""
        if source in self._dead:
            return
        self.frames += 1
        self.bytes += len(payload)
        for listener in self._listeners:
            listener(source, destination, payload)
        self._learn(source, payload)
        # On both transports all hear all; to those who do not go by that number it is nothing.
        targets = (self._units if destination == BROADCAST
                   else self._holders.get(destination, ()))
        for target in targets:
            link = self._links.get((source, target))
            if link is not None and self.channels.meet(source, target):
                self._carry(link, target, (source, payload))

    def _learn(self, source, payload):
        if payload[:2] == _MAGIC and len(payload) > _SENDER:
            holders = self._holders.setdefault(payload[_SENDER], [])
            if source not in holders:
                holders.append(source)

    def inject(self, source: int, target: int, payload: bytes, origin: "int | None" = None):
        """A frame of someone else reaches `target` at once, as if it came from `source`.

        origin: the unit that once sent the same bytes, None if they are nobody's.
        """
        self._clock.at(self._clock.now_ms, FRAME, self._receivers[target],
                       (source, payload, origin))

    def _changed(self):
        for watcher in self._watchers:
            watcher()

    def _carry(self, link, target, frame):
        draw = self._random
        if draw.random() < link["loss"]:
            return
        self._deliver(link, target, frame)
        if link["duplicate"] and draw.random() < link["duplicate"]:
            self._deliver(link, target, frame)

    def _deliver(self, link, target, frame):
        least, most = link["delay_ms"]
        delay_ms = least + int(self._random.random() * (most - least + 1))
        self._clock.at(self._clock.now_ms + delay_ms, FRAME, self._receivers[target], frame)
