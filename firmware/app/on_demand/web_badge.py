# SPDX-License-Identifier: MIT
"""How many troubles there are, and which change waits: what a page shows on each of its screens.

Looked up now and then, not for each answer: it wants as much memory as all the rest of one.
"""

from app.on_demand import troubles
from core.load import drop


def answer(web, request, name) -> tuple:
    """`badge` of a Web: (ms, how many troubles, the change that waits or None)."""
    unit, now_ms = web.place.device.unit, web.clock_ms()
    web.badge = now_ms, len(troubles.troubles(unit, now_ms)), troubles.waiting(unit, now_ms)
    drop("app", "troubles")
    return 0, (), (("app", "web_live"), "")
