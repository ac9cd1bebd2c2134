# SPDX-License-Identifier: MIT
"""What one unit could use, from its offer and what its vehicle does (design, section 4).

A vehicle draws a little less than it is offered, some in steps of 1 A, and meters err by 2 %.
So the estimate is careful: it gives up current only after the draw has been calm, learns by how
much the vehicle stays below an offer (`gap`) from cuts that it follows, and takes current back
as soon as the vehicle fills what it is offered. Nothing here may make the sharing oscillate.
"""

from core.pilot_state import A, B, C, D, UNKNOWN
from micropython import const

_MINIMUM_MA = const(6000)
_WINDOW_MS = const(500)  # the draw is a mean over it
_STALE_MS = const(10000)  # the charge integral wraps after 13 s at 80 A
_CHARGE_MASK = const(0x3fffffff)
_MA_MS_PER_A_S = const(1000000)
_FAR_MS = const(1 << 29)

# A plugged vehicle that does not charge: how long an offer it can use is kept for it.
_WHOLE_SHARE_MS = const(15000)
_SMALL_SHARE_MS = const(90000)
_WAKE_EVERY_MS = const(600000)
_WAKE_FOR_MS = const(20000)
_OUR_CUT_MS = const(6000)  # a vehicle opens S2 within 5 s of losing its offer

# Settling.
_CALM_WINDOWS = const(6)  # 3 s
_CALM_MA = const(200)
_OFFER_SETTLED_MS = const(6000)  # 5 s to react to a change, and one to see it
_START_SETTLED_MS = const(3000)
_START_DRAW_MA = const(3000)

# Gap and cap.
_FOLLOWED_MA = const(150)
_GAP_MAX_MA = const(2200)  # 0.8 A under, a step of 1 A, 2 % of a meter at 20 A
_UNUSED_MA = const(300)
_LEAST_OFFER_MA = const(6300)
_MARGIN_MA = const(200)  # 0.1 A oscillated, 0.3 A left more than 0.5 A unused
_LOWER_MA = const(200)
_FULL_MA = const(100)
_RISEN_MA = const(300)
_FULL_WINDOWS = const(2)  # 1 s

# A vehicle with coarse steps cannot show in the cap's margin that it wants more.
_PROBE_GAP_MA = const(250)
_PROBE_MA = const(1500)
_PROBE_FIRST_MS = const(60000)
_PROBE_LAST_MS = const(480000)


class DemandEstimator:
    """`ask_ma` and `spare_ma` (which includes the ask) of one unit, 0 or 6000 mA and more.

    rating_ma: greatest current of the unit, may be changed at any time. energy_as: A s drawn
    since the vehicle was plugged in. next_ms: when `step` is due again at the latest.
    """

    def __init__(self, rating_ma: int):
        self.rating_ma = rating_ma
        self.next_ms = 0
        self._forget_vehicle()

    def step(self, now_ms: int, pilot_state: int, offer_ma: int, charge: int, closed: bool,
             draw_ma: int):
        """Take in the present state; before next_ms and without a change it does nothing new.

        offer_ma: what the pilot advertises; charge: integral of the largest phase's draw in
        mA ms modulo 2**30, up to now; draw_ma: the largest phase's draw now.
        """
        if pilot_state == A:
            self._forget_vehicle()
            self.next_ms = now_ms + _FAR_MS
            return
        if self._last_ms is None:
            self._begin(now_ms, offer_ma)
        self._note_offer(now_ms, offer_ma)
        charging = closed and (pilot_state == C or pilot_state == D)
        if charging != self._charging:
            if charging:
                self._start(now_ms, charge)
            elif pilot_state != UNKNOWN:
                self._stop(now_ms, pilot_state)
        if self._charging:
            self._charge(now_ms, charge, draw_ma)
        elif pilot_state in (B, C, D, UNKNOWN):
            self._wait(now_ms)
        else:  # E, F: nothing can be drawn until the connector has recovered
            self.ask_ma = self.spare_ma = 0
            self.next_ms = now_ms + _WINDOW_MS

    # ---- the vehicle as a whole

    def _forget_vehicle(self):
        self.ask_ma = self.spare_ma = 0
        self.energy_as = 0
        self.settled = False
        self.cap_ma = 0  # 0: none
        self.gap_ma = 0
        self.gap_known = False
        self._energy_rest = 0  # mA ms not yet in energy_as
        self._charging = False
        self._last_ms = None

    def _begin(self, now_ms, offer_ma):
        self._last_ms = now_ms
        self._offer_ma = offer_ma
        self._offer_ms = now_ms
        self._cut_ms = now_ms
        self._hope()

    def _note_offer(self, now_ms, offer_ma):
        if self._offer_ma >= _MINIMUM_MA:
            self._tried_ms += now_ms - self._last_ms
        else:
            self._cut_ms = now_ms
        self._last_ms = now_ms
        if offer_ma != self._offer_ma:
            self._offer_ma = offer_ma
            self._offer_ms = now_ms

    # ---- plugged, not charging: rules 1 and 8

    def _hope(self, whole_ms=_WHOLE_SHARE_MS, small_ms=_SMALL_SHARE_MS):
        # It may be about to start: ask for its share so long, then for a foothold. Only time
        # with an offer counts, a vehicle that was offered nothing had no chance yet.
        self._tried_ms = 0
        self._whole_ms = whole_ms
        self._small_ms = small_ms

    def _wait(self, now_ms):
        self.settled = False
        self.spare_ma = self.rating_ma
        self.next_ms = now_ms + _WINDOW_MS
        if self._tried_ms < self._whole_ms:
            self.ask_ma = self.rating_ma
        elif self._tried_ms < self._small_ms:
            self.ask_ma = _MINIMUM_MA
        else:
            self._rest(now_ms)

    def _rest(self, now_ms):
        # Only what is left over; as it cannot show without an offer that it wants current
        # again, it is tried from time to time.
        if self.ask_ma or self._offer_ma >= _MINIMUM_MA:
            self._rest_ms = now_ms
        self.ask_ma = 0
        if now_ms - self._rest_ms >= _WAKE_EVERY_MS:
            self._hope(0, _WAKE_FOR_MS)
            self.ask_ma = _MINIMUM_MA

    # ---- charging: rules 2 to 7

    def _start(self, now_ms, charge):
        self._charging = True
        self._start_ms = now_ms
        self._window_ms = now_ms
        self._charge_before = charge
        self._means = [0] * _CALM_WINDOWS
        self._windows = 0
        self._settled_offer_ma = self._settled_draw_ma = 0
        self._uncap()

    def _stop(self, now_ms, pilot_state):
        # By itself if it had an offer all the time it may take to follow one that ends.
        self._charging = False
        self._uncap()
        if pilot_state == B and now_ms - self._cut_ms >= _OUR_CUT_MS:
            self._hope(0, 0)
        else:
            self._hope()

    def _charge(self, now_ms, charge, draw_ma):
        span_ms = now_ms - self._window_ms
        if span_ms >= _WINDOW_MS:
            self._judge(now_ms, self._mean(now_ms, span_ms, charge, draw_ma))
        self.next_ms = self._window_ms + _WINDOW_MS
        self.ask_ma = self.spare_ma = self._wish_ma()

    def _mean(self, now_ms, span_ms, charge, draw_ma):
        amount = (charge - self._charge_before) & _CHARGE_MASK
        self._window_ms = now_ms
        self._charge_before = charge
        if span_ms > _STALE_MS:
            self._windows = 0
            return draw_ma
        self._energy_rest += amount
        self.energy_as += self._energy_rest // _MA_MS_PER_A_S
        self._energy_rest %= _MA_MS_PER_A_S
        return amount // span_ms

    def _wish_ma(self):
        if not self.cap_ma:
            return self.rating_ma
        wish_ma = self.cap_ma + _PROBE_MA if self._probing else self.cap_ma
        return min(wish_ma, self.rating_ma)

    def _judge(self, now_ms, draw_ma):
        self._means[self._windows % _CALM_WINDOWS] = draw_ma
        self._windows += 1
        self.settled = self._is_settled(now_ms, draw_ma)
        if self.cap_ma:
            self._watch_cap(draw_ma)
        if self.settled:
            self._learn_gap(draw_ma)
            self._give_up(now_ms, draw_ma)
            if self.cap_ma:
                self._probe(now_ms, draw_ma)
            self._settled_offer_ma = self._offer_ma
            self._settled_draw_ma = draw_ma

    def _is_settled(self, now_ms, draw_ma):
        if self._windows < _CALM_WINDOWS or max(self._means) - min(self._means) > _CALM_MA:
            return False
        if now_ms - self._offer_ms >= _OFFER_SETTLED_MS:
            return True
        return (self._offer_ms <= self._start_ms and draw_ma >= _START_DRAW_MA
                and now_ms - self._start_ms >= _START_SETTLED_MS)

    def _learn_gap(self, draw_ma):
        # It followed a cut, so what it leaves of the offer is its own doing: the lower one of
        # offer and need was the offer. Further below than a gap can be, it was its need.
        gap_ma = self._offer_ma - draw_ma
        if (self._offer_ma >= self._settled_offer_ma or gap_ma > _GAP_MAX_MA
                or draw_ma >= self._settled_draw_ma - _FOLLOWED_MA):
            return
        self.gap_ma = max(self.gap_ma, gap_ma)
        self.gap_known = True
        if self.cap_ma and self._offer_ma >= self.cap_ma:
            self._uncap()  # the cap itself took current away

    def _give_up(self, now_ms, draw_ma):
        if (draw_ma >= self._offer_ma - self.gap_ma - _UNUSED_MA
                or self._offer_ma < _LEAST_OFFER_MA):
            return
        cap_ma = max(_MINIMUM_MA, -(-(draw_ma + self.gap_ma + _MARGIN_MA) // 100) * 100)
        if not self.cap_ma or cap_ma < self.cap_ma - _LOWER_MA:
            self._uncap()
            self.cap_ma = cap_ma
            self._capped_draw_ma = draw_ma
            self._probe_ms = now_ms + _PROBE_FIRST_MS

    def _uncap(self):
        self.cap_ma = 0
        self._full_windows = 0
        self._probing = False
        self._probe_wait_ms = _PROBE_FIRST_MS

    def _watch_cap(self, draw_ma):
        fills = self._offer_ma >= self.cap_ma and \
            draw_ma >= self._offer_ma - self.gap_ma - _FULL_MA
        if not fills and draw_ma < self._capped_draw_ma + _RISEN_MA:
            self._full_windows = 0
            return
        self._full_windows += 1
        if self._full_windows >= _FULL_WINDOWS:
            self._uncap()

    def _probe(self, now_ms, draw_ma):
        if self._probing:
            # Settled with more on offer and not uncapped by it: no need. Only a probe that was
            # really offered makes the next one rarer.
            if self._offer_ma >= min(self.cap_ma + _PROBE_MA, self.rating_ma):
                self._probing = False
                self._probe_wait_ms = min(2 * self._probe_wait_ms, _PROBE_LAST_MS)
                self._probe_ms = now_ms + self._probe_wait_ms
        elif (now_ms >= self._probe_ms and self._offer_ma >= self.cap_ma
                and (not self.gap_known or self.gap_ma > _PROBE_GAP_MA)):
            self._probing = True
