# SPDX-License-Identifier: MIT
"""What a vehicle may legally draw: the largest offer of the last 5 s (design 2 and 3).

A vehicle follows a lower duty within `reaction`; until then the old offer counts, however little
it draws. An OfferHistory is a value that never changes: `noted()` gives the next one, so that a
timer callback can never show the sharing task half of a change.
"""

from micropython import const

# Many small decreases within 5 s are merged, upwards and for longer, never forgotten.
_PAST_MAX = const(8)
# A vehicle above its offer may stay there: the leader must not count that as nearly over.
_EXCESS_TAIL_MS = const(3000)
# Meters err by 2 %. Where 6 A for each is all there is, a reading of 6.12 A would otherwise keep
# another unit's 6 A from it for as long as the vehicle charges. Above that there is room to give
# way, so no more than this is left out.
_METER_PERCENT = const(2)
_METER_MA = const(120)


def _above(draw_ma, offer_ma):
    return draw_ma > offer_ma + min(offer_ma * _METER_PERCENT // 100, _METER_MA)


def _covers(offer, other):
    return (offer[0] >= other[0] and offer[1] >= other[1] and offer[2] >= other[2]
            and offer[3] >= other[3])


def _larger(a, b):
    return (a[0] if a[0] > b[0] else b[0], a[1] if a[1] > b[1] else b[1],
            a[2] if a[2] > b[2] else b[2], a[3] if a[3] > b[3] else b[3])


class OfferHistory:
    """Offers of the last `reaction_ms`: mA on the circuit's L1, L2, L3, and on the pilot.

    The pilot's own is apart because an offer is not for the phases that are guarded.
    """

    __slots__ = ("offer_ma", "_reaction_ms", "_past")

    def __init__(self, reaction_ms: int, offer_ma=(0, 0, 0, 0), past=()):
        self.offer_ma = offer_ma  # in force now
        self._reaction_ms = reaction_ms
        self._past = past  # (in force until, offer), oldest first; none covered by a later one

    def noted(self, now_ms: int, offer_ma: tuple) -> "OfferHistory":
        """The history after `offer_ma` took the place of the present offer; often the same one."""
        past = self._past
        if not past and offer_ma == self.offer_ma:
            return self
        since_ms = now_ms - self._reaction_ms
        if offer_ma == self.offer_ma and past[0][0] > since_ms:
            return self
        if not _covers(offer_ma, self.offer_ma):
            past += ((now_ms, self.offer_ma),)
        kept = []
        for one in past:
            if one[0] > since_ms and not _covers(offer_ma, one[1]) and (
                    one[0] == now_ms or not _covers(self.offer_ma, one[1])):
                kept.append(one)
        if len(kept) > _PAST_MAX:
            i = self._near(kept)
            kept[i:i + 2] = [(kept[i + 1][0], _larger(kept[i][1], kept[i + 1][1]))]
        return OfferHistory(self._reaction_ms, offer_ma, tuple(kept))

    def _near(self, past):
        # Two that fall into one part of the time line: merging the oldest ones again and again
        # would carry the largest offer along for as long as decreases go on.
        part_ms = self._reaction_ms // (_PAST_MAX - 2)
        for i in range(len(past) - 1):
            if past[i][0] // part_ms == past[i + 1][0] // part_ms:
                return i
        return 0

    def largest(self, now_ms: int) -> tuple:
        """Largest offer of the last `reaction_ms` on each phase and on the pilot, mA."""
        most_ma = self.offer_ma
        for until_ms, offer_ma in self._past:
            if until_ms + self._reaction_ms > now_ms:
                most_ma = _larger(most_ma, offer_ma)
        return most_ma

    def sunk_ms(self, now_ms: int) -> int:
        """Time until no offer above the present one is younger than `reaction_ms`, 0 if now."""
        left_ms = 0
        for until_ms, _ in self._past:
            left_ms = max(left_ms, until_ms + self._reaction_ms - now_ms)
        return left_ms

    def next_ms(self, now_ms: int) -> "int | None":
        """When `largest` changes next by time alone."""
        for until_ms, _ in self._past:
            if until_ms + self._reaction_ms > now_ms:
                return until_ms + self._reaction_ms
        return None

    def possible_ma(self, now_ms: int, draw_ma: tuple, closed: bool) -> tuple:
        """What the vehicle may legally draw on each phase, or draws if that is more; mA."""
        if not closed:
            return (0, 0, 0)
        most_ma = self.largest(now_ms)
        if draw_ma[0] <= most_ma[0] and draw_ma[1] <= most_ma[1] and draw_ma[2] <= most_ma[2]:
            return most_ma[0], most_ma[1], most_ma[2]
        return (draw_ma[0] if _above(draw_ma[0], most_ma[0]) else most_ma[0],
                draw_ma[1] if _above(draw_ma[1], most_ma[1]) else most_ma[1],
                draw_ma[2] if _above(draw_ma[2], most_ma[2]) else most_ma[2])

    def tail_ms(self, now_ms: int, draw_ma: tuple, closed: bool) -> int:
        """Time until `possible_ma` has sunk to the offer, 0 if it has."""
        if not closed:
            return 0
        left_ms = self.sunk_ms(now_ms)
        offer_ma = self.offer_ma
        if (_above(draw_ma[0], offer_ma[0]) or _above(draw_ma[1], offer_ma[1])
                or _above(draw_ma[2], offer_ma[2])):
            return max(left_ms, _EXCESS_TAIL_MS)
        return left_ms
