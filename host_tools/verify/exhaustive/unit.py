# SPDX-License-Identifier: MIT
"""One unit of the small world: a real member on an outlet, stepped as on the chip."""

from core.sharing.on_demand.member import new_member
from core.sharing.on_demand.frames import new_codec

from host_tools.verify.exhaustive.outlet import Outlet
from host_tools.verify.exhaustive.scale import (
    ALL_MA, KEY, LITTLE_MA, NEVER_MS, NOW_MS, TIMING, config, nonce, record)

CODEC = new_codec(KEY)


class Demand:
    """Stands in for the estimator: the vehicle wants what the search says."""

    energy_as = 0

    def __init__(self, outlet):
        self._outlet = outlet

    def step(self, *unused):
        """Nothing to estimate."""

    @property
    def ask_ma(self):
        """What the vehicle wants, mA."""
        return self._outlet.want_ma

    spare_ma = ask_ma


class Unit:
    """A member and its outlet. `boots`: in this step."""

    def __init__(self, unit, member, outlet):
        self.unit, self.member, self.outlet = unit, member, outlet
        self.boots = 0

    @classmethod
    def new(cls, unit, want_ma):
        """Power comes for the first time."""
        made = cls(unit, None, Outlet(want_ma, NOW_MS))
        made._start(NOW_MS)
        return made

    def boot(self, now_ms):
        """The contactor opens and the program starts anew."""
        self.boots += 1
        self.outlet.restart(now_ms)
        self._start(now_ms)

    def _start(self, now_ms):
        self.member = new_member(config(self.unit), record(self.unit), TIMING,
                             nonce(self.unit) + self.boots, now_ms)
        self.fit()

    def fit(self):
        """Make a new member one of a small world: all hold its only revision, so that nobody is
        told it, and the vehicle says what it wants."""
        self.member.follower.demand = Demand(self.outlet)
        if self.member.leader is not None:
            self.member.leader._unheard_ms = NEVER_MS

    def want_other(self):
        """The vehicle wants little instead of all, or the other way round."""
        self.outlet.want_ma = ALL_MA + LITTLE_MA - self.outlet.want_ma

    def pilot(self, now_ms) -> int:
        """The pilot path runs. What the vehicle may draw then, mA."""
        self.outlet.step(self.member.offer(now_ms), now_ms)
        self.member.on_connector(self.outlet.snapshot(now_ms), now_ms)
        return self.outlet.possible_ma(now_ms)

    def share(self, now_ms) -> list:
        """The sharing task runs: payloads that leave."""
        member = self.member
        member.tick(now_ms)
        if member.record_to_store(now_ms) is not None:  # a boot's new epoch
            member.on_stored(True, now_ms)
            member.tick(now_ms)
        return [payload for _, payload in member.frames_to_send()]


def new_model(unit) -> Unit:
    """One after a step: what all with its id are like then, but for what canonical.py tells."""
    made = Unit.new(unit, 0)
    made.pilot(NOW_MS)
    made.share(NOW_MS)
    return made
