# SPDX-License-Identifier: MIT
"""The face of a unit without valid settings (design 8): it offers nothing and says why."""

from core import reasons
from core.sharing.frames import NO_SIGNAL
from core.sharing.member import FOLLOWS
from core.units import NEVER_MS
from core.values import Offer


class RefusingMember:
    """The face of a unit without valid settings: it offers nothing and says why."""

    __slots__ = ("errors", "_reason", "_wired", "leader", "role", "dirty", "lazy",
                 "counts", "codec", "config", "values", "signal", "blink_ms")

    sessions = None  # nobody asks it for any

    def __init__(self, wired, errors, reason=reasons.NO_SETTINGS, config=None,
                 values=None):
        self.errors = errors
        # Of a unit that only has no group: follower.UnitConfig, and its settings.
        self.config, self.values = config, values
        self.codec = None
        self._reason = reason
        self._wired = wired
        self.leader = None
        self.role = FOLLOWS
        self.dirty = self.lazy = False  # nothing to store
        self.counts = {}
        self.signal = NO_SIGNAL
        self.blink_ms = 0

    def on_frame(self, source, payload, now_ms):
        """Ignored: a unit without settings is in no group."""
        return False

    def tick(self, now_ms):
        """Nothing is due."""

    def frames_to_send(self):
        """Never any."""
        return []

    def next_deadline_ms(self):
        """Never."""
        return NEVER_MS

    def record_to_store(self, now_ms):
        """Nothing to store."""

    def on_connector(self, snapshot, now_ms):
        """Not needed."""

    def offer(self, now_ms):
        """Nothing, because there are no valid settings, or no group."""
        return Offer(0, self._wired, self._reason, False)

    def offer_until_ms(self, now_ms):
        """For ever."""
        return NEVER_MS

    def has_lease(self, now_ms):
        """No."""
        return False

    def lease_state(self, now_ms):
        """None."""
        return "none"
