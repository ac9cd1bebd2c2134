# SPDX-License-Identifier: MIT
"""What a temperature sensor says, and the current that it leaves.

Of units that have a sensor only. Readings are noisy, and one may be far off: what counts is their
mean over 2 s, in which none goes far from the last one. A value that no sensor can have is no
temperature; if nothing else comes, the sensor is lost, which is shown and costs current.
"""

from core import reasons
from core.connector.protection import NO_LIMIT_MA
from core.units import NEVER_MS
from micropython import const

# Silicon sensors end at -40 C; hotter than 125 C nothing here works.
_LEAST_DC = const(-400)
_MOST_DC = const(1250)
_WINDOW_MS = const(2000)
_FAR_DC = const(100)  # nothing here warms by 10 degrees within a window
_LOST_MS = const(5000)  # three readings of a 1-wire sensor
_WARM_DC = const(600)
_DERATED_DC = const(700)
_STOP_DC = const(750)
_RESUME_DC = const(650)
_HYSTERESIS_DC = const(15)
_COOLER_DC = const(10)
_DERATED_MA = const(6000)
_LOST_MA = const(16000)


def derated_ma(temperature_dc: int, rating_ma: int) -> int:
    """Greatest current at a temperature in 0.1 degrees C: falls from 60 C to 6 A at 70 C."""
    if temperature_dc <= _WARM_DC:
        return NO_LIMIT_MA
    if temperature_dc >= _DERATED_DC:
        return _DERATED_MA
    span_dc = temperature_dc - _WARM_DC
    return rating_ma - (rating_ma - _DERATED_MA) * span_dc // (_DERATED_DC - _WARM_DC)


class Heat:
    """Attributes after the last step: limit_ma and its reason, hot (stop), due_ms."""

    __slots__ = ("limit_ma", "reason", "hot", "due_ms", "_rating_ma", "_dc", "_mean_dc",
                 "_held_dc", "_lost_ms", "_begin_ms", "_since_ms", "_sum")

    def __init__(self, rating_ma: int):
        self.limit_ma = NO_LIMIT_MA
        self.reason = reasons.TEMPERATURE
        self.hot = False
        self.due_ms = NEVER_MS  # when the next step is needed without a change of the reading
        self._rating_ma = rating_ma
        self._dc = None  # the last reading that can be
        self._mean_dc = None
        self._held_dc = None  # the mean with hysteresis
        self._lost_ms = None  # when what cannot be has lasted
        self._begin_ms = None  # of the window; None: every reading is the mean
        self._since_ms = self._sum = 0

    def step(self, temperature_dc, now_ms: int):
        """Take one reading, 0.1 degrees C; what cannot be, None too, is a lost sensor."""
        self.due_ms = NEVER_MS
        if temperature_dc is None or not _LEAST_DC <= temperature_dc <= _MOST_DC:
            if self._is_lost(now_ms):
                return
            temperature_dc = self._dc
        else:
            self._lost_ms = None
        if temperature_dc is None or (
                self._begin_ms is None and temperature_dc == self._mean_dc
                and self.reason == reasons.TEMPERATURE):
            return
        if self._begin_ms is None:
            self._begin(now_ms)
        else:
            self._sum += self._near(self._dc) * (now_ms - self._since_ms)
            self._since_ms = now_ms
            if now_ms - self._begin_ms >= _WINDOW_MS:
                self._judge(self._sum // (now_ms - self._begin_ms))
                self._begin(now_ms)
                if temperature_dc == self._dc == self._mean_dc:
                    self._begin_ms = None
        self._dc = temperature_dc
        if self._begin_ms is not None:
            self._due(self._begin_ms + _WINDOW_MS)

    def _begin(self, now_ms):
        self._begin_ms = self._since_ms = now_ms
        self._sum = 0

    def _due(self, at_ms):
        if at_ms < self.due_ms:
            self.due_ms = at_ms

    def _near(self, temperature_dc):
        mean_dc = self._mean_dc
        if mean_dc is None:
            return temperature_dc
        return max(mean_dc - _FAR_DC, min(mean_dc + _FAR_DC, temperature_dc))

    def _is_lost(self, now_ms):
        if self._lost_ms is None:
            self._lost_ms = now_ms + _LOST_MS
        if now_ms < self._lost_ms:
            self._due(self._lost_ms)
            return False
        # What was too hot stays off, and what was reduced more is not raised.
        self.limit_ma = min(self.limit_ma, _LOST_MA)
        self.reason = reasons.SENSOR
        self._dc = self._mean_dc = self._begin_ms = None
        return True

    def _judge(self, mean_dc):
        held_dc = self._held_dc
        if held_dc is None or mean_dc > held_dc:
            held_dc = mean_dc
        elif mean_dc < held_dc - _HYSTERESIS_DC:
            held_dc = mean_dc + _COOLER_DC
        self._mean_dc = mean_dc
        self._held_dc = held_dc
        self.limit_ma = derated_ma(held_dc, self._rating_ma)
        self.reason = reasons.TEMPERATURE
        self.hot = mean_dc >= (_RESUME_DC if self.hot else _STOP_DC)
