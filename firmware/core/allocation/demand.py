# SPDX-License-Identifier: MIT
"""What one unit could use, from its offer and what its vehicle does (design, section 4).

A vehicle that may be about to start gets its share kept for a while, one that charges what its
draw shows (draw_cap.py), one that stopped by itself or never started only what nobody else asks
for: the leader gives it a turn now and then (turns.py). One that starts and stops all the time
must charge for a while before anybody gives way to it.
"""

from core.connector.pilot_state import UNKNOWN, A, B, C, D
from core.load import NotLoaded, load
from micropython import const

_WINDOW_MS = const(500)  # the draw is a mean over it
_STALE_MS = const(10000)  # the charge integral wraps after 13 s at 80 A
_CHARGE_MASK = const(0x3fffffff)
_MA_MS_PER_A_S = const(1000000)
_DUTY_MA = const(10)  # an offer reads back so much lower at most: 13 bits of duty

# One that wants current for less than this, again and again, is not believed at once.
_BRIEFS = const(2)
_PROVE_MS = const(30000)  # doubled each time, at most so often:
_DOUBLED_MAX = const(4)

# One that keeps S2 closed without need: nothing drawn of an offer of which no vehicle leaves all.
_NOTHING_MA = const(500)
_NOTHING_MS = const(120000)
LEAVES_MA = const(10000)  # nor is there one that needs more than this to charge at all


class DemandEstimator:
    """`ask_ma` and `spare_ma` (which includes the ask) of one unit, 0 or least_ma and more.

    rating_ma: greatest current of the unit; least_ma: the smallest that is useful there.
    energy_as: A s drawn since the vehicle was plugged in.
    """

    __slots__ = ("ask_ma", "spare_ma", "energy_as", "draw_cap", "_energy_rest", "_charging",
                 "_wants", "_last_ms", "_s2_ms", "_briefs", "_nothing_ms", "_idle", "_offer_ma",
                 "_offer_ms", "_cut_ms", "_less_ms", "_tried_ms", "_whole_ms", "_small_ms",
                 "_window_ms", "_charge_before", "rating_ma", "least_ma", "_refused")

    def step(self, now_ms: int, pilot_state: int, offer_ma: int, charge: int, closed: bool,
             draw_ma: int):
        """Take in the present state, at each change and every 0.5 s.

        offer_ma: what the pilot advertises; charge: integral of the largest phase's draw in
        mA ms modulo 2**30, up to now; draw_ma: the largest phase's draw now.
        """
        wants = pilot_state == C or pilot_state == D
        charging = closed and wants
        if (pilot_state == A or self._last_ms is None or charging != self._charging
                or wants != self._wants):
            # All that may be needed, before anything is changed.
            rare = load("core", "allocation", "demand")
        if pilot_state == A:
            rare.forget_vehicle(self)
            return
        if self._last_ms is None:
            rare.begin(self, now_ms, offer_ma)
        self._note_offer(now_ms, offer_ma)
        # Readings that do not agree are no stop: they may be over in a moment.
        if charging != self._charging:
            if charging:
                rare.start(self, now_ms, charge)
            elif pilot_state != UNKNOWN:
                rare.stop(self, now_ms, pilot_state)
        if pilot_state != UNKNOWN and wants != self._wants:
            rare.turn_s2(self, now_ms, wants, charging)
        if self._charging:
            self._charge(now_ms, charge, draw_ma)
        elif pilot_state in (B, C, D, UNKNOWN):
            self._wait(now_ms)
        else:  # E, F: nothing can be drawn until the connector has recovered
            self.ask_ma = self.spare_ma = 0

    # ---- the vehicle as a whole

    def _note_offer(self, now_ms, offer_ma):
        # Only time with an offer that it can use is a chance to start. Without one, a stop soon
        # after is ours and not its own.
        if self._offer_ma >= self.least_ma - _DUTY_MA:
            self._tried_ms += now_ms - self._last_ms
        else:
            self._cut_ms = now_ms
        self._last_ms = now_ms
        if offer_ma != self._offer_ma:
            if offer_ma < self._offer_ma:
                self._less_ms = now_ms
            self._offer_ma = offer_ma
            self._offer_ms = now_ms
        if offer_ma < self.least_ma - _DUTY_MA:
            self._cut_ms = now_ms  # also where the vehicle has left C in the same step

    def _doubted(self, now_ms):
        # Wants it current only to let go of it soon, as it has done before?
        more = self._briefs - _BRIEFS
        return more >= 0 and now_ms - self._s2_ms < _PROVE_MS << min(more, _DOUBLED_MAX)

    # ---- plugged, not charging: rules 1 and 8

    def _wait(self, now_ms):
        # Whatever it asks for, it may have what nobody else wants: one that starts late then does.
        self.spare_ma = self.rating_ma
        if self._idle or self._briefs >= _BRIEFS and not self._wants:
            # It has kept S2 closed without need, or toggles: nobody gives way for what may come.
            self.ask_ma = 0
        elif self._wants and self._doubted(now_ms):
            self._keep()
        elif self._tried_ms < self._whole_ms:
            # It may start at any moment: the others are cut now, so that it begins with its share.
            self.ask_ma = self.rating_ma
        elif self._tried_ms < self._small_ms:
            # The slowest need 90 s to their first current: for these, enough to begin with.
            self.ask_ma = self.least_ma
        else:
            # It does not want any now. It is offered what is left over, and has turns.
            self.ask_ma = 0

    def _keep(self):
        # What it has already: nobody has to give way, and its turn does not end.
        offered = self._offer_ma >= self.least_ma - _DUTY_MA
        self.ask_ma = self.least_ma if offered else 0
        self.spare_ma = self.rating_ma

    # ---- charging: rules 2 to 7 in draw_cap.py

    def _charge(self, now_ms, charge, draw_ma):
        span_ms = now_ms - self._window_ms
        if span_ms >= _WINDOW_MS:
            mean_ma = self._mean(span_ms, charge, draw_ma)
            try:
                self.draw_cap.judge(now_ms, self._offer_ma, self._offer_ms, mean_ma)
            except NotLoaded:
                pass  # what it cannot learn from this window it learns from a later one
            self._look_for_nothing(now_ms, mean_ma)
            self._window_ms = now_ms
            self._charge_before = charge
        if self._idle:  # it draws nothing: others may have its share until it does
            self.ask_ma = 0
            self.spare_ma = self.rating_ma
        elif self._doubted(now_ms):
            self._keep()
        else:
            self.ask_ma = self.draw_cap.wish_ma(self.rating_ma)
            self.spare_ma = self.draw_cap.spare_ma(self.rating_ma)

    def _look_for_nothing(self, now_ms, mean_ma):
        if mean_ma >= _NOTHING_MA:  # it needs current after all
            self._nothing_ms = None
            self._idle = False
            return
        if self._nothing_ms is None:
            self._nothing_ms = now_ms
            self._refused = False
        # Of a smaller offer a vehicle may leave all because it does not charge with so little.
        if self.draw_cap.settled and self._offer_ma >= min(LEAVES_MA, self.rating_ma):
            self._refused = True
        if self._refused and now_ms - self._nothing_ms >= _NOTHING_MS:
            self._idle = True

    def _mean(self, span_ms, charge, draw_ma):
        if span_ms > _STALE_MS:
            # The integral may have begun anew in between, nobody knows how often.
            self.draw_cap.windows = 0  # of this one nothing is known: calm must be seen anew
            return draw_ma
        amount = (charge - self._charge_before) & _CHARGE_MASK
        self._energy_rest += amount
        self.energy_as += self._energy_rest // _MA_MS_PER_A_S
        self._energy_rest %= _MA_MS_PER_A_S
        return amount // span_ms
