# SPDX-License-Identifier: MIT
"""How much a charging vehicle would take, judged from its draw (design, section 4, rules 2 to 7).

It draws a little less than it is offered (`gap`), perhaps in steps of 1 A, through a meter that
errs by 2 %. So: no `cap` until the draw has been calm well below the offer; the gap is learned
from cuts that the vehicle follows; the cap goes as soon as the vehicle fills it; and where it
could not show that in the cap's small margin, it is offered more from time to time. A cap that
came from a wrong gap takes current away, which shows the right one: so it does not oscillate.
Some vehicles leave much of every offer, or a part of it. Their draw follows each cap: then it was
not their need, and goes. What they left of it is tried as their gap, twice; then nothing is capped
for a long time. From then on a cap is only what the vehicle asks for: it still takes all that
nobody else wants.
"""

from core.load import load
from micropython import const

_NO_CAP = const(1 << 20)

CALM_WINDOWS = const(6)  # of 0.5 s
_CALM_MA = const(200)
_OFFER_SETTLED_MS = const(6000)  # 5 s to react to a change, and one to see it
_START_EMPTY_MS = const(15000)  # between S2 and the first current lies the vehicle's own check
_START_DRAW_MA = const(3000)

_FOLLOWED_MA = const(150)
_GAP_MAX_MA = const(2200)  # 0.8 A under, a step of 1 A, 2 % of a meter at 20 A
UNUSED_MA = const(300)
_MARGIN_MA = const(200)  # with 0.1 A it oscillated, with 0.3 A more than 0.5 A was left unused
_DUTY_MA = const(10)  # an offer reads back so much lower at most: 13 bits of duty
_LOWER_MA = const(200)
_FULL_MA = const(100)
RISEN_MA = const(300)
_FULL_WINDOWS = const(2)

_SMALL_GAP_MA = const(250)  # above it the vehicle may have steps that the margin does not show
LOCK_MS = const(900000)
TRIES = const(3)
TRIAL_MS = const(30000)  # 5 s until it is offered, 6 s to settle, and as much again
# Two dips 0.4 A apart: no usual step (1, 0.5, 0.25 A) leaves the same gap at both.
DIPS_MA = (100, 500)
PROBE_FIRST_MS = const(120000)


class DrawCap:
    """Of one vehicle, from plug to unplug. cap_ma: what it would take; None as long as unknown.
    settled: its draw was calm, at an offer it has had time to follow, in the last window.
    gap_ma: what it leaves of an offer that limits it; gap_known: it has shown that."""

    __slots__ = ("_least_ma", "_follows", "_tries", "_lock_ms", "_leaves_ma", "gap_ma",
                 "gap_known", "_dips", "_probe_wait_ms", "_probe_ms", "_capped_draw_ma",
                 "_capped_offer_ma", "settled", "cap_ma", "_start_ms", "_means", "windows",
                 "_settled_offer_ma", "_settled_draw_ma", "_held", "_suspect_ma", "_full_windows",
                 "_trial_end_ms", "_trial_ma", "_suspect_offer_ma", "_suspect_end_ms")

    def wish_ma(self, rating_ma: int) -> int:
        """What to ask for, mA, at most the rating."""
        if self.cap_ma is None:
            return rating_ma
        return min(self._trial_ma or self.cap_ma, rating_ma)

    def spare_ma(self, rating_ma: int) -> int:
        """What it would take if nobody else asks for it, the wish included, mA."""
        return rating_ma if self._follows else self.wish_ma(rating_ma)

    def judge(self, now_ms: int, offer_ma: int, offer_ms: int, draw_ma: int):
        """Take in the mean draw of 0.5 s at an offer that last changed at offer_ms."""
        self._means[self.windows % CALM_WINDOWS] = draw_ma
        self.windows += 1
        self.settled = self._is_settled(now_ms, offer_ms, draw_ma)
        if self.cap_ma is not None:
            # Also while its draw moves: one that wants more must not wait until it is calm.
            self._watch(offer_ma, draw_ma)
        if self.settled:
            # All that follows compares draws, and a draw that still moves says nothing. The gap
            # comes before the cap, which is made with it.
            self._suspect(now_ms, offer_ma, draw_ma)
            self._learn(offer_ma, draw_ma)
            if self._may_cap(now_ms):
                self._give_up(now_ms, offer_ma, draw_ma)
            if self.cap_ma is not None and not self._tries:
                self._try(now_ms, offer_ma, draw_ma)
            self._settled_offer_ma = offer_ma
            self._settled_draw_ma = draw_ma

    def _is_settled(self, now_ms, offer_ms, draw_ma):
        if self.windows < CALM_WINDOWS or max(self._means) - min(self._means) > _CALM_MA:
            return False  # it is still on its way
        # A draw of nearly nothing is calm too, but it is not what the vehicle needs.
        charging_ms = now_ms - self._start_ms
        if draw_ma < _START_DRAW_MA and charging_ms < _START_EMPTY_MS:
            return False
        # An offer from before it started needs no time to be followed.
        return now_ms - offer_ms >= _OFFER_SETTLED_MS or offer_ms <= self._start_ms

    def _suspect(self, now_ms, offer_ma, draw_ma):
        # Offered what it seemed to need, it drew far less: either it leaves much of every offer,
        # or it needed less just then. More on offer again shows which.
        if self._suspect_ma is not None:
            if draw_ma > self._suspect_ma + RISEN_MA:
                # More offered, more drawn: the cap was not its need, it has followed it.
                load("core", "allocation", "draw_cap").follow(self, now_ms)
            # It had more and took no more, or nobody could offer it more for so long.
            elif (offer_ma > self._suspect_offer_ma + _MARGIN_MA
                    or now_ms >= self._suspect_end_ms):
                self._suspect_ma = None  # it was its own need
        elif self.cap_ma is None or self._held or offer_ma > self.cap_ma:
            return  # no cap, one that has shown that it is right, or none in effect yet
        elif (offer_ma >= self._settled_offer_ma
                and draw_ma < self._settled_draw_ma - RISEN_MA):
            self._held = True  # of no less on offer it has just drawn more
        elif draw_ma >= self._capped_draw_ma - RISEN_MA:
            # The cap takes nothing from it: less later on is its own need, then. Only where it
            # had the whole cap; at a smaller offer it has shown nothing about this one.
            self._held = offer_ma >= self.cap_ma - _FULL_MA
        # It leaves more than a gap can be; at the cap itself, which has room for the gap that is
        # known, more than that one.
        elif offer_ma - draw_ma > (_GAP_MAX_MA if offer_ma < self.cap_ma - _FULL_MA
                                   else self._unused_ma() + UNUSED_MA):
            self._suspect_ma = draw_ma
            self._suspect_offer_ma = offer_ma
            self._suspect_end_ms = now_ms + TRIAL_MS
            self._uncap()

    def _may_cap(self, now_ms):
        if self._tries and now_ms >= self._lock_ms:  # 15 min (design 4)
            self._tries = self._leaves_ma = 0  # it may be otherwise by now
            self._uncap()
        # Not while a cap that it seems to have followed is away to see what it does without.
        return self._suspect_ma is None and self._tries < TRIES

    def _unused_ma(self):
        return max(self.gap_ma, self._leaves_ma)

    def _learn(self, offer_ma, draw_ma):
        # It followed a cut: not its need but the offer was the limit. Further below the offer
        # than a gap can be, it was its need after all.
        gap_ma = offer_ma - draw_ma
        if (offer_ma >= self._settled_offer_ma or gap_ma > _GAP_MAX_MA
                or draw_ma >= self._settled_draw_ma - _FOLLOWED_MA):
            return
        # The largest gap seen: with a smaller one the cap would take current away again.
        self.gap_ma = max(self.gap_ma, gap_ma)
        self.gap_known = True
        # A cut below the cap is the others' doing, and says nothing against it.
        if self.cap_ma is not None and offer_ma >= self.cap_ma:
            self._uncap()  # the cap itself took current away

    def _cap_for(self, draw_ma):
        need_ma = draw_ma + self._unused_ma() + _MARGIN_MA - _DUTY_MA
        return max(self._least_ma, -(-need_ma // 100) * 100)

    def _give_up(self, now_ms, offer_ma, draw_ma):
        # It takes what is on offer, or so little is on offer that there is nothing to give up.
        if (draw_ma >= offer_ma - self._unused_ma() - UNUSED_MA
                or offer_ma < self._least_ma + UNUSED_MA):
            return
        cap_ma = self._cap_for(draw_ma)
        # A cap that follows each small change would move everybody's share with it.
        if self.cap_ma is None or cap_ma < self.cap_ma - _LOWER_MA:
            load("core", "allocation", "draw_cap").set_cap(self, now_ms, offer_ma, draw_ma, cap_ma)

    def _uncap(self):
        self.cap_ma = None
        self._full_windows = 0
        self._trial_ma = 0

    def _watch(self, offer_ma, draw_ma):
        # The cap goes when for 1 s the vehicle has filled it, or drawn more than when it was set:
        # either way its need has grown. A single window may be a passing peak.
        fills = offer_ma >= self.cap_ma and draw_ma >= offer_ma - self._unused_ma() - _FULL_MA
        if not fills and draw_ma < self._capped_draw_ma + RISEN_MA:
            self._full_windows = 0
            return
        self._full_windows += 1
        if self._full_windows >= _FULL_WINDOWS:
            self._uncap()

    def _try(self, now_ms, offer_ma, draw_ma):
        # Learn what the capped vehicle cannot show by itself.
        if self._trial_ma:
            # It is settled: if it had that offer, the answer is there. If it never gets it, as on
            # a full circuit, the trial must end all the same.
            offered = (offer_ma > self.cap_ma if self._trial_ma > self.cap_ma
                       else offer_ma <= self._trial_ma)
            if offered or now_ms >= self._trial_end_ms:
                load("core", "allocation", "draw_cap").end_trial(self, now_ms, offer_ma, draw_ma,
                                                                 offered)
        # Only at the whole cap, and only if the cap's margin may hide its next step: the gap is
        # not known, or so large that the vehicle may have steps.
        elif offer_ma >= self.cap_ma and not (self.gap_known and self.gap_ma <= _SMALL_GAP_MA):
            if now_ms >= self._probe_ms or self._may_dip(draw_ma):
                load("core", "allocation", "draw_cap").begin_trial(self, now_ms, draw_ma)

    def _may_dip(self, draw_ma):
        # Two dips tell a gap from a step. Below its smallest useful current it might stop.
        dips = len(self._dips)
        return dips < 2 and draw_ma - DIPS_MA[dips] >= self._least_ma
