# SPDX-License-Identifier: MIT
"""Makes Habits."""

from core import reasons
from core.connector.habits import Habits


def new_habits(wakes: bool, now_ms: int, start_ms: int):
    """Habits of a vehicle that has done nothing yet. wakes: one that sleeps is woken; start_ms:
    one found connected at the start waits until then."""
    habits = Habits()
    habits.waits_ms = start_ms
    habits.why = reasons.POWER_RETURN
    habits.waking = habits.blind = False
    habits.due_ms = 0
    habits._wakes = wakes
    habits._short = 0  # sessions in a row
    habits._long_ms = now_ms  # from then on the session is none of those
    habits._wake_ms = 0  # not before
    habits._shown = habits._ever = False  # a current, since plugged and since the start
    habits._end_ms = [None] * 3  # of what must last
    return habits
