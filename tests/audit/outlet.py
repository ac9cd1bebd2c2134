# SPDX-License-Identifier: MIT
"""What is outside of a board: its pins as the vehicle sees them, and the vehicle.

Vehicles take what is legal to the last: the largest offer of the last 5 s, for as long as the
contactor is closed.
"""

REACTION_MS = 5000
_FULL = 65536


def advertised_ma(duty: int) -> int:
    """What a vehicle may draw by a duty of the pilot (IEC 61851-1, table A.7), not rounded."""
    if duty * 100 < 8 * _FULL or duty * 100 > 97 * _FULL:
        return 0
    if duty * 100 < 10 * _FULL:
        return 6000
    if duty * 100 <= 85 * _FULL:
        return duty * 60000 // _FULL
    return min(80000, duty * 250000 // _FULL - 160000)


class Vehicle:
    """starts_ms: from an offer to closing S2; lets_go_ms: from its end to opening S2; lag_ms: it
    follows a cut so late; most_ma: its own maximum, on so many phases."""

    def __init__(self, rng):
        # None falls on a board's own 20 ms.
        self.starts_ms = rng.choice((1, 313, 3007))
        self.lets_go_ms = rng.choice((107, 2911, 60007))
        greedy = rng.random() < 0.6
        self.lag_ms = REACTION_MS - 3 if greedy else rng.choice((207, 3007))
        self.most_ma = 80000 if greedy else rng.choice((7000, 10000, 16000, 32000))
        self.phases = 3 if rng.random() < 0.7 else 1
        self.paused = False


class Outlet:
    """on_input: called when what the board can measure has changed."""

    def __init__(self, world, wiring, on_input, on_pins):
        self._world = world
        self.wiring = wiring  # the circuit's phase of each of its own
        self._on_input = on_input
        self._on_pins = on_pins
        self.vehicle = None
        self.ready = False  # S2 is closed
        self._since_ms = 0  # of the present offer or its absence
        self.duty = _FULL - 1
        self.dead = True  # no power: no pilot at all
        self.closed = False
        self.guard = 0
        self._offer_ma = 0
        self._past = []  # (until, mA) of larger offers
        self._drawn_ma = 0

    # --- pins

    def set_pins(self, duty=None, closed=None, guard=None, dead=None):
        offer_ma = self._offer_ma
        if duty is not None:
            self.duty = duty
        if dead is not None:
            self.dead = dead
        now_ma = 0 if self.dead else advertised_ma(self.duty)
        changed = now_ma != offer_ma
        if changed:
            self._past = [p for p in self._past if p[0] + REACTION_MS > self._world.now]
            self._past.append((self._world.now, offer_ma))
            self._offer_ma = now_ma
            if (offer_ma == 0) != (now_ma == 0):
                self._since_ms = self._world.now
        if closed is not None and closed != self.closed:
            self.closed = closed
            changed = True
        if guard is not None and guard != self.guard:
            self.guard = guard
            changed = True
        if changed:
            self._on_pins()
            self.live()

    def largest_ma(self, lag_ms=REACTION_MS) -> int:
        """Largest offer of the last 5 s."""
        since_ms = self._world.now - lag_ms
        return max([self._offer_ma] + [ma for until_ms, ma in self._past if until_ms > since_ms])

    def possible_ma(self, phase: int) -> int:
        """What may be drawn on one phase of the circuit."""
        if not self.closed or phase not in self.wiring:
            return 0
        if self.guard >> phase & 1:
            return self.drawn_ma(phase)
        return self.largest_ma()

    def drawn_ma(self, phase: int) -> int:
        if self.vehicle is None or phase not in self.wiring[:self.vehicle.phases]:
            return 0
        return self._drawn_ma

    def draws(self):
        """On each of its own phases."""
        return tuple(self.drawn_ma(phase) for phase in self.wiring)

    # --- the vehicle

    def plug(self, vehicle):
        self.vehicle = vehicle
        self.ready = False
        self._since_ms = self._world.now
        self.live()
        self._on_input()

    def live(self):
        """Let the vehicle do what is due, and come back when more is."""
        vehicle, now = self.vehicle, self._world.now
        ready, drawn_ma = False, 0
        if vehicle is not None:
            ready = self._wants(vehicle, now)
            if ready and self.closed:
                drawn_ma = min(vehicle.most_ma, self.largest_ma(vehicle.lag_ms))
                later = [p[0] + vehicle.lag_ms for p in self._past
                         if p[0] + vehicle.lag_ms > now and p[1] > self._offer_ma]
                if later:
                    self._world.at(min(later), self.live)
        if ready != self.ready or drawn_ma != self._drawn_ma:
            self.ready, self._drawn_ma = ready, drawn_ma
            self._on_input()
            if self.guard:
                self._on_pins()

    def _wants(self, vehicle, now):
        on = self._offer_ma > 0 and not vehicle.paused
        if on == self.ready or self.dead:  # without a pilot it lets go at once
            return on
        at_ms = self._since_ms + (vehicle.starts_ms if on else vehicle.lets_go_ms)
        if now < at_ms:
            self._world.at(at_ms, self.live)
            return self.ready
        return on

    def pause(self, paused):
        """The vehicle wants no current for a time."""
        self.vehicle.paused = paused
        self._since_ms = self._world.now
        self.live()

    def levels(self):
        """(high, low) of the pilot in mV, None for what no sample hits."""
        if self.duty == 0:
            return None, -12000
        high = 12000 if self.vehicle is None else 6000 if self.ready else 9000
        return high, None if self.duty >= _FULL - 1 else -12000
