# SPDX-License-Identifier: MIT
"""What one unit could use, from its offer and what its vehicle does (design, section 4).

A vehicle that may be about to start gets its share kept for a while, one that charges what its
draw shows (draw_cap.py), one that stopped by itself or never started only what nobody else asks
for: the leader gives it a turn now and then (turns.py). One that starts and stops all the time
must charge for a while before anybody gives way to it.
"""

from core.allocation.draw_cap import DrawCap
from core.connector.pilot_state import A, B, C, D, UNKNOWN
from core.seldom import seldom
from micropython import const

_WINDOW_MS = const(500)  # the draw is a mean over it
_STALE_MS = const(10000)  # the charge integral wraps after 13 s at 80 A
_CHARGE_MASK = const(0x3fffffff)
_MA_MS_PER_A_S = const(1000000)
_DUTY_MA = const(10)  # an offer reads back so much lower at most: 13 bits of duty

# A plugged vehicle that does not charge: how long an offer it can use is kept for it.
_WHOLE_SHARE_MS = const(30000)
_SMALL_SHARE_MS = const(100000)
_OUR_CUT_MS = const(6000)  # a vehicle opens S2 within 5 s of losing its offer

# One that wants current for less than this, again and again, is not believed at once.
_BRIEF_MS = const(120000)
_BRIEFS = const(2)
_PROVE_MS = const(30000)  # doubled each time, at most so often:
_DOUBLED_MAX = const(4)

# One that keeps S2 closed without need: nothing drawn of an offer of which no vehicle leaves all.
_NOTHING_MA = const(500)
_NOTHING_MS = const(120000)
_LEAVES_MA = const(10000)  # nor is there one that needs more than this to charge at all


class DemandEstimator:
    """`ask_ma` and `spare_ma` (which includes the ask) of one unit, 0 or least_ma and more.

    rating_ma: greatest current of the unit; least_ma: the smallest that is useful there.
    energy_as: A s drawn since the vehicle was plugged in.
    """

    @seldom
    def __init__(self, rating_ma: int, least_ma: int):
        self.rating_ma = rating_ma
        self.least_ma = least_ma
        self._forget_vehicle()

    def step(self, now_ms: int, pilot_state: int, offer_ma: int, charge: int, closed: bool,
             draw_ma: int):
        """Take in the present state, at each change and every 0.5 s.

        offer_ma: what the pilot advertises; charge: integral of the largest phase's draw in
        mA ms modulo 2**30, up to now; draw_ma: the largest phase's draw now.
        """
        if pilot_state == A:
            self._forget_vehicle()
            return
        if self._last_ms is None:
            self._begin(now_ms, offer_ma)
        self._note_offer(now_ms, offer_ma)
        wants = pilot_state == C or pilot_state == D
        charging = closed and wants
        if charging != self._charging:
            if charging:
                self._start(now_ms, charge)
            elif pilot_state != UNKNOWN:
                self._stop(now_ms, pilot_state)
        if pilot_state != UNKNOWN and wants != self._wants:
            self._turn_s2(now_ms, wants, charging)
        if self._charging:
            self._charge(now_ms, charge, draw_ma)
        elif pilot_state in (B, C, D, UNKNOWN):
            self._wait(now_ms)
        else:  # E, F: nothing can be drawn until the connector has recovered
            self.ask_ma = self.spare_ma = 0

    # ---- the vehicle as a whole

    @seldom
    def _forget_vehicle(self):
        self.ask_ma = self.spare_ma = 0
        self.energy_as = 0
        self.draw_cap = DrawCap(self.least_ma)
        self._energy_rest = 0  # mA ms not yet in energy_as
        self._charging = self._wants = False
        self._last_ms = None
        self._s2_ms = 0  # when S2 was closed
        self._briefs = 0  # how often in a row it wanted current only briefly
        self._nothing_ms = None  # since when it has drawn nothing
        self._idle = False  # it keeps S2 closed without need

    @seldom
    def _begin(self, now_ms, offer_ma):
        self._last_ms = now_ms
        self._offer_ma = offer_ma
        self._offer_ms = now_ms
        self._cut_ms = self._less_ms = now_ms
        self._hope()

    def _note_offer(self, now_ms, offer_ma):
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

    @seldom
    def _turn_s2(self, now_ms, wants, charging):
        self._wants = wants
        if wants:
            self._s2_ms = now_ms
            self._idle = False
            self._nothing_ms = None
            if not charging and not self._doubted(now_ms):
                self._hope()  # whatever it did before, it wants current now
        elif now_ms - self._cut_ms >= _OUR_CUT_MS:
            brief = now_ms - self._s2_ms < _BRIEF_MS
            self._briefs = self._briefs + 1 if brief else 0

    def _doubted(self, now_ms):
        # Wants it current only to let go of it soon, as it has done before?
        more = self._briefs - _BRIEFS
        return more >= 0 and now_ms - self._s2_ms < _PROVE_MS << min(more, _DOUBLED_MAX)

    # ---- plugged, not charging: rules 1 and 8

    @seldom
    def _hope(self, whole_ms=_WHOLE_SHARE_MS, small_ms=_SMALL_SHARE_MS):
        # It may be about to start: ask for its share so long, then for a foothold. Only time
        # with an offer counts, a vehicle that was offered nothing had no chance yet.
        self._tried_ms = 0
        self._whole_ms = whole_ms
        self._small_ms = small_ms

    def _wait(self, now_ms):
        self.spare_ma = self.rating_ma
        if self._idle or self._briefs >= _BRIEFS and not self._wants:
            self.ask_ma = 0
        elif self._wants and self._doubted(now_ms):
            self._keep()
        elif self._tried_ms < self._whole_ms:
            self.ask_ma = self.rating_ma
        elif self._tried_ms < self._small_ms:
            self.ask_ma = self.least_ma
        else:
            self.ask_ma = 0

    def _keep(self):
        # What it has already: nobody has to give way, and its turn does not end.
        offered = self._offer_ma >= self.least_ma - _DUTY_MA
        self.ask_ma = self.least_ma if offered else 0
        self.spare_ma = self.rating_ma

    # ---- charging: rules 2 to 7 in draw_cap.py

    @seldom
    def _start(self, now_ms, charge):
        self._charging = True
        self._window_ms = now_ms
        self._charge_before = charge
        self.draw_cap.start(now_ms)

    @seldom
    def _stop(self, now_ms, pilot_state):
        # By itself if it had an offer all the time it may take to follow one that ends.
        self._charging = False
        if pilot_state != B or now_ms - self._cut_ms < _OUR_CUT_MS:
            self._hope()
        elif (self._offer_ma < _LEAVES_MA and now_ms - self._less_ms < _OUR_CUT_MS
                and self.draw_cap.cap_ma is not None):
            self.draw_cap.lock(now_ms)  # it does not charge with so little
            self._hope()
        else:
            self._hope(0, 0)

    def _charge(self, now_ms, charge, draw_ma):
        span_ms = now_ms - self._window_ms
        if span_ms >= _WINDOW_MS:
            mean_ma = self._mean(span_ms, charge, draw_ma)
            self.draw_cap.judge(now_ms, self._offer_ma, self._offer_ms, mean_ma)
            self._look_for_nothing(now_ms, mean_ma)
            self._window_ms = now_ms
            self._charge_before = charge
        if self._idle:
            self.ask_ma = 0
            self.spare_ma = self.rating_ma
        elif self._doubted(now_ms):
            self._keep()
        else:
            self.ask_ma = self.draw_cap.wish_ma(self.rating_ma)
            self.spare_ma = self.draw_cap.spare_ma(self.rating_ma)

    def _look_for_nothing(self, now_ms, mean_ma):
        if mean_ma >= _NOTHING_MA:
            self._nothing_ms = None
            self._idle = False
            return
        if self._nothing_ms is None:
            self._nothing_ms = now_ms
            self._refused = False
        if self.draw_cap.settled and self._offer_ma >= min(_LEAVES_MA, self.rating_ma):
            self._refused = True
        if self._refused and now_ms - self._nothing_ms >= _NOTHING_MS:
            self._idle = True

    def _mean(self, span_ms, charge, draw_ma):
        if span_ms > _STALE_MS:
            self.draw_cap.skip()
            return draw_ma
        amount = (charge - self._charge_before) & _CHARGE_MASK
        self._energy_rest += amount
        self.energy_as += self._energy_rest // _MA_MS_PER_A_S
        self._energy_rest %= _MA_MS_PER_A_S
        return amount // span_ms
