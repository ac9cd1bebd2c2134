# SPDX-License-Identifier: MIT
"""What a vehicle may still be following: the largest offer of the last 5 s, seen from outside."""

REACTION_MS = 5000


class OfferWindow:
    """Largest of the present offer and those that ended less than REACTION_MS ago, mA."""

    def __init__(self):
        self.now_ma = 0
        self._ended = []  # (until_ms, amount_ma), later ends with smaller amounts

    def change(self, amount_ma: int, now_ms: int):
        """The pilot advertises `amount_ma` from now on."""
        if amount_ma < self.now_ma:
            while self._ended and self._ended[-1][1] <= self.now_ma:
                self._ended.pop()
            self._ended.append((now_ms + REACTION_MS, self.now_ma))
        self.now_ma = amount_ma

    def largest(self, now_ms: int) -> int:
        """What the vehicle may draw at `now_ms`, which must not go back."""
        ended = self._ended
        while ended and ended[0][0] <= now_ms:
            ended.pop(0)
        return max(self.now_ma, ended[0][1]) if ended else self.now_ma

    def next_ms(self) -> "int | None":
        """When the largest may fall next without a change of the pilot."""
        return self._ended[0][0] if self._ended else None
