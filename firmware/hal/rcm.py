# SPDX-License-Identifier: MIT
"""Residual current monitor."""

from core.load import load


class Rcm:
    """Residual current monitor: an input that must be quiet; re-read once against noise."""

    def __init__(self, board, machine, time):
        load("hal", "rcm").begin(self, board, machine, time)

    def tripped(self) -> bool:
        """Is the monitor asking for the contactor to open?"""
        return self._pin.value() == self._active and self._pin.value() == self._active
