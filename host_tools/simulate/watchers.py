# SPDX-License-Identifier: MIT
"""Hands what changes outside of the units to those who watch: checkers, figures, trace.

A watcher has any of the methods below that it cares about. Several changes may come at the same
ms; a watcher that adds up time does so before it looks at the new state.
"""

KINDS = (
    "duty_changed",  # the pilot's pin
    "offer_changed",  # what the pilot advertises
    "pilot_changed",  # the pilot may be in another state
    "output_changed",  # the contactor's pin
    "contact_changed",  # the contactor itself
    "guard_changed",
    "draw_changed",
    "vehicle_changed",  # plugged, unplugged, S2, what it wants, or a fault of the unit
    "store_changed",  # a block written
    "store_unchanged",  # ... as it was
    "program_changed",  # started, hung, stopped, without power
)


class Watchers:
    """One method for each kind, which calls all watchers that have it with the board."""

    def __init__(self):
        self._by_kind = {kind: [] for kind in KINDS}
        for kind in KINDS:
            setattr(self, kind, _caller(self._by_kind[kind]))

    def add(self, watcher):
        """Tell `watcher` from now on; returns it."""
        for kind in KINDS:
            if hasattr(watcher, kind):
                self._by_kind[kind].append(getattr(watcher, kind))
        return watcher


def _caller(methods):
    def call(board):
        for method in methods:
            method(board)
    return call
